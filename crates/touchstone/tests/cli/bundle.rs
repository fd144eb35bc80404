//! Everything in one file, and checked when the rest is gone.

use std::fs;

use touchstone_tlog::TlogProof;
use touchstone_vc::{crypto::rust::CRYPTO, log::commitment, multibase::encode_base64url};

use super::keeping::{ids, issued};

#[test]
fn a_bundle_is_checked_after_the_installation_is_gone() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let id = ids(&folder, &[]).remove(0);
    folder
        .run(&[
            "credential",
            "export",
            &id,
            "--bundle",
            "--out",
            "ada.bundle",
        ])
        .exits(0)
        .says("ada.bundle holds the credential.");
    folder
        .run(&["log", "trust", "--out", "trust.policy"])
        .exits(0)
        .says("trust.policy");
    folder.run(&["publish", "--to", "public"]).exits(0);
    assert!(folder.path("public/log/checkpoint").exists());
    let size = fs::metadata(folder.path("ada.bundle")).unwrap().len();
    assert!(size <= 20 * 1024, "{size} bytes");

    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    let check = [
        "verify",
        "ada.bundle",
        "--offline",
        "--trust",
        "trust.policy",
    ];
    folder
        .run(&check)
        .exits(0)
        .says("Stood when it was issued, not withdrawn as of")
        .says("Time: the issuer's word");
    let json = folder
        .run(&[&["--json"], &check[..]].concat())
        .exits(0)
        .json();
    assert_eq!(json["verdict"], "pass");

    // Was it in force on a day long after? The lists in the bundle do not say.
    let later = [&check[..], &["--at", "2027-06-01T00:00:00Z"]].concat();
    folder.run(&later).exits(2).says("too old to say");
    // Nobody said whom to trust.
    folder
        .run(&["verify", "ada.bundle", "--offline"])
        .exits(2)
        .says("--trust");
    let text = fs::read_to_string(folder.path("ada.bundle")).unwrap();
    fs::write(
        folder.path("altered.bundle"),
        text.replacen("micrometers", "micrometres", 1),
    )
    .unwrap();
    folder
        .run(&[
            "verify",
            "altered.bundle",
            "--offline",
            "--trust",
            "trust.policy",
        ])
        .exits(1)
        .says("Does not stand");
}

/// The proof alone, in the form of C2SP: it is of the very entry that the log has there, and its salt opens that entry's commitment.
#[test]
fn that_a_credential_is_in_the_log_is_written_out_as_a_tlog_proof() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let id = ids(&folder, &[]).remove(0);
    let export = |more: &[&str]| folder.run(&[&["credential", "export", &id][..], more].concat());
    let told = export(&["--tlog-proof", "--out", "ada.tlog-proof", "--json"]);
    let index = told.exits(0).json()["index"].to_string();
    let proof = fs::read_to_string(folder.path("ada.tlog-proof")).unwrap();
    assert!(
        proof.starts_with("c2sp.org/tlog-proof@v1\nextra "),
        "{proof}"
    );
    assert_eq!(export(&["--tlog-proof"]).exits(0).text(), proof);
    folder
        .run(&["log", "trust", "--out", "trust.policy"])
        .exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    let prove = [
        "log",
        "prove",
        "public/log",
        &index,
        "--out",
        "p",
        "--entry",
        "entry",
        "--policy",
        "trust.policy",
    ];
    folder.run(&prove).exits(0);
    let check = [
        "log",
        "verify",
        "ada.tlog-proof",
        "--policy",
        "trust.policy",
        "--entry",
        "entry",
    ];
    folder.run(&check).exits(0);

    let salt = TlogProof::parse(proof.as_bytes()).unwrap().extra.unwrap();
    let document = export(&[]).exits(0).out;
    let sha256 = (CRYPTO.sha256)(&document);
    let opened = commitment(&CRYPTO, &salt.try_into().unwrap(), &sha256);
    let opened = encode_base64url(&opened)[1..]
        .replace('-', "+")
        .replace('_', "/");
    let entry = fs::read_to_string(folder.path("entry")).unwrap();
    assert_eq!(entry.lines().nth(2).unwrap(), format!("{opened}="));
}

