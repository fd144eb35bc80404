//! How many documents a second one core canonicalizes: `cargo run -p touchstone-canon --release --example speed -- FILE`.
#![expect(clippy::disallowed_methods, reason = "it measures")]

use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name a JSON-LD document")?;
    let text = std::fs::read(file)?;
    let contexts = Contexts::bundled();
    let hash = Hash::Sha256(|bytes| Sha256::digest(bytes).into());
    let first = Instant::now();
    let mut document = Value::parse(&text)?;
    if let Some(object) = document.as_object_mut() {
        object.remove("proof");
    }
    let form = canonicalize(&document, &contexts, hash, &Limits::default())?;
    println!(
        "first {:?}, {} statements, {} bytes",
        first.elapsed(),
        form.lines().count(),
        form.len()
    );
    report("parse", || drop(std::hint::black_box(Value::parse(&text))));
    report("canonicalize", || {
        drop(std::hint::black_box(canonicalize(
            &document,
            &contexts,
            hash,
            &Limits::default(),
        )))
    });
    report("hash the form", || {
        std::hint::black_box(Sha256::digest(form.as_bytes()));
    });
    Ok(())
}

fn report(what: &str, mut run: impl FnMut()) {
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(2) {
        for _ in 0..100 {
            run();
        }
        count += 100;
    }
    let each = start.elapsed() / count;
    println!("{what}: {each:?} each, {:.0}/s", 1.0 / each.as_secs_f64());
}
