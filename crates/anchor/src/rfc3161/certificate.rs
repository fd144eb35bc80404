//! Certificates of time-stamping authorities (RFC 5280): what is needed to tell who signed, and no more.

use alloc::vec::Vec;

use der::Tag;
use der::asn1::ObjectIdentifier as Oid;

use super::walk::{Item, Walk, context, context_bytes, is_critical, time};
use crate::{Crypto, Fault, Scheme};

/// A certificate, read and not judged.
pub(crate) struct Certificate<'a> {
    /// All of it.
    pub(crate) raw: &'a [u8],
    /// What its issuer signed.
    tbs: &'a [u8],
    /// The number that its issuer gave it.
    pub(super) serial: &'a [u8],
    pub(super) issuer: &'a [u8],
    subject: &'a [u8],
    from: i64,
    until: i64,
    pub(super) key: Key<'a>,
    algorithm: Oid,
    signature: &'a [u8],
    /// It may issue others, with so many below them.
    issues: Option<Option<u64>>,
    /// The first two bytes of its key usage, if it has one.
    usage: Option<u16>,
    /// It is for time stamps, and for nothing else, and says so as it must (RFC 3161, section 2.3).
    pub(super) stamps: bool,
    /// It is for some purposes only, and time stamps are none of them.
    elsewhere: bool,
    pub(super) key_id: Option<&'a [u8]>,
    /// Which key of its issuer signed it, if it says.
    issuer_key_id: Option<&'a [u8]>,
    /// It asks for something that is not known here.
    demands: bool,
}

/// A public key.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    kind: KeyKind,
    bytes: &'a [u8],
}

#[derive(Clone, Copy)]
enum KeyKind {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
    Other,
}

/// The hashes that are used.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn named(oid: Oid) -> Result<Self, Fault> {
        match oid {
            SHA_256 => Ok(Self::Sha256),
            SHA_384 => Ok(Self::Sha384),
            SHA_512 => Ok(Self::Sha512),
            _ => Err(Fault::Algorithm),
        }
    }

    /// Whether `digest` is that of `bytes`.
    pub(super) fn is(self, crypto: &Crypto, bytes: &[u8], digest: &[u8]) -> bool {
        match self {
            Self::Sha256 => (crypto.sha256)(bytes) == digest,
            Self::Sha384 => (crypto.sha384)(bytes) == digest,
            Self::Sha512 => (crypto.sha512)(bytes) == digest,
        }
    }
}

impl Key<'_> {
    /// Whether this key signed. Where the algorithm names no hash, `hash` is it.
    pub(super) fn signed(
        self,
        crypto: &Crypto,
        algorithm: Oid,
        hash: Option<Hash>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<bool, Fault> {
        let (rsa, named) = match algorithm {
            RSA => (true, hash),
            RSA_SHA_256 => (true, Some(Hash::Sha256)),
            RSA_SHA_384 => (true, Some(Hash::Sha384)),
            RSA_SHA_512 => (true, Some(Hash::Sha512)),
            ECDSA_SHA_256 => (false, Some(Hash::Sha256)),
            ECDSA_SHA_384 => (false, Some(Hash::Sha384)),
            ECDSA_SHA_512 => (false, Some(Hash::Sha512)),
            ED25519 => (false, None),
            _ => return Err(Fault::Algorithm),
        };
        let scheme = match (self.kind, rsa, named) {
            (KeyKind::Rsa, true, Some(Hash::Sha256)) => Scheme::RsaPkcs1Sha256,
            (KeyKind::Rsa, true, Some(Hash::Sha384)) => Scheme::RsaPkcs1Sha384,
            (KeyKind::Rsa, true, Some(Hash::Sha512)) => Scheme::RsaPkcs1Sha512,
            (KeyKind::P256, false, Some(Hash::Sha256)) => Scheme::P256Sha256,
            (KeyKind::P256, false, Some(Hash::Sha384)) => Scheme::P256Sha384,
            (KeyKind::P256, false, Some(Hash::Sha512)) => Scheme::P256Sha512,
            (KeyKind::P384, false, Some(Hash::Sha256)) => Scheme::P384Sha256,
            (KeyKind::P384, false, Some(Hash::Sha384)) => Scheme::P384Sha384,
            (KeyKind::P384, false, Some(Hash::Sha512)) => Scheme::P384Sha512,
            (KeyKind::P521, false, Some(Hash::Sha256)) => Scheme::P521Sha256,
            (KeyKind::P521, false, Some(Hash::Sha384)) => Scheme::P521Sha384,
            (KeyKind::P521, false, Some(Hash::Sha512)) => Scheme::P521Sha512,
            (KeyKind::Ed25519, false, None) => Scheme::Ed25519,
            _ => return Err(Fault::Algorithm),
        };
        Ok((crypto.verify)(scheme, self.bytes, message, signature))
    }
}

