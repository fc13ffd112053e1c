//! What takes a touch has no entry without one.
//! Must fail with: E0277 the trait bound `FieldRevealed: trail::actions::Plain` is not satisfied
//! Must fail with: E0277 the trait bound `PasskeyRemoved: trail::actions::Plain` is not satisfied
use heliodesk_desk::trail::{CustomerViewed, Entry, FieldRevealed, PasskeyRemoved};

fn record(revealed: FieldRevealed, removed: PasskeyRemoved, viewed: CustomerViewed) {
    let _ = Entry::of(revealed);
    let _ = Entry::of(removed);
    let _ = Entry::of(viewed);
}

fn main() {}