/// What the log has is written out from the file alone, for readers of others' formats; and nothing that is not there.
#[test]
fn every_proof_in_a_bundle_is_written_out_and_checked_without_the_installation() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let id = ids(&folder, &[]).remove(0);
    let export = ["credential", "export", &id, "--bundle", "--out"];
    folder
        .run(&[&export[..], &["ada.bundle"]].concat())
        .exits(0);
    folder
        .run(&["log", "trust", "--out", "trust.policy"])
        .exits(0);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();

    let extract = ["log", "extract", "ada.bundle", "--to", "proofs"];
    let told = folder.run(&[&["--json"], &extract[..]].concat());
    let told = told.exits(0).json();
    let proofs = told["proofs"].as_array().unwrap();
    let mut kinds: Vec<_> = proofs
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    for one in proofs {
        let (proof, entry) = (&one["proof"], &one["entry"]);
        let check = ["log", "verify", proof.as_str().unwrap(), "--policy"];
        let entry = ["trust.policy", "--entry", entry.as_str().unwrap()];
        let index = format!("entry {} is in", one["index"]);
        folder
            .run(&[&check[..], &entry[..]].concat())
            .exits(0)
            .says(&index);
    }
    kinds.sort_unstable();
    kinds.dedup();
    let each = [
        "achievement-version",
        "credential-issued",
        "key-event",
        "status-list-root",
    ];
    assert_eq!(kinds, each);
    // Nothing is written over what is there.
    folder.run(&extract).exits(1).warns("not there yet");

    let text = fs::read_to_string(folder.path("ada.bundle")).unwrap();
    let altered = text.replacen("micrometers", "micrometres", 1);
    fs::write(folder.path("altered.bundle"), altered).unwrap();
    folder
        .run(&["log", "extract", "altered.bundle", "--to", "none"])
        .exits(1)
        .warns("credentials, number 1: the log of the checkpoint does not have it there");
    assert!(!folder.path("none").exists());
    folder
        .run(&["log", "extract", "trust.policy", "--to", "none"])
        .exits(2)
        .warns("trust.policy: not readable as JSON");
}

#[test]
fn several_credentials_are_one_bundle() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let all = ids(&folder, &[]);
    assert!(all.len() >= 2);
    let ids: Vec<&str> = all.iter().map(String::as_str).collect();
    let export = [&["credential", "export"], &ids[..], &ids[..1]].concat();
    let to = |more: &[&str]| folder.run(&[&export[..], more].concat());
    let held = format!("all.bundle holds {} credentials.", ids.len());
    to(&["--bundle", "--out", "all.bundle"])
        .exits(0)
        .says(&held);
    folder
        .run(&["log", "trust", "--out", "trust.policy"])
        .exits(0);
    let check = [
        "verify",
        "all.bundle",
        "--offline",
        "--trust",
        "trust.policy",
    ];
    let said = folder.run(&check).exits(0).text();
    assert_eq!(said.matches("The credential itself").count(), ids.len());

    // Two parts of one list stand under one root, which is proven once.
    let extract = ["--json", "log", "extract", "all.bundle", "--to", "proofs"];
    let told = folder.run(&extract).exits(0).json();
    let proofs = told["proofs"].as_array().unwrap().iter();
    let mut places: Vec<_> = proofs.map(|one| one["index"].as_u64().unwrap()).collect();
    let all = places.len();
    places.dedup();
    assert_eq!(places.len(), all, "{told}");

    to(&["--format", "pdf", "--out", "all.pdf"])
        .exits(1)
        .warns("as one file with --bundle only");
    let strange = "00000000-0000-4000-8000-000000000000";
    folder
        .run(&["credential", "export", ids[0], strange, "--bundle"])
        .exits(1)
        .warns(&format!("issued no credential {strange}"));
}
