//! A personal value is not printed.
//! Must fail with: E0277
use heliodesk_desk::pii::Pii;
use heliodesk_wire::{Revealed, Typed};

fn print(stored: &Pii<String>, shown: &Revealed, typed: &Typed) {
    println!("{stored}");
    println!("{shown}");
    println!("{typed}");
}

fn main() {}
