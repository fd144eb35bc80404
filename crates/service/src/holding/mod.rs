//! What holders do with what they earned: claim, keep, show, take back from view.

mod deliver;
mod letter;
mod remind;

pub use deliver::{DeliverError, deliver_due};
pub use remind::{RemindError, remind};
