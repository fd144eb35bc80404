//! Credentials in pictures and papers.

use touchstone_vc::Credential;
use touchstone_vc::bake::{BakeError, Carrier, Edition, MAX_CREDENTIAL, png, svg, unbake_any};

use crate::support::{vector, vectors};

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let covered = [kind, data].concat();
    [
        &(data.len() as u32).to_be_bytes(),
        covered.as_slice(),
        &crc32(&covered).to_be_bytes(),
    ]
    .concat()
}

/// A PNG of one pixel with these chunks behind its header.
fn pixel(chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    let data = chunk(
        b"IDAT",
        &miniz_oxide::deflate::compress_to_vec_zlib(&[0, 0], 6),
    );
    let mut out = png::SIGNATURE.to_vec();
    out.extend([header, chunks.concat(), data, chunk(b"IEND", &[])].concat());
    out
}

/// A PDF with embedded files; deflated or raw.
pub(crate) fn pdf(files: &[(&str, &[u8])], deflate: bool) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n<< /Names << /EmbeddedFiles 9 0 R >> >>\nendobj\n".to_vec();
    for (at, (name, content)) in files.iter().enumerate() {
        let content = if deflate {
            miniz_oxide::deflate::compress_to_vec_zlib(content, 6)
        } else {
            content.to_vec()
        };
        let filter = if deflate { "/Filter /FlateDecode " } else { "" };
        let head = format!(
            "{} 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Foctet-stream {filter}/Length {} >>\nstream\n",
            at + 2,
            content.len()
        );
        out.extend(head.as_bytes());
        out.extend(content);
        out.extend(format!("\nendstream\nendobj\n% {name}\n").as_bytes());
    }
    out.extend(b"%%EOF\n");
    out
}

fn unbaked(file: &[u8]) -> Result<(Carrier, Vec<u8>), BakeError> {
    unbake_any(file).map(|(carrier, credential)| (carrier, credential.into_owned()))
}

const CREDENTIAL: &str = r#"{"type":"VerifiableCredential","name":"]]> & <b> \u0000 é"}"#;

#[test]
fn a_png_gives_back_what_was_put_in_and_keeps_the_rest() {
    let bare = pixel(&[chunk(b"tEXt", b"Comment\0hello")]);
    let baked = png::bake(&bare, CREDENTIAL).unwrap();
    assert_eq!(unbaked(&baked), Ok((Carrier::Png, CREDENTIAL.into())));
    // Baking again replaces; without the text it is the old file.
    let again = png::bake(&baked, "{}").unwrap();
    assert_eq!(unbaked(&again), Ok((Carrier::Png, "{}".into())));
    let text = chunk(
        b"iTXt",
        &[b"openbadgecredential\0\0\0\0\0".as_slice(), b"{}"].concat(),
    );
    let at = again
        .windows(text.len())
        .position(|window| window == text)
        .unwrap();
    assert_eq!([&again[..at], &again[at + text.len()..]].concat(), bare);
}

#[test]
fn text_chunks_of_every_kind_are_read() {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(b"{}", 6);
    let key = b"openbadgecredential\0".as_slice();
    for text in [
        chunk(b"tEXt", &[key, b"{}"].concat()),
        chunk(b"zTXt", &[key, b"\0", &packed].concat()),
        chunk(b"iTXt", &[key, b"\0\0en\0Beleg\0", b"{}"].concat()),
        chunk(b"iTXt", &[key, b"\x01\0\0\0", &packed].concat()),
    ] {
        assert_eq!(unbaked(&pixel(&[text])), Ok((Carrier::Png, b"{}".to_vec())));
    }
}

/// By how many bytes the memory of this process grows at most during `work`. Each test is a process of its own (nextest).
pub(crate) fn memory_for(work: impl FnOnce()) -> u64 {
    // "5": the highest mark is set back to what is held now (Linux, proc_pid_clear_refs(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmHWM:");
    work();
    memory("VmHWM:") - before
}

fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let held = status.lines().find_map(|one| one.strip_prefix(line));
    let kilobytes = held.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() * 1024
}

