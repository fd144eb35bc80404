//! `touchstone credential export`.

use std::{
    io::{IsTerminal, stdout},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_bundle::Bundle;
use touchstone_service::{
    World,
    holding::{self, CohortZip, Zipping},
};
use touchstone_store::{CredentialFilter, InstitutionRow};

use crate::{answer::Answer, cli::file, progress};

/// Write a credential as JSON, as a picture, or as a certificate on paper; the credential is inside each of them. With --batch, all
/// credentials of a batch as one ZIP file, with a table of who is in it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone credential export ID > credential.json
  touchstone credential export ID --format pdf --out certificate.pdf
  touchstone credential export ID --bundle --out ada.bundle
  touchstone credential export ID ID ID --bundle --out all-of-ada.bundle
  touchstone credential export ID --tlog-proof --out ada.tlog-proof
  touchstone credential export --batch BATCH --format json,pdf --out autumn.zip")]
pub(super) struct Export {
    /// The credential: its UUID, with or without urn:uuid:. Several for one bundle.
    #[arg(
        value_name = "ID",
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    id: Vec<String>,
    /// All credentials of this batch; `touchstone issue` names it.
    #[arg(long, value_name = "BATCH", requires = "out")]
    batch: Option<String>,
    /// As what; with --batch, several with commas between them.
    #[arg(long, default_value = "json", value_delimiter = ',')]
    format: Vec<Format>,
    /// The proof bundle: the credential with all that it takes to check it when this installation is gone; the same as --format bundle.
    #[arg(long, conflicts_with_all = ["format", "batch"])]
    bundle: bool,
    /// That its issuing is in the log, as a C2SP tlog-proof: its extra line is the salt of the commitment. `touchstone log verify` checks it.
    #[arg(long, conflicts_with_all = ["format", "batch", "bundle"])]
    tlog_proof: bool,
    /// Where to; standard output otherwise.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Format {
    Json,
    Png,
    Svg,
    Pdf,
    Bundle,
}

impl Format {
    fn of_file(self) -> holding::Format {
        match self {
            Self::Json => holding::Format::Json,
            Self::Png => holding::Format::Png,
            Self::Svg => holding::Format::Svg,
            Self::Pdf => holding::Format::Pdf,
            Self::Bundle => holding::Format::Bundle,
        }
    }
}

impl Export {
    pub(super) async fn run(self, world: &World, institution: &InstitutionRow) -> Result<Answer> {
        let mut formats = Vec::new();
        let named = match self.bundle {
            true => vec![Format::Bundle],
            false => self.format,
        };
        for format in named {
            let format = format.of_file();
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        match (&*self.id, self.batch, self.out) {
            ([id], _, out) if self.tlog_proof => proof(world, institution, id, out).await,
            ([id], _, out) => one(world, institution, id, &formats, out).await,
            ([], Some(batch), Some(out)) => {
                let tenant = institution.id.clone();
                let order = Zipping {
                    tenant,
                    batch,
                    formats,
                };
                all(world, order, &out).await
            }
            ([_, _, ..], _, out) if formats == [holding::Format::Bundle] && !self.tlog_proof => {
                several(world, institution, &self.id, out).await
            }
            ([_, _, ..], ..) => {
                bail!("several credentials are written as one file with --bundle only")
            }
            _ => bail!("name a credential, or a batch with --batch and a file with --out"),
        }
    }
}

async fn several(
    world: &World,
    institution: &InstitutionRow,
    ids: &[String],
    out: Option<PathBuf>,
) -> Result<Answer> {
    let ids: Vec<String> = ids.iter().map(|id| super::plain(id)).collect();
    let bytes = holding::export_bundle(world, &institution.id, &ids).await?;
    let bytes = bytes.map_err(|id| super::not_issued(institution, &id))?;
    let Some(out) = out else {
        return Ok(Answer::document(bytes));
    };
    file::write_new(&out, &bytes)?;
    let held = Bundle::parse(&bytes)?.credentials.len();
    let mut text = format!("{} holds {held} credentials.", out.display());
    let quorum = quorum(world, &bytes, &mut text).await?;
    Ok(Answer::new(
        text,
        json!({ "credentials": held, "file": out, "bytes": bytes.len(), "quorum": quorum }),
    ))
}

async fn one(
    world: &World,
    institution: &InstitutionRow,
    id: &str,
    formats: &[holding::Format],
    out: Option<PathBuf>,
) -> Result<Answer> {
    let &[format] = formats else {
        bail!("one credential is written in one format; name one, or use --batch");
    };
    let row = super::find(world, institution, id).await?;
    let bytes = holding::file(world, &row, format).await?;
    let Some(out) = out else {
        let text = matches!(
            format,
            holding::Format::Json | holding::Format::Svg | holding::Format::Bundle
        );
        if !text && stdout().is_terminal() {
            bail!("this is no text for a terminal; name a file with --out");
        }
        return Ok(Answer::document(bytes));
    };
    file::write_new(&out, &bytes)?;
    let mut text = format!("{} holds the credential.", out.display());
    let quorum = match format {
        holding::Format::Bundle => quorum(world, &bytes, &mut text).await?,
        _ => None,
    };
    Ok(Answer::new(
        text,
        json!({ "id": format!("urn:uuid:{}", row.id), "file": out, "bytes": bytes.len(), "quorum": quorum }),
    ))
}

async fn proof(
    world: &World,
    institution: &InstitutionRow,
    id: &str,
    out: Option<PathBuf>,
) -> Result<Answer> {
    let row = super::find(world, institution, id).await?;
    let bundle = holding::file(world, &row, holding::Format::Bundle).await?;
    let bundle = Bundle::parse(&bundle)?;
    let logged = bundle.credentials.first();
    let proof = logged.and_then(|logged| bundle.tlog_proof(logged));
    let proof = proof.context("the bundle of the credential has no proof of it")?;
    let bytes = proof.to_string().into_bytes();
    let Some(out) = out else {
        return Ok(Answer::document(bytes));
    };
    file::write_new(&out, &bytes)?;
    Ok(Answer::new(
        format!(
            "{} proves that entry {} of the log says of its issuing.",
            out.display(),
            proof.index
        ),
        json!({ "id": format!("urn:uuid:{}", row.id), "file": out, "bytes": bytes.len(), "index": proof.index }),
    ))
}

/// Says whether enough witnesses have seen the checkpoint of a proof bundle. `None` where nobody is asked.
async fn quorum(world: &World, bundle: &[u8], text: &mut String) -> Result<Option<&'static str>> {
    Ok(match witnessed(world, bundle).await? {
        Some(true) => Some("reached"),
        Some(false) => {
            text.push_str(
                "\nPending: fewer witnesses than log.quorum asks for have seen this checkpoint as yet. It can be checked, and made again later; \
                 `touchstone doctor` says what the witnesses answered.",
            );
            Some("pending")
        }
        None => None,
    })
}

async fn witnessed(world: &World, bundle: &[u8]) -> Result<Option<bool>> {
    if !world.witnesses.policy.asks_for_witnesses() {
        return Ok(None);
    }
    let bundle = Bundle::parse(bundle)?;
    let signed = touchstone_tlog::SignedCheckpoint::parse(bundle.checkpoint.as_bytes())?;
    Ok(Some(
        touchstone_service::logging::has_quorum(world, &signed).await?,
    ))
}

async fn all(world: &World, order: Zipping, out: &Path) -> Result<Answer> {
    let filter = CredentialFilter {
        batch: Some(order.batch.clone()),
        ..CredentialFilter::default()
    };
    let total = world
        .store
        .read()
        .count_credentials(&order.tenant, &filter)
        .await?;
    let batch = order.batch.clone();
    let mut zip = CohortZip::open(world, order)
        .await
        .with_context(|| format!("batch {batch}"))?;
    let mut file = file::NewFile::begin(out)?;
    let bar = progress::bar("writing", total);
    let mut written = 0;
    while let Some(bytes) = zip.next().await? {
        file.write(&bytes)?;
        written += bytes.len();
        bar.reached(zip.done());
    }
    file.finish()?;
    Ok(Answer::new(
        format!("{} holds {total} credentials.", out.display()),
        json!({ "batch": batch, "credentials": total, "file": out, "bytes": written }),
    ))
}
