//! Files of the crosswalk: mapping sets and frameworks, with their faults in words.

use std::fmt::Display;

use anyhow::Result;
use touchstone_crosswalk::{
    framework::{Form, Origin},
    role::ReleasedSet,
    sssom::{MappingSet, Read},
};
use touchstone_service::crosswalk::{FrameworkError, ReadFramework, read_framework};

use super::super::{Ended, file};
use crate::{answer::plain, exit::Exit};

/// Bytes of the largest file: O*NET's largest table has two million.
const LARGEST: usize = 256 << 20;

pub(super) fn bytes(name: &str) -> Result<Vec<u8>> {
    file::read(name, LARGEST)
}

/// Whether the file is a mapping set: SSSOM/TSV, or its JSON.
pub(super) fn is_mapping_set(file: &[u8]) -> bool {
    let text = String::from_utf8_lossy(file);
    let first = text
        .lines()
        .find(|line| !line.starts_with('#'))
        .unwrap_or("");
    first
        .split('\t')
        .any(|column| column == "mapping_justification")
        || text.trim_start().starts_with('{') && text.contains("\"mapping_justification\"")
        || text.starts_with('#') && text.contains("mapping_set_id")
}

/// A mapping set, or all of its faults.
pub(super) fn mapping_set(name: &str, metadata: Option<&str>) -> Result<Read> {
    let file = bytes(name)?;
    let metadata = metadata.map(bytes).transpose()?;
    let json = file.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let read = match json {
        true => MappingSet::read_json(&file),
        false => MappingSet::read_external(&file, metadata.as_deref()),
    };
    read.map_err(|faults| faulty(name, &faults))
}

/// A mapping set that was released: it says which one it is, and in which version.
pub(super) fn released_set(name: &str) -> Result<ReleasedSet> {
    let set = mapping_set(name, None)?.set;
    ReleasedSet::new(set, Vec::new()).map_err(|fault| faulty(name, &[fault]))
}

/// A framework, or all of its faults.
pub(super) fn framework(
    names: &[String],
    form: Option<Form>,
    origin: Origin,
) -> Result<ReadFramework> {
    let files = names.iter().map(|name| bytes(name));
    let files = files.collect::<Result<Vec<_>>>()?;
    let name = names.join(", ");
    read_framework(&files, form, origin).map_err(|error| match error {
        FrameworkError::Faulty(faults) => faulty(&name, &faults),
        error => faulty(&name, &[error]),
    })
}

/// All faults of a file, one on each line.
fn faulty(name: &str, faults: &[impl Display]) -> anyhow::Error {
    let lines = faults.iter().map(|fault| plain(&format!("  {fault}")));
    let lines: Vec<String> = lines.collect();
    let message = format!(
        "{name}: {} to mend\n{}",
        count(faults.len(), "fault", "faults"),
        lines.join("\n")
    );
    Ended {
        message,
        exit: Exit::Data,
    }
    .into()
}

/// `1 fault`, `2 faults`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