#[test]
fn t55_a_text_bomb_stops_at_the_cap() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 64 << 20], 1);
    let key = b"openbadgecredential\0".as_slice();
    for text in [
        chunk(b"zTXt", &[key, b"\0", &bomb].concat()),
        chunk(b"iTXt", &[key, b"\x01\0\0\0", &bomb].concat()),
    ] {
        let png = pixel(&[text]);
        let mut said = None;
        let grown = memory_for(|| said = Some(unbaked(&png)));
        assert_eq!(said, Some(Err(BakeError::TooLarge)));
        assert!(grown < 8 << 20, "{grown} bytes for a file of {}", png.len());
    }
    assert_eq!(
        unbaked(&pdf(&[("credential.json", &vec![b' '; 5 << 20])], true)),
        Err(BakeError::TooLarge)
    );
    let large = "x".repeat(MAX_CREDENTIAL + 1);
    assert_eq!(png::bake(&pixel(&[]), &large), Err(BakeError::TooLarge));
}

#[test]
fn a_damaged_png_is_refused() {
    let baked = png::bake(&pixel(&[]), "{}").unwrap();
    let mut flipped = baked.clone();
    let at = baked.windows(2).position(|two| two == b"{}").unwrap();
    flipped[at] = b'[';
    assert_eq!(unbaked(&flipped), Err(BakeError::Malformed));
    assert_eq!(
        unbaked(&baked[..baked.len() - 1]),
        Err(BakeError::Malformed)
    );
    assert_eq!(unbaked(&pixel(&[])), Err(BakeError::Nothing));
    let twice = chunk(b"tEXt", b"openbadgecredential\0{}");
    assert_eq!(
        unbaked(&pixel(&[twice.clone(), twice])),
        Err(BakeError::Ambiguous)
    );
}

