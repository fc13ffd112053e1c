//! Nothing else can stand for a touch.
//! Must fail with: E0603 trait `Touched` is private
struct Nobody;

impl heliodesk_desk::trail::Touched for Nobody {}

fn main() {}
