//! The border to JavaScript: room for what comes in, one call, the place of what goes out.
//!
//! Plain numbers instead of generated glue, so that what crosses can be read in a minute. Call in this order:
//! `room_for_file(length)` and `room_for_inputs(length)`, each giving where to write so many bytes; `check()`, giving the length of
//! the answer; `answer()`, giving where it stands until the next call. All text is UTF-8.
#![expect(
    unsafe_code,
    reason = "an exported name is `#[unsafe(no_mangle)]`; no block here is unsafe"
)]

use std::cell::RefCell;

#[cfg(not(feature = "whole"))]
use crate::check as judge;
#[cfg(feature = "whole")]
use crate::check_whole as judge;

#[derive(Default)]
struct Desk {
    file: Vec<u8>,
    inputs: Vec<u8>,
    answer: String,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Room for the file: where to write `length` bytes of it.
#[unsafe(no_mangle)]
extern "C" fn room_for_file(length: usize) -> *mut u8 {
    DESK.with_borrow_mut(|desk| room(&mut desk.file, length))
}

/// Room for the inputs: where to write `length` bytes of JSON.
#[unsafe(no_mangle)]
extern "C" fn room_for_inputs(length: usize) -> *mut u8 {
    DESK.with_borrow_mut(|desk| room(&mut desk.inputs, length))
}

/// Checks what was written. Gives the length of the answer.
#[unsafe(no_mangle)]
extern "C" fn check() -> usize {
    DESK.with_borrow_mut(|desk| {
        desk.answer = judge(&desk.file, &desk.inputs);
        desk.file = Vec::new();
        desk.answer.len()
    })
}

/// Where the answer stands.
#[unsafe(no_mangle)]
extern "C" fn answer() -> *const u8 {
    DESK.with_borrow(|desk| desk.answer.as_ptr())
}

fn room(bytes: &mut Vec<u8>, length: usize) -> *mut u8 {
    bytes.clear();
    bytes.resize(length, 0);
    bytes.as_mut_ptr()
}
