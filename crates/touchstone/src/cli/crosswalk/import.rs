//! `touchstone crosswalk import`: read a framework or a mapping set, say what it holds, write it in another form.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::ValueEnum;
use serde_json::{Map, json};
use touchstone_adapters::SystemClock;
use touchstone_crosswalk::framework::{Form, Loss, Origin};
use touchstone_service::{
    crosswalk::{ReadFramework, packed},
    ports::Clock,
};

use super::{
    super::file,
    input::{bytes, count, framework, is_mapping_set, mapping_set},
};
use crate::answer::Answer;

/// Read a framework or a mapping set, say what it holds, and write it in another form.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The form is found out from the file; --form says it. O*NET and ESCO take several files of one version together, or the ZIP file of the download. \
Tables do not say what they are of: --uri, --title and --version do. What a form has no place for is counted and told.

Examples:
  touchstone crosswalk import Occupations.txt Tasks.txt DWA.txt --uri https://www.onetcenter.org/database.html --version 29.3
  touchstone crosswalk import db_29_3_text.zip --uri https://www.onetcenter.org/database.html --as onet --out onet.zip
  touchstone crosswalk import skills.json --out skills.csv
  touchstone crosswalk import framework.csv --uri https://example.edu/welding --title Welding --as case --out welding.json
  touchstone crosswalk import welding.sssom.json --out welding.sssom.tsv

Exit codes: 0 read, 1 failed, 65 faults.")]
pub(super) struct Import {
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// Which form they have [default: found out].
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,
    /// What identifies the framework, where its file does not say it.
    #[arg(long, value_name = "URI", default_value = "urn:framework")]
    uri: String,
    /// What it is called, where its file does not say it.
    #[arg(long, value_name = "TITLE", default_value = "")]
    title: String,
    /// Its version, where its file does not say it.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Write it here; a file that is there is not replaced.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The form to write [default: csv]; onet and esco are several files in one ZIP file.
    #[arg(long = "as", value_name = "FORM", requires = "out")]
    write_as: Option<FormName>,
}

/// A form on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormName {
    Onet,
    Esco,
    Case,
    Ctdl,
    Rsd,
    Csv,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::Onet => Self::Onet,
            FormName::Esco => Self::Esco,
            FormName::Case => Self::Case,
            FormName::Ctdl => Self::Ctdl,
            FormName::Rsd => Self::Rsd,
            FormName::Csv => Self::Csv,
        }
    }
}

impl Import {
    pub(super) fn run(self) -> Result<Answer> {
        if self.form.is_none() && self.files.len() == 1 && is_mapping_set(&bytes(&self.files[0])?) {
            return self.mapping_set();
        }
        let origin = Origin {
            uri: self.uri.clone(),
            title: self.title.clone(),
            version: self.version.clone(),
            ..Origin::default()
        };
        let ReadFramework {
            framework,
            form: read_as,
            passed_over,
        } = framework(&self.files, self.form.map(Form::from), origin)?;
        let mut text = format!(
            "{}{}: {}\n",
            if framework.origin.title.is_empty() {
                &framework.origin.uri
            } else {
                &framework.origin.title
            },
            framework
                .origin
                .version
                .as_ref()
                .map_or_else(String::new, |version| format!(" {version}")),
            count(framework.statements.len(), "statement", "statements"),
        );
        let mut kinds = Map::new();
        for (kind, number) in framework.counts() {
            text.push_str(&format!("  {kind:<12} {number}\n"));
            kinds.insert(kind.word().to_owned(), json!(number));
        }
        if !passed_over.is_empty() {
            let files = count(passed_over.len(), "file", "files");
            text.push_str(&format!(
                "  not read, because no framework is made of them: {files}\n"
            ));
        }
        let mut lost = Vec::new();
        if let Some(out) = &self.out {
            let form = self.write_as.map_or(Form::Csv, Form::from);
            ensure!(
                form.writes(read_as),
                "--as {0}: a framework is written as {0} only if it was read as {0}; csv and case have a place for everything",
                form.name()
            );
            let written = form.write(&framework, &SystemClock.now().to_string());
            file::write_new(out, &packed(form, written.document)?)?;
            text.push_str(&format!("{} holds it as {}.\n", out.display(), form.name()));
            for Loss { field, statements } in written.lost {
                let of = count(statements, "statement", "statements");
                text.push_str(&format!(
                    "  not in it, for want of a place: {field} of {of}\n"
                ));
                lost.push(json!({ "field": field, "statements": statements }));
            }
        }
        Ok(Answer::new(
            text,
            json!({
                "uri": framework.origin.uri,
                "title": framework.origin.title,
                "version": framework.origin.version,
                "statements": framework.statements.len(),
                "kinds": kinds,
                "out": self.out,
                "lost": lost,
                "passedOver": passed_over,
            }),
        ))
    }

    fn mapping_set(self) -> Result<Answer> {
        let read = mapping_set(&self.files[0], None)?;
        let hash = read.set.sha256()?;
        let mut text = format!(
            "{}: {}, SHA-256 {hash}\n",
            read.set.title().unwrap_or(&self.files[0]),
            count(read.set.mappings().len(), "mapping", "mappings"),
        );
        if let Some(out) = &self.out {
            let json = out.extension().is_some_and(|end| end == "json");
            let document = match json {
                true => format!("{:#}\n", read.set.to_json()?),
                false => read.set.canonical()?,
            };
            file::write_new(out, document.as_bytes())?;
            text.push_str(&format!("{} holds it in canonical form.\n", out.display()));
        }
        Ok(Answer::new(
            text,
            json!({ "id": read.set.id(), "mappings": read.set.mappings().len(), "sha256": hash, "out": self.out }),
        ))
    }
}
