//! Sign-in and enrolment: what needs no session yet.

use heliodesk_wire::sign_in::{BeginAsk, Ceremony, Done, EnrollAsk, FinishAsk};
use leptos::prelude::*;
use serde_json::Value;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::{cookies, request::anyone};

/// Begins a sign-in. An empty address stands for the one remembered on this device.
#[server(prefix = "/api", endpoint = "sign-in/begin")]
pub async fn begin_sign_in(ask: BeginAsk) -> Result<Ceremony<Value>, Problem> {
    let (ask, browser) = (cookies::or_remembered(ask), cookies::browser());
    let ceremony = heliodesk_desk::sign_in::begin(&anyone(), &ask, &browser).await?;
    cookies::keep_browser(&browser);
    Ok(ceremony)
}

/// Finishes a sign-in: the session begins.
#[server(prefix = "/api", endpoint = "sign-in/finish")]
pub async fn finish_sign_in(ask: FinishAsk) -> Result<Done, Problem> {
    let began = heliodesk_desk::sign_in::finish(&anyone(), &ask, &cookies::browser()).await?;
    cookies::carry(&began.session).await?;
    cookies::remember(&began.email);
    Ok(Done {})
}

/// Forgets the address remembered on this device.
#[server(prefix = "/api", endpoint = "sign-in/forget")]
pub async fn forget_email() -> Result<Done, Problem> {
    cookies::forget();
    Ok(Done {})
}

/// Begins the creation of the first passkey.
#[server(prefix = "/api", endpoint = "enroll/begin")]
pub async fn begin_enrolment(ask: EnrollAsk) -> Result<Ceremony<Value>, Problem> {
    let browser = cookies::browser();
    let ceremony = heliodesk_desk::sign_in::begin_enrolment(&anyone(), &ask, &browser).await?;
    cookies::keep_browser(&browser);
    Ok(ceremony)
}

/// Finishes the creation of the first passkey: the session begins.
#[server(prefix = "/api", endpoint = "enroll/finish")]
pub async fn finish_enrolment(ask: FinishAsk) -> Result<Done, Problem> {
    let began = heliodesk_desk::sign_in::finish_enrolment(&anyone(), &ask, &cookies::browser()).await?;
    cookies::carry(&began.session).await?;
    cookies::remember(&began.email);
    Ok(Done {})
}
