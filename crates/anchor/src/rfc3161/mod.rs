//! Time stamps: asking an authority for one, and judging what it answers.
//!
//! RFC 3161, with ESSCertIDv2 of RFC 5816; the token is CMS SignedData (RFC 5652). DER only, as section 2.4.2 asks. What an authority can
//! get wrong is told apart by [`Fault`].

mod certificate;
mod walk;

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier as Oid;
use der::{Encode, Sequence, Tag};

pub(crate) use certificate::Certificate;
use certificate::Hash;
use walk::{Item, Walk, context, context_bytes, is_critical, time};

use crate::{Crypto, Digest, Fault};

/// The media type of a question (RFC 3161, section 3.4).
pub const QUERY: &str = "application/timestamp-query";
/// The media type of an answer.
pub const REPLY: &str = "application/timestamp-reply";
/// No honest answer is larger: a token with some certificates has 2 to 8 kB.
pub const MOST_BYTES: usize = 64 * 1024;

/// What an authority states: it saw the digest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stamped {
    /// By when, in milliseconds since 1970: its time, and as much later as its clock may be wrong by its own word.
    pub by: i64,
    /// Which of the trusted certificates vouches for it.
    pub trusted: usize,
}

/// The question: a stamp over `digest`, answering `nonce`, with the authority's certificate (section 2.4.1).
pub fn query(digest: &Digest, nonce: u64) -> Vec<u8> {
    #[derive(Sequence)]
    struct Question<'a> {
        version: u8,
        imprint: Imprint<'a>,
        nonce: u64,
        with_certificates: bool,
    }
    #[derive(Sequence)]
    struct Imprint<'a> {
        algorithm: Algorithm,
        #[asn1(type = "OCTET STRING")]
        digest: &'a [u8],
    }
    #[derive(Sequence)]
    struct Algorithm {
        oid: Oid,
    }
    let question = Question {
        version: 1,
        imprint: Imprint {
            algorithm: Algorithm { oid: SHA_256 },
            digest,
        },
        nonce,
        with_certificates: true,
    };
    question.to_der().expect("a few dozen bytes")
}

/// Judges an answer: granted, over this digest, answering `nonce` if one is given, signed by an authority that one of the `trusted`
/// certificates (DER) is or vouches for.
pub fn judge(
    answer: &[u8],
    digest: &Digest,
    nonce: Option<u64>,
    trusted: &[&[u8]],
    crypto: &Crypto,
) -> Result<Stamped, Fault> {
    if answer.len() > MOST_BYTES {
        return Err(Fault::TooLarge);
    }
    let mut parts = Walk::only(answer, Tag::Sequence)?.inside()?;
    let status = parts.take(Tag::Sequence)?.inside()?.take(Tag::Integer)?;
    // 0 is granted, 1 is granted with changes: what was changed shows below.
    if status.number()? > 1 {
        return Err(Fault::NotGranted);
    }
    let token = parts.next()?.ok_or(Fault::Malformed)?;
    parts.end()?;
    let token = Token::read(&token)?;
    let stated = Stated::read(token.stated)?;
    if stated.hash != SHA_256 || stated.digest != digest {
        return Err(Fault::OtherImprint);
    }
    if let Some(nonce) = nonce
        && stated.nonce != Some(nonce)
    {
        return Err(Fault::OtherNonce);
    }
    let trusted = certificates(trusted)?;
    let brought: Vec<Certificate<'_>> = token
        .certificates
        .iter()
        .filter_map(|item| Certificate::read(item.raw).ok())
        .collect();
    let signer = brought
        .iter()
        .chain(&trusted)
        .find(|one| token.signer.is(one))
        .ok_or(Fault::NoSigner)?;
    token.is_signed_by(signer, crypto)?;
    if !signer.stamps || !signer.may_state() {
        return Err(Fault::NotForStamps);
    }
    if !signer.stood(stated.time) {
        return Err(Fault::OutsideValidity);
    }
    let vouched = signer.vouched(&brought, &trusted, stated.time, crypto);
    Ok(Stamped {
        by: stated.time.saturating_add(stated.accuracy),
        trusted: vouched.ok_or(Fault::Untrusted)?,
    })
}

