//! Who may state a time: stamps of `openssl cms` by certificates of `openssl ca`, each wrong in one thing.

use touchstone_adapters::ANCHOR_CRYPTO;
use touchstone_anchor::{Digest, Fault, rfc3161};
use touchstone_testkit::{Forged, StampForge};

const DIGEST: Digest = [1; 32];
/// Noon of the first of June 2026, and that moment as a TSTInfo has it.
const NOON: (&str, i64) = ("20260601120000Z", 1_780_315_200_000);
const AUTHORITY: &str = "basicConstraints = CA:false\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping";
const ISSUER: &str = "basicConstraints = critical,CA:true\nkeyUsage = critical,keyCertSign,cRLSign";
const LONG: (&str, &str) = ("20200101000000Z", "20490101000000Z");
const YEARS: (&str, &str) = ("20240101000000Z", "20270101000000Z");
const YEAR: (&str, &str) = ("20260101000000Z", "20270101000000Z");

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap();
    let head = match length {
        0..=127 => vec![tag, length],
        _ => vec![tag, 0x81, length],
    };
    [head, content].concat()
}

/// What an authority signs (RFC 3161, section 2.4.2), up to the time, and what comes behind that.
fn stated(time: &str, behind: &[&[u8]]) -> Vec<u8> {
    let policy = [0x06, 4, 0x2a, 3, 4, 1];
    let sha256 = [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    let imprint = tlv(0x30, &[&tlv(0x30, &[&sha256]), &tlv(0x04, &[&DIGEST])]);
    let time = tlv(0x18, &[time.as_bytes()]);
    let parts = [&[2, 1, 1][..], &policy, &imprint, &[2, 1, 5], &time];
    tlv(0x30, &[&parts[..], behind].concat())
}

/// By when, and by which of the trusted certificates; or why not.
fn judged(answer: &[u8], trusted: &[&[u8]]) -> Result<i64, Fault> {
    let stamped = rfc3161::judge(answer, &DIGEST, None, trusted, &ANCHOR_CRYPTO);
    stamped.map(|stamped| stamped.by)
}

fn forged<'a>(name: &'a str, issuer: Option<&'a str>, extensions: &'a str) -> Forged<'a> {
    Forged {
        name,
        subject: name,
        issuer,
        key: None,
        extensions,
        stands: LONG,
        // Of one issuer none has the number of another, unless a test says so.
        serial: match (issuer, extensions) {
            (None, _) => "01",
            (_, AUTHORITY) => "07",
            _ => "05",
        },
    }
}

/// A root, and below it whatever a test needs.
fn with_root() -> (StampForge, Vec<u8>) {
    let forge = StampForge::new();
    let root = forge.certificate(&forged("root", None, ISSUER));
    (forge, root)
}

#[test]
fn a_time_counts_by_the_clock_of_the_authority_and_as_much_later_as_that_may_be_wrong() {
    let (forge, root) = with_root();
    forge.certificate(&forged("leaf", Some("root"), AUTHORITY));
    let accuracy = |parts: &[&[u8]]| tlv(0x30, parts);
    for (accuracy, later, told) in [
        (None, 0, "Accuracy: unspecified"),
        (
            Some(accuracy(&[&[2, 1, 1]])),
            1_000,
            "Accuracy: 0x01 seconds, unspecified millis, unspecified micros",
        ),
        // A part of a millisecond counts as a whole one.
        (
            Some(accuracy(&[
                &[2, 1, 1],
                &[0x80, 2, 1, 0xf4],
                &[0x81, 1, 100],
            ])),
            1_501,
            "Accuracy: 0x01 seconds, 0x01F4 millis, 0x64 micros",
        ),
        (
            Some(accuracy(&[&[0x81, 1, 1]])),
            1,
            "Accuracy: unspecified seconds, unspecified millis, 0x01 micros",
        ),
    ] {
        let behind: Vec<&[u8]> = accuracy.iter().map(Vec::as_slice).collect();
        let answer = forge.stamp(&stated(NOON.0, &behind), "leaf", &[], &["-cades"]);
        assert_eq!(judged(&answer, &[&root]), Ok(NOON.1 + later), "{told}");
        // As openssl reads it.
        let read = forge.told(&answer);
        assert!(
            read.contains("Time stamp: Jun  1 12:00:00 2026 GMT"),
            "{read}"
        );
        assert!(read.contains(told), "{told}: {read}");
    }
}

