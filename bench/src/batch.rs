//! What verifying 1,000 credentials at once costs, beside the floor of verifying them one by one: of different shapes, and of one cohort.

use std::hint::black_box;

use anyhow::{Result, ensure};
use touchstone_adapters::{CRYPTO, verify_ed25519_at_once};
use touchstone_canon::Contexts;
use touchstone_vc::{Credential, Evidence, Report, Timestamp, Trust, verify_all};

use crate::cohort::Cohort;
use crate::issue::{Issuing, canonical};
use crate::sample::Unsigned;
use crate::{cpu, floor, shapes, verify};

/// Prints the rate of verifying a thousand at once, of which no two have the same shape, and of the floor of verifying.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let signed = signed(unsigned, &contexts)?;
    let texts = texts(unsigned)?;
    compare("verify-batch", unsigned, &signed, &texts, seconds)
}

/// The same of a thousand credentials of one cohort: same issuer, same achievement, as a class or an event has them.
pub(crate) fn run_cohort(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let cohort = Cohort::new(unsigned)?;
    let signed = (0..AT_ONCE).map(|number| cohort.sign(number));
    let signed = held(signed.collect::<Result<Vec<_>>>()?, &contexts)?;
    let texts = (0..AT_ONCE).map(|number| Ok(cohort.draft(number)?.unsigned().to_owned()));
    let texts = texts.collect::<Result<Vec<_>>>()?;
    compare("verify-cohort", unsigned, &signed, &texts, seconds)
}

/// `texts` are what was signed.
fn compare(
    name: &str,
    unsigned: &Unsigned,
    signed: &[Vec<u8>],
    texts: &[String],
    seconds: f64,
) -> Result<()> {
    let contexts = Contexts::bundled();
    // The same documents for both: one that comes again and again is in the processor's memory, and so is the way through it.
    let canonicals = texts.iter().map(|text| canonical(text, &contexts));
    let canonicals = canonicals.collect::<Result<Vec<_>>>()?;
    let pairs = signed.iter().map(Vec::as_slice);
    let pairs: Vec<_> = pairs.zip(canonicals.iter().map(String::as_str)).collect();
    let (library, floor) = floor::verify(&pairs, unsigned.public, &unsigned.signer)?;
    println!("floor_by {library}");
    println!("at_once {}", signed.len());
    let operation = || {
        black_box(judge(black_box(signed), &contexts).expect("it was judged before"));
    };
    let times = signed.len() as u64;
    cpu::compare_each(name, seconds, times, operation, floor);
    Ok(())
}

/// A thousand credentials of one issuer, of different shapes, which hold.
pub(crate) fn signed(unsigned: &Unsigned, contexts: &Contexts) -> Result<Vec<Vec<u8>>> {
    let issuing = Issuing::new(unsigned, contexts)?;
    let texts = texts(unsigned)?;
    let signed = texts.iter().map(|text| issuing.sign(text));
    held(signed.collect::<Result<Vec<_>>>()?, contexts)
}

/// All of them, if they hold, and one that is altered is noticed.
fn held(signed: Vec<Vec<u8>>, contexts: &Contexts) -> Result<Vec<Vec<u8>>> {
    let reports = judge(&signed, contexts)?;
    ensure!(reports.len() == signed.len(), "a report for each");
    reports.iter().try_for_each(verify::holds)?;
    let mut altered = signed.clone();
    if let Some(one) = altered.last_mut() {
        let text = String::from_utf8(std::mem::take(one))?;
        *one = text
            .replace("\"name\":\"", "\"name\":\"Another ")
            .into_bytes();
    }
    let reports = judge(&altered, contexts)?;
    let good = reports
        .iter()
        .filter(|report| verify::holds(report).is_ok());
    ensure!(good.count() + 1 == signed.len(), "one of them was altered");
    Ok(signed)
}

/// A thousand documents of different shapes.
fn texts(unsigned: &Unsigned) -> Result<Vec<String>> {
    let mut texts = shapes::of(&unsigned.text)?;
    texts.truncate(AT_ONCE);
    Ok(texts)
}

/// Every check that needs no document from elsewhere.
pub(crate) fn judge(signed: &[Vec<u8>], contexts: &Contexts) -> Result<Vec<Report>> {
    let credentials = signed.iter().map(|signed| Credential::parse(signed));
    let reports = verify_all(
        credentials,
        &Evidence::new(),
        &Trust::default(),
        Timestamp::from_unix_seconds(verify::AT),
        &CRYPTO,
        contexts,
        verify_ed25519_at_once,
    );
    Ok(reports.into_iter().collect::<Result<_, _>>()?)
}

/// How many are verified at once.
const AT_ONCE: usize = 1_000;