/// Whether an answer is whole as far as it says by itself: over this digest, signed by a certificate that it brought and binds, and each that it brought
/// signed by its issuer, where that is brought or trusted. One that brought none is [`Fault::Untrusted`]: who trusts its signer can tell.
pub(crate) fn whole(
    answer: &[u8],
    digest: &Digest,
    trusted: &[&[u8]],
    crypto: &Crypto,
) -> Result<(), Fault> {
    if answer.len() > MOST_BYTES {
        return Err(Fault::TooLarge);
    }
    let mut parts = Walk::only(answer, Tag::Sequence)?.inside()?;
    parts.take(Tag::Sequence)?;
    let token = parts.next()?.ok_or(Fault::Malformed)?;
    let brought = Token::read(&token)?.certificates;
    let brought: Vec<&[u8]> = brought.iter().map(|item| item.raw).collect();
    // Judged first: an answer that is wrong is not told as one that nobody vouches for.
    match judge(answer, digest, None, &brought, crypto) {
        Err(Fault::NoSigner) if brought.is_empty() => return Err(Fault::Untrusted),
        judged => judged.map(drop)?,
    }
    let (brought, trusted) = (certificates(&brought)?, certificates(trusted)?);
    match brought
        .iter()
        .all(|one| one.may_be_issued_by(&brought, &trusted, crypto))
    {
        true => Ok(()),
        false => Err(Fault::Signature),
    }
}

fn certificates<'a>(all: &[&'a [u8]]) -> Result<Vec<Certificate<'a>>, Fault> {
    all.iter().map(|raw| Certificate::read(raw)).collect()
}

/// A time-stamp token: SignedData with one signer (RFC 3161, section 2.4.2; RFC 5652, section 5).
struct Token<'a> {
    /// The bytes of the TSTInfo.
    stated: &'a [u8],
    certificates: Vec<Item<'a>>,
    signer: Signer<'a>,
    hash: Hash,
    /// As they are hashed for the signature: as a SET.
    attributes: Vec<u8>,
    message_digest: &'a [u8],
    signing_certificate: Item<'a>,
    algorithm: Oid,
    signature: &'a [u8],
}

/// How a token names who signed it.
enum Signer<'a> {
    Number { issuer: &'a [u8], serial: &'a [u8] },
    KeyId(&'a [u8]),
}

impl Signer<'_> {
    fn is(&self, certificate: &Certificate<'_>) -> bool {
        match self {
            Self::Number { issuer, serial } => {
                certificate.issuer == *issuer && certificate.serial == *serial
            }
            Self::KeyId(id) => certificate.key_id == Some(*id),
        }
    }
}

impl<'a> Token<'a> {
    fn read(item: &Item<'a>) -> Result<Self, Fault> {
        let mut content = item.inside()?;
        if content.oid()? != SIGNED_DATA {
            return Err(Fault::Malformed);
        }
        let signed = content.take(context(0))?;
        content.end()?;
        let mut parts = Walk::only(signed.value, Tag::Sequence)?.inside()?;
        parts.take(Tag::Integer)?;
        parts.take(Tag::Set)?;
        let mut stated = parts.take(Tag::Sequence)?.inside()?;
        if stated.oid()? != TST_INFO {
            return Err(Fault::Malformed);
        }
        let octets = stated.take(context(0))?;
        stated.end()?;
        let certificates = match parts.maybe(context(0))? {
            Some(set) => set.all(MOST_CERTIFICATES)?,
            None => Vec::new(),
        };
        parts.maybe(context(1))?;
        let signers = parts.take(Tag::Set)?.all(MOST_CERTIFICATES)?;
        parts.end()?;
        // "The time-stamp token MUST NOT contain any signatures other than the signature of the TSA."
        let [signer] = &signers[..] else {
            return Err(Fault::Malformed);
        };
        let mut parts = signer.inside()?;
        parts.take(Tag::Integer)?;
        let named = parts.next()?.ok_or(Fault::Malformed)?;
        let signer = match named.tag {
            Tag::Sequence => {
                let mut parts = named.inside()?;
                let issuer = parts.take(Tag::Sequence)?.raw;
                let serial = parts.take(Tag::Integer)?.value;
                parts.end()?;
                Signer::Number { issuer, serial }
            }
            tag if tag == context_bytes(0) => Signer::KeyId(named.value),
            _ => return Err(Fault::Malformed),
        };
        let hash = Hash::named(parts.take(Tag::Sequence)?.inside()?.oid()?)?;
        let signed = parts.take(context(0))?;
        let algorithm = parts.take(Tag::Sequence)?.inside()?.oid()?;
        let signature = parts.take(Tag::OctetString)?.value;
        parts.maybe(context(1))?;
        parts.end()?;
        let attributes = Attributes::read(&signed)?;
        // The signature is over the attributes as a SET, not as `[0]` (RFC 5652, section 5.4).
        let mut set = signed.raw.to_vec();
        set[0] = 0x31;
        Ok(Self {
            stated: Walk::only(octets.value, Tag::OctetString)?.value,
            certificates,
            signer,
            hash,
            attributes: set,
            message_digest: attributes.message_digest,
            signing_certificate: attributes.signing_certificate,
            algorithm,
            signature,
        })
    }