impl<'a> Certificate<'a> {
    /// Reads one (RFC 5280, section 4.1).
    pub(crate) fn read(raw: &'a [u8]) -> Result<Self, Fault> {
        let mut parts = Walk::only(raw, Tag::Sequence)?.inside()?;
        let signed = parts.take(Tag::Sequence)?;
        let algorithm = parts.take(Tag::Sequence)?;
        let signature = parts.take(Tag::BitString)?.bits()?;
        parts.end()?;
        let mut tbs = signed.inside()?;
        tbs.maybe(context(0))?;
        let serial = tbs.take(Tag::Integer)?;
        // What is signed names the algorithm too, and it must be the same (section 4.1.1.2).
        if tbs.take(Tag::Sequence)?.raw != algorithm.raw {
            return Err(Fault::Malformed);
        }
        let issuer = tbs.take(Tag::Sequence)?;
        let mut validity = tbs.take(Tag::Sequence)?.inside()?;
        let mut moment = || time(&validity.next()?.ok_or(Fault::Malformed)?);
        let (from, until) = (moment()?, moment()?);
        let subject = tbs.take(Tag::Sequence)?;
        let mut certificate = Self {
            raw,
            tbs: signed.raw,
            serial: serial.value,
            issuer: issuer.raw,
            subject: subject.raw,
            from,
            until,
            key: read_key(&tbs.take(Tag::Sequence)?)?,
            algorithm: algorithm.inside()?.oid()?,
            signature,
            issues: None,
            usage: None,
            stamps: false,
            elsewhere: false,
            key_id: None,
            issuer_key_id: None,
            demands: false,
        };
        tbs.maybe(context_bytes(1))?;
        tbs.maybe(context_bytes(2))?;
        if let Some(extensions) = tbs.maybe(context(3))? {
            let list = Walk::only(extensions.value, Tag::Sequence)?;
            for extension in list.all(MOST_EXTENSIONS)? {
                certificate.extension(&extension)?;
            }
        }
        tbs.end()?;
        Ok(certificate)
    }

    fn extension(&mut self, extension: &Item<'a>) -> Result<(), Fault> {
        let mut parts = extension.inside()?;
        let oid = parts.oid()?;
        let critical = is_critical(&mut parts)?;
        let value = parts.take(Tag::OctetString)?.value;
        parts.end()?;
        match oid {
            BASIC_CONSTRAINTS => {
                let mut parts = Walk::only(value, Tag::Sequence)?.inside()?;
                let issues = parts.maybe(Tag::Boolean)?;
                let below = parts.maybe(Tag::Integer)?;
                let below = below.map(|below| below.number()).transpose()?;
                self.issues = issues
                    .is_some_and(|said| said.value == [0xff])
                    .then_some(below);
            }
            KEY_USAGE => {
                let bits = Walk::only(value, Tag::BitString)?.value;
                let byte = |at: usize| u16::from(bits.get(at).copied().unwrap_or(0));
                self.usage = Some(byte(1) << 8 | byte(2));
            }
            EXTENDED_KEY_USAGE => {
                let purposes = Walk::only(value, Tag::Sequence)?.all(MOST_EXTENSIONS)?;
                let is = |oid| move |item: &Item<'_>| item.oid() == Ok(oid);
                let stamps = purposes.iter().any(is(TIME_STAMPING));
                self.stamps = critical && purposes.len() == 1 && stamps;
                self.elsewhere = !stamps && !purposes.iter().any(is(ANY_PURPOSE));
            }
            SUBJECT_KEY_ID => {
                self.key_id = Some(Walk::only(value, Tag::OctetString)?.value);
            }
            // One that cannot be read says nothing: it only tells apart who is called the same (section 4.2.1.1).
            AUTHORITY_KEY_ID => self.issuer_key_id = authority_key_id(value),
            // No policy is asked for, so any does.
            CERTIFICATE_POLICIES => {}
            _ => self.demands |= critical,
        }
        Ok(())
    }

    /// Whether it stood at a moment, and asks for nothing that is not known here.
    pub(super) fn stood(&self, at: i64) -> bool {
        (self.from..=self.until).contains(&at) && !self.demands
    }

    /// Whether its key may sign statements (RFC 5280, section 4.2.1.3): `digitalSignature` or `nonRepudiation`.
    pub(super) fn may_state(&self) -> bool {
        self.usage.is_none_or(|usage| usage & 0xc000 != 0)
    }

    /// Whether it may issue certificates of authorities with so many issuers below it: `keyCertSign`. An issuer that its own confined to other
    /// purposes vouches for nobody here: customers and servers get their certificates of such, often below the same root (RFC 5280, section
    /// 4.2.1.12, leaves that to its reader).
    fn may_issue(&self, below: u64) -> bool {
        !self.elsewhere
            && self
                .issues
                .is_some_and(|most| most.is_none_or(|most| below <= most))
            && self.usage.is_none_or(|usage| usage & 0x0400 != 0)
    }

    fn issued(&self, other: &Self, crypto: &Crypto) -> bool {
        self.subject == other.issuer
            && self
                .key
                .signed(crypto, other.algorithm, None, other.tbs, other.signature)
                == Ok(true)
    }

