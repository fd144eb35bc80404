//! Which form a file has: told, or found out from what stands in it.

use serde_json::Value;

use super::{Framework, FrameworkFault, FrameworkReason, Origin, case, csv, ctdl, esco, onet, rsd};

/// A form in which frameworks are published.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Form {
    Onet,
    Esco,
    Case,
    Ctdl,
    Rsd,
    Csv,
}

/// Why no form was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormError {
    /// The file is none of the known forms.
    #[error(
        "this is neither O*NET, ESCO, CASE, CTDL-ASN, Rich Skill Descriptors nor a table: say which with the form"
    )]
    Unknown,
}

impl Form {
    /// All forms with their names on a command line.
    pub const ALL: [(&str, Self); 6] = [
        ("onet", Self::Onet),
        ("esco", Self::Esco),
        ("case", Self::Case),
        ("ctdl", Self::Ctdl),
        ("rsd", Self::Rsd),
        ("csv", Self::Csv),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, form)| *form == self)
            .map_or("", |(name, _)| name)
    }

    /// Finds out which form a file has.
    pub fn of(file: &[u8]) -> Result<Self, FormError> {
        let first = file.iter().find(|byte| !byte.is_ascii_whitespace());
        if !matches!(first, Some(b'{' | b'[')) {
            let Ok(text) = std::str::from_utf8(file) else {
                return Err(FormError::Unknown);
            };
            let head = text.lines().next().unwrap_or("");
            return match head {
                _ if head.contains("O*NET-SOC Code") || head.contains("DWA ID") => Ok(Self::Onet),
                _ if head.contains("conceptUri") || head.contains("occupationUri") => {
                    Ok(Self::Esco)
                }
                _ if head.contains([',', ';', '\t']) => Ok(Self::Csv),
                _ => Err(FormError::Unknown),
            };
        }
        let document: Value = serde_json::from_slice(file).map_err(|_| FormError::Unknown)?;
        let item = document.get(0).unwrap_or(&document);
        if document.get("CFDocument").is_some() {
            Ok(Self::Case)
        } else if item.get("skillStatement").is_some() {
            Ok(Self::Rsd)
        } else if document.get("@graph").is_some() || document.get("ceasn:name").is_some() {
            Ok(Self::Ctdl)
        } else if item.get("uri").is_some() {
            Ok(Self::Esco)
        } else {
            Err(FormError::Unknown)
        }
    }

    /// Reads files of this form. Only O*NET and ESCO come in several.
    pub fn read(self, files: &[&[u8]], origin: Origin) -> Result<Framework, Vec<FrameworkFault>> {
        let first = files.first().copied().unwrap_or_default();
        if files.len() > 1 && !matches!(self, Self::Onet | Self::Esco) {
            return Err(FrameworkFault::file(FrameworkReason::OneFile(
                self.name(),
                files.len(),
            )));
        }
        match self {
            Self::Onet => onet::read(files, origin),
            Self::Esco => esco::read(files, origin),
            Self::Case => case::read(first),
            Self::Ctdl => ctdl::read(first),
            Self::Rsd => rsd::read(first, origin),
            Self::Csv => csv::read(first, origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_of_a_form_of_one_file_are_refused_and_not_read_by_half() {
        let table = b"uri,label\nhttps://a.example/1,Turn\n";
        assert_eq!(
            Form::Csv
                .read(&[table], Origin::default())
                .map(|read| read.statements.len()),
            Ok(1)
        );
        for form in [Form::Csv, Form::Case, Form::Ctdl, Form::Rsd] {
            let faults = form.read(&[table, table], Origin::default()).unwrap_err();
            assert_eq!(faults[0].reason, FrameworkReason::OneFile(form.name(), 2));
        }
    }
}
