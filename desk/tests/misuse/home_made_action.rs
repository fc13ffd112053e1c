//! What can stand on the trail cannot be made elsewhere.
//! Must fail with: E0277 the trait bound `Nothing: trail::actions::sealed::Sealed` is not satisfied
use heliodesk_desk::trail::Action;

struct Nothing;

impl Action for Nothing {
    const NAME: &'static str = "nothing.happened";
}

fn main() {}
