//! What a graph that was made to be slow costs until it is given up: at most 50 ms (threat 7).

use std::cell::Cell;
use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use touchstone_adapters::CRYPTO;
use touchstone_canon::{Fault, Hash, Limits, canonicalize_nquads};

use crate::cpu;

/// Prints, for each graph, the milliseconds until it is refused, and how that stands to its floor: the hashes alone that were made until
/// then, of as many bytes.
pub(crate) fn run(seconds: f64) -> Result<()> {
    for (name, nquads) in graphs() {
        HASHED.set((0, 0));
        let refused = canonicalize_nquads(&nquads, Hash::Sha256(counting), &Limits::default());
        let fault = refused.err().context("it is refused")?.fault;
        ensure!(fault == Fault::PoisonGraph, "{name}: {fault:?}");
        let (times, bytes) = HASHED.get();
        let piece = vec![b'x'; bytes / times.max(1)];
        let hash = Hash::Sha256(CRYPTO.sha256);
        let operation = || {
            let _ = black_box(canonicalize_nquads(
                black_box(&nquads),
                hash,
                &Limits::default(),
            ));
        };
        let milliseconds = 1e3
            * cpu::seconds_each(|| {
                operation();
                Ok(())
            })?;
        println!("hashes {times}");
        println!("milliseconds {milliseconds:.1}");
        let floor = || {
            for _ in 0..times {
                black_box((CRYPTO.sha256)(black_box(&piece)));
            }
        };
        cpu::compare(name, seconds, operation, floor);
        ensure!(milliseconds < 50.0, "{name}: {milliseconds:.1} ms");
    }
    Ok(())
}

/// Every one of `nodes` blank nodes linked with every other, also by a name of 256 KB, a ring, and two nodes each with many that look alike.
fn graphs() -> [(&'static str, String); 5] {
    let clique = |nodes: usize| {
        let pairs = (0..nodes).flat_map(|from| (0..nodes).map(move |to| (from, to)));
        let links = pairs.filter(|(from, to)| from != to);
        links.map(link).collect()
    };
    let ring = (0..5000).map(|node| link((node, (node + 1) % 5000)));
    let stars = (0..8000).map(|node| format!("_:hub{} <urn:p> _:n{node} .\n", node % 2));
    [
        ("poison-clique-10", clique(10)),
        ("poison-clique-100", clique(100)),
        (
            "poison-long",
            clique(7).replace("urn:p", &format!("urn:{}", "p".repeat(1 << 18))),
        ),
        ("poison-ring", ring.collect()),
        ("poison-stars", stars.collect()),
    ]
}

fn link((from, to): (usize, usize)) -> String {
    format!("_:n{from} <urn:p> _:n{to} .\n")
}

thread_local! {
    /// How often was hashed, and how many bytes.
    static HASHED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

fn counting(bytes: &[u8]) -> [u8; 32] {
    let (times, sum) = HASHED.get();
    HASHED.set((times + 1, sum + bytes.len()));
    (CRYPTO.sha256)(bytes)
}
