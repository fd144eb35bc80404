//! Everything in one file, and checked when the rest is gone.

use std::fs;

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
