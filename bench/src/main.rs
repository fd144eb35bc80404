//! Benchmarks: what one operation costs, beside a floor that no implementation can go below.
//!
//! `touchstone-bench [NAME …] [--in FILE] [--seconds S] [--model FOLDER]`, where NAME is one of [`MEASURED`] or [`OTHERS`]; without a
//! name, what was promised. Figures are per second of processor time of this process, one name and one number per line.
//! Operation and floor are measured in turn in the same run, so that a machine which slows down slows both.

mod batch;
mod binary;
mod bitstring;
mod cohort;
mod count;
mod cpu;
mod crosswalk;
mod floor;
mod fresh;
mod growth;
mod installation;
mod issue;
mod jwt;
mod lint;
mod load;
mod log;
mod poison;
mod sample;
mod shapes;
mod suggest;
mod verify;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use binary::Post;

/// What is measured where nothing is named: what was promised, beside its floor.
const MEASURED: [&str; 10] = [
    "issue",
    "verify",
    "verify-batch",
    "verify-cohort",
    "cohort",
    "jwt-issue",
    "jwt-verify",
    "bitstring",
    "binary",
    "load",
];

/// `binary` issues `--count N` credentials with the program itself (`binary-mail` with a mail to each learner; `--count N,M` one
/// cohort after the other, and how what each credential costs grows with their number), `load` asks its
/// server for pages, `fresh` says how soon others can read what was changed, `growth` is a table, `poison` says what graphs cost that are refused, `log` takes `--count N` issued credentials into the log (`--count N,M`: and enters them again until it has M entries), `crosswalk` says how well retrieval finds what people
/// chose (`crosswalk-tune` learns its weights anew and prints them; both take a `--model` of sentences besides, whose vectors `sentences`
/// holds against those of others' code, given by `--in`), `suggest` says what a keystroke in a form costs, `lint` how often TS-002 judges a statement as it is labelled, and `count=NAME` runs one operation `--count N` times for an
/// instruction counter.
const OTHERS: [&str; 12] = [
    "binary-mail",
    "load-sample",
    "fresh",
    "growth",
    "poison",
    "crosswalk",
    "crosswalk-tune",
    "sentences",
    "suggest",
    "lint",
    "log",
    "count=NAME",
];

/// What the command line asks for.
struct Order {
    names: Vec<String>,
    input: Option<PathBuf>,
    model: Option<PathBuf>,
    seconds: f64,
    /// One for all that take one; `binary` takes several.
    counts: Vec<u64>,
}

fn main() -> Result<()> {
    let order = read(std::env::args().skip(1))?;
    let unsigned = || sample::unsigned(order.input.as_deref());
    let count = order.counts.first().copied().unwrap_or_default();
    for name in &order.names {
        match name.as_str() {
            "issue" => issue::run(&unsigned()?, order.seconds)?,
            "verify" => verify::run(&unsigned()?, order.seconds)?,
            "verify-batch" => batch::run(&unsigned()?, order.seconds)?,
            "verify-cohort" => batch::run_cohort(&unsigned()?, order.seconds)?,
            "cohort" => cohort::run(&unsigned()?, order.seconds)?,
            "bitstring" => bitstring::run(order.seconds)?,
            "jwt-issue" => jwt::issue(&unsigned()?, order.seconds)?,
            "jwt-verify" => jwt::check(&unsigned()?, order.seconds)?,
            "binary" => binary::run(order.input.as_deref(), &order.counts, Post::Paper)?,
            "binary-mail" => binary::run(order.input.as_deref(), &order.counts, Post::Mail)?,
            "load" => load::run(&load::Load::WHOLE)?,
            "load-sample" => load::run(&load::Load::SAMPLE)?,
            "fresh" => fresh::run(order.seconds)?,
            "growth" => growth::run()?,
            "poison" => poison::run(order.seconds)?,
            "crosswalk" => crosswalk::run(order.model.as_deref())?,
            "crosswalk-tune" => crosswalk::tune(order.model.as_deref())?,
            "sentences" => {
                let model = order.model.as_deref().context("--model FOLDER")?;
                crosswalk::check(model, order.input.as_deref().context("--in FILE")?)?;
            }
            "suggest" => suggest::run()?,
            "lint" => lint::run()?,
            "log" => log::run(count.max(1), order.counts.get(1).copied())?,
            other => match other.strip_prefix("count=") {
                Some(counted) => count::run(counted, &unsigned()?, count)?,
                None => bail!(
                    "no benchmark called {other}; there are {}",
                    [&MEASURED[..], &OTHERS[..]].concat().join(", ")
                ),
            },
        }
    }
    Ok(())
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Order> {
    let mut order = Order {
        names: Vec::new(),
        input: None,
        model: None,
        seconds: 10.0,
        counts: vec![10_000],
    };
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--in" => order.input = Some(value()?.into()),
            "--model" => order.model = Some(value()?.into()),
            "--seconds" => order.seconds = value()?.parse().context("--seconds takes a number")?,
            "--count" => {
                let counts = value()?;
                let counts = counts.split(',').map(str::parse);
                order.counts = counts
                    .collect::<Result<_, _>>()
                    .context("--count takes a number, or several with commas between them")?;
            }
            option if option.starts_with('-') => {
                bail!("no option {option}; there are --in, --model, --seconds and --count")
            }
            _ => order.names.push(word),
        }
    }
    if order.names.is_empty() {
        order.names = MEASURED.map(str::to_owned).to_vec();
    }
    Ok(order)
}
