//! Files of the crosswalk: mapping sets and frameworks, with their faults in words.

use std::fmt::Display;

use anyhow::Result;
use touchstone_crosswalk::{
    framework::{Form, Framework, Origin},
    sssom::{MappingSet, Read},
};
use touchstone_service::crosswalk::{is_packed, unpacked};

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

/// A framework that was read.
pub(super) struct ReadFramework {
    pub(super) framework: Framework,
    /// The form that its files have.
    pub(super) form: Form,
    /// Files of a ZIP file that none is read from, by name.
    pub(super) passed_over: Vec<String>,
}

/// A framework, or all of its faults.
pub(super) fn framework(
    names: &[String],
    mut form: Option<Form>,
    origin: Origin,
) -> Result<ReadFramework> {
    let (mut files, mut passed_over) = (Vec::new(), Vec::new());
    for name in names {
        let file = bytes(name)?;
        if !is_packed(&file) {
            files.push(file);
            continue;
        }
        let found = unpacked(&file, form).map_err(|error| faulty(name, &[error]))?;
        form = Some(found.form);
        files.extend(found.files);
        passed_over.extend(found.passed_over);
    }
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let name = names.join(", ");
    let form = match form {
        Some(form) => form,
        None => Form::of(files.first().copied().unwrap_or_default())
            .map_err(|error| faulty(&name, &[error]))?,
    };
    let read = form.read(&files, origin);
    Ok(ReadFramework {
        framework: read.map_err(|faults| faulty(&name, &faults))?,
        form,
        passed_over,
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
