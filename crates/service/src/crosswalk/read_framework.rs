//! A framework from files as somebody has them: tables, documents, and ZIP files that stand for those in them.

use touchstone_crosswalk::framework::{Form, Framework, Origin};

use super::{
    archive::{is_packed, unpacked},
    take_framework::FrameworkError,
};

/// A framework that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReadFramework {
    /// What it states.
    pub framework: Framework,
    /// The form that its files have.
    pub form: Form,
    /// Files of a ZIP file that no framework is read from, by name.
    pub passed_over: Vec<String>,
}

/// Reads files of one version together; their form is found out where nobody says it.
pub fn read_framework(
    files: &[Vec<u8>],
    mut form: Option<Form>,
    origin: Origin,
) -> Result<ReadFramework, FrameworkError> {
    let (mut inside, mut passed_over) = (Vec::new(), Vec::new());
    for file in files.iter().filter(|file| is_packed(file)) {
        let found = unpacked(file, form)?;
        form = Some(found.form);
        inside.extend(found.files);
        passed_over.extend(found.passed_over);
    }
    let plain = files.iter().filter(|file| !is_packed(file));
    let files: Vec<&[u8]> = plain.chain(&inside).map(Vec::as_slice).collect();
    let form = match form {
        Some(form) => form,
        None => Form::of(files.first().copied().unwrap_or_default())?,
    };
    let framework = form.read(&files, origin);
    Ok(ReadFramework {
        framework: framework.map_err(FrameworkError::Faulty)?,
        form,
        passed_over,
    })
}
