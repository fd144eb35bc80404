//! One operation, a given number of times and nothing else: what `cargo xtask check-speed` counts the instructions of.

use std::hint::black_box;

use anyhow::{Result, bail};
use touchstone_adapters::CRYPTO;
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize};

use crate::cohort::Cohort;
use crate::issue::Issuing;
use crate::sample::Unsigned;
use crate::{bitstring, jwt, shapes, verify};

/// Runs the operation called `name` `count` times, after once to warm up.
pub(crate) fn run(name: &str, unsigned: &Unsigned, count: u64) -> Result<()> {
    let contexts = Contexts::bundled();
    let document = Value::parse(unsigned.text.as_bytes())?;
    let times = |work: &mut dyn FnMut() -> Result<()>| (0..=count).try_for_each(|_| work());
    match name {
        "parse" => times(&mut || {
            black_box(Value::parse(black_box(unsigned.text.as_bytes()))?);
            Ok(())
        }),
        "canonicalize" => times(&mut || {
            let hash = Hash::Sha256(CRYPTO.sha256);
            black_box(canonicalize(
                black_box(&document),
                &contexts,
                hash,
                &Limits::default(),
            )?);
            Ok(())
        }),
        "issue" => {
            let issuing = Issuing::new(unsigned, &contexts)?;
            let mut texts = shapes::of(&unsigned.text)?.into_iter().cycle();
            times(&mut || {
                let text = texts.next().unwrap_or_default();
                black_box(issuing.sign(&text)?);
                Ok(())
            })
        }
        "verify" => {
            let signed = verify::signed(unsigned, &contexts)?;
            times(&mut || {
                black_box(verify::judge(black_box(&signed), &contexts)?);
                Ok(())
            })
        }
        "cohort" => {
            let cohort = Cohort::new(unsigned)?;
            let mut number = 0;
            times(&mut || {
                number += 1;
                black_box(cohort.sign(number)?);
                Ok(())
            })
        }
        "jwt-issue" => times(&mut || {
            black_box(jwt::sign(unsigned, black_box(&unsigned.text), &contexts)?);
            Ok(())
        }),
        "jwt-verify" => {
            let token = jwt::signed(unsigned, &contexts)?;
            times(&mut || {
                black_box(verify::judge(black_box(&token), &contexts)?);
                Ok(())
            })
        }
        "bitstring" => {
            let encoded = bitstring::encoded()?;
            times(&mut || {
                bitstring::read(black_box(&encoded));
                Ok(())
            })
        }
        other => bail!(
            "nothing called {other} is counted; there are {}",
            NAMES.join(", ")
        ),
    }
}

/// What is counted.
const NAMES: [&str; 8] = [
    "parse",
    "canonicalize",
    "issue",
    "verify",
    "cohort",
    "jwt-issue",
    "jwt-verify",
    "bitstring",
];
