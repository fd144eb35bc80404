//! The example institution: who it is, what can be earned there, and who earned it. Filling it again changes nothing.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use touchstone_service::{
    World,
    issuing::{Description, ImageType, Mapping, MarkChange, preview},
    ports::Spooled,
};
use touchstone_store::TenantId;
use uuid::Uuid;

use crate::cli::{
    achievement, init,
    issue::{self, Issued, List},
};

/// The example institution.
pub(super) struct Example {
    pub(super) tenant: TenantId,
    pub(super) did: String,
    pub(super) name: String,
    pub(super) sign_in: String,
}

/// Founds the institution and makes its registrar a member.
pub(super) async fn institution(world: &World) -> Result<Example> {
    let about: Value = serde_json::from_str(INSTITUTION).context("sample institution")?;
    let text = |name: &str| about[name].as_str().map(str::to_owned);
    let name = text("name").context("sample institution: name")?;
    let description = Description {
        name: name.clone(),
        country: text("country"),
        legal_id: text("legalId"),
        website: text("website"),
        contact: text("contact"),
        mark: MarkChange::Set(ImageType::Svg, MARK.to_vec()),
    };
    let slug = text("slug").context("sample institution: slug")?;
    let (tenant, did) = init::founded(world, &slug, description).await?;
    let email = text("contact").context("sample institution: contact")?;
    let sign_in = init::sign_in_link(world, &tenant, "The registrar", &email).await?;
    Ok(Example {
        tenant,
        did,
        name,
        sign_in,
    })
}

/// Defines the three achievements; answers their short names.
pub(super) async fn achievements(world: &World, tenant: &TenantId) -> Result<Vec<String>> {
    let documents = ACHIEVEMENTS
        .iter()
        .map(|json| serde_json::from_str(json))
        .collect::<Result<Vec<Value>, _>>()?;
    let written = achievement::import(world, tenant, &documents).await?;
    Ok(written.into_iter().map(|one| one.slug).collect())
}

/// Takes in the list with faults; answers how many rows are faulty and the words of the first fault.
pub(super) async fn faulty_list(world: &World, tenant: &TenantId) -> Result<(u64, String)> {
    let batch = take_in(world, tenant, "cohort-faulty.csv", FAULTY).await?;
    let faulty = issue::Faulty::of(world, tenant, &batch).await?;
    let first = faulty
        .first
        .first()
        .and_then(|row| Some((row.line, row.faults.first()?)));
    let words = first.map_or_else(String::new, |(line, fault)| {
        format!("line {line}: {}", fault.message)
    });
    Ok((faulty.total, words))
}

/// Issues to the cohort; answers how many rows the list has and the credentials of its batch.
pub(super) async fn cohort(world: &World, tenant: &TenantId) -> Result<(i64, Vec<String>)> {
    let batch = take_in(world, tenant, "cohort.csv", COHORT).await?;
    let seen = preview(world, tenant, &batch)
        .await?
        .context("the batch is gone")?;
    let Issued::Credentials(issued) = issue::issue(world, tenant, &seen).await? else {
        bail!("the example cohort is held");
    };
    let issued = issued.iter().map(Uuid::to_string).collect();
    Ok((seen.batch.rows_total, issued))
}

const EARNED: &str = "precision-measurement";
const INSTITUTION: &str = include_str!("../../../sample/institution.json");
const MARK: &[u8] = include_bytes!("../../../sample/mark.svg");
const COHORT: &[u8] = include_bytes!("../../../sample/cohort.csv");
const FAULTY: &[u8] = include_bytes!("../../../sample/cohort-faulty.csv");
const ACHIEVEMENTS: [&str; 3] = [
    include_str!("../../../sample/achievements/precision-measurement.json"),
    include_str!("../../../sample/achievements/machining-to-drawing.json"),
    include_str!("../../../sample/achievements/machine-care.json"),
];

async fn take_in(world: &World, tenant: &TenantId, name: &str, bytes: &[u8]) -> Result<String> {
    let list = List {
        name,
        file: Spooled::in_memory(bytes, world.crypto),
        mapping: Mapping::default(),
    };
    issue::take_in(world, tenant, EARNED, list).await
}
