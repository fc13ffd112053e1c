//! What can stand on the trail cannot be made elsewhere.
//! Must fail with: E0277
use heliodesk_desk::trail::Action;

struct Nothing;

impl Action for Nothing {
    const NAME: &'static str = "nothing.happened";
}

fn main() {}
