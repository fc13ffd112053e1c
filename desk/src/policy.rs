//! The whole policy on one screen: every function and page, what it needs, and what it leaves on the trail.
//!
//! Deny by default: a path that is not here is refused before anything is decoded.

use heliodesk_wire::{
    Role,
    accounts::AccountAsk,
    change_orders::{DraftAsk, StepAsk, VoidAsk},
    me::PreferencesAsk,
    notes::{PinAsk, RedactAsk, RemoveSnippetAsk, SnippetAsk, WriteAsk},
    order_edit::EditAsk,
    orders::PresenceAsk,
    pipeline::MoveAsk,
    trail::{ExportAsk, RemoveViewAsk, SaveViewAsk},
};
use serde_json::{Value, json};

use crate::access::{
    EditAccounts, EditCustomers, EditOrders, MoveOrders, Permission, ReadTrail, RevealField, SignedIn, VerifyCaller,
    ViewCustomers, ViewPipeline, WriteNotes,
};

/// One function or page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The path; `{…}` stands for one segment.
    pub path: &'static str,
    /// `GET` for pages, `POST` for functions.
    pub method: &'static str,
    /// The permission's type; `Anyone` where no session is needed.
    pub permission: &'static str,
    /// The base roles that hold the permission; none for `Anyone`.
    pub roles: &'static [Role],
    /// The names inside `ask`.
    pub fields: &'static [&'static str],
    /// Neither extends the session nor appends entries.
    pub background: bool,
    /// How many entries one success appends.
    pub entries: u8,
}

/// A page for those who hold `P`.
const fn page<P: Permission>(path: &'static str, entries: u8) -> Row {
    Row { path, method: "GET", permission: P::NAME, roles: P::ROLES, fields: &[], background: false, entries }
}

