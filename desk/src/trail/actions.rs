//! Every action that can stand on the trail. An action carries what its receipt must prove later.

use heliodesk_wire::{CustomerNo, PersonalField};

mod sealed {
    pub trait Sealed {}
}

/// Something a person did, by the name the trail records. Sealed: no other crate can invent one.
pub trait Action: sealed::Sealed + Send + Sync + 'static {
    /// The name in the column `action`.
    const NAME: &'static str;
}

/// An action that is recorded as soon as it is done.
pub trait Plain: Action {}

/// An action that nobody does without a fresh touch; its entry takes the touch.
pub trait ByTouch: Action {}

macro_rules! kind {
    ($name:ident) => {
        impl Plain for $name {}
    };
    ($name:ident touch) => {
        impl ByTouch for $name {}
    };
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* } $(by $touch:ident)? => $text:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name { $(pub(crate) $field: $type),* }
            impl sealed::Sealed for $name {}
            impl Action for $name { const NAME: &'static str = $text; }
            kind!($name $($touch)?);
        )*
        /// The names of all actions, for filters.
        pub const ACTIONS: &[&str] = &[$($text),*];
    };
}

actions! {
    /// A refusal by policy, scope, touch, cap or cross-site guard.
    AccessDenied {} => "access.denied";
    /// Somebody was invited.
    StaffInvited {} => "staff.invited";
    /// Somebody's role changed.
    RoleChanged {} => "staff.role_changed";
    /// Somebody was locked out.
    StaffLocked {} => "staff.locked";
    /// A further passkey was asked for.
    PasskeyRequested {} => "passkey.requested";
    /// A passkey was added.
    PasskeyAdded {} => "passkey.added";
    /// A passkey was removed.
    PasskeyRemoved {} by touch => "passkey.removed";
    /// A passkey could not be added.
    PasskeyFailed {} => "passkey.failed";
    /// A session began.
    SignedIn {} => "sign_in.succeeded";
    /// A sign-in ceremony failed.
    SignInFailed {} => "sign_in.failed";
    /// A touch was asked for.
    StepUpBegun {} => "step_up.begun";
    /// A touch was given.
    SteppedUp {} => "step_up.succeeded";
    /// A touch failed.
    StepUpFailed {} => "step_up.failed";
    /// A person signed out.
    SignedOut {} => "sign_out";
    /// A person ended one of their sessions.
    SessionEnded {} => "session.ended";
    /// Customers were searched.
    CustomersSearched {} => "customers.searched";
    /// A list of customers was shown.
    CustomersListed {} => "customers.listed";
    /// A customer's page was shown: this one's.
    CustomerViewed { customer: CustomerNo } => "customer.viewed";
    /// A caller was checked against a field.
    CallerVerified {} => "caller.verified";
    /// A clear value was shown: of this customer, this field.
    FieldRevealed { customer: CustomerNo, field: PersonalField } by touch => "field.revealed";
    /// A clear value was copied, as the page that showed it reports.
    FieldCopied {} => "field.copied";
    /// A personal value was replaced.
    FieldReplaced {} => "field.replaced";
    /// A personal value was found damaged, or not where it was written.
    FieldUnreadable {} => "field.unreadable";
    /// A note on a customer was written.
    NoteWritten {} => "note.written";
    /// A note was pinned.
    NotePinned {} => "note.pinned";
    /// A note was unpinned.
    NoteUnpinned {} => "note.unpinned";
    /// A note, or a part of it, was taken away for good.
    NoteRedacted {} => "note.redacted";
    /// A text of the company was added.
    SnippetWritten {} => "snippet.written";
    /// A text of the company was taken away.
    SnippetRemoved {} => "snippet.removed";
    /// A customer's account was locked.
    AccountLocked {} => "account.locked";
    /// A customer's account was unlocked.
    AccountUnlocked {} => "account.unlocked";
    /// A customer's account was closed.
    AccountClosed {} => "account.closed";
    /// A customer came from the company's app.
    CustomerImported {} => "customer.imported";
    /// A list of orders was shown.
    OrdersListed {} => "orders.listed";
    /// An order's page was shown.
    OrderViewed {} => "order.viewed";
    /// An order was changed.
    OrderEdited {} => "order.edited";
    /// A change order was written, or its draft anew.
    ChangeOrderDrafted {} => "change_order.drafted";
    /// A change order went to the customer.
    ChangeOrderSent {} => "change_order.sent";
    /// A change order was signed, and its order changed by it.
    ChangeOrderSigned {} => "change_order.signed";
    /// A change order was given up.
    ChangeOrderVoided {} => "change_order.voided";
    /// The pipeline was shown.
    PipelineViewed {} => "pipeline.viewed";
    /// An order moved in the pipeline.
    OrderMoved {} => "order.moved";
    /// The trail was read.
    TrailViewed {} => "trail.viewed";
    /// One entry of the trail was read.
    EntryViewed {} => "trail.entry_viewed";
    /// A proof was downloaded.
    ProofDownloaded {} => "trail.proof_downloaded";
    /// The trail was exported, by a command on the server.
    TrailExported {} => "trail.exported";
    /// A selection of the trail was exported in the console.
    SelectionExported {} by touch => "trail.exported";
    /// The file of an export was downloaded.
    ExportDownloaded {} => "trail.export_downloaded";
    /// A view of the trail was saved.
    ViewSaved {} => "view.saved";
    /// A saved view was removed.
    ViewRemoved {} => "view.removed";
}
