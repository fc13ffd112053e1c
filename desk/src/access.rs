//! Who may do what: the permissions, who holds them, and the proof that somebody does.

use std::marker::PhantomData;

use heliodesk_wire::{
    Role,
    me::{Preferences, Viewer},
};

use crate::{
    db::Start,
    desk::Desk,
    error::{Error, Refusal, Result},
    sessions,
    trail::{Action, Entry},
    work::{Receipt, Work},
};

mod sealed {
    pub trait Sealed {}
}

/// Something a role may be allowed to do. Sealed: no other crate can make one.
pub trait Permission: sealed::Sealed + Send + Sync + 'static {
    /// The name in the policy.
    const NAME: &'static str;
    /// The base roles that hold it.
    const ROLES: &'static [Role];
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident => $($role:ident)|*;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}
            impl sealed::Sealed for $name {}
            impl Permission for $name {
                const NAME: &'static str = stringify!($name);
                const ROLES: &'static [Role] = &[$(Role::$role),*];
            }
        )*
    };
}

permissions! {
    /// Search and view customers, masked.
    ViewCustomers => Support;
    /// Check what a caller says against a personal field, without seeing it.
    VerifyCaller => Support;
    /// See one personal value in the clear.
    RevealField => Support;
    /// Replace a personal value.
    EditCustomers => Support;
    /// Write, pin and redact notes on customers, and the company's texts that they may hold.
    WriteNotes => Support;
    /// Lock, unlock and close customers' accounts.
    EditAccounts => Support;
    /// View and edit orders.
    EditOrders => Support;
    /// View the pipeline.
    ViewPipeline => Support | Sales;
    /// Move a presold order.
    MoveOrders => Support | Sales;
    /// Read the trail, check proofs.
    ReadTrail => Engineer | Admin;
    /// Invite staff and change roles.
    ManageStaff => Admin;
    /// Everybody with a session: own passkeys, sessions, activity.
    SignedIn => Support | Sales | Engineer | Admin;
}

/// What needs no session. Not a role's permission, so nobody is refused it.
#[derive(Debug)]
pub enum Anyone {}

/// What only a command on the server itself does.
#[derive(Debug)]
pub enum ServerCommand {}

/// One request as the server saw it: for the trail and the log, and the cookie it came with. Proves nothing yet.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Id of the request, 26 characters; also the incident id of its errors.
    pub id: String,
    /// The client's address.
    pub address: Option<String>,
    /// The client's `User-Agent`, at most 200 characters.
    pub agent: Option<String>,
    /// SHA-256 of the session cookie's value, hexadecimal.
    pub secret: Option<String>,
    /// Whether the function neither extends the session nor appends entries.
    pub background: bool,
    /// Whether a form asked, whose answer is a page.
    pub form: bool,
    /// Whose cookie it is, once that was looked up for this request, so that nobody looks twice; one of another cookie is
    /// not believed. Whatever ends in an entry or reads without one asks again at its end ([`Actor`]).
    pub presence: Option<Presence>,
}

/// A live session and its person, as read from the database in this request.
#[derive(Clone, Debug)]
pub struct Presence {
    /// What it was found by, as in [`Request::secret`].
    pub(crate) secret: String,
    pub(crate) staff: String,
    pub(crate) session: String,
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) epoch: i64,
    pub(crate) seen_at: i64,
    pub(crate) preferences: Preferences,
}

impl Presence {
    /// The person's id.
    #[must_use]
    pub fn staff(&self) -> &str {
        &self.staff
    }

    /// The session's public id.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// The person's base role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Who a page is rendered for.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        Viewer {
            staff: self.staff.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            role: self.role,
            preferences: self.preferences,
        }
    }
}

/// Who acts.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Staff(Presence),
    /// Somebody whose session may have ended since. Nothing is done for them: what they were refused is recorded.
    Refused(Presence),
    Nobody,
    Server,
}

impl Who {
    /// Whose session has to stand until what is done is on the trail.
    pub(crate) fn presence(&self) -> Option<&Presence> {
        match self {
            Self::Staff(presence) => Some(presence),
            Self::Refused(_) | Self::Nobody | Self::Server => None,
        }
    }
}

/// Proof that this member of staff held `P` when it was made. Only [`Desk::actor`] makes one;
/// every [`Work`] checks again under the lock it commits with.
#[derive(Debug)]
pub struct Actor<P> {
    desk: Desk,
    who: Who,
    request: Request,
    permission: PhantomData<fn() -> P>,
}

