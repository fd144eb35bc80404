//! Pictures and papers that carry credentials.

use touchstone_vc::bake::{Edition, pdf, png, svg, unbake_any};

use super::texts;
use crate::{Target, seeds};

/// PNG.
pub(crate) const PNG: Target = Target {
    name: "png",
    claim: "what is baked is taken out again, and baking again changes nothing",
    run: picture,
    seeds: || {
        let mut all = seeds::files(
            &[
                "real-world",
                "1edtech-validator-ob30",
                "1edtech-validator-ob20",
            ],
            &[".png"],
        );
        all.push(SMALLEST.to_vec());
        all.push(png::bake(&SMALLEST, CREDENTIAL).expect("the smallest picture is sound"));
        all
    },
};

/// SVG.
pub(crate) const SVG: Target = Target {
    name: "svg",
    claim: "what is baked is taken out again, and baking again changes nothing",
    run: drawing,
    seeds: || {
        let mut all = seeds::files(&["real-world", "1edtech-validator-ob30"], &[".svg"]);
        all.extend(texts(&[
            r#"<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>"#,
            r#"<?xml version="1.0"?><!-- c --><s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential><![CDATA[{"a":1}]]></openbadges:credential></s:svg>"#,
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="http://openbadges.org"><o:assertion verify="a.b.c">{&quot;a&quot;:1}</o:assertion></svg>"#,
        ]));
        all
    },
};

/// PDF.
pub(crate) const PDF: Target = Target {
    name: "pdf",
    claim: "what is taken out is no larger than allowed",
    run: paper,
    seeds: || {
        texts(&[
            "%PDF-1.7\n1 0 obj\n<< /Type /Filespec /F (credential.json) /EF << /F 2 0 R >> >>\nendobj\n2 0 obj\n<< /Type /EmbeddedFile /Length 7 >>\nstream\n{\"a\":1}\nendstream\nendobj\ntrailer\n<< >>\n%%EOF\n",
            "%PDF-1.7\n2 0 obj\n<</Length 7/Filter/FlateDecode/Type/EmbeddedFile/Params<</Size 7>>>>\nstream\r\n{\"a\":1}\r\nendstream\nendobj\n9 0 obj <</F(credential.json)/UF<FEFF0063>/EF<</F 2 0 R/UF 2 0 R>>>> endobj\n",
        ])
    },
};

/// A credential for carriers that need one.
const CREDENTIAL: &str = r#"{"type":["VerifiableCredential"],"name":"]]> & <x>"}"#;

fn picture(bytes: &[u8]) {
    let _ = (png::unbake(bytes), unbake_any(bytes));
    for edition in [Edition::Three, Edition::Two] {
        let Ok(baked) = png::bake_as(bytes, CREDENTIAL, edition) else {
            continue;
        };
        assert_eq!(
            png::bake_as(&baked, CREDENTIAL, edition).as_ref(),
            Ok(&baked)
        );
        let found = png::unbake(&baked);
        // The newer version of the two is the one that is taken.
        if edition == Edition::Three {
            assert_eq!(found.as_deref(), Ok(CREDENTIAL.as_bytes()));
        }
        assert!(found.is_ok() || edition == Edition::Two);
    }
}

fn drawing(bytes: &[u8]) {
    let _ = (svg::unbake(bytes), unbake_any(bytes));
    let baked = [
        svg::bake(bytes, CREDENTIAL),
        svg::bake_2(bytes, CREDENTIAL, "a\"b<c>&d"),
    ];
    for (baked, newer) in baked.into_iter().zip([true, false]) {
        let Ok(baked) = baked else {
            continue;
        };
        let again = match newer {
            true => svg::bake(&baked, CREDENTIAL),
            false => svg::bake_2(&baked, CREDENTIAL, "a\"b<c>&d"),
        };
        assert_eq!(again.as_ref(), Ok(&baked));
        if newer {
            assert_eq!(svg::unbake(&baked).as_deref(), Ok(CREDENTIAL.as_bytes()));
        }
    }
}

fn paper(bytes: &[u8]) {
    for found in [
        pdf::unbake(bytes),
        unbake_any(bytes).map(|(_, found)| found),
    ] {
        assert!(
            found.is_err()
                || found.is_ok_and(
                    |found| found.len() <= touchstone_vc::bake::MAX_CREDENTIAL.max(bytes.len())
                )
        );
    }
}

/// One transparent pixel.
const SMALLEST: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
];
