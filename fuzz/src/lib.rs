//! Input that nobody would send: a target for each parser that strangers reach, and for judging as a whole.
//!
//! A target is a function that panics where a promise is broken; that it neither hangs nor takes all memory is watched by
//! `touchstone-fuzz`, which breaks seeds in a way that a number decides, the same in each run: JSON by its structure, with the
//! words of the field, and anything by its bytes. The seeds are the published vectors. CI runs a few of each target,
//! `cargo xtask proof fuzz` ten minutes.
//!
//! What was found once stays in `fuzz/regressions/TARGET` and is tried by the tests. Start at [`TARGETS`].

pub mod genuine;
pub mod mutate;
pub mod random;
pub mod seeds;
mod targets;

/// One parser, or one walk through several.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: what is typed, and the folder of its regressions.
    pub name: &'static str,
    /// What holds for every input.
    pub claim: &'static str,
    /// Panics where that does not hold.
    pub run: fn(&[u8]),
    /// Inputs as they are meant, to be broken.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target, parsers before what is built on them.
pub const TARGETS: [Target; 44] = [
    targets::json::JSON,
    targets::json::JCS,
    targets::json_ld::JSON_LD,
    targets::json_ld::CONTEXT,
    targets::json_ld::N_QUADS,
    targets::text::MULTIBASE,
    targets::text::TIME,
    targets::did::DID,
    targets::did::DID_DOCUMENT,
    targets::recognition::DID_HISTORY,
    targets::recognition::REGISTER,
    targets::recognition::ENTITY_STATEMENT,
    targets::token::TOKEN,
    targets::status::BITSTRING,
    targets::status::STATUS_LIST,
    targets::carrier::PNG,
    targets::carrier::SVG,
    targets::carrier::PDF,
    targets::form::SCHEMA,
    targets::form::DATA_MODEL,
    targets::badge::OPEN_BADGES_2,
    targets::badge::CLR,
    targets::log::LOG_ENTRY,
    targets::log::BUNDLE,
    targets::log::CHECKPOINT,
    targets::log::TLOG_PROOF,
    targets::log::STATUS_PROOF,
    targets::log::TRUST_FILE,
    targets::anchor::TIME_STAMP,
    targets::anchor::OPENTIMESTAMPS,
    targets::anchor::ANCHOR_LINES,
    targets::crosswalk::SSSOM,
    targets::crosswalk::SSSOM_HEADER,
    targets::crosswalk::SSSOM_JSON,
    targets::crosswalk::FRAMEWORK,
    targets::crosswalk::FRAMEWORK_ARCHIVE,
    targets::form::LINT,
    targets::intake::SUPPLIED,
    targets::intake::CSV,
    targets::intake::BOUNCE,
    targets::whole::PRESENTATION,
    targets::whole::SIGN,
    targets::whole::VERIFY,
    targets::intake::DEFINITION,
];

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
