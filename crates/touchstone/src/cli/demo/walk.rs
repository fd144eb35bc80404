//! The walk: every step is real, through the same use cases as the pages, and over HTTP where it says so.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use touchstone_adapters::{HttpFetch, NoFetch};
use touchstone_service::{
    World,
    crosswalk::{KeptRole, Task},
    holding::{self, Format, PaperCodes},
    issuing::{Revocation, RevokeError, revoke},
    ports::Fetch,
    verifying::{Alone, check_alone, documents},
};
use touchstone_store::{CredentialFilter, TenantId};
use touchstone_vc::{
    CheckKind, Document, Fault, Outcome as Answered, Report, Trust, Verdict, bake::unbake_any,
};

use super::{
    fill::{self, Occupation},
    fresh_folder,
    outcome::{Found, Outcome, Step, Teller},
};
use crate::{
    cli::{institution, outside::at_hand, publish},
    installation::Installation,
};

/// Walks through what happens to a credential.
pub(super) async fn walk(installation: &Installation, teller: &Teller) -> Result<Outcome> {
    let world = &installation.world;
    let folder = installation.data.join("walk");
    fresh_folder(&folder)?;
    teller.say(&format!(
        "Serving {} from {}.",
        world.site.link(""),
        installation.data.display()
    ));
    let example = fill::institution(world).await?;
    let tenant = &example.tenant;
    let mut steps = Vec::new();
    let set_up = async { defined(world, &example).await };
    teller
        .step(
            "defined",
            &format!("{} says what can be earned.", example.name),
            set_up,
            &mut steps,
        )
        .await;
    let refused = async { refused(world, tenant).await };
    teller
        .step(
            "refused",
            "A list with faults is uploaded; nothing is issued from it.",
            refused,
            &mut steps,
        )
        .await;
    let mut batch = String::new();
    let issued = issued(world, tenant, &mut batch);
    teller
        .step(
            "issued",
            "The list is corrected, previewed, confirmed and signed.",
            issued,
            &mut steps,
        )
        .await;
    let told = told(world, tenant, &batch);
    teller
        .step(
            "told",
            "Everybody is told: by mail, or by a code on paper.",
            told,
            &mut steps,
        )
        .await;
    let (kept, withdrawn) = two(world, tenant).await?;
    let mut page = String::new();
    let claimed = async {
        page = shown(world, tenant, &kept).await?;
        Ok(Found {
            held: true,
            words: format!("taken with a code on paper, and a page switched on: {page}"),
        })
    };
    teller
        .step(
            "claimed",
            "A learner takes what was awarded, and decides who sees it.",
            claimed,
            &mut steps,
        )
        .await;
    teller
        .step(
            "verified",
            "An employer opens that page, over HTTP.",
            verified(world, tenant, &kept, &page),
            &mut steps,
        )
        .await;
    let Occupation { role, attribution } = fill::role(world, tenant).await?;
    teller
        .step(
            "read for a role",
            &format!(
                "The employer reads it for “{}”, a role of {} tasks, over HTTP.",
                role.role.title,
                role.role.tasks.len()
            ),
            read_for(&role, &page),
            &mut steps,
        )
        .await;
    teller.say(&format!("   {attribution}"));
    teller
        .step(
            "revoked",
            "One credential went to the wrong person; it is withdrawn.",
            revoked(world, tenant, &withdrawn),
            &mut steps,
        )
        .await;
    let seen = seen_revoked(world, tenant, &withdrawn);
    teller
        .step(
            "seen revoked",
            "Whoever looks now, over HTTP, sees that.",
            seen,
            &mut steps,
        )
        .await;
    let out = exported(world, tenant, &kept, &withdrawn, &folder);
    teller
        .step(
            "exported",
            "The learner leaves with everything: JSON, PNG, SVG, PDF.",
            out,
            &mut steps,
        )
        .await;
    let offline = verified_offline(world, &folder);
    teller
        .step(
            "verified offline",
            "No network, no server, no database: only the files.",
            offline,
            &mut steps,
        )
        .await;
    Ok(outcome(
        installation,
        &example,
        all(world, tenant).await?.len(),
        steps,
    ))
}