/// A function for those who hold `P`; it appends one entry.
const fn function<P: Permission>(path: &'static str, fields: &'static [&'static str]) -> Row {
    Row { path, method: "POST", permission: P::NAME, roles: P::ROLES, fields, background: false, entries: 1 }
}

/// A function that records nothing: one's own preferences, or what is asked in the `background`.
const fn unrecorded<P: Permission>(path: &'static str, fields: &'static [&'static str], background: bool) -> Row {
    Row { path, method: "POST", permission: P::NAME, roles: P::ROLES, fields, background, entries: 0 }
}

/// A page that needs no session.
const fn open_page(path: &'static str) -> Row {
    Row { path, method: "GET", permission: "Anyone", roles: &[], fields: &[], background: false, entries: 0 }
}

/// A function that needs no session and appends `entries`.
const fn open_function(path: &'static str, fields: &'static [&'static str], entries: u8) -> Row {
    Row { path, method: "POST", permission: "Anyone", roles: &[], fields, background: false, entries }
}

/// Every function and page there is.
#[rustfmt::skip]
pub const POLICY: &[Row] = &[
    page::<SignedIn>("/", 0),
    open_page("/sign-in"),
    open_function("/api/sign-in/begin", &["email"], 0),
    open_function("/api/sign-in/finish", &["ceremony", "credential"], 1),
    open_function("/api/sign-in/forget", &[], 0),
    open_page("/enroll/{token}"),
    open_function("/api/enroll/begin", &["token"], 0),
    open_function("/api/enroll/finish", &["ceremony", "credential"], 1),
    page::<ReadTrail>("/trail", 1),
    page::<ReadTrail>("/trail/{seq}", 1),
    page::<ReadTrail>("/trail/{seq}/proof", 1),
    page::<SignedIn>("/me", 0),
    function::<SignedIn>("/api/step-up/begin", &["action", "target"]),
    function::<SignedIn>("/api/step-up/finish", &["ceremony", "credential"]),
    function::<SignedIn>("/api/passkeys/begin", &[]),
    function::<SignedIn>("/api/passkeys/finish", &["ceremony", "credential"]),
    function::<SignedIn>("/api/passkeys/remove", &["passkey"]),
    function::<SignedIn>("/api/sessions/end", &["session"]),
    function::<SignedIn>("/api/sign-out", &[]),
    page::<EditOrders>("/orders", 1),
    page::<EditOrders>("/orders/{id}", 1),
    function::<EditOrders>("/api/orders/edit", EditAsk::FIELDS),
    unrecorded::<EditOrders>("/api/orders/presence", PresenceAsk::FIELDS, true),
    function::<EditOrders>("/api/change-orders/draft", DraftAsk::FIELDS),
    function::<EditOrders>("/api/change-orders/send", StepAsk::FIELDS),
    function::<EditOrders>("/api/change-orders/sign", StepAsk::FIELDS),
    function::<EditOrders>("/api/change-orders/void", VoidAsk::FIELDS),
    page::<ViewPipeline>("/pipeline", 1),
    function::<MoveOrders>("/api/pipeline/move", MoveAsk::FIELDS),
    page::<ViewCustomers>("/customers", 1),
    page::<ViewCustomers>("/customers/{id}", 1),
    function::<ViewCustomers>("/api/customers/search", &["term", "kind"]),
    function::<VerifyCaller>("/api/customers/verify", &["customer", "field", "value"]),
    function::<RevealField>("/api/customers/reveal", &["customer", "field", "category", "order", "details"]),
    function::<RevealField>("/api/customers/copied", &["customer", "field"]),
    function::<EditCustomers>("/api/customers/replace", &["customer", "field", "value"]),
    function::<WriteNotes>("/api/notes/write", WriteAsk::FIELDS),
    function::<WriteNotes>("/api/notes/pin", PinAsk::FIELDS),
    function::<WriteNotes>("/api/notes/redact", RedactAsk::FIELDS),
    function::<WriteNotes>("/api/snippets/write", SnippetAsk::FIELDS),
    function::<WriteNotes>("/api/snippets/remove", RemoveSnippetAsk::FIELDS),
    function::<EditAccounts>("/api/accounts/change", AccountAsk::FIELDS),
    unrecorded::<SignedIn>("/api/preferences/save", PreferencesAsk::FIELDS, false),
    unrecorded::<SignedIn>("/api/sessions/left", &[], true),
    function::<ReadTrail>("/api/views/save", SaveViewAsk::FIELDS),
    function::<ReadTrail>("/api/views/remove", RemoveViewAsk::FIELDS),
    function::<ReadTrail>("/api/trail/export", ExportAsk::FIELDS),
    page::<ReadTrail>("/trail/exports/{id}", 1),
];

impl Row {
    /// Whether a session is needed at all.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.permission == "Anyone"
    }

    /// Whether people of this role may.
    #[must_use]
    pub fn allows(&self, role: Role) -> bool {
        self.is_open() || self.roles.contains(&role)
    }

    /// Whether a concrete path is this row's.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let (mut mine, mut theirs) = (self.path.split('/'), path.split('/'));
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return true,
                (Some(pattern), Some(segment)) if pattern.starts_with('{') && !segment.is_empty() => {}
                (Some(pattern), Some(segment)) if pattern == segment => {}
                _ => return false,
            }
        }
    }
}

/// The row of a path; fixed paths win over those with `{…}`.
#[must_use]
pub fn find(path: &str) -> Option<&'static Row> {
    POLICY.iter().find(|row| row.path == path).or_else(|| POLICY.iter().find(|row| row.matches(path)))
}

/// The policy as one JSON array, in the order of the table.
#[must_use]
pub fn json() -> Value {
    let rows = POLICY.iter().map(|row| {
        json!({
            "path": row.path,
            "method": row.method,
            "permission": row.permission,
            "roles": row.roles,
            "fields": row.fields,
            "background": row.background,
        })
    });
    Value::Array(rows.collect())
}