#[test]
fn t66_who_signed_must_be_for_time_stamps_and_stand_at_that_time() {
    let (forge, root) = with_root();
    let ok = Ok(());
    let not = |fault| Err(fault);
    let with =
        |usage: &str, purpose: &str| format!("basicConstraints = CA:false\n{usage}\n{purpose}");
    let stamps = "extendedKeyUsage = critical,timeStamping";
    let cases = [
        (
            "usage",
            with("keyUsage = critical,digitalSignature", stamps),
            ok,
        ),
        (
            "commitment",
            with("keyUsage = critical,nonRepudiation", stamps),
            ok,
        ),
        ("no-usage", with("", stamps), ok),
        (
            "encipherment",
            with("keyUsage = critical,keyEncipherment", stamps),
            not(Fault::NotForStamps),
        ),
        ("no-purpose", with("", ""), not(Fault::NotForStamps)),
        (
            "not-critical",
            with("", "extendedKeyUsage = timeStamping"),
            not(Fault::NotForStamps),
        ),
        (
            "more",
            with("", "extendedKeyUsage = critical,timeStamping,serverAuth"),
            not(Fault::NotForStamps),
        ),
        (
            "any",
            with("", "extendedKeyUsage = critical,anyExtendedKeyUsage"),
            not(Fault::NotForStamps),
        ),
        (
            "unknown",
            with("1.2.3.4 = critical,ASN1:UTF8String:x", stamps),
            not(Fault::OutsideValidity),
        ),
    ];
    for (name, extensions, expect) in &cases {
        forge.certificate(&forged(name, Some("root"), extensions));
        let answer = forge.stamp(&stated(NOON.0, &[]), name, &[], &["-cades"]);
        assert_eq!(judged(&answer, &[&root]).map(drop), *expect, "{name}");
    }
    let years = Forged {
        stands: YEARS,
        ..forged("years", Some("root"), AUTHORITY)
    };
    let own = forge.certificate(&years);
    for (time, expect) in [
        ("20231231235959Z", not(Fault::OutsideValidity)),
        ("20240101000000Z", ok),
        ("20270101000000Z", ok),
        ("20270101000000.001Z", not(Fault::OutsideValidity)),
    ] {
        let answer = forge.stamp(&stated(time, &[]), "years", &[], &["-cades"]);
        assert_eq!(judged(&answer, &[&root]).map(drop), expect, "{time}");
        // Also where it is itself what the reader trusts.
        assert_eq!(judged(&answer, &[&own]).map(drop), expect, "{time}");
    }
}

