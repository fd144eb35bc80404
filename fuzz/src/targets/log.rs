//! What a transparency log says.

use touchstone_bundle::{Bundle, StatusFile, StatusProof, Tools};
use touchstone_tlog::{Policy, SignedCheckpoint, TlogProof, crypto::rust::CRYPTO};
use touchstone_vc::{crypto::rust as vc, log::Entry};

use super::texts;
use crate::{Target, genuine::CONTEXTS};

/// Entries, as any log may hold them.
pub(crate) const LOG_ENTRY: Target = Target {
    name: "log-entry",
    claim: "an entry that is read is written again as the same bytes",
    run: entry,
    seeds: || {
        texts(&[
            "touchstone-log/1 credential-issued\ndid:web:verify.example.edu:i:riverside\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n",
            "touchstone-log/1 status-list-published\ndid:web:verify.example.edu:i:riverside\nhttps://verify.example.edu/i/riverside/status/1\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n",
            "touchstone-log/1 status-list-root\ndid:web:verify.example.edu:i:riverside\nhttps://verify.example.edu/i/riverside/status/1\nrevocation\n131072\n2026-11-21T14:02:00Z\n2026-11-28T14:02:00Z\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\ndid:web:verify.example.edu:i:riverside#key-1\nBQUFBQ==\nCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=\n",
            "touchstone-log/1 key-event\ndid:web:verify.example.edu:i:riverside\ndid:web:verify.example.edu:i:riverside#key-1\nz6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\nretired\n2026-11-21T14:02:00Z\n",
            "touchstone-log/1 did-succession\ndid:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\ndid:web:verify.example.edu:i:riverside\n2026-11-21T14:02:00Z\ndid:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX#z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\nz6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\ndid:web:verify.example.edu:i:riverside#riverside-1\nz6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ==\nBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBg==\n",
            "touchstone-log/1 audit-root\ndid:web:verify.example.edu:i:riverside\n18446744073709551615\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
            "touchstone-log/2 did-document\ndid:web:verify.example.edu:i:riverside\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n",
        ])
    },
};

fn entry(bytes: &[u8]) {
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.encode().as_deref(), Ok(bytes));
        assert!(!entry.issuer().is_empty());
    }
}

/// Proof bundles, as anybody may hand them in.
pub(crate) const BUNDLE: Target = Target {
    name: "bundle",
    claim: "a bundle that is read is written and read again as the same",
    run: bundle,
    seeds: || {
        texts(&[
            r#"{"format":"touchstone-bundle/1","checkpoint":"verify.example.edu/log\n1\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n— verify.example.edu/log AQEBAQE=\n","credentials":[{"document":"{}","salt":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","keys":1,"entry":{"index":0,"path":["AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="]}}],"statusLists":[{"url":"https://verify.example.edu/i/riverside/status/1","document":"{}","keys":1,"entry":{"index":1,"path":[]}}],"didDocuments":[{"did":"did:web:verify.example.edu:i:riverside","document":"{}","entry":{"index":2,"path":[]}}],"achievements":[],"keyEvents":[{"document":"touchstone-log/1 key-event\n","entry":{"index":3,"path":[]}}]}"#,
            r#"{"format":"touchstone-bundle/2","checkpoint":"","statusProofs":[{"proof":"dG91Y2hzdG9uZQ==","keys":1,"entry":{"index":1,"path":[]}}]}"#,
            r#"{"format":"touchstone-bundle/3"}"#,
            r#"{"format":"touchstone-bundle/4","checkpoint":"","endorsements":[{"document":"{}","entry":{"index":1,"path":[]}}]}"#,
        ])
    },
};

fn bundle(bytes: &[u8]) {
    let Ok(bundle) = Bundle::parse(bytes) else {
        return;
    };
    assert_eq!(Bundle::parse(&bundle.encode()).as_ref(), Ok(&bundle));
    for credential in &bundle.credentials {
        let _ = bundle.tlog_proof(credential).map(|proof| proof.to_string());
    }
    let tools = Tools {
        crypto: &vc::CRYPTO,
        tree: &CRYPTO,
        contexts: &CONTEXTS,
    };
    let _ = bundle.proofs(&tools);
}

/// Signed checkpoints, as any log and any witness may answer.
pub(crate) const CHECKPOINT: Target = Target {
    name: "checkpoint",
    claim: "a checkpoint that is read is written again as the first three lines of the same text, and each line after them has words",
    run: |bytes| {
        if let Ok(signed) = SignedCheckpoint::parse(bytes) {
            let further = signed.note.text().strip_prefix(&*signed.checkpoint.text());
            let further = further.expect("it begins with what was read");
            assert!(further.split_terminator('\n').all(|line| !line.is_empty()));
        }
    },
    seeds: || {
        texts(&[
            SIGNED,
            "verify.example.edu/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— verify.example.edu/log AQEBAQE=\n",
        ])
    },
};

/// Proofs that somebody hands in as a file.
pub(crate) const TLOG_PROOF: Target = Target {
    name: "tlog-proof",
    claim: "a proof that is read is written again as the same, and no altered one leads to a root that nobody signed",
    run: |bytes| {
        if let Ok(proof) = TlogProof::parse(bytes) {
            let again = TlogProof::parse(proof.to_string().as_bytes());
            assert_eq!(again.as_ref(), Ok(&proof));
        }
    },
    seeds: || {
        let proof = format!(
            "c2sp.org/tlog-proof@v1\nextra AQID\nindex 1\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\n{SIGNED}"
        );
        texts(&[&proof, &proof.replace("extra AQID\n", "")])
    },
};

/// Status proofs, by themselves and with where they stand in a log.
pub(crate) const STATUS_PROOF: Target = Target {
    name: "status-proof",
    claim: "a status proof that is read has one form, a block of 8,192 entries, and never more than 2 KB",
    run: status_proof,
    seeds: || {
        let digits: String = PROOF.split_whitespace().collect();
        let proof = touchstone_vc::multibase::decode_hex(&digits).expect("hexadecimal");
        let log = format!(
            "c2sp.org/tlog-proof@v1\nindex 1\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\n{SIGNED}"
        );
        Vec::from([proof.clone(), [proof, log.into_bytes()].concat()])
    },
};

const PROOF: &str =
    include_str!("../../../crates/bundle/tests/vectors/status-proof/5000.proof.hex");

fn status_proof(bytes: &[u8]) {
    if let Ok(proof) = StatusProof::read(bytes, &CRYPTO) {
        assert_eq!(proof.encode(), bytes);
        assert!(bytes.len() <= 2_048);
        let block = proof.block();
        let last = block.first + 8_191;
        assert!(block.get(last).is_some() && block.get(last + 1).is_none());
        assert!(last < proof.stated().length);
    }
    if let Ok(file) = StatusFile::read(bytes, &CRYPTO) {
        assert_eq!(file.encode(), bytes);
    }
}

/// Trust files.
pub(crate) const TRUST_FILE: Target = Target {
    name: "trust-file",
    claim: "a trust file is read or refused with its line, and a quorum of nobody is none",
    run: |bytes| {
        if let Ok(policy) = Policy::parse(bytes, &CRYPTO) {
            assert!(!policy.asks_for_witnesses() || !policy.witnesses().is_empty());
        }
    },
    seeds: || {
        texts(&[
            "log verify.example.edu/log+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB https://verify.example.edu/log\nquorum none\n",
            "# who is believed\nwitness w1 w1.example+00000000+BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB https://w1.example\ngroup g 1 w1\nquorum g\n",
        ])
    },
};

const SIGNED: &str = "verify.example.edu/log\n2\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n— verify.example.edu/log AQEBAQE=\n";