    /// Whether one of these that is called like its issuer signed it, or signs in a way that is not known here; or none of them is its issuer.
    ///
    /// An authority that rolled its key over is called as before. So one with another key identifier than is asked for is somebody else, and so
    /// is one that is only trusted, where no identifier says that it is the one.
    pub(super) fn may_be_issued_by(
        &self,
        brought: &[Self],
        trusted: &[Self],
        crypto: &Crypto,
    ) -> bool {
        let (algorithm, signature) = (self.algorithm, self.signature);
        let called = |one: &&Self| one.subject == self.issuer;
        let mut all = brought.iter().chain(trusted).filter(called);
        let may_have_signed = |one: &Self| {
            let key = one.key;
            key.signed(crypto, algorithm, None, self.tbs, signature) != Ok(false)
        };
        let is_of_brought = |one: &Self| self.names(one) != Some(false);
        let is_of_trusted = |one: &Self| self.names(one) == Some(true);
        all.any(may_have_signed)
            || !(brought.iter().filter(called).any(is_of_brought)
                || trusted.iter().filter(called).any(is_of_trusted))
    }

    /// Whether the key of its issuer is this one's, by their identifiers.
    fn names(&self, issuer: &Self) -> Option<bool> {
        Some(self.issuer_key_id? == issuer.key_id?)
    }

    /// Which of the trusted certificates vouches for this one at a moment: the certificate itself, or one that a chain of those brought
    /// along leads to. Each is looked at once, so the work is bounded.
    pub(super) fn vouched(
        &self,
        brought: &[Self],
        trusted: &[Self],
        at: i64,
        crypto: &Crypto,
    ) -> Option<usize> {
        let mut ways: Vec<(&Self, u64)> = Vec::from([(self, 0)]);
        let mut seen: Vec<&[u8]> = Vec::from([self.raw]);
        while let Some((reached, below)) = ways.pop() {
            if !reached.stood(at) {
                continue;
            }
            let vouches = |one: &Self| {
                one.raw == reached.raw
                    || (one.stood(at) && one.may_issue(below) && one.issued(reached, crypto))
            };
            if let Some(found) = trusted.iter().position(vouches) {
                return Some(found);
            }
            for one in brought {
                if !seen.contains(&one.raw) && one.may_issue(below) && one.issued(reached, crypto) {
                    seen.push(one.raw);
                    ways.push((one, below + 1));
                }
            }
        }
        None
    }
}

/// The key identifier in an extension that says who issued (RFC 5280, section 4.2.1.1).
fn authority_key_id(value: &[u8]) -> Option<&[u8]> {
    let mut parts = Walk::only(value, Tag::Sequence).ok()?.inside().ok()?;
    let id = parts.maybe(context_bytes(0)).ok()??;
    Some(id.value)
}

fn read_key<'a>(item: &Item<'a>) -> Result<Key<'a>, Fault> {
    let mut parts = item.inside()?;
    let mut algorithm = parts.take(Tag::Sequence)?.inside()?;
    let kind = match algorithm.oid()? {
        RSA => KeyKind::Rsa,
        ED25519 => KeyKind::Ed25519,
        EC => match algorithm.maybe(Tag::ObjectIdentifier)? {
            Some(curve) => match curve.oid()? {
                P_256 => KeyKind::P256,
                P_384 => KeyKind::P384,
                P_521 => KeyKind::P521,
                _ => KeyKind::Other,
            },
            None => KeyKind::Other,
        },
        _ => KeyKind::Other,
    };
    let bytes = parts.take(Tag::BitString)?.bits()?;
    parts.end()?;
    Ok(Key { kind, bytes })
}

const MOST_EXTENSIONS: usize = 64;
const SHA_256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.3");
const RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.1");
const RSA_SHA_256: Oid = Oid::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA_384: Oid = Oid::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA_512: Oid = Oid::new_unwrap("1.2.840.113549.1.1.13");
const EC: Oid = Oid::new_unwrap("1.2.840.10045.2.1");
const ECDSA_SHA_256: Oid = Oid::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: Oid = Oid::new_unwrap("1.2.840.10045.4.3.3");
const ECDSA_SHA_512: Oid = Oid::new_unwrap("1.2.840.10045.4.3.4");
const P_256: Oid = Oid::new_unwrap("1.2.840.10045.3.1.7");
const P_384: Oid = Oid::new_unwrap("1.3.132.0.34");
const P_521: Oid = Oid::new_unwrap("1.3.132.0.35");
const ED25519: Oid = Oid::new_unwrap("1.3.101.112");
const SUBJECT_KEY_ID: Oid = Oid::new_unwrap("2.5.29.14");
const AUTHORITY_KEY_ID: Oid = Oid::new_unwrap("2.5.29.35");
const KEY_USAGE: Oid = Oid::new_unwrap("2.5.29.15");
const BASIC_CONSTRAINTS: Oid = Oid::new_unwrap("2.5.29.19");
const CERTIFICATE_POLICIES: Oid = Oid::new_unwrap("2.5.29.32");
const EXTENDED_KEY_USAGE: Oid = Oid::new_unwrap("2.5.29.37");
const ANY_PURPOSE: Oid = Oid::new_unwrap("2.5.29.37.0");
const TIME_STAMPING: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.8");
