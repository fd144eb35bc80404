//! The example institution: who it is, what can be earned there, who earned it, and a role that asks for it. Filling it again changes
//! nothing.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use touchstone_service::{
    World,
    crosswalk::{
        Form, FrameworkOrder, KeptRole, Origin, RoleOrder, TaskOrder, frameworks, roles,
        take_framework, write_role,
    },
    issuing::{Description, ImageType, Mapping, MarkChange, preview},
    ports::Spooled,
};
use touchstone_store::TenantId;
use uuid::Uuid;

use crate::cli::{
    achievement, init,
    institution::actor,
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
    let (tenant, did) = init::founded(world, &slug, description, None).await?;
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
    Ok(written.into_iter().map(|one| one.written.slug).collect())
}

/// A role of the example, and what its source asks to be said.
pub(super) struct Occupation {
    pub(super) role: KeptRole,
    pub(super) attribution: String,
}

/// Takes in the tasks of an occupation as a framework, and describes a role by them that everybody may read for.
pub(super) async fn role(world: &World, tenant: &TenantId) -> Result<Occupation> {
    let about: Value = serde_json::from_str(ROLE).context("sample role")?;
    let text = |value: &Value, member: &str| -> Result<String> {
        let found = value[member].as_str().map(str::to_owned);
        found.with_context(|| format!("sample role: {member}"))
    };
    let (code, title) = (text(&about, "code")?, text(&about, "title")?);
    let framework = text(&about, "framework")?;
    let (framework, version) = framework
        .split_once(' ')
        .context("sample role: framework")?;
    let known = frameworks(world, tenant).await?;
    let mut tasks = Vec::new();
    let mut statements = "O*NET-SOC Code\tTask ID\tTask\n".to_owned();
    for task in about["tasks"].as_array().context("sample role: tasks")? {
        let (id, statement) = (text(task, "code")?, text(task, "statement")?);
        statements.push_str(&format!("{code}\t{id}\t{statement}\n"));
        tasks.push(TaskOrder {
            id: format!("{ONET}#task-{id}"),
            label: statement,
            must: task["type"] == "Core",
            ..TaskOrder::default()
        });
    }
    if !known
        .iter()
        .any(|row| row.uri == ONET && row.version == version)
    {
        let occupations = format!(
            "O*NET-SOC Code\tTitle\tDescription\n{code}\t{title}\t{}\n",
            text(&about, "description")?
        );
        let order = FrameworkOrder {
            tenant: tenant.clone(),
            actor: actor(),
            form: Some(Form::Onet),
            origin: Origin {
                uri: ONET.into(),
                title: framework.into(),
                version: Some(version.into()),
                language: Some("en".into()),
                publisher: Some(
                    "U.S. Department of Labor, Employment and Training Administration".into(),
                ),
                license: Some("https://creativecommons.org/licenses/by/4.0/".into()),
                ..Origin::default()
            },
            files: vec![occupations.into_bytes(), statements.into_bytes()],
        };
        take_framework(world, &order).await.context("sample role")?;
    }
    if !roles(world, tenant)
        .await?
        .iter()
        .any(|one| one.row.title == title)
    {
        let order = RoleOrder {
            tenant: tenant.clone(),
            actor: actor(),
            id: None,
            title: title.clone(),
            tasks,
            public: true,
            new_link: false,
            seen: None,
            drawn: None,
        };
        write_role(world, &order).await.context("sample role")?;
    }
    let roles = roles(world, tenant).await?;
    let role = roles.into_iter().find(|one| one.row.title == title);
    Ok(Occupation {
        role: role.context("the role is gone")?,
        attribution: text(&about, "attribution")?,
    })
}

/// The addresses of the tasks and skills that the achievement of the cohort names.
pub(super) fn named() -> Result<Vec<String>> {
    let achievement: Value = serde_json::from_str(ACHIEVEMENTS[0]).context("sample achievement")?;
    let links = achievement["alignment"].as_array();
    let links = links.context("sample achievement: alignment")?.iter();
    let urls = links.map(|link| link["targetUrl"].as_str().map(str::to_owned));
    urls.collect::<Option<_>>()
        .context("sample achievement: targetUrl")
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

/// The cohort of the example, issued.
pub(super) struct Cohort {
    pub(super) batch: String,
    /// How many rows the list has.
    pub(super) rows: i64,
    pub(super) credentials: Vec<String>,
}

/// Issues to the cohort.
pub(super) async fn cohort(world: &World, tenant: &TenantId) -> Result<Cohort> {
    let batch = take_in(world, tenant, "cohort.csv", COHORT).await?;
    let seen = preview(world, tenant, &batch)
        .await?
        .context("the batch is gone")?;
    let Issued::Credentials(issued) = issue::issue(world, tenant, &seen).await? else {
        bail!("the example cohort is held");
    };
    Ok(Cohort {
        batch,
        rows: seen.batch.rows_total,
        credentials: issued.iter().map(Uuid::to_string).collect(),
    })
}

const EARNED: &str = "precision-measurement";
const INSTITUTION: &str = include_str!("../../../sample/institution.json");
const ROLE: &str = include_str!("../../../sample/role.json");
/// What identifies the framework, as the help of `crosswalk import` names it.
const ONET: &str = "https://www.onetcenter.org/database.html";
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
