//! `touchstone achievement`: what can be earned.

mod lint;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};
use touchstone_service::{
    World,
    issuing::{self, Definition, DefinitionOrder, ExchangeForm, Import, Imported, Outcome, define},
};

use super::{Global, file, institution};
use crate::{
    answer::{Answer, table},
    installation::Installation,
};

/// Define, list, show and import achievements.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An achievement is one JSON document; docs/formats/achievement.md describes it. Once something was issued under a version, the version \
never changes: importing a changed document makes the next one.

Examples:
  touchstone achievement import measuring.json machining.json
  touchstone achievement import micro-credential.jsonld
                                           a specification or credential of the European Learning Model
  touchstone achievement list
  touchstone achievement show measuring --json > measuring.json
  touchstone achievement show measuring --format elm > measuring.elm.json
  touchstone achievement lint measuring --profile tmc-application
  touchstone achievement profile eu-mc measuring
                                           from now on nothing is issued that is not ready for it
  touchstone achievement add --slug first-aid --name \"First aid\" --description \"Dress wounds and resuscitate.\" \\
      --criteria \"A two-day course and a practical test.\" --assessment \"Practical test\" --names-learner")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(Add),
    /// List achievements with their latest version.
    List,
    Show(Show),
    Import(ImportFiles),
    Lint(lint::Lint),
    Profile(lint::Choose),
}

/// Define a new achievement from the command line; `import` takes whole documents.
#[derive(Debug, clap::Args)]
struct Add {
    /// Short name in addresses, which never changes.
    #[arg(long, value_name = "SLUG")]
    slug: String,
    /// Name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What whoever earned it can do: starts with a verb, so that "NAME can" goes before it.
    #[arg(long, value_name = "WORDS")]
    description: String,
    /// What has to be done to earn it, in Markdown.
    #[arg(long, value_name = "MARKDOWN")]
    criteria: String,
    /// How it is assessed.
    #[arg(long, value_name = "WORDS")]
    assessment: String,
    /// Its kind, as Open Badges name it.
    #[arg(long, value_name = "TYPE", default_value = "MicroCredential")]
    kind: String,
    /// Language of these words (BCP 47).
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    /// The learner's name stands in the credential, in the clear.
    #[arg(long)]
    names_learner: bool,
    /// It can be suspended and reinstated.
    #[arg(long)]
    allows_suspension: bool,
    /// It ends this many months after the award.
    #[arg(long, value_name = "MONTHS")]
    valid_for_months: Option<u32>,
}

/// Show an achievement: with --json the document itself, which `import` reads again.
#[derive(Debug, clap::Args)]
struct Show {
    /// Its short name.
    #[arg(value_name = "SLUG")]
    slug: String,
    /// Which version [default: the latest].
    #[arg(long, value_name = "NUMBER")]
    version: Option<i64>,
    /// Write it for other systems: json-ld (Open Badges 3.0), ctdl, case (1.1) or elm (European Learning Model 3) [default: the definition].
    #[arg(long, value_name = "FORM")]
    format: Option<Format>,
}

/// A form on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Ctdl,
    Case,
    Elm,
    JsonLd,
}

/// Define what is new and revise what is known: all of the documents, or none. A document of the European Learning Model (a
/// specification, or a European Digital Credential) defines what is new.
#[derive(Debug, clap::Args)]
struct ImportFiles {
    /// Documents, each one achievement or a list of them, or one of the European Learning Model; - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Add(add) => add.run(global).await,
            What::List => list(global).await,
            What::Show(show) => show.run(global).await,
            What::Import(files) => files.run(global).await,
            What::Lint(lint) => lint.run(global).await,
            What::Profile(choose) => choose.run(global).await,
        }
    }
}

impl Add {
    async fn run(self, global: &Global) -> Result<Answer> {
        let document = json!({
            "slug": self.slug,
            "name": self.name,
            "description": self.description,
            "achievementType": self.kind,
            "criteria": { "narrative": self.criteria },
            "inLanguage": self.language,
            "assessmentMethod": self.assessment,
            "namesLearner": self.names_learner,
            "allowsSuspension": self.allows_suspension,
            "validForMonths": self.valid_for_months,
        });
        let definition =
            Definition::from_json(document.to_string().as_bytes()).context("the achievement")?;
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        let order = DefinitionOrder {
            tenant: institution.id,
            actor: institution::actor(),
            definition,
            seen: None,
        };
        let imported = Imported {
            written: define(&world, &order).await?,
            left_out: Vec::new(),
        };
        Ok(answer(&[imported]))
    }
}