fn outcome(
    installation: &Installation,
    example: &fill::Example,
    credentials: usize,
    steps: Vec<Step>,
) -> Outcome {
    Outcome {
        address: installation
            .world
            .site
            .public_url
            .as_str()
            .trim_end_matches('/')
            .to_owned(),
        sign_in: example.sign_in.clone(),
        data: installation.data.clone(),
        credentials,
        steps,
    }
}

async fn defined(world: &World, example: &fill::Example) -> Result<Found> {
    let slugs = fill::achievements(world, &example.tenant).await?;
    let words = format!(
        "{} achievements: {}. It signs as {} (a trial: the key is its name, and every credential says so)",
        slugs.len(),
        slugs.join(", "),
        example.did
    );
    Ok(Found {
        held: slugs.len() == 3 && example.did.starts_with("did:key:"),
        words,
    })
}

async fn refused(world: &World, tenant: &TenantId) -> Result<Found> {
    let before = all(world, tenant).await?.len();
    let (faulty, first) = fill::faulty_list(world, tenant).await?;
    let after = all(world, tenant).await?.len();
    Ok(Found {
        held: faulty > 0 && before == after,
        words: format!("{faulty} rows are faulty; {first}"),
    })
}

async fn issued(world: &World, tenant: &TenantId, batch: &mut String) -> Result<Found> {
    let fill::Cohort {
        batch: of,
        rows,
        credentials: issued,
    } = fill::cohort(world, tenant).await?;
    *batch = of;
    let mut with_status = 0;
    for id in &issued {
        let row = world.store.read().credential(tenant, id).await?;
        with_status += usize::from(row.is_some_and(|row| row.status_list.is_some()));
    }
    let held = i64::try_from(issued.len())? == rows && with_status == issued.len();
    Ok(Found {
        held,
        words: format!(
            "{} of {rows} signed, each with its place in a status list",
            issued.len()
        ),
    })
}

/// Waits until the mails are out, and makes the codes of those who have no address; they have one already on a second walk.
async fn told(world: &World, tenant: &TenantId, batch: &str) -> Result<Found> {
    let began = world.clock.now().unix_millis();
    let mut found = holding::announced(world, tenant, batch).await?;
    while found.mail_waits > 0 && world.clock.now().unix_millis() - began < PUBLISHED_WITHIN_MS {
        tokio::time::sleep(Duration::from_millis(50)).await;
        found = holding::announced(world, tenant, batch).await?;
    }
    if found.without_code > 0 {
        let order = PaperCodes {
            tenant: tenant.clone(),
            actor: institution::actor(),
            batch: batch.to_owned(),
            again: false,
        };
        holding::paper_codes(world, &order).await?;
        found = holding::announced(world, tenant, batch).await?;
    }
    Ok(Found {
        held: found.mail_sent == found.by_mail && found.on_paper > 0 && found.without_code == 0,
        words: format!(
            "{} of {} mails are out; {} of {} without an address have a code",
            found.mail_sent,
            found.by_mail,
            found.on_paper.saturating_sub(found.without_code),
            found.on_paper
        ),
    })
}

/// Takes a credential with a code on paper and switches its page on; the page that is on already on a second walk.
async fn shown(world: &World, tenant: &TenantId, id: &str) -> Result<String> {
    if let Some(open) = world.store.read().public_link_of(tenant, id).await? {
        return Ok(world.site.link(&format!("/v/{}", open.link)));
    }
    let code = holding::paper_code(world, tenant, id, &institution::actor()).await?;
    holding::look(world, &code).await?; // As a scanner would: looking takes nothing.
    holding::claim(world, &code).await?;
    Ok(holding::open_page(world, &code).await?)
}