#[test]
fn an_svg_gives_back_what_was_put_in_and_keeps_the_rest() {
    let drawing = "<?xml version=\"1.0\"?>\n<!-- mark --><svg xmlns=\"http://www.w3.org/2000/svg\" width='1'>\n<path d=\"M0 0\"/></svg>\n";
    let baked = svg::bake(drawing.as_bytes(), CREDENTIAL).unwrap();
    assert_eq!(unbaked(&baked), Ok((Carrier::Svg, CREDENTIAL.into())));
    let again = svg::bake(&baked, "{}").unwrap();
    assert_eq!(unbaked(&again), Ok((Carrier::Svg, "{}".into())));
    let text = String::from_utf8(again).unwrap();
    assert!(
        text.contains(
            "width='1'><openbadges:credential><![CDATA[{}]]></openbadges:credential>\n<path"
        ),
        "{text}"
    );
    assert_eq!(
        text.matches("xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"")
            .count(),
        1
    );
    assert!(text.ends_with("<path d=\"M0 0\"/></svg>\n"));
}

/// XML 1.0 §3.1. One reader takes the first of two, another the last: both would find another credential.
#[test]
fn an_svg_with_an_attribute_twice_is_none() {
    let twice = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org" xmlns:openbadges="urn:x"></svg>"#;
    assert_eq!(svg::bake(twice.as_bytes(), "{}"), Err(BakeError::Malformed));
    assert_eq!(svg::unbake(twice.as_bytes()), Err(BakeError::Malformed));
    let once = twice.replace(r#" xmlns:openbadges="urn:x""#, "");
    assert!(svg::bake(once.as_bytes(), "{}").is_ok());
}

#[test]
fn an_svg_is_read_in_the_forms_that_xml_has() {
    let wrap = |inner: &str| {
        format!(
            "<svg xmlns:ob='https://purl.imsglobal.org/ob/v3p0'><g><ob:credential>{inner}</ob:credential ></g></svg>"
        )
    };
    for (inner, expect) in [
        ("{&quot;a&quot;:&#34;&#x26;&lt;&quot;}", r#"{"a":"&<"}"#),
        (
            "{&quot;a&quot;: &quot;it&apos;s &gt;&quot;}",
            r#"{"a": "it's >"}"#,
        ),
        ("<!-- x --> <![CDATA[{]]><![CDATA[}]]> ", "{}"),
    ] {
        assert_eq!(
            unbaked(wrap(inner).as_bytes()),
            Ok((Carrier::Svg, expect.into()))
        );
    }
    for (broken, expect) in [
        (wrap("{}<x/>"), BakeError::Malformed),
        (wrap("&unknown;"), BakeError::Malformed),
        (wrap("<![CDATA[{}"), BakeError::Malformed),
        ("<html></html>".into(), BakeError::Malformed),
        ("<svg></svg>".into(), BakeError::Nothing),
        (
            "<svg><ob:credential>{}</ob:credential></svg>".into(),
            BakeError::Nothing,
        ),
        (
            format!("{}{}", wrap("{}"), wrap("{}")),
            BakeError::Ambiguous,
        ),
        (
            format!("<!DOCTYPE svg [<!ENTITY a 'b'>]>{}", wrap("{}")),
            BakeError::DocumentType,
        ),
        (
            format!("<!ENTITY a 'b'>{}", wrap("{}")),
            BakeError::DocumentType,
        ),
    ] {
        assert_eq!(unbaked(broken.as_bytes()), Err(expect), "{broken}");
    }
}

#[test]
fn a_pdf_gives_back_the_embedded_credential() {
    for deflate in [true, false] {
        let file = pdf(
            &[
                ("readme.txt", b"hello"),
                ("credential.json", CREDENTIAL.as_bytes()),
            ],
            deflate,
        );
        assert_eq!(unbaked(&file), Ok((Carrier::Pdf, CREDENTIAL.into())));
        assert_eq!(
            unbaked(&pdf(&[("a.txt", b"hello")], deflate)),
            Err(BakeError::Nothing)
        );
        assert_eq!(
            unbaked(&pdf(&[("a", b"{}"), ("b", b"{}")], deflate)),
            Err(BakeError::Ambiguous)
        );
    }
}

#[test]
fn a_pdf_whose_lengths_stand_elsewhere_is_read_too() {
    let file = String::from_utf8(pdf(&[("credential.json", b"{\"a\":1}")], false)).unwrap();
    let indirect = file.replace("/Length 7", "/Length 7 0 R");
    assert_ne!(indirect, file);
    assert_eq!(
        unbaked(indirect.as_bytes()),
        Ok((Carrier::Pdf, b"{\"a\":1}".to_vec()))
    );
    let wrong = file.replace("/Length 7", "/Length 7000");
    assert_eq!(unbaked(wrong.as_bytes()), Err(BakeError::Malformed));
    let large = file.replace("/Length 7", "/Length 4194305");
    assert_eq!(unbaked(large.as_bytes()), Err(BakeError::TooLarge));
    let unknown = file.replace("/Length 7", "/Filter /LZWDecode /Length 7");
    assert_eq!(unbaked(unknown.as_bytes()), Err(BakeError::Nothing));
}

#[test]
fn a_badge_of_version_2_stands_where_its_readers_look() {
    let assertion = r#"{"type":"Assertion","id":"https://x.example/1?a&b"}"#;
    let bare = pixel(&[chunk(b"tEXt", b"Comment\0hello")]);
    let two = png::bake_as(&bare, assertion, Edition::Two).unwrap();
    assert_eq!(unbaked(&two), Ok((Carrier::Png, assertion.into())));
    assert!(
        two.windows(15)
            .any(|window| window == b"openbadges\0\0\0\0\0")
    );
    // Both versions in one picture: the newer is read, and baking one leaves the other as it was.
    let both = png::bake(&two, CREDENTIAL).unwrap();
    assert_eq!(unbaked(&both), Ok((Carrier::Png, CREDENTIAL.into())));
    let text = chunk(
        b"iTXt",
        &[b"openbadges\0\0\0\0\0".as_slice(), assertion.as_bytes()].concat(),
    );
    assert!(both.windows(text.len()).any(|window| window == text));

    let drawing = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>";
    let two = svg::bake_2(drawing, assertion, "https://x.example/1?a&b").unwrap();
    assert_eq!(unbaked(&two), Ok((Carrier::Svg, assertion.into())));
    let text = String::from_utf8(two.clone()).unwrap();
    assert!(
        text.contains(r#"<openbadges:assertion verify="https://x.example/1?a&amp;b"><![CDATA["#),
        "{text}"
    );
    let both = svg::bake(&two, CREDENTIAL).unwrap();
    assert_eq!(unbaked(&both), Ok((Carrier::Svg, CREDENTIAL.into())));
    assert!(String::from_utf8(both).unwrap().contains(assertion));
    let again = svg::bake_2(&two, "{}", "").unwrap();
    assert_eq!(unbaked(&again), Ok((Carrier::Svg, b"{}".to_vec())));
}

#[test]
fn version_2_carriers_of_others_are_read() {
    for (file, start) in [
        ("1edtech-validator-ob20/simple-badge.png", "{\"@context\""),
        ("real-world/badgr-backpack/baked_image.png", "{\"uid\""),
        ("real-world/mozilla-bakery/baked.svg", "{\"verify\""),
        ("real-world/mozilla-bakery/bad-json.svg", "{verify"),
    ] {
        let (_, badge) = unbaked(&vector(file)).unwrap();
        assert!(badge.starts_with(start.as_bytes()), "{file}");
    }
    assert_eq!(
        unbaked(&vector("real-world/mozilla-bakery/unbaked.svg")),
        Err(BakeError::Nothing)
    );
}

#[test]
fn t55_a_text_bomb_of_version_2_stops_at_the_cap() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 64 << 20], 1);
    for text in [
        chunk(b"zTXt", &[b"openbadges\0\0".as_slice(), &bomb].concat()),
        chunk(
            b"iTXt",
            &[b"openbadges\0\x01\0\0\0".as_slice(), &bomb].concat(),
        ),
    ] {
        assert_eq!(unbaked(&pixel(&[text])), Err(BakeError::TooLarge));
    }
}

#[test]
fn a_token_is_taken_out_of_every_carrier() {
    let token = b"eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln";
    let spaced = [b" ", token.as_slice(), b"\n"].concat();
    assert_eq!(unbaked(&spaced), Ok((Carrier::Json, token.to_vec())));
    for (file, carrier) in [
        ("simple-jwt.png", Carrier::Png),
        ("simple-jwt_v1.svg", Carrier::Svg),
        ("velocity.jwt", Carrier::Json),
    ] {
        let (found, token) = unbaked(&vector(&format!("1edtech-validator-ob30/{file}"))).unwrap();
        assert_eq!(found, carrier, "{file}");
        assert!(token.starts_with(b"eyJ"), "{file}");
    }
}

#[test]
fn carriers_of_others_are_read() {
    for file in ["simple-json.png", "simple-json.svg"] {
        let file = vector(&format!("1edtech-validator-ob30/{file}"));
        let (_, credential) = unbaked(&file).unwrap();
        assert!(
            Credential::parse(&credential)
                .unwrap()
                .view()
                .title()
                .is_some()
        );
    }
    // Pictures beside credentials are no carriers.
    for path in vectors("real-world/dcc-vc-test-fixtures", ".png") {
        let file = std::fs::read(&path).unwrap();
        assert_eq!(
            unbaked(&file),
            Err(BakeError::Nothing),
            "{}",
            path.display()
        );
    }
}

#[test]
fn what_carries_nothing_says_so() {
    for file in ["", "hello", "a,b\n1,2", "\u{0}\u{1}"] {
        assert_eq!(unbaked(file.as_bytes()), Err(BakeError::NotACarrier));
    }
    assert_eq!(
        unbaked(b"\xef\xbb\xbf {} "),
        Ok((Carrier::Json, b"{}".to_vec()))
    );
}

/// Namespaces in XML 1.0 §6.1: a prefix stands for something from the tag that binds it to the end of that element, unless an
/// element inside binds it again.
#[test]
fn a_prefix_holds_in_the_element_that_binds_it() {
    let ours = "xmlns:ob='https://purl.imsglobal.org/ob/v3p0'";
    let badge = "<ob:credential>{}</ob:credential>";
    for carries in [
        format!("<svg><g {ours}><p/><p></p>{badge}</g></svg>"),
        format!("<svg><g><ob:credential {ours}>{{}}</ob:credential></g></svg>"),
        format!("<svg {ours}><g xmlns:ob='urn:other'><p/></g>{badge}</svg>"),
        format!("<svg><g xmlns:ob='urn:other'><g {ours}>{badge}</g></g></svg>"),
    ] {
        assert_eq!(
            unbaked(carries.as_bytes()),
            Ok((Carrier::Svg, "{}".into())),
            "{carries}"
        );
    }
    for other in [
        format!("<svg><g {ours}></g>{badge}</svg>"),
        format!("<svg><g {ours}/>{badge}</svg>"),
        format!("<svg {ours}><g xmlns:ob='urn:other'>{badge}</g></svg>"),
        format!("<svg {ours}><ob:credential xmlns:ob='urn:other'>{{}}</ob:credential></svg>"),
    ] {
        assert_eq!(
            unbaked(other.as_bytes()),
            Err(BakeError::Nothing),
            "{other}"
        );
    }
}
