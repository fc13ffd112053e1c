//! A personal value is not written into an answer but as what a reveal answers.
//! Must fail with: E0277 E0308 E0624
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
