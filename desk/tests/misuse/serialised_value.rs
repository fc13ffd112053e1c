//! A personal value is not written into an answer but as what a reveal answers.
//! Must fail with: E0277 the trait bound `Pii<std::string::String>: serde::Serialize` is not satisfied
//! Must fail with: E0308 mismatched types: expected `Pii<String>`, found `&Pii<String>`
//! Must fail with: E0624 method `expose` is private
use heliodesk_desk::pii::Pii;

fn write(stored: &Pii<String>) -> String {
    serde_json::to_string(stored).expect("text")
}

fn copy(stored: &Pii<String>) -> Pii<String> {
    stored.clone()
}

fn take(stored: &Pii<String>) -> &str {
    stored.expose()
}

fn main() {}
