//! What one keystroke in a form costs an installation that took in 20,000 statements: all that its page asks for, with the database, in
//! processor time. The floor is the indexes alone. The first keystroke has them made.

use std::{fs, hint::black_box, path::Path};

use anyhow::{Context, Result, anyhow, ensure};
use touchstone_crosswalk::{
    framework::{Form, Origin},
    retrieval::Typing,
};
use touchstone_service::{
    World,
    crosswalk::{FrameworkOrder, find_statements, suggest_statements, take_framework},
};
use touchstone_store::TenantId;

use crate::{cpu::process_seconds, installation};

/// Takes the frameworks in, types, and prints how long each keystroke took.
pub(crate) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let folder =
        std::env::temp_dir().join(format!("touchstone-bench-suggest-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let founded = installation::binary()
        .and_then(|binary| installation::issue(&binary, &folder, 1, &["--preview"]));
    let measured = founded.and_then(|()| runtime.block_on(measure(&folder)));
    fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(folder: &Path) -> Result<()> {
    let world = &installation::world(&folder.join("data")).await?;
    let institutions = world.store.read().institutions().await?;
    let tenant = &institutions.first().context("nobody was founded")?.id;
    let (mut statements, mut indexes, mut typed) = (0, Vec::new(), Vec::new());
    for (form, uri, paths) in FRAMEWORKS {
        let files = read(paths)?;
        let origin = Origin {
            uri: uri.to_owned(),
            ..Origin::default()
        };
        let slices: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let framework = form.read(&slices, origin.clone());
        let framework = framework.map_err(|faults| anyhow!("{uri}: {faults:?}"))?;
        let entries = framework.entries();
        typed.extend(
            entries
                .iter()
                .step_by(entries.len() / TYPED)
                .flat_map(|entry| keystrokes(&entry.label)),
        );
        indexes.push(Typing::new(&entries));
        let order = FrameworkOrder {
            tenant: tenant.clone(),
            actor: "bench".into(),
            form: Some(form),
            origin,
            files,
        };
        statements += take_framework(world, &order).await?.statements;
    }
    println!("suggest");
    println!("statements {statements}");
    ensure!(statements >= LEAST, "fewer than {LEAST}");
    let began = process_seconds();
    ask(world, tenant, "m").await?;
    println!("indexes_made_seconds {:.2}", process_seconds() - began);
    told(world, tenant, &indexes, &typed).await
}

/// Asks for both after each keystroke, prints how long that took, and ends with an error where a goal is missed.
async fn told(
    world: &World,
    tenant: &TenantId,
    indexes: &[Typing],
    typed: &[String],
) -> Result<()> {
    let (mut asked, mut floor) = (Vec::new(), Vec::new());
    for text in typed {
        let began = process_seconds();
        ask(world, tenant, text).await?;
        asked.push(process_seconds() - began);
        let began = process_seconds();
        for index in indexes {
            black_box(index.suggest(text, SHOWN));
        }
        floor.push(process_seconds() - began);
    }
    println!("keystrokes {}", typed.len());
    let p99 = print("asked", &mut asked);
    print("floor", &mut floor);
    ensure!(
        p99 <= MOST_MILLISECONDS,
        "the goal is {MOST_MILLISECONDS} ms"
    );
    Ok(())
}

/// What stands beside the form: what fits the few words that are looked for, and what is nearest to what is written.
async fn ask(world: &World, tenant: &TenantId, text: &str) -> Result<()> {
    black_box(find_statements(world, tenant, None, text, SHOWN).await?);
    black_box(suggest_statements(world, tenant, text, SHOWN).await?);
    Ok(())
}

fn keystrokes(label: &str) -> Vec<String> {
    let letters: Vec<char> = label.chars().take(KEYSTROKES).collect();
    (1..=letters.len())
        .map(|typed| letters[..typed].iter().collect())
        .collect()
}

fn read(paths: &[&str]) -> Result<Vec<Vec<u8>>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let read =
        |path: &&str| fs::read(data.join(path)).with_context(|| format!("../shared/data/{path}"));
    paths.iter().map(read).collect()
}

/// Prints half and p99 of some times, and answers the latter, in milliseconds.
fn print(name: &str, seconds: &mut [f64]) -> f64 {
    seconds.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| seconds[place] * 1e3;
    let p99 = at(seconds.len() * 99 / 100);
    println!("{name}_p50_ms {:.2}", at(seconds.len() / 2));
    println!("{name}_p99_ms {p99:.2}");
    p99
}

const FRAMEWORKS: [(Form, &str, &[&str]); 2] = [
    (
        Form::Onet,
        "https://www.onetcenter.org/29.3",
        &[
            "onet-29.3/occupations.tsv",
            "onet-29.3/task_statements.tsv",
            "onet-29.3/dwa_reference.tsv",
            "onet-29.3/reported_titles.tsv",
        ],
    ),
    (
        Form::Csv,
        "http://data.europa.eu/esco",
        &["esco/skills_text.csv"],
    ),
];
/// Statements there are at least.
const LEAST: usize = 20_000;
/// Statements of each framework that are typed, and keystrokes of each.
const TYPED: usize = 100;
const KEYSTROKES: usize = 40;
/// As many as the form shows.
const SHOWN: usize = 10;
const MOST_MILLISECONDS: f64 = 20.0;
