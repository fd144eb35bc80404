//! The frame of every page; the parts that stand in it come from [`touchstone_page::templates`].

mod layout;

pub use layout::{Layout, Nav, Robots, SiteFrame, page};
pub use touchstone_page::templates::*;
