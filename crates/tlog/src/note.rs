//! Signed notes: a text, the lines that sign it, and the keys that are believed.
//!
//! C2SP signed-note. Signatures by keys that nobody named are ignored; one by a key that was named and does not hold spoils the
//! note. What a key signs is the text itself or, for cosignatures, what [`crate::cosignature`] makes of it.

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::Crypto;
use crate::cosignature;
use crate::crypto::{ED25519_KEY, ML_DSA_44_KEY};
use crate::text::{base64, to_base64};

/// Most signatures that are read: verifiers must take 16 and should have an end.
pub const MOST_SIGNATURES: usize = 64;

/// Most bytes that are read: 64 post-quantum signatures and a text.
pub const MOST_BYTES: usize = 512 * 1024;

/// A text and the signatures below it, which nobody has checked yet: see [`Self::verify`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// A note of this text, without signatures as yet: [`Self::add`] them before it is written.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        check_characters(text)?;
        match text.ends_with('\n') {
            true => Ok(Self {
                text: text.to_owned(),
                signatures: Vec::new(),
            }),
            false => Err(NoteError::NoNewline),
        }
    }

    /// Reads a note. It must be the whole of `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MOST_BYTES {
            return Err(NoteError::TooLong { bytes: bytes.len() });
        }
        let note = str::from_utf8(bytes).map_err(|error| NoteError::NotUtf8 {
            at: error.valid_up_to(),
        })?;
        check_characters(note)?;
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let signatures = signatures.strip_suffix('\n').ok_or(NoteError::NoNewline)?;
        // The text keeps its newline; the empty line belongs to nobody.
        let first = text.matches('\n').count() + 3;
        let mut lines = Vec::new();
        for (number, line) in signatures.split('\n').enumerate() {
            if number == MOST_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            let line = line.parse().map_err(|error| NoteError::Signature {
                line: first + number,
                error,
            })?;
            lines.push(line);
        }
        Ok(Self {
            text: format!("{text}\n"),
            signatures: lines,
        })
    }

    /// What is signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signatures, of whichever keys.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Appends a signature.
    pub fn add(&mut self, signature: SignatureLine) {
        self.signatures.push(signature);
    }

    /// Takes over the signatures that `other`, a note of the same text, has more. Answers how many those are.
    pub fn merge(&mut self, other: &Self) -> usize {
        if self.text != other.text {
            return 0;
        }
        let before = self.signatures.len();
        for line in &other.signatures {
            let known = |had: &SignatureLine| had.name == line.name && had.id == line.id;
            if self.signatures.len() < MOST_SIGNATURES && !self.signatures.iter().any(known) {
                self.signatures.push(line.clone());
            }
        }
        self.signatures.len() - before
    }

    /// Leaves out the signatures of which `keep` says no.
    pub fn retain(&mut self, keep: impl FnMut(&SignatureLine) -> bool) {
        self.signatures.retain(keep);
    }

    /// Which of `keys` signed the text. Signatures of others are ignored.
    ///
    /// Fails where a signature that bears the name and id of a known key does not hold, and where no known key signed.
    pub fn verify<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VerifierKey>,
        crypto: &Crypto,
    ) -> Result<Vec<Verified<'k>>, VerifyError> {
        let keys: Vec<&VerifierKey> = keys.into_iter().collect();
        let mut verified = Vec::new();
        for signature in &self.signatures {
            // Two known keys may share name and id; one that holds is enough.
            let known = keys.iter().filter(|key| key.made(signature));
            let mut known = known.peekable();
            if known.peek().is_none() {
                continue;
            }
            let holds = known.find_map(|key| {
                let time = cosignature::holds(key, &self.text, &signature.signature, crypto)?;
                Some(Verified {
                    key,
                    timestamp: time,
                })
            });
            verified.push(holds.ok_or_else(|| VerifyError::Invalid {
                name: signature.name.clone(),
                id: signature.id,
            })?);
        }
        match verified.is_empty() {
            true => Err(VerifyError::NobodyKnown),
            false => Ok(verified),
        }
    }
}

impl fmt::Display for Note {
    /// The note as it is stored and sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A key that signed, and when it says it did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Verified<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// Seconds since 1970 that a cosignature states. `None` for signatures that bear no time.
    pub timestamp: Option<u64>,
}