    fn is_signed_by(&self, signer: &Certificate<'_>, crypto: &Crypto) -> Result<(), Fault> {
        if !self.hash.is(crypto, self.stated, self.message_digest) {
            return Err(Fault::Signature);
        }
        let (algorithm, hash) = (self.algorithm, Some(self.hash));
        let (message, signature) = (&self.attributes, self.signature);
        if !signer
            .key
            .signed(crypto, algorithm, hash, message, signature)?
        {
            return Err(Fault::Signature);
        }
        // The first certificate named is the signer's (RFC 5035, section 3), so that no other one of the same key takes its place.
        let mut parts = self.signing_certificate.inside()?;
        let named = parts.take(Tag::Sequence)?.inside()?.take(Tag::Sequence)?;
        let mut named = named.inside()?;
        let hash = match named.maybe(Tag::Sequence)? {
            Some(algorithm) => Hash::named(algorithm.inside()?.oid()?)?,
            None => Hash::Sha256,
        };
        let digest = named.take(Tag::OctetString)?.value;
        match hash.is(crypto, signer.raw, digest) {
            true => Ok(()),
            false => Err(Fault::OtherCertificate),
        }
    }
}

/// The signed attributes that a stamp must have, each once and with one value.
struct Attributes<'a> {
    message_digest: &'a [u8],
    signing_certificate: Item<'a>,
}

impl<'a> Attributes<'a> {
    fn read(set: &Item<'a>) -> Result<Self, Fault> {
        let (mut of, mut digest, mut certificate) = (None, None, None);
        for attribute in set.all(MOST_ATTRIBUTES)? {
            let mut parts = attribute.inside()?;
            let place = match parts.oid()? {
                CONTENT_TYPE => &mut of,
                MESSAGE_DIGEST => &mut digest,
                SIGNING_CERTIFICATE_V2 => &mut certificate,
                _ => continue,
            };
            let values = parts.take(Tag::Set)?.all(1)?;
            parts.end()?;
            let value = values.into_iter().next().ok_or(Fault::Malformed)?;
            if place.replace(value).is_some() {
                return Err(Fault::Malformed);
            }
        }
        if of.ok_or(Fault::Malformed)?.oid()? != TST_INFO {
            return Err(Fault::Malformed);
        }
        let digest = digest.filter(|value| value.tag == Tag::OctetString);
        let certificate = certificate.ok_or(Fault::NoSigningCertificate)?;
        Ok(Self {
            message_digest: digest.ok_or(Fault::Malformed)?.value,
            signing_certificate: Walk::only(certificate.raw, Tag::Sequence)?,
        })
    }
}

/// What the authority signed (RFC 3161, section 2.4.2).
struct Stated<'a> {
    hash: Oid,
    digest: &'a [u8],
    time: i64,
    /// In milliseconds.
    accuracy: i64,
    nonce: Option<u64>,
}

impl<'a> Stated<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut parts = Walk::only(bytes, Tag::Sequence)?.inside()?;
        if parts.take(Tag::Integer)?.number()? != 1 {
            return Err(Fault::Malformed);
        }
        parts.oid()?;
        let mut imprint = parts.take(Tag::Sequence)?.inside()?;
        let hash = imprint.take(Tag::Sequence)?.inside()?.oid()?;
        let digest = imprint.take(Tag::OctetString)?.value;
        imprint.end()?;
        parts.take(Tag::Integer)?;
        let time = time(&parts.take(Tag::GeneralizedTime)?)?;
        let accuracy = match parts.maybe(Tag::Sequence)? {
            Some(accuracy) => millis(&accuracy)?,
            None => 0,
        };
        parts.maybe(Tag::Boolean)?;
        let nonce = match parts.maybe(Tag::Integer)? {
            // Ours fits; one that does not is another's.
            Some(nonce) => Some(nonce.number().map_err(|_| Fault::OtherNonce)?),
            None => None,
        };
        // Who the authority is says its certificate.
        parts.maybe(context(0))?;
        if let Some(extensions) = parts.maybe(context(1))? {
            for extension in extensions.all(MOST_ATTRIBUTES)? {
                let mut parts = extension.inside()?;
                parts.oid()?;
                // It says that it is not to be read without being understood (RFC 5280, section 4.2).
                if is_critical(&mut parts)? {
                    return Err(Fault::Malformed);
                }
            }
        }
        parts.end()?;
        Ok(Self {
            hash,
            digest,
            time,
            accuracy,
            nonce,
        })
    }
}

