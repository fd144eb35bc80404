//! What verifying 1,000 credentials at once costs, beside the floor of verifying them one by one.

use std::hint::black_box;

use anyhow::{Result, ensure};
use touchstone_adapters::{CRYPTO, verify_ed25519_at_once};
use touchstone_canon::Contexts;
use touchstone_vc::{Credential, Evidence, Report, Timestamp, Trust, verify_all};

use crate::issue::{Issuing, canonical};
use crate::sample::Unsigned;
use crate::{cpu, floor, shapes, verify};

/// Prints the rate of verifying a thousand at once and of the floor of verifying.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let signed = signed(unsigned, &contexts)?;
    // The same documents for both: one that comes again and again is in the processor's memory, and so is the way through it.
    let canonicals = texts(unsigned)?;
    let canonicals = canonicals.iter().map(|text| canonical(text, &contexts));
    let canonicals = canonicals.collect::<Result<Vec<_>>>()?;
    let pairs = signed.iter().map(Vec::as_slice);
    let pairs: Vec<_> = pairs.zip(canonicals.iter().map(String::as_str)).collect();
    let (library, floor) = floor::verify(&pairs, unsigned.public, &unsigned.signer)?;
    println!("floor_by {library}");
    println!("at_once {}", signed.len());
    let operation = || {
        black_box(judge(black_box(&signed), &contexts).expect("it was judged before"));
    };
    let times = signed.len() as u64;
    cpu::compare_each("verify-batch", seconds, times, operation, floor);
    Ok(())
}

/// A thousand credentials of one issuer, of different shapes, which hold.
pub(crate) fn signed(unsigned: &Unsigned, contexts: &Contexts) -> Result<Vec<Vec<u8>>> {
    let issuing = Issuing::new(unsigned, contexts)?;
    let texts = texts(unsigned)?;
    let signed = texts.iter().map(|text| issuing.sign(text));
    let signed = signed.collect::<Result<Vec<_>>>()?;
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
