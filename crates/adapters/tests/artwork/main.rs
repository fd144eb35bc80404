//! What a press draws, looked at with other people's eyes: a PNG decoder, an SVG parser, Poppler, a QR reader.

#![allow(clippy::unwrap_used)] // A test that panics has failed.

mod badge;
mod certificate;
mod eyes;
mod mark;
