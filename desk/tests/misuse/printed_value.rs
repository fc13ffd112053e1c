//! A personal value is not printed.
//! Must fail with: E0277 `Pii<String>` doesn't implement `std::fmt::Display`
//! Must fail with: E0277 `Revealed` doesn't implement `std::fmt::Display`
//! Must fail with: E0277 `Typed` doesn't implement `std::fmt::Display`
use heliodesk_desk::pii::Pii;
use heliodesk_wire::{Revealed, Typed};

fn print(stored: &Pii<String>, shown: &Revealed, typed: &Typed) {
    println!("{stored}");
    println!("{shown}");
    println!("{typed}");
}

fn main() {}