#[test]
fn t66_every_issuer_up_to_the_trusted_one_must_be_one_and_for_this() {
    let (forge, root) = with_root();
    let short = Forged {
        stands: YEAR,
        ..forged("root-of-a-year", None, ISSUER)
    };
    let short = forge.certificate(&short);
    let servers = format!("{ISSUER}\nextendedKeyUsage = serverAuth");
    let root_of_servers = forge.certificate(&forged("root-of-servers", None, &servers));
    // Called as the root is, with another key.
    let impostor = Forged {
        subject: "root",
        ..forged("impostor", None, ISSUER)
    };
    forge.certificate(&impostor);
    let issuing = |more: &str| format!("{ISSUER}\n{more}");
    let issuers = [
        ("issuer", "root", ISSUER.to_owned()),
        (
            "for-servers",
            "root",
            issuing("extendedKeyUsage = serverAuth"),
        ),
        (
            "for-servers-only",
            "root",
            issuing("extendedKeyUsage = critical,serverAuth,emailProtection"),
        ),
        (
            "for-stamps",
            "root",
            issuing("extendedKeyUsage = timeStamping"),
        ),
        (
            "for-both",
            "root",
            issuing("extendedKeyUsage = serverAuth,timeStamping"),
        ),
        (
            "for-anything",
            "root",
            issuing("extendedKeyUsage = anyExtendedKeyUsage"),
        ),
        (
            "no-issuer",
            "root",
            "basicConstraints = critical,CA:false\nkeyUsage = critical,keyCertSign".to_owned(),
        ),
        (
            "silent",
            "root",
            "keyUsage = critical,keyCertSign".to_owned(),
        ),
        (
            "not-for-issuing",
            "root",
            "basicConstraints = critical,CA:true\nkeyUsage = critical,digitalSignature".to_owned(),
        ),
        (
            "unknown",
            "root",
            issuing("1.2.3.4 = critical,ASN1:UTF8String:x"),
        ),
        (
            "last",
            "root",
            "basicConstraints = critical,CA:true,pathlen:0\nkeyUsage = critical,keyCertSign"
                .to_owned(),
        ),
        ("below-last", "last", ISSUER.to_owned()),
        (
            "one-more",
            "root",
            "basicConstraints = critical,CA:true,pathlen:1\nkeyUsage = critical,keyCertSign"
                .to_owned(),
        ),
        ("below-one-more", "one-more", ISSUER.to_owned()),
    ];
    let mut made = std::collections::BTreeMap::new();
    for (name, issuer, extensions) in &issuers {
        made.insert(
            *name,
            forge.certificate(&forged(name, Some(issuer), extensions)),
        );
    }
    let year = Forged {
        stands: YEAR,
        ..forged("year", Some("root"), ISSUER)
    };
    forge.certificate(&year);
    let untrusted = Err(Fault::Untrusted);
    let root = root.as_slice();
    // Who issued the authority's certificate, what it brings, whom the reader trusts, when it was.
    for (issuer, beside, trusted, time, expect) in [
        ("issuer", &["issuer"][..], root, NOON.0, Ok(())),
        ("issuer", &["issuer", "root"], root, NOON.0, Ok(())),
        ("issuer", &[], root, NOON.0, untrusted),
        ("issuer", &[], made["issuer"].as_slice(), NOON.0, Ok(())),
        (
            "issuer",
            &["issuer"],
            made["for-stamps"].as_slice(),
            NOON.0,
            untrusted,
        ),
        ("for-servers", &["for-servers"], root, NOON.0, untrusted),
        (
            "for-servers",
            &[],
            made["for-servers"].as_slice(),
            NOON.0,
            untrusted,
        ),
        (
            "for-servers-only",
            &["for-servers-only"],
            root,
            NOON.0,
            untrusted,
        ),
        ("for-stamps", &["for-stamps"], root, NOON.0, Ok(())),
        ("for-both", &["for-both"], root, NOON.0, Ok(())),
        ("for-anything", &["for-anything"], root, NOON.0, Ok(())),
        ("no-issuer", &["no-issuer"], root, NOON.0, untrusted),
        ("silent", &["silent"], root, NOON.0, untrusted),
        (
            "not-for-issuing",
            &["not-for-issuing"],
            root,
            NOON.0,
            untrusted,
        ),
        ("unknown", &["unknown"], root, NOON.0, untrusted),
        ("last", &["last"], root, NOON.0, Ok(())),
        (
            "below-last",
            &["below-last", "last"],
            root,
            NOON.0,
            untrusted,
        ),
        (
            "below-one-more",
            &["one-more", "below-one-more"],
            root,
            NOON.0,
            Ok(()),
        ),
        ("year", &["year"], root, NOON.0, Ok(())),
        ("year", &["year"], root, "20251231235959Z", untrusted),
        ("year", &["year"], root, "20270101000001Z", untrusted),
        ("root-of-a-year", &[], &short, NOON.0, Ok(())),
        ("root-of-a-year", &[], &short, "20251231235959Z", untrusted),
        ("root-of-a-year", &[], &short, "20270101000001Z", untrusted),
        ("root-of-servers", &[], &root_of_servers, NOON.0, untrusted),
        ("impostor", &["impostor"], root, NOON.0, untrusted),
    ] {
        forge.certificate(&forged("leaf", Some(issuer), AUTHORITY));
        let answer = forge.stamp(&stated(time, &[]), "leaf", beside, &["-cades"]);
        let found = judged(&answer, &[trusted]).map(drop);
        assert_eq!(found, expect, "{issuer}, beside {beside:?}, at {time}");
    }
}

