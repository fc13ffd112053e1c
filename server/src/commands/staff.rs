//! `heliodesk staff`: invite somebody, which is also how the first admin comes to be.

use clap::{Args, Subcommand};
use heliodesk_desk::staff;
use heliodesk_wire::Role;

use super::say;
use crate::{failure::Failure, opening, settings::Settings};

/// What to do about the people who sign in.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// Print an enrolment link, good for one hour and one passkey.
    Invite(Invite),
}

/// Whom to invite.
#[derive(Debug, Args)]
pub struct Invite {
    /// Their work e-mail address.
    #[arg(long)]
    email: String,
    /// Their name.
    #[arg(long)]
    name: String,
    /// support, sales, engineer or admin (admin only while no admin is active).
    #[arg(long, value_parser = role)]
    role: Role,
    /// For the day when no admin can sign in: takes the person's passkeys and sessions away and invites them anew.
    #[arg(long)]
    recover: bool,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|_| "is none of support, sales, engineer, admin".to_owned())
}

impl Staff {
    /// Prints the link.
    ///
    /// # Errors
    /// Why that person may not have one.
    pub async fn run(self, settings: &Settings) -> Result<(), Failure> {
        let Self::Invite(Invite { email, name, role, recover }) = self;
        let desk = opening::checked(settings).await?;
        let invited = staff::invite(&desk.server_command(), &email, &name, role, recover).await;
        desk.close().await;
        say(invited.map_err(refused)?.link)
    }
}

/// Says what is in the way in words.
fn refused(error: heliodesk_desk::Error) -> Failure {
    let heliodesk_desk::Error::Invalid(fields) = &error else { return error.into() };
    let says = [
        ("role", "admin_active", "an admin is active and can invite; --recover is for when none can sign in"),
        ("role", "other_role", "this person has another role"),
        ("email", "has_passkey", "this person has a passkey and needs no link; --recover replaces a lost one"),
        ("email", "locked", "this person is locked"),
    ];
    let known = says.iter().find(|(field, code, _)| fields.code(field) == Some(code));
    known.map_or_else(|| error.into(), |(_, _, words)| Failure::failed(*words))
}
