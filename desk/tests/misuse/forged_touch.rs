//! Only a ceremony gives a touch.
//! Must fail with: E0451 fields `id`, `target`, `first` and `given_at` of struct `Touch` are private
use heliodesk_desk::step_up::Touch;

fn forge() -> Touch {
    Touch { id: String::new(), target: "C-900001".to_owned(), first: None, given_at: 0 }
}

fn main() {}
