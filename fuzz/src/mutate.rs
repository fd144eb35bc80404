//! Breaking input: JSON by its structure, anything by its bytes.

use touchstone_canon::json::{Object, Value};

use crate::random::Random;

/// `seed` with one to four faults. `others` lend pieces of themselves.
pub fn broken(random: &mut Random, seed: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        bytes = fault(random, bytes, others);
    }
    bytes
}

/// `bytes` with one more fault.
pub fn fault(random: &mut Random, mut bytes: Vec<u8>, others: &[Vec<u8>]) -> Vec<u8> {
    if random.below(2) == 0
        && let Ok(value) = Value::parse(&bytes)
    {
        let mut value = value.into_owned();
        let donor = others.get(random.below(others.len()));
        let donor = donor.and_then(|bytes| Value::parse(bytes).ok());
        change(random, &mut value, donor.as_ref());
        return value.to_string().into_bytes();
    }
    let from = random.below(bytes.len());
    let to = (from + random.below(40)).min(bytes.len());
    match random.below(12) {
        0 => bytes.truncate(from),
        1 | 2 => drop(bytes.drain(from..to)),
        3 | 4 => {
            let copy = bytes[from..to].to_vec();
            let at = random.below(bytes.len());
            bytes.splice(at..at, copy);
        }
        5 | 6 => {
            let token = random.one_of(&TOKENS);
            bytes.splice(from..from, token.iter().copied());
        }
        7 => {
            let token = random.one_of(&TOKENS);
            bytes.splice(from..to, token.iter().copied());
        }
        8 => {
            if let Some(other) = others.get(random.below(others.len())) {
                let start = random.below(other.len());
                let end = (start + random.below(200)).min(other.len());
                bytes.splice(from..to, other[start..end].iter().copied());
            }
        }
        _ => {
            if let Some(byte) = bytes.get_mut(from) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
    bytes
}

/// Changes one value somewhere inside `value`.
fn change(random: &mut Random, value: &mut Value<'static>, donor: Option<&Value<'_>>) {
    let mut left = random.below(count(value));
    let Some(place) = find(value, &mut left) else {
        return;
    };
    match random.below(13) {
        0 => *place = Value::Null,
        1 => *place = word(random),
        2 => *place = Value::Array(vec![std::mem::take(place)]),
        3 => *place = Value::Array(vec![place.clone(), std::mem::take(place)]),
        4 => {
            let mut object = Object::new();
            object.insert(key(random), std::mem::take(place));
            *place = object.into();
        }
        5 => {
            if let Some(donor) = donor {
                let mut left = random.below(count(donor));
                *place = part(donor, &mut left)
                    .cloned()
                    .unwrap_or_default()
                    .into_owned();
            }
        }
        6 => {
            for _ in 0..random.below(80) {
                *place = Value::Array(vec![std::mem::take(place)]);
            }
        }
        7 => {
            let most = MOST_BYTES / place.to_string().len();
            *place = Value::Array(vec![place.clone(); random.below(200).min(most)]);
        }
        _ => members(random, place),
    }
}

/// Changes the members of an object or the items of an array; any other value becomes one of another kind.
fn members(random: &mut Random, place: &mut Value<'static>) {
    match place {
        Value::Object(object) => {
            let keys: Vec<String> = object.keys().map(str::to_owned).collect();
            let old = keys.get(random.below(keys.len()));
            let name = match random.below(3) {
                0 => old.cloned().unwrap_or_default() + "X",
                _ => key(random),
            };
            match (random.below(4), old) {
                (0, Some(old)) => drop(object.remove(old)),
                (1, Some(old)) => {
                    let moved = object.remove(old).unwrap_or_default();
                    object.insert(name, moved);
                }
                (2, Some(old)) => {
                    let copy = object.get(old).cloned().unwrap_or_default();
                    object.insert(name, copy);
                }
                _ => {
                    object.insert(name, word(random));
                }
            }
        }
        Value::Array(items) => match random.below(3) {
            0 => items.truncate(random.below(items.len() + 1)),
            1 => items.reverse(),
            _ => items.push(word(random)),
        },
        Value::String(text) => {
            let mut bytes = text.as_bytes().to_vec();
            let token = random.one_of(&TOKENS);
            let at = random.below(bytes.len() + 1);
            match random.below(3) {
                0 => drop(bytes.splice(at..at, token.iter().copied())),
                1 => bytes.truncate(at),
                _ => {
                    bytes = bytes.repeat(1 + random.below(30).min(MOST_BYTES / bytes.len().max(1)))
                }
            }
            *place = Value::from(String::from_utf8_lossy(&bytes).into_owned());
        }
        _ => *place = word(random),
    }
}

/// What is repeated becomes no larger: of four faults each may repeat what the one before made, and it is the parser that is to be tried, not the
/// memory for its input.
const MOST_BYTES: usize = 256 << 10;

/// How many values there are, this one included.
fn count(value: &Value<'_>) -> usize {
    1 + match value {
        Value::Object(object) => object.values().map(count).sum::<usize>(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// The value that is reached when `left` is used up.
fn find<'v>(value: &'v mut Value<'static>, left: &mut usize) -> Option<&'v mut Value<'static>> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Object(object) => object.iter_mut().find_map(|(_, inner)| find(inner, left)),
        Value::Array(items) => items.iter_mut().find_map(|inner| find(inner, left)),
        _ => None,
    }
}

fn part<'v, 'a>(value: &'v Value<'a>, left: &mut usize) -> Option<&'v Value<'a>> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Object(object) => object.values().find_map(|inner| part(inner, left)),
        Value::Array(items) => items.iter().find_map(|inner| part(inner, left)),
        _ => None,
    }
}

fn key(random: &mut Random) -> String {
    (*random.one_of(&KEYS)).to_owned()
}

/// A value that parsers have stumbled over.
fn word(random: &mut Random) -> Value<'static> {
    let texts = [
        "",
        "x",
        "@id",
        "_:b0",
        "\u{0}",
        "\u{202e}",
        "2026-02-30T25:61:61Z",
        "https://",
        "did:key:z",
        "data:,",
    ];
    match random.below(7) {
        0 => Value::from(key(random)),
        1 => Value::from(*random.one_of(&texts)),
        2 => Value::from(*random.one_of(&[0_i64, -1, 1 << 53, i64::MAX, i64::MIN])),
        3 => {
            Value::parse(random.one_of(&NUMBERS).as_bytes()).map_or(Value::Null, Value::into_owned)
        }
        4 => Value::Bool(random.below(2) == 0),
        5 => Value::Array(Vec::new()),
        _ => Object::new().into(),
    }
}

