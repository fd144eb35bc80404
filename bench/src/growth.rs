//! How the cost grows with the document: 2 KB to 2 MB, and one blank node to many.

use std::fmt::Write as _;
use std::hint::black_box;

use anyhow::Result;
use touchstone_adapters::CRYPTO;
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize};

use crate::cpu;

/// Prints, for each kind of growth and each size, the time to parse and canonicalize, and the time per byte.
pub(crate) fn run() -> Result<()> {
    let contexts = Contexts::bundled();
    println!("growth");
    println!("kind bytes quads microseconds nanoseconds_per_byte");
    for (kind, piece) in KINDS {
        for kilobytes in [2, 8, 32, 128, 512, 2048] {
            let text = document(kilobytes * 1000, piece);
            let mut quads = 0;
            let measured = cpu::seconds_each(|| {
                let document = Value::parse(black_box(text.as_bytes()))?;
                let hash = Hash::Sha256(CRYPTO.sha256);
                let form = canonicalize(&document, &contexts, hash, &Limits::default())?;
                quads = form.lines().count();
                Ok(())
            });
            let Ok(seconds) = measured else {
                println!("{kind} {} beyond the limits", text.len());
                break;
            };
            println!(
                "{kind} {} {quads} {:.0} {:.2}",
                text.len(),
                seconds * 1e6,
                seconds * 1e9 / text.len() as f64
            );
        }
    }
    Ok(())
}

/// A kind of growth: how piece of evidence number N is written.
type Piece = fn(usize) -> String;

const KINDS: [(&str, Piece); 4] = [
    ("named", |number| {
        format!(
            r#"{{"id":"https://evidence.example/{number}","type":["Evidence"],"name":"Record {number}","description":"What was done in the workshop on that day, in a sentence or two."}}"#
        )
    }),
    ("blank", |number| {
        format!(
            r#"{{"type":["Evidence"],"name":"Record {number}","description":"What was done in the workshop on that day, in a sentence or two."}}"#
        )
    }),
    ("alike", |_| {
        r#"{"type":["Evidence"],"name":"Record"}"#.to_owned()
    }),
    ("text", |_| {
        format!(
            r#"{{"id":"https://evidence.example/1","type":["Evidence"],"narrative":"{}"}}"#,
            "A long narrative, without anything that has to be escaped. ".repeat(30)
        )
    }),
];

/// A credential of about `bytes` bytes, filled up with evidence.
fn document(bytes: usize, piece: Piece) -> String {
    let mut text = String::from(HEAD);
    let mut number = 0;
    while text.len() < bytes {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{}", piece(number));
        number += 1;
    }
    text.push_str("]}");
    text
}

const HEAD: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"id":"urn:uuid:0","type":["VerifiableCredential","OpenBadgeCredential"],"evidence":["#;
