//! Only a ceremony gives a touch.
//! Must fail with: E0451
use heliodesk_desk::step_up::Touch;

fn forge() -> Touch {
    Touch { id: String::new(), target: "C-900001".to_owned(), first: None }
}

fn main() {}
