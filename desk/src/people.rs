//! Members of staff for tests: invited, enrolled and signed in with a passkey in software, as a browser would.

use std::sync::Arc;

use heliodesk_wire::{
    Role,
    sign_in::{BeginAsk, Ceremony, EnrollAsk, FinishAsk, StepUpAsk},
};
use serde_json::{Value, json};
use tower_sessions_core::Session;
use webauthn_authenticator_rs::{WebauthnAuthenticator, softpasskey::SoftPasskey};
use webauthn_rs::prelude::Url;

use crate::{
    Desk, Result,
    access::{Actor, Anyone, Permission, Request, SignedIn},
    me,
    sessions::{Store, TICKET, secret},
    sign_in::{self, Began, Browser},
    staff, step_up,
    testing::Bed,
};

/// A person with a browser and an authenticator.
pub(crate) struct Member {
    pub(crate) desk: Desk,
    pub(crate) email: String,
    pub(crate) key: SoftPasskey,
    pub(crate) browser: Browser,
    pub(crate) request: Request,
}

/// A cookie for a session that waits for one, made the way `tower-sessions` makes it at the end of a request.
pub(crate) async fn cookie(desk: &Desk, session: &str) -> String {
    let cookie = Session::new(None, Arc::new(Store::new(desk.clone())), None);
    cookie.insert(TICKET, session).await.expect("takes the ticket");
    cookie.save().await.expect("gives the cookie");
    cookie.id().expect("has an id").to_string()
}

/// What an authenticator answers to creation options, as JSON text.
pub(crate) fn create(desk: &Desk, key: &mut SoftPasskey, options: &Ceremony<Value>) -> FinishAsk {
    let options = serde_json::from_value(json!({ "publicKey": options.public_key })).expect("creation options");
    let made = key.do_registration(origin(desk), options).expect("creates a passkey");
    FinishAsk { ceremony: String::new(), credential: serde_json::to_string(&made).expect("JSON") }
}

/// What an authenticator answers to request options, as JSON text.
pub(crate) fn get(desk: &Desk, key: &mut SoftPasskey, options: &Ceremony<Value>) -> FinishAsk {
    let ceremony = options.ceremony.clone();
    let options = serde_json::from_value(json!({ "publicKey": options.public_key })).expect("request options");
    let signed = key.do_authentication(origin(desk), options).expect("signs");
    FinishAsk { ceremony, credential: serde_json::to_string(&signed).expect("JSON") }
}

fn origin(desk: &Desk) -> Url {
    Url::parse(&desk.settings().origin).expect("the origin is a URL")
}

/// An invitation's token for this person.
pub(crate) async fn invite(desk: &Desk, email: &str, role: Role) -> Result<String> {
    let invitation = staff::invite(&desk.server_command(), email, "Ada Example", role, false).await?;
    Ok(invitation.link.rsplit('/').next().expect("a token").to_owned())
}

impl Member {
    /// Invites, enrols and signs in somebody whose address is the role's name.
    pub(crate) async fn join(bed: &Bed, role: Role) -> Self {
        Self::join_as(&bed.desk, &format!("{role}@example.com"), role).await
    }

    /// Invites, enrols and signs in somebody with this address.
    pub(crate) async fn join_as(desk: &Desk, email: &str, role: Role) -> Self {
        let token = invite(desk, email, role).await.expect("is invited");
        let request = Request { id: desk.clock().id(), address: Some("192.0.2.7".into()), ..Request::default() };
        let mut member = Self {
            desk: desk.clone(),
            email: email.to_owned(),
            key: SoftPasskey::new(true),
            browser: Browser::of(None),
            request,
        };
        let anyone = member.anyone();
        let options = sign_in::begin_enrolment(&anyone, &EnrollAsk { token }, &member.browser).await.expect("begins");
        let ask = FinishAsk { ceremony: options.ceremony.clone(), ..create(desk, &mut member.key, &options) };
        let began = sign_in::finish_enrolment(&anyone, &ask, &member.browser).await.expect("is enrolled");
        member.carry(&began.session).await;
        member
    }

    /// Takes the new cookie of this session.
    pub(crate) async fn carry(&mut self, session: &str) {
        self.request.secret = secret(&cookie(&self.desk, session).await);
    }

    /// This browser, before anybody is known.
    pub(crate) fn anyone(&self) -> Actor<Anyone> {
        self.desk.anyone(&self.request)
    }

    /// This person's proof of a permission, if they hold it.
    pub(crate) async fn actor<P: Permission>(&self) -> Result<Actor<P>> {
        self.desk.actor::<P>(&self.request).await
    }

    /// Begins a sign-in and signs, without finishing.
    pub(crate) async fn sign(&mut self) -> FinishAsk {
        let ask = BeginAsk { email: self.email.clone() };
        let options = sign_in::begin(&self.anyone(), &ask, &self.browser).await.expect("begins");
        get(&self.desk, &mut self.key, &options)
    }

    /// Signs in, from whatever state.
    pub(crate) async fn sign_in(&mut self) -> Result<Began> {
        let ask = self.sign().await;
        let began = sign_in::finish(&self.anyone(), &ask, &self.browser).await?;
        self.carry(&began.session).await;
        Ok(began)
    }

    /// Adds a passkey of another authenticator, with a touch of the one there is.
    pub(crate) async fn add_passkey(&mut self) -> Result<()> {
        let options = me::begin_passkey(&self.actor().await?).await?;
        self.touch("passkeys/finish", &options.ceremony).await?;
        let made = create(&self.desk, &mut SoftPasskey::new(true), &options);
        let ask = FinishAsk { ceremony: options.ceremony, ..made };
        me::finish_passkey(&self.actor().await?, &ask).await
    }

    /// Touches the passkey for one action on one target.
    pub(crate) async fn touch(&mut self, action: &str, target: &str) -> Result<()> {
        let ask = StepUpAsk { action: action.to_owned(), target: target.to_owned() };
        let options = step_up::begin(&self.actor::<SignedIn>().await?, &ask).await?;
        let signed = get(&self.desk, &mut self.key, &options);
        let renewed = step_up::finish(&self.actor::<SignedIn>().await?, &signed).await?;
        self.carry(&renewed.session).await;
        Ok(())
    }
}