/// Seconds, `[0]` milliseconds, `[1]` microseconds, rounded up.
fn millis(accuracy: &Item<'_>) -> Result<i64, Fault> {
    let mut parts = accuracy.inside()?;
    let seconds = match parts.maybe(Tag::Integer)? {
        Some(seconds) => seconds.number()?,
        None => 0,
    };
    let mut small = |number| match parts.maybe(context_bytes(number))? {
        Some(item) => item.value.iter().try_fold(0_u64, |all, byte| {
            let all = all << 8 | u64::from(*byte);
            (all <= 999).then_some(all).ok_or(Fault::Malformed)
        }),
        None => Ok(0),
    };
    let (millis, micros) = (small(0)?, small(1)?);
    parts.end()?;
    let all = seconds.saturating_mul(1_000).saturating_add(millis);
    let all = all.saturating_add(u64::from(micros > 0));
    i64::try_from(all).map_err(|_| Fault::Malformed)
}

const MOST_CERTIFICATES: usize = 16;
const MOST_ATTRIBUTES: usize = 32;
const SHA_256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");
const SIGNED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: Oid = Oid::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.47");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_the_der_of_section_2_4_1() {
        let question = query(&[0xab; 32], 0x8000_0000_0000_0001);
        // Version 1, SHA-256 over 32 bytes, the nonce as a positive number of nine bytes, certificates asked for.
        let head = [
            0x30, 0x42, 0x02, 0x01, 0x01, 0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
            0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20,
        ];
        let tail = [0x02, 0x09, 0, 0x80, 0, 0, 0, 0, 0, 0, 1, 0x01, 0x01, 0xff];
        let expect = [&head[..], &[0xab; 32], &tail].concat();
        assert_eq!(question, expect);
    }

    #[test]
    fn times_are_those_of_the_two_forms_and_parts_are_rounded_up() {
        for (tag, text, expect) in [
            (Tag::UtcTime, "700101000000Z", Some(0)),
            (Tag::UtcTime, "491231235959Z", Some(2_524_607_999_000)),
            (
                Tag::GeneralizedTime,
                "20261126140200Z",
                Some(1_795_701_720_000),
            ),
            (
                Tag::GeneralizedTime,
                "20261126140200.5Z",
                Some(1_795_701_720_500),
            ),
            (
                Tag::GeneralizedTime,
                "20261126140200.0001Z",
                Some(1_795_701_720_001),
            ),
            (Tag::GeneralizedTime, "20261126140200", None),
            (Tag::GeneralizedTime, "20261126140200.Z", None),
            (Tag::GeneralizedTime, "20261326140200Z", None),
            (Tag::GeneralizedTime, "2026112614020Z", None),
            (Tag::GeneralizedTime, "20261126140200+0100", None),
            (Tag::UtcTime, "7001010000Z", None),
        ] {
            let value = text.as_bytes();
            let read = time(&Item {
                tag,
                value,
                raw: value,
            });
            assert_eq!(read.ok(), expect, "{text}");
        }
    }

    #[test]
    fn what_is_no_answer_is_told_as_that() {
        let crypto = Crypto {
            sha256: |_| [0; 32],
            sha384: |_| [0; 48],
            sha512: |_| [0; 64],
            keccak256: |_| [0; 32],
            verify: |_, _, _, _| true,
        };
        let judged = |answer: &[u8]| judge(answer, &[0; 32], None, &[], &crypto);
        // Status 2 with a reason, no token: rejection.
        let rejected = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        assert_eq!(judged(&rejected), Err(Fault::NotGranted));
        let without_token = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00];
        assert_eq!(judged(&without_token), Err(Fault::Malformed));
        assert_eq!(judged(b""), Err(Fault::Malformed));
        assert_eq!(judged(b"<html>"), Err(Fault::Malformed));
        assert_eq!(judged(&[0x30; 65 * 1024]), Err(Fault::TooLarge));
    }
}
