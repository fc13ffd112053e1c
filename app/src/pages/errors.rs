//! Pages that refuse: which rule, who may, what to do next. Nothing here quotes the address or what was sent.

use heliodesk_desk::policy;
use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;
use leptos::prelude::*;

use crate::components::{ButtonLink, Icon};
use crate::problem::Problem;
use crate::request::{path, request_id};
use crate::shell::home;

/// The content of an error page: heading, reason, incident id and a way on.
#[component]
pub fn Refusal(
    /// What happened.
    problem: Problem,
    /// Who is signed in, when somebody is.
    viewer: Option<Viewer>,
) -> impl IntoView {
    let meaning = problem.meaning();
    let icon = match meaning.status {
        401 | 403 => "lock",
        404 => "search",
        429 => "clock",
        _ => "alert",
    };
    let alert = (meaning.status >= 500).then_some("alert");
    let again = problem.retry_after.map(wait);
    let role = viewer.as_ref().filter(|_| problem.code == "forbidden").map(|viewer| {
        let may = policy::find(&path()).map(|row| format!("{} may open it. ", people(row.roles)));
        view! { <p>{may} "Your role is " <strong>{viewer.role.as_str()}</strong> "."</p> }
    });
    let way = match &viewer {
        Some(viewer) => {
            let (path, label) = home(viewer.role);
            view! { <ButtonLink href=path primary=true>{format!("Back to {label}")}</ButtonLink> }
        }
        // Nobody is known at an address that does not exist; the start page knows who is signed in.
        None if meaning.status == 404 => {
            view! { <ButtonLink href="/" primary=true>"Go to the start page"</ButtonLink> }
        }
        None => view! { <ButtonLink href="/sign-in" primary=true icon="key">"Sign in"</ButtonLink> },
    };
    let invitation = meaning.status == 404 && path().starts_with("/enroll/");
    let (title, sentence) = match invitation {
        true => (
            "This link does not work",
            "An invitation works once and for one hour. Ask an admin for a new one; with a passkey, just sign in.",
        ),
        false => (meaning.title, meaning.sentence),
    };
    let incident = request_id();
    let incident = (!incident.is_empty())
        .then(|| view! { <p class="incident">"Incident " <strong class="code">{incident}</strong></p> });
    view! {
        <section class="panel refusal" role=alert>
            <div class="empty">
                <Icon name=icon size=24/>
                <h1>{title}</h1>
                <p>{sentence}</p>
                {role}
                {again}
                {incident}
                <div class="row">{way}</div>
            </div>
        </section>
    }
}

/// The roles that may, as the beginning of a sentence: `Engineers and admins`.
fn people(roles: &[Role]) -> String {
    let names: Vec<_> = roles
        .iter()
        .map(|role| match role {
            Role::Support => "support agents",
            Role::Sales => "sales",
            Role::Engineer => "engineers",
            Role::Admin => "admins",
        })
        .collect();
    let words = match names.as_slice() {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    words[..1].to_uppercase() + &words[1..]
}

/// When the next try makes sense, in words.
fn wait(seconds: u64) -> impl IntoView {
    let words = match seconds {
        0..=1 => "in a second".to_owned(),
        2..=90 => format!("in {seconds} seconds"),
        _ => format!("in {} minutes", seconds.div_ceil(60)),
    };
    view! { <p>"The next try is possible " <strong>{words}</strong> "."</p> }
}
