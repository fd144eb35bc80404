//! The targets, by what they read.

pub(crate) mod anchor;
pub(crate) mod badge;
pub(crate) mod carrier;
pub(crate) mod crosswalk;
pub(crate) mod did;
pub(crate) mod form;
pub(crate) mod intake;
pub(crate) mod json;
pub(crate) mod json_ld;
pub(crate) mod log;
pub(crate) mod recognition;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod whole;

/// Texts as seeds.
fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