async fn verified(world: &World, tenant: &TenantId, id: &str, page: &str) -> Result<Found> {
    let text = read_page(page).await?;
    let on_page = text.contains("Stands today");
    let report = check(world, &online()?, &bytes(world, tenant, id).await?, None).await?;
    let held = on_page && stands(&report);
    let words = format!(
        "the page says \u{201c}Stands today\u{201d}: {}; signature, issuer, dates and status hold: {}",
        yes(on_page),
        yes(stands(&report))
    );
    Ok(Found { held, words })
}

/// Opens the page of the answer: the tasks that the achievement names are met, and nothing is said of the rest.
async fn read_for(role: &KeptRole, page: &str) -> Result<Found> {
    let named = fill::named()?;
    let tasks = &role.role.tasks;
    let text = read_page(&format!("{page}/role?role={}", role.row.public)).await?;
    let told = |task: &&Task| text.contains(&format!("Why: <bdi>{}</bdi>", task.label));
    let met = tasks.iter().filter(told).count();
    let as_named = tasks
        .iter()
        .all(|task| told(&task) == named.contains(&task.id));
    let as_asked = text.contains(" Met</b>");
    let credited = text.contains("This page includes information from the O*NET 29.3 Database");
    let words = format!(
        "{met} of {} tasks are met, those that the achievement names: {}; the page credits O*NET 29.3 as its licence asks: {}",
        tasks.len(),
        yes(as_named && as_asked),
        yes(credited)
    );
    Ok(Found {
        held: met > 0 && as_named && as_asked && credited,
        words,
    })
}

async fn revoked(world: &World, tenant: &TenantId, id: &str) -> Result<Found> {
    let order = Revocation {
        tenant: tenant.clone(),
        credential: id.to_owned(),
        actor: institution::actor(),
        reason: "Awarded to the wrong person.".into(),
    };
    let words = match revoke(world, &order).await {
        Ok(()) => "withdrawn, with the reason and who did it",
        Err(RevokeError::AlreadyRevoked) => {
            "it was withdrawn on an earlier walk, and that cannot be undone"
        }
        Err(error) => return Err(error.into()),
    };
    let row = world.store.read().credential(tenant, id).await?;
    Ok(Found {
        held: row.is_some_and(|row| row.revoked_at.is_some()),
        words: words.into(),
    })
}

