//! Into pictures and out of them.

use super::run::Folder;

/// The smallest picture there is: one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xaeB`\x82";

const CREDENTIAL: &str = "{\"id\":\"urn:uuid:1\",\"name\":\"Dvořák ]]> \\u0000\"}";

#[track_caller]
fn round_trip(picture: &str, bytes: &[u8]) {
    let folder = Folder::new();
    folder.write("credential.json", CREDENTIAL);
    folder.write(picture, bytes);
    folder
        .run(&[
            "bake",
            "credential.json",
            "--into",
            picture,
            "--out",
            "baked",
        ])
        .exits(0);
    let unbaked = folder.run(&["unbake", "baked"]).exits(0);
    assert_eq!(unbaked.text(), CREDENTIAL);
    folder
        .run(&["unbake", "baked", "--out", "again.json"])
        .exits(0);
    assert_eq!(
        std::fs::read_to_string(folder.path("again.json")).unwrap(),
        CREDENTIAL
    );
}

#[test]
fn a_png_gives_back_what_was_baked_into_it() {
    round_trip("badge.png", PIXEL);
}

#[test]
fn an_svg_gives_back_what_was_baked_into_it() {
    round_trip(
        "badge.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>",
    );
}

#[test]
fn a_picture_without_a_credential_says_so() {
    let folder = Folder::new();
    folder.write("badge.png", PIXEL);
    folder
        .run(&["unbake", "badge.png"])
        .exits(1)
        .warns("badge.png")
        .warns("carries no credential");
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let folder = Folder::new();
    folder.write("credential.json", CREDENTIAL);
    folder.write("badge.png", PIXEL);
    folder
        .run(&[
            "bake",
            "credential.json",
            "--into",
            "badge.png",
            "--out",
            "badge.png",
        ])
        .exits(1)
        .warns("badge.png is there already");
}

#[test]
fn a_token_stands_in_the_verify_attribute_of_an_svg_and_in_the_chunk_of_a_png() {
    let vector = |name: &str| {
        let path = format!(
            "{}/../../../shared/vectors/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("the vector {path} is needed"))
    };
    for (name, element) in [
        ("1edtech-validator-clr20/simple.jwt", "credential"),
        ("1edtech-validator-ob20/simple.jwt", "assertion"),
    ] {
        let token = vector(name);
        let token = token.trim();
        let folder = Folder::new();
        folder.write("badge.jwt", token);
        folder.write("badge.png", PIXEL);
        folder.write(
            "badge.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>",
        );
        for picture in ["badge.png", "badge.svg"] {
            let out = format!("baked-{picture}");
            folder
                .run(&["bake", "badge.jwt", "--into", picture, "--out", &out])
                .exits(0);
            assert_eq!(
                folder.run(&["unbake", &out]).exits(0).text(),
                token,
                "{name}"
            );
        }
        let svg = std::fs::read_to_string(folder.path("baked-badge.svg")).unwrap();
        let expected = format!("<openbadges:{element} verify=\"{token}\"/>");
        assert!(svg.contains(&expected), "{svg}");
    }
}