const NUMBERS: [&str; 6] = ["1e308", "-0.0", "5e-324", "1.5", "9007199254740993", "0.1"];

/// Names that mean something somewhere.
const KEYS: [&str; 64] = [
    "@context",
    "@id",
    "@type",
    "@value",
    "@language",
    "@direction",
    "@index",
    "@list",
    "@set",
    "@reverse",
    "@graph",
    "@included",
    "@nest",
    "@none",
    "@json",
    "@vocab",
    "@base",
    "@version",
    "@import",
    "@propagate",
    "@protected",
    "@container",
    "@prefix",
    "id",
    "type",
    "proof",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "credentialSubject",
    "credentialStatus",
    "credentialSchema",
    "evidence",
    "termsOfUse",
    "refreshService",
    "relatedResource",
    "digestSRI",
    "digestMultibase",
    "name",
    "description",
    "achievement",
    "criteria",
    "endorsement",
    "endorsementJwt",
    "verifiableCredential",
    "holder",
    "cryptosuite",
    "proofPurpose",
    "proofValue",
    "verificationMethod",
    "created",
    "expires",
    "domain",
    "challenge",
    "previousProof",
    "statusPurpose",
    "statusListIndex",
    "statusSize",
    "statusMessage",
    "encodedList",
    "publicKeyMultibase",
    "publicKeyJwk",
    "alg",
];

/// Bytes that parsers have stumbled over before.
const TOKENS: [&[u8]; 40] = [
    b"null",
    b"{}",
    b"[]",
    b"[[[[[[[[[[[[[[[[",
    b"\"\"",
    b",\"@context\":{}",
    b",\"@context\":null",
    b"\"@graph\":[],",
    b"\"@type\":\"@id\",",
    b"\"@id\":\"_:b0\",",
    b"\"@reverse\":{},",
    b"\"@list\":[],",
    b"\"@included\":[{}],",
    b"\"type\":[],",
    b"1e999",
    b"-0",
    b"0.1e-400",
    b"\\ud800",
    b"\xff",
    b"\0",
    b"2026-02-30T25:61:61Z",
    b"u\x1f\x8b",
    b"\r\n",
    b"\r\n\r\n",
    b"]]>",
    b"<![CDATA[",
    b"&lt;",
    b"<!ENTITY a \"b\">",
    b"xmlns:",
    b"IHDR\0\0\0\0",
    b"iTXt",
    b"zTXt",
    b"\xff\xff\xff\xff",
    b"\x80\0\0\0",
    b"/EmbeddedFile",
    b"endstream",
    b"=",
    b"'",
    b";",
    b"..",
];