async fn seen_revoked(world: &World, tenant: &TenantId, id: &str) -> Result<Found> {
    let (credential, network) = (bytes(world, tenant, id).await?, online()?);
    let began = world.clock.now();
    let mut seen = false;
    while !seen && world.clock.now().unix_millis() - began.unix_millis() < PUBLISHED_WITHIN_MS {
        let report = check(world, &network, &credential, None).await?;
        seen = report.outcome(CheckKind::Status) == Some(Answered::Fail(Fault::Revoked));
        if !seen {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let took = world.clock.now().unix_millis() - began.unix_millis();
    let page = shown(world, tenant, id).await?;
    let on_page = read_page(&page).await?.contains("Withdrawn");
    let words = format!(
        "the published status list says so after {took} ms: {}; the page says \u{201c}Withdrawn\u{201d}: {}",
        yes(seen),
        yes(on_page)
    );
    Ok(Found {
        held: seen && on_page,
        words,
    })
}

async fn exported(
    world: &World,
    tenant: &TenantId,
    kept: &str,
    withdrawn: &str,
    folder: &Path,
) -> Result<Found> {
    let sealed = bytes(world, tenant, kept).await?;
    let mut same = 0;
    for format in Format::ALL {
        let file = holding::export(world, tenant, kept, format)
            .await?
            .context("the credential is gone")?;
        let (_, inside) = unbake_any(&file).with_context(|| format!("the {}", format.as_str()))?;
        same += usize::from(*inside == *sealed);
        fs::write(
            folder.join(format!("credential.{}", format.as_str())),
            &file,
        )?;
    }
    fs::write(
        folder.join("revoked.json"),
        bytes(world, tenant, withdrawn).await?,
    )?;
    let documents = documents(world).await?;
    publish::write(&folder.join("documents"), &documents)?;
    let words = format!(
        "{same} of 4 files carry the credential, byte for byte; beside them the {} public documents, in {}",
        documents.len(),
        folder.display()
    );
    Ok(Found {
        held: same == 4 && !documents.is_empty(),
        words,
    })
}

async fn verified_offline(world: &World, folder: &Path) -> Result<Found> {
    let documents = folder.join("documents");
    let mut stand = 0;
    for format in Format::ALL {
        let file = fs::read(folder.join(format!("credential.{}", format.as_str())))?;
        stand += usize::from(stands(
            &check(world, &NoFetch, &file, Some(&documents)).await?,
        ));
    }
    let json = fs::read_to_string(folder.join("credential.json"))?;
    let alone = check(world, &NoFetch, json.as_bytes(), None)
        .await?
        .verdict();
    let changed = json.replacen("Riverside", "Lakeside", 1);
    fs::write(folder.join("changed.json"), &changed)?;
    let changed = check(world, &NoFetch, changed.as_bytes(), Some(&documents))
        .await?
        .verdict();
    let revoked = check(
        world,
        &NoFetch,
        &fs::read(folder.join("revoked.json"))?,
        Some(&documents),
    )
    .await?
    .verdict();
    let held = stand == 4
        && alone == Verdict::Unknown
        && changed == Verdict::Failed
        && revoked == Verdict::Failed;
    let words = format!(
        "{stand} of 4 files stand; with one word changed: {}; the withdrawn one: {}; without the status list: {}",
        word(changed),
        word(revoked),
        word(alone)
    );
    Ok(Found { held, words })
}

/// Whom the walk follows: the same two on every walk.
async fn two(world: &World, tenant: &TenantId) -> Result<(String, String)> {
    let mut all = all(world, tenant).await?;
    all.sort();
    let mut ids = all.into_iter().map(|(_, id)| id);
    match (ids.next(), ids.next()) {
        (Some(kept), Some(withdrawn)) => Ok((kept, withdrawn)),
        _ => bail!("fewer than two credentials were issued"),
    }
}

/// Learner's identifier and credential.
async fn all(world: &World, tenant: &TenantId) -> Result<Vec<(String, String)>> {
    let page = world
        .store
        .read()
        .credentials(tenant, &CredentialFilter::default(), None, 1000)
        .await?;
    let known = page
        .rows
        .into_iter()
        .map(|row| (row.learner_identifier.unwrap_or_default(), row.id));
    Ok(known.collect())
}

async fn bytes(world: &World, tenant: &TenantId, id: &str) -> Result<Vec<u8>> {
    Ok(world
        .store
        .read()
        .credential(tenant, id)
        .await?
        .context("the credential is gone")?
        .bytes)
}

/// Checks as a stranger does: with nothing but the file, what can be fetched, and what is at hand.
async fn check(
    world: &World,
    fetch: &dyn Fetch,
    file: &[u8],
    at_hand_in: Option<&Path>,
) -> Result<Report> {
    let alone = Alone {
        clock: &*world.clock,
        fetch,
        crypto: world.crypto,
        contexts: &world.contexts,
        trust: &Trust::default(),
        at_hand: &|url| at_hand(at_hand_in?, url).map(Document::Fetched),
    };
    Ok(check_alone(&alone, file, None).await?.report)
}

async fn read_page(address: &str) -> Result<String> {
    let page = online()?
        .fetch(address)
        .await
        .with_context(|| format!("opening {address}"))?;
    Ok(String::from_utf8_lossy(&page.bytes).into_owned())
}

fn online() -> Result<HttpFetch> {
    HttpFetch::new(true).context("network")
}

/// A stranger lists nobody, so genuine but not listed is the best there is.
fn stands(report: &Report) -> bool {
    matches!(report.verdict(), Verdict::Pass | Verdict::NotListed)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::NotListed | Verdict::TakeCare => "stands",
        Verdict::Unknown => "could not be checked",
        Verdict::Failed => "does not stand",
    }
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "NO" }
}

/// What is revoked must be in the published list within two seconds; slow machines get some more before the step is given up.
const PUBLISHED_WITHIN_MS: i64 = 10_000;
