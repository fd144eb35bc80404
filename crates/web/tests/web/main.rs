//! The pages and everything around them, as readers and programs meet them.

mod edge;
mod journey;
mod sample;
mod site;
mod verify_page;
mod verify_read;
mod verify_upload;
