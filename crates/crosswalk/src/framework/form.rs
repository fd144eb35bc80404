//! Which form a file has: told, or found out from what stands in it.

use serde_json::Value;

use super::{
    File, Framework, FrameworkFault, FrameworkReason, Origin, Written, case, csv, ctdl, esco, onet,
    rsd,
};

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
        "this is neither O*NET, ESCO, CASE, CTDL, Rich Skill Descriptors nor a table: say which with the form"
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

    /// Whether a framework that was taken in as one of another form can be written as one of this. Of O*NET and ESCO is only what
    /// came from them; CASE and tables have a place for everything.
    pub fn writes(self, taken_as: Self) -> bool {
        !matches!(self, Self::Onet | Self::Esco) || self == taken_as
    }

    /// The form with this name.
    pub fn parse(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map(|(_, form)| *form)
    }

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
        } else if ["@graph", "ceasn:name", "ceterms:name"]
            .iter()
            .any(|key| document.get(key).is_some())
        {
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

    /// Whether a file of a collection is one that is read in this form, by its first line. The downloads of O*NET and ESCO have
    /// more tables than those.
    pub fn takes(self, head: &[u8]) -> bool {
        let line = head.split_inclusive(|byte| *byte == b'\n').next();
        let line = line.unwrap_or_default();
        match self {
            Self::Onet => onet::takes(line),
            Self::Esco => esco::takes(line),
            Self::Case | Self::Ctdl | Self::Rsd | Self::Csv => true,
        }
    }

    /// Writes files of this form: one, or several for O*NET and ESCO. `changed` is when the framework last changed, as CASE wants
    /// it of every part (RFC 3339).
    pub fn write(self, framework: &Framework, changed: &str) -> Written<Vec<File>> {
        let one = |text: String, lost| Written {
            document: vec![File {
                name: format!("{}.{}", self.name(), self.ending()),
                text,
            }],
            lost,
        };
        let pretty = |document: &Value| format!("{document:#}\n");
        match self {
            Self::Csv => one(csv::write(framework), Vec::new()),
            Self::Case => one(pretty(&case::write(framework, changed)), Vec::new()),
            Self::Ctdl => {
                let written = ctdl::write(framework);
                one(pretty(&written.document), written.lost)
            }
            Self::Rsd => {
                let written = rsd::write(framework);
                one(pretty(&written.document), written.lost)
            }
            Self::Onet => onet::write(framework),
            Self::Esco => esco::write(framework),
        }
    }

    /// How the name of what is written ends; what consists of several files is packed into one.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Onet | Self::Esco => "zip",
            Self::Csv => "csv",
            Self::Case | Self::Ctdl | Self::Rsd => "json",
        }
    }

    /// What is written in this form, as a media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ctdl => "application/ld+json",
            Self::Case | Self::Rsd => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Onet | Self::Esco => "application/zip",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_as_the_form_that_it_is() {
        let table = "uri,label,kind\nhttps://a.example/1,Éxaminer,task\n";
        let origin = Origin {
            uri: "https://a.example".into(),
            title: "Tasks".into(),
            ..Origin::default()
        };
        let framework = Form::Csv.read(&[table.as_bytes()], origin.clone()).unwrap();
        for form in [Form::Csv, Form::Case, Form::Ctdl, Form::Rsd] {
            let written = form.write(&framework, "2026-11-28T00:00:00Z").document;
            let [file] = &written[..] else {
                panic!("{form:?}: {written:?}")
            };
            let bytes = file.text.as_bytes();
            assert_eq!(Form::of(bytes), Ok(form));
            let again = form.read(&[bytes], origin.clone()).unwrap();
            assert_eq!(again.statements[0].label, "Éxaminer", "{form:?}");
        }
        assert!(Form::Case.writes(Form::Onet) && Form::Onet.writes(Form::Onet));
        assert!(!Form::Onet.writes(Form::Csv) && !Form::Esco.writes(Form::Onet));
        assert_eq!(Form::parse("rsd"), Some(Form::Rsd));
        assert_eq!(Form::parse("elm"), None);
    }

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