/// A line that signs: `— name base64(id ‖ signature)`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureLine {
    name: String,
    id: KeyId,
    signature: Vec<u8>,
}

impl SignatureLine {
    /// The line of a signature by `key`; for cosignatures, `signature` begins with the time (see [`cosignature::timestamped`]).
    pub fn new(key: &VerifierKey, signature: Vec<u8>) -> Self {
        Self {
            name: key.name.clone(),
            id: key.id,
            signature,
        }
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The signature, without the id.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl FromStr for SignatureLine {
    type Err = SignatureLineError;

    fn from_str(line: &str) -> Result<Self, SignatureLineError> {
        let rest = line.strip_prefix("— ").ok_or(SignatureLineError::NoDash)?;
        let (name, encoded) = rest
            .split_once(' ')
            .ok_or(SignatureLineError::NoSignature)?;
        if !is_name(name) {
            return Err(SignatureLineError::Name);
        }
        let bytes = base64(encoded).ok_or(SignatureLineError::Base64)?;
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => Ok(Self {
                name: name.to_owned(),
                id: KeyId(*id),
                signature: signature.to_vec(),
            }),
            _ => Err(SignatureLineError::NoSignature),
        }
    }
}

impl fmt::Display for SignatureLine {
    /// Without a newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.0, self.signature.as_slice()].concat();
        write!(f, "— {} {}", self.name, to_base64(&bytes))
    }
}

/// Four bytes that tell keys of one name apart. No proof of anything.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyId(pub [u8; 4]);

impl fmt::Display for KeyId {
    /// Hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A key that checks signatures, with its name: a *vkey*, `name+id+base64(type ‖ key)`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: PublicKey,
}

impl VerifierKey {
    /// Gives a key its name, and the id that follows from both.
    pub fn new(name: &str, key: PublicKey, crypto: &Crypto) -> Result<Self, VkeyError> {
        if !is_name(name) {
            return Err(VkeyError::Name);
        }
        // An ML-DSA-44 cosignature commits to a name of at most 255 bytes.
        if name.len() > 255 && matches!(key, PublicKey::CosignatureMlDsa44(_)) {
            return Err(VkeyError::Name);
        }
        let named = [name.as_bytes(), b"\n", &key.typed()].concat();
        let [a, b, c, d, ..] = (crypto.sha256)(&named);
        Ok(Self {
            name: name.to_owned(),
            id: KeyId([a, b, c, d]),
            key,
        })
    }

    /// Reads a vkey, whose id must be the one that follows from name and key.
    pub fn parse(text: &str, crypto: &Crypto) -> Result<Self, VkeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VkeyError::Parts);
        };
        let key = PublicKey::from_typed(&base64(key).ok_or(VkeyError::Base64)?)?;
        let whole = Self::new(name, key, crypto)?;
        match format!("{}", whole.id) == id {
            true => Ok(whole),
            false => Err(VkeyError::Id { expected: whole.id }),
        }
    }

    /// Its name: of a log, the origin; of a witness, an address without scheme.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Whether a line says that this key made it.
    pub fn made(&self, signature: &SignatureLine) -> bool {
        self.id == signature.id && self.name == signature.name
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = to_base64(&self.key.typed());
        write!(f, "{}+{}+{key}", self.name, self.id)
    }
}

/// A public key, and what it signs.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum PublicKey {
    /// Type 0x01: Ed25519 over the text of a note.
    Ed25519([u8; ED25519_KEY]),
    /// Type 0x04: Ed25519 over a checkpoint and a time.
    CosignatureEd25519([u8; ED25519_KEY]),
    /// Type 0x06: ML-DSA-44 over a checkpoint, a time and the signer's name.
    CosignatureMlDsa44(Box<[u8; ML_DSA_44_KEY]>),
}

impl PublicKey {
    /// The byte that says of which type a key is.
    pub fn signature_type(&self) -> u8 {
        match self {
            Self::Ed25519(_) => 0x01,
            Self::CosignatureEd25519(_) => 0x04,
            Self::CosignatureMlDsa44(_) => 0x06,
        }
    }