#[test]
fn t66_a_stamp_binds_its_certificate_and_is_hashed_and_signed_as_is_accepted() {
    let (forge, root) = with_root();
    let root = root.as_slice();
    forge.certificate(&forged("leaf", Some("root"), AUTHORITY));
    // The same name, number and key, under other dates.
    let anew = Forged {
        subject: "leaf",
        key: Some("leaf"),
        stands: YEARS,
        ..forged("anew", Some("root"), AUTHORITY)
    };
    forge.certificate(&anew);
    let plain = stated(NOON.0, &[]);
    for (what, beside, more, expect) in [
        ("bound", &[][..], &["-cades"][..], Ok(NOON.1)),
        ("by key identifier", &[], &["-cades", "-keyid"], Ok(NOON.1)),
        ("SHA-384", &[], &["-cades", "-md", "sha384"], Ok(NOON.1)),
        ("SHA-512", &[], &["-cades", "-md", "sha512"], Ok(NOON.1)),
        (
            "SHA-1",
            &[],
            &["-cades", "-md", "sha1"],
            Err(Fault::Algorithm),
        ),
        ("not bound", &[], &[], Err(Fault::NoSigningCertificate)),
        (
            "its certificate is not there",
            &[],
            &["-cades", "-nocerts"],
            Err(Fault::NoSigner),
        ),
        (
            "another one is in its place",
            &["anew"],
            &["-cades", "-nocerts"],
            Err(Fault::OtherCertificate),
        ),
        ("no attributes", &[], &["-noattr"], Err(Fault::Malformed)),
    ] {
        let answer = forge.stamp(&plain, "leaf", beside, more);
        assert_eq!(judged(&answer, &[root]), expect, "{what}");
    }
    // ESSCertID, of SHA-1, is what RFC 3161 had before RFC 5816; `openssl ts` makes either.
    let question = rfc3161::query(&DIGEST, 1 << 63);
    for (ess, expect) in [
        ("sha256", Ok(())),
        ("sha512", Ok(())),
        ("sha1", Err(Fault::NoSigningCertificate)),
    ] {
        let answer = forge.answer(&question, "leaf", ess);
        assert_eq!(judged(&answer, &[root]).map(drop), expect, "{ess}");
    }
}

#[test]
fn t66_what_is_behind_the_nonce_is_read_as_well() {
    let (forge, root) = with_root();
    forge.certificate(&forged("leaf", Some("root"), AUTHORITY));
    let nonce = [2, 1, 9];
    let called = tlv(0xa0, &[&tlv(0xa4, &[&tlv(0x30, &[])])]);
    let extension = |critical: &[u8]| {
        let value = tlv(0x04, &[&[5, 0]]);
        tlv(
            0xa1,
            &[&tlv(0x30, &[&[0x06, 3, 0x2a, 3, 4], critical, &value])],
        )
    };
    let (plain, critical) = (extension(&[]), extension(&[1, 1, 0xff]));
    for (what, behind, expect) in [
        ("a name", vec![&nonce[..], &called], Ok(NOON.1)),
        ("an extension", vec![&nonce, &called, &plain], Ok(NOON.1)),
        (
            "a critical one",
            vec![&nonce, &critical],
            Err(Fault::Malformed),
        ),
        (
            "a critical one without a nonce",
            vec![&critical],
            Err(Fault::Malformed),
        ),
        (
            "something else",
            vec![&nonce, &[5, 0]],
            Err(Fault::Malformed),
        ),
    ] {
        let answer = forge.stamp(&stated(NOON.0, &behind), "leaf", &[], &["-cades"]);
        assert_eq!(judged(&answer, &[&root]), expect, "{what}");
    }
}
