//! The pages and everything around them, as readers and programs meet them.

mod edge;
mod sample;
mod verify_page;
mod verify_read;
mod verify_upload;