impl Desk {
    /// The person behind this request, if the session is alive.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence(&self, request: &Request) -> Result<Option<Presence>> {
        sessions::find(self, request).await
    }

    /// Checks the permission against session, person and role as they were read for this request.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a live session; [`Refusal::Permission`] when the role lacks `P`.
    pub async fn actor<P: Permission>(&self, request: &Request) -> Result<Actor<P>> {
        let presence = match &request.presence {
            Some(presence) if request.secret.as_ref() == Some(&presence.secret) => presence.clone(),
            _ => self.presence(request).await?.ok_or(Error::SignedOut)?,
        };
        if !P::ROLES.contains(&presence.role) {
            return Err(Refusal::Permission.into());
        }
        Ok(Actor { desk: self.clone(), who: Who::Staff(presence), request: request.clone(), permission: PhantomData })
    }

    /// Somebody without a session, for what needs none.
    #[must_use]
    pub fn anyone(&self, request: &Request) -> Actor<Anyone> {
        Actor { desk: self.clone(), who: Who::Nobody, request: request.clone(), permission: PhantomData }
    }

    /// A command run on the server. `tidy` allows it in the command line only.
    #[must_use]
    pub fn server_command(&self) -> Actor<ServerCommand> {
        let request = Request { id: self.clock().id(), ..Request::default() };
        Actor { desk: self.clone(), who: Who::Server, request, permission: PhantomData }
    }
}

impl Actor<MoveOrders> {
    /// Whether this person moves orders whoever owns them, not only their own and those without an owner.
    pub(crate) fn moves_any(&self) -> Result<bool> {
        Ok(self.presence()?.role == Role::Support)
    }
}

impl Actor<ViewPipeline> {
    /// As for [`MoveOrders`]: the pipeline says beside each order whether its viewer may move it.
    pub(crate) fn moves_any(&self) -> Result<bool> {
        Ok(self.presence()?.role == Role::Support)
    }
}

impl Actor<ReadTrail> {
    /// Whether this person may remove views that others have saved.
    pub(crate) fn removes_any(&self) -> Result<bool> {
        Ok(self.presence()?.role == Role::Admin)
    }
}

impl<P> Actor<P> {
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// The live session behind this actor.
    ///
    /// # Errors
    /// [`Error::SignedOut`] for actors without one.
    pub(crate) fn presence(&self) -> Result<&Presence> {
        self.who.presence().ok_or(Error::SignedOut)
    }

    /// Begins a write transaction.
    pub(crate) async fn begin(&self) -> Result<Work> {
        Work::begin(&self.desk, &self.who, &self.request, Start::Writing).await
    }

    /// Begins a write transaction that counts something before it decides (reveals of a day, tries of an hour, how many
    /// there are of a kind): it has everything before it in view, entries too ([`Work::trail`]), and nobody appends until
    /// it ends, so two at once cannot both find the last one free.
    pub(crate) async fn begin_counting(&self) -> Result<Work> {
        Work::begin(&self.desk, &self.who, &self.request, Start::Counting).await
    }

    /// Records what writes no row: a look at something.
    ///
    /// # Errors
    /// As [`Work::commit`].
    pub(crate) async fn record<A: Action>(&self, entry: Entry<A>) -> Result<Receipt<A>> {
        Work::look(&self.desk, &self.who, &self.request, entry).await
    }

    /// For reads that write no entry: after the last query, before anything is sent.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session ended meanwhile.
    pub(crate) async fn still_present(&self) -> Result<()> {
        let mut conn = self.desk.db().read().acquire().await?;
        sessions::recheck(&mut conn, self.presence()?, self.desk.clock()).await
    }
}

#[cfg(test)]
mod tests {
    use heliodesk_wire::Role;

    use super::{Request, SignedIn, ViewCustomers};
    use crate::{Error, Refusal, testing::both};

    #[tokio::test]
    async fn a_request_acts_for_its_own_cookie_whatever_was_looked_up() {
        for bed in both().await {
            let ada = bed.request_of(Role::Support, "ada@example.com").await;
            let leo = bed.request_of(Role::Sales, "leo@example.com").await;
            let found = bed.desk.presence(&ada).await.expect("reads");
            assert!(found.is_some());
            let own = Request { presence: found.clone(), ..ada };
            assert!(bed.desk.actor::<ViewCustomers>(&own).await.is_ok());
            let mixed = Request { presence: found.clone(), ..leo };
            let refused = bed.desk.actor::<ViewCustomers>(&mixed).await;
            assert!(matches!(refused, Err(Error::Forbidden(Refusal::Permission))));
            let without = Request { presence: found, ..Request::default() };
            assert!(matches!(bed.desk.actor::<SignedIn>(&without).await, Err(Error::SignedOut)));
        }
    }
}
