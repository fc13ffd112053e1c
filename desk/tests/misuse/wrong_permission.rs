//! Who may read the trail may not reveal.
//! Must fail with: E0308 mismatched types: expected `&Actor<RevealField>`, found `&Actor<ReadTrail>`
use heliodesk_desk::{access::{Actor, ReadTrail}, customers};
use heliodesk_wire::customers::RevealAsk;

async fn peek(engineer: &Actor<ReadTrail>, ask: RevealAsk) {
    let _ = customers::reveal(engineer, ask).await;
}

fn main() {}
