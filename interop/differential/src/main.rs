//! Do other people's processors find the same statements?
//!
//! `touchstone-differential run --seed S --count N --vectors FOLDER` asks oxjsonld and json-ld for the statements of N
//! documents, and sophia for their canonical form. What safe mode refuses is not compared here: these processors drop what it
//! refuses to lose. `… documents --seed S --count N --vectors FOLDER` prints documents with our answers, a line of JSON each, for
//! `interop/differential.mjs`. `… rules` prints what each explained difference is counted as, who is wrong, and what decides it.
//!
//! What differs and is not [`explained`] is printed whole and ends the run with an error; all else is counted, one name and one
//! number per line.

mod compare;
mod credentials;
mod explained;
mod generate;
mod keywords;
mod oracle;
mod random;
mod statements;
mod wording;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use touchstone_canon::{BUNDLED, CanonError, Contexts, Hash, Limits, canonicalize, json as canon};

use keywords::KEYWORDS;
use oracle::{Documents, Oracles};
use random::Random;

fn main() -> Result<()> {
    let order = Order::read()?;
    let vectors = credentials::read(&order.vectors)?;
    let subjects = Subjects {
        vectors,
        seed: order.seed,
    };
    match order.verb.as_str() {
        "run" => compare::run(&order, &subjects),
        "documents" => documents(&order, &subjects),
        "rules" => {
            rules();
            Ok(())
        }
        other => bail!("no command {other}; there are run, documents and rules"),
    }
}

struct Order {
    verb: String,
    seed: u64,
    /// The first document; `--from 6671 --count 1` asks about one alone.
    from: u64,
    count: u64,
    vectors: PathBuf,
}

impl Order {
    fn read() -> Result<Self> {
        let mut words = std::env::args().skip(1);
        let mut order = Self {
            verb: words.next().context("run or documents?")?,
            seed: 0,
            from: 0,
            count: 1000,
            vectors: "../shared/vectors".into(),
        };
        while let Some(word) = words.next() {
            let value = words
                .next()
                .with_context(|| format!("{word} needs a value"))?;
            match word.as_str() {
                "--seed" => order.seed = value.parse()?,
                "--from" => order.from = value.parse()?,
                "--count" => order.count = value.parse()?,
                "--vectors" => order.vectors = value.into(),
                other => bail!("no option {other}"),
            }
        }
        Ok(order)
    }

    fn numbers(&self) -> std::ops::Range<u64> {
        self.from..self.from.saturating_add(self.count)
    }
}

/// The documents of a seed.
struct Subjects {
    vectors: Vec<Value>,
    seed: u64,
}

impl Subjects {
    /// Document `number`. The first ones of seed 0 are all credentials there are, as they lie there; from then on one in twelve
    /// is a credential, changed or not, and the rest are made.
    fn document(&self, number: u64) -> Value {
        let mut random = Random::new(self.seed.wrapping_mul(1_000_003).wrapping_add(number));
        if self.is_unchanged(number) {
            return self.vectors[number as usize].clone();
        }
        if self.is_credential(number) {
            let at = (number / 12 + self.seed * 7919) as usize % self.vectors.len();
            return credentials::changed(self.vectors[at].clone(), &mut random);
        }
        generate::document(&mut random)
    }

    fn is_unchanged(&self, number: u64) -> bool {
        self.seed == 0 && number < self.vectors.len() as u64
    }

    fn is_credential(&self, number: u64) -> bool {
        self.is_unchanged(number) || number.is_multiple_of(12)
    }
}

/// Our answers.
struct Ours {
    contexts: Contexts,
    documents: Documents,
}

impl Ours {
    fn new() -> Result<Self> {
        let mut documents = Documents::new();
        for bundled in BUNDLED {
            let text = String::from_utf8(bundled.bytes.to_vec())?;
            documents.insert(bundled.url.to_owned(), text);
        }
        let mut contexts = Contexts::bundled();
        for (url, text) in generate::REMOTE {
            documents.insert(url.to_owned(), text.to_owned());
            contexts = contexts
                .with(url, text.as_bytes())
                .map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        Ok(Self {
            contexts,
            documents,
        })
    }

    fn safe(&self, document: &canon::Value<'_>) -> Result<String, CanonError> {
        canonicalize(document, &self.contexts, sha256(), &Limits::default())
    }
}

fn sha256() -> Hash {
    Hash::Sha256(|bytes| Sha256::digest(bytes).into())
}

/// Prints the rules that explain differences.
fn rules() {
    let answers = explained::RULES
        .iter()
        .map(|rule| (rule.oracle, rule.name, rule.why));
    let features = explained::FEATURES
        .iter()
        .map(|rule| (rule.oracle, rule.name, rule.why));
    let refusals = explained::REFUSALS
        .iter()
        .map(|rule| (rule.oracle, rule.name, rule.why));
    let wordings = wording::WORDINGS
        .iter()
        .map(|rule| (rule.oracle, rule.name, rule.why));
    for (oracle, name, why) in answers.chain(features).chain(refusals).chain(wordings) {
        println!("{oracle}_explained_{name}: {why}");
    }
}

/// Prints the context documents, then a line for each document with our answer in safe mode, and whether
/// a processor in Rust finds the same statements.
fn documents(order: &Order, subjects: &Subjects) -> Result<()> {
    std::panic::set_hook(Box::new(|_| {})); // Theirs panic; that is no answer.
    let ours = Ours::new()?;
    let oracles = Oracles::new(ours.documents.clone())?;
    println!("{}", json!({"documents": ours.documents}));
    for number in order.numbers() {
        let document = subjects.document(number);
        let text = document.to_string();
        let value = canon::Value::parse(text.as_bytes()).context("a document of ours")?;
        let mut found = [false; KEYWORDS.len()];
        keywords::mark(&document, &mut found);
        let keywords: Vec<&str> = KEYWORDS
            .iter()
            .zip(found)
            .filter(|(_, found)| *found)
            .map(|(keyword, _)| *keyword)
            .collect();
        let line = match ours.safe(&value) {
            Ok(form) => {
                let agreed = compare::agreed(&oracles, &document, &form);
                json!({
                    "number": number, "document": document, "keywords": keywords, "form": form,
                    "agreed": agreed,
                })
            }
            Err(error) => json!({
                "number": number, "document": document, "keywords": keywords,
                "fault": error.fault.as_str(), "path": error.path,
            }),
        };
        println!("{line}");
    }
    Ok(())
}