    /// The key's bytes, without its type.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(key) | Self::CosignatureEd25519(key) => key,
            Self::CosignatureMlDsa44(key) => key.as_slice(),
        }
    }

    fn typed(&self) -> Vec<u8> {
        [&[self.signature_type()], self.bytes()].concat()
    }

    fn from_typed(bytes: &[u8]) -> Result<Self, VkeyError> {
        let Some((signature_type, key)) = bytes.split_first() else {
            return Err(VkeyError::Length { found: 0 });
        };
        let length = VkeyError::Length { found: key.len() };
        let ed25519 = || <[u8; ED25519_KEY]>::try_from(key).map_err(|_| length);
        match signature_type {
            0x01 => Ok(Self::Ed25519(ed25519()?)),
            0x04 => Ok(Self::CosignatureEd25519(ed25519()?)),
            0x06 => {
                let key = <[u8; ML_DSA_44_KEY]>::try_from(key).map_err(|_| length)?;
                Ok(Self::CosignatureMlDsa44(Box::new(key)))
            }
            other => Err(VkeyError::Type { found: *other }),
        }
    }
}

/// Why bytes are no signed note.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MOST_BYTES`].
    #[error("the note has {bytes} bytes, more than 524288")]
    #[expect(missing_docs)]
    TooLong { bytes: usize },
    /// No UTF-8 from this byte on.
    #[error("the note is no UTF-8 from byte {at} on")]
    #[expect(missing_docs)]
    NotUtf8 { at: usize },
    /// A control character other than newline.
    #[error("the note has a control character at byte {at}")]
    #[expect(missing_docs)]
    ControlCharacter { at: usize },
    /// No empty line, so nothing is signed.
    #[error("the note has no empty line with signatures after it")]
    NoSignatures,
    /// The last line has no end.
    #[error("the last line has no newline")]
    NoNewline,
    /// More than [`MOST_SIGNATURES`].
    #[error("the note has more than 64 signatures")]
    TooManySignatures,
    /// A line that is no signature.
    #[error("line {line}: {error}")]
    #[expect(missing_docs)]
    Signature {
        line: usize,
        error: SignatureLineError,
    },
}

/// Why a line is no signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignatureLineError {
    /// It does not begin so.
    #[error("a signature line begins with an em dash and a space")]
    NoDash,
    /// The name is empty, or has a space or a plus sign.
    #[error("the name of a key has no spaces and no plus sign, and is not empty")]
    Name,
    /// The signature is not standard base64.
    #[error("the signature is no standard base64 with padding")]
    Base64,
    /// There are no bytes of a signature after the key id.
    #[error("the line has no signature")]
    NoSignature,
}

/// Why a text is no verifier key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VkeyError {
    /// It has not three parts.
    #[error("a verifier key has three parts: name+id+key")]
    Parts,
    /// The name is empty, or has a space or a plus sign, or is too long to be signed.
    #[error(
        "the name of a key has no spaces and no plus sign, and is neither empty nor longer than 255 bytes"
    )]
    Name,
    /// The key is not standard base64.
    #[error("the key is no standard base64 with padding")]
    Base64,
    /// Signatures of this type are not read here.
    #[error("keys of type {found:#04x} are not read: expected 0x01, 0x04 or 0x06")]
    #[expect(missing_docs)]
    Type { found: u8 },
    /// The key has the wrong length for its type.
    #[error("a key of this type has not {found} bytes")]
    #[expect(missing_docs)]
    Length { found: usize },
    /// The id is not the one that follows from name and key: one of the three was changed.
    #[error("the id does not belong to this name and key, whose id is {expected}")]
    #[expect(missing_docs)]
    Id { expected: KeyId },
}

/// Why a note is not believed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VerifyError {
    /// A signature that bears a known key's name and id does not hold.
    #[error("the signature of {name} (key id {id}) does not hold")]
    #[expect(missing_docs)]
    Invalid { name: String, id: KeyId },
    /// None of the signatures is by a known key.
    #[error("no signature is by a known key")]
    NobodyKnown,
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.bytes().position(|byte| byte < b' ' && byte != b'\n') {
        Some(at) => Err(NoteError::ControlCharacter { at }),
        None => Ok(()),
    }
}

/// Whether a key may be called so.
fn is_name(name: &str) -> bool {
    let forbidden = |letter: char| letter.is_whitespace() || letter == '+' || letter < ' ';
    !name.is_empty() && !name.contains(forbidden)
}
