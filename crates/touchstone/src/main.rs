//! The Touchstone binary.
fn main() {}