impl ImportFiles {
    async fn run(self, global: &Global) -> Result<Answer> {
        let mut documents = Vec::new();
        for path in &self.files {
            let name = path.to_str().context("a file's name is not text")?;
            let bytes = file::read(name, LARGEST)?;
            match serde_json::from_slice(&bytes)
                .with_context(|| format!("file {name}: this is not JSON"))?
            {
                Value::Array(many) => documents.extend(many),
                one => documents.push(one),
            }
        }
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        let written = import(&world, &institution.id, &documents).await?;
        Ok(answer(&written))
    }
}

/// Defines or revises all of these documents, or none.
pub(super) async fn import(
    world: &World,
    tenant: &touchstone_store::TenantId,
    documents: &[Value],
) -> Result<Vec<Imported>> {
    let json = serde_json::to_vec(documents)?;
    let order = Import {
        tenant: tenant.clone(),
        actor: institution::actor(),
        json,
    };
    Ok(issuing::import(world, &order).await?)
}

impl Show {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, institution) = institution::open(global).await?;
        institution::achievement(&world, &institution, &self.slug).await?;
        if let Some(format) = self.format {
            let form = match format {
                Format::Ctdl => ExchangeForm::Ctdl,
                Format::Case => ExchangeForm::Case,
                Format::Elm => ExchangeForm::Elm,
                Format::JsonLd => ExchangeForm::JsonLd,
            };
            let written =
                issuing::exchange(&world, &institution.id, &self.slug, self.version, form).await?;
            let written = written.with_context(|| format!("{} has no such version", self.slug))?;
            // Beside the document, which may be piped.
            if !written.lost.is_empty() {
                eprintln!(
                    "not in it, for want of a place: {}",
                    written.lost.join(", ")
                );
            }
            return Ok(Answer::document(written.text.into_bytes()));
        }
        let found = issuing::achievement(&world, &institution.id, &self.slug, self.version).await?;
        let found = found.with_context(|| format!("{} has no such version", self.slug))?;
        let definition = &found.definition;
        let levels = definition
            .rubric
            .as_ref()
            .map_or_else(String::new, |rubric| {
                rubric
                    .levels
                    .iter()
                    .map(|level| format!("\n  {} {}", level.level, level.name))
                    .collect()
            });
        let text = format!(
            "{} ({}, version {}{})\n{}{levels}",
            definition.name,
            found.achievement.slug,
            found.version.version,
            if found.version.issued_under_at.is_some() {
                ", issued under"
            } else {
                ""
            },
            definition.description,
        );
        Ok(Answer::new(
            text,
            serde_json::from_str(&found.version.document)?,
        ))
    }
}

async fn list(global: &Global) -> Result<Answer> {
    let (world, institution) = institution::open(global).await?;
    let listed = issuing::achievements(&world, &institution.id).await?;
    let rows: Vec<_> = listed
        .iter()
        .map(|one| {
            [
                one.achievement.slug.clone(),
                one.version.version.to_string(),
                one.definition.name.clone(),
            ]
        })
        .collect();
    let json: Vec<_> = listed
        .iter()
        .map(|one| {
            json!({
                "id": one.achievement.id, "slug": one.achievement.slug, "version": one.version.version,
                "name": one.definition.name, "issuedUnder": one.version.issued_under_at.is_some(),
            })
        })
        .collect();
    Ok(Answer::new(
        table(["slug", "version", "name"], &rows),
        json!({ "achievements": json }),
    ))
}

fn answer(imported: &[Imported]) -> Answer {
    let word = |outcome| match outcome {
        Outcome::Defined => "defined",
        Outcome::NewVersion => "new version",
        Outcome::Replaced => "replaced",
        Outcome::Unchanged => "unchanged",
    };
    let rows: Vec<_> = imported
        .iter()
        .map(|Imported { written, left_out }| {
            let left_out = match left_out.is_empty() {
                true => String::new(),
                false => format!(", left out: {}", left_out.join(", ")),
            };
            [
                written.slug.clone(),
                written.version.to_string(),
                format!("{}{left_out}", word(written.outcome)),
            ]
        })
        .collect();
    let json: Vec<_> = imported
        .iter()
        .map(|Imported { written, left_out }| {
            json!({
                "id": written.achievement, "slug": written.slug, "version": written.version,
                "outcome": word(written.outcome), "leftOut": left_out,
            })
        })
        .collect();
    Answer::new(
        table(["slug", "version", ""], &rows),
        json!({ "achievements": json }),
    )
}

const LARGEST: usize = 32 << 20;
