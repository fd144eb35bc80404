//! What a DID resolver answers: a document with metadata, or an error by its name.
//!
//! [DID Core §7](https://www.w3.org/TR/did-1.0/#resolution), [DID Resolution](https://www.w3.org/TR/did-resolution/) (its HTTP
//! binding gives the status codes and the forms of the answer), [did:key
//! §3.1](https://w3c-ccg.github.io/did-key-spec/#document-creation-algorithm) (the errors about keys). Who asks chooses the form
//! by the media type: the result as DID Resolution has it now, with errors as problem types; the result as DID Core 1.0 has it,
//! with errors by name, which is what resolvers and their test suites speak; or the document alone.
//!
//! **Invariant:** a pure function. The document of a `did:web` is brought by the caller; [`Asked::needs`] says where it is.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;
use touchstone_canon::multibase;

use super::{DidDocument, PublicKey, jwk, web};
use crate::write::{Members, array};

/// What is asked of a resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The DID, or a DID URL: then its document is answered, if it has what the fragment names.
    pub url: &'a str,
    /// The media type wanted, if any: an `Accept` header.
    pub accept: Option<&'a str>,
    /// `publicKeyFormat` of did:key: the type of verification method wanted.
    pub public_key_format: Option<&'a str>,
    /// `enableExperimentalPublicKeyTypes` of did:key.
    pub experimental_key_types: bool,
}

/// Why there is no document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResolutionError {
    /// This is no DID.
    InvalidDid,
    /// This is no DID URL.
    InvalidDidUrl,
    /// There is no such document, or nothing in it with this fragment.
    NotFound,
    /// DIDs of this method are not resolved here.
    MethodNotSupported,
    /// The media type wanted is not one that there is.
    RepresentationNotSupported,
    /// What is published for the DID is not its document.
    InvalidDidDocument,
    /// Whether there is a document could not be found out.
    InternalError,
    /// The key in the DID has not the length of its kind.
    InvalidPublicKeyLength,
    /// The key in the DID is no key of its kind.
    InvalidPublicKey,
    /// The type of verification method wanted is not given without asking for experiments.
    InvalidPublicKeyType,
    /// The type of verification method wanted, or the kind of key, is not known.
    UnsupportedPublicKeyType,
}

impl ResolutionError {
    /// Its name in `error`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidDid => "invalidDid",
            Self::InvalidDidUrl => "invalidDidUrl",
            Self::NotFound => "notFound",
            Self::MethodNotSupported => "methodNotSupported",
            Self::RepresentationNotSupported => "representationNotSupported",
            Self::InvalidDidDocument => "invalidDidDocument",
            Self::InternalError => "internalError",
            Self::InvalidPublicKeyLength => "invalidPublicKeyLength",
            Self::InvalidPublicKey => "invalidPublicKey",
            Self::InvalidPublicKeyType => "invalidPublicKeyType",
            Self::UnsupportedPublicKeyType => "unsupportedPublicKeyType",
        }
    }

    /// Its type in the error object of DID Resolution. An identifier whose key is none is no identifier; the types of keys are
    /// options and features of a method.
    #[must_use]
    pub const fn problem_type(self) -> &'static str {
        match self {
            Self::InvalidDid | Self::InvalidPublicKeyLength | Self::InvalidPublicKey => {
                "https://www.w3.org/ns/did#INVALID_DID"
            }
            Self::InvalidDidUrl => "https://www.w3.org/ns/did#INVALID_DID_URL",
            Self::NotFound => "https://www.w3.org/ns/did#NOT_FOUND",
            Self::MethodNotSupported => "https://www.w3.org/ns/did#METHOD_NOT_SUPPORTED",
            Self::RepresentationNotSupported => {
                "https://www.w3.org/ns/did#REPRESENTATION_NOT_SUPPORTED"
            }
            Self::InvalidDidDocument => "https://www.w3.org/ns/did#INVALID_DID_DOCUMENT",
            Self::InternalError => "https://www.w3.org/ns/did#INTERNAL_ERROR",
            Self::InvalidPublicKeyType => "https://www.w3.org/ns/did#INVALID_OPTIONS",
            Self::UnsupportedPublicKeyType => "https://www.w3.org/ns/did#FEATURE_NOT_SUPPORTED",
        }
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::RepresentationNotSupported => 406,
            Self::InvalidDidDocument | Self::InternalError => 500,
            Self::MethodNotSupported | Self::UnsupportedPublicKeyType => 501,
            _ => 400,
        }
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// Why there is no document, if there is none.
    pub error: Option<ResolutionError>,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The answer. In full: `didDocument`, `didDocumentMetadata`, and `didResolutionMetadata` (for a DID) or
    /// `didDereferencingMetadata` (for a DID URL). As DID Resolution has it now, a DID URL has `content`, `contentMetadata` and
    /// `dereferencingMetadata` instead. A document alone if that is what was asked for, and there is one.
    pub body: Value<'static>,
}

/// The form of an answer, as its media type says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// As DID Core 1.0 has it: errors by name.
    Core,
    /// A result as DID Resolution has it now: errors as problem types.
    Result(&'static str),
    /// The document alone, in this representation.
    Document(&'static str),
}

impl Asked<'_> {
    /// The address of the document that the answer needs, if it needs one.
    #[must_use]
    pub fn needs(&self) -> Option<String> {
        web::document_url(self.did())
    }

    fn did(&self) -> &str {
        let end = self.url.find(['/', '?', '#']).unwrap_or(self.url.len());
        &self.url[..end]
    }
}

/// Answers. `published` is what stands at [`Asked::needs`]; `None` if there is nothing.
#[must_use]
pub fn resolve(asked: &Asked<'_>, published: Option<&[u8]>) -> Resolution {
    let form = asked.accept.map_or(Some(Form::Core), form);
    answer(asked, form, document(asked, published, form.is_some()))
}

/// Answers where [`Asked::needs`] could not be reached, which is not the same as that nothing stands there.
#[must_use]
pub fn unreachable(asked: &Asked<'_>) -> Resolution {
    let form = asked.accept.map_or(Some(Form::Core), form);
    answer(asked, form, Err(ResolutionError::InternalError))
}

fn answer(
    asked: &Asked<'_>,
    form: Option<Form>,
    found: Result<Value<'static>, ResolutionError>,
) -> Resolution {
    let error = found.as_ref().err().copied();
    let is_url = asked.did().len() != asked.url.len();
    let (media_type, body) = match (form, found) {
        (Some(Form::Document(media_type)), Ok(document)) => (media_type, document),
        (Some(Form::Result(media_type)), found) => (media_type, result(found, asked)),
        (_, found) => (CORE, core_result(found, is_url)),
    };
    Resolution {
        error,
        media_type,
        body,
    }
}

/// A result as DID Core 1.0 and the resolvers made after it have it.
fn core_result(found: Result<Value<'static>, ResolutionError>, is_url: bool) -> Value<'static> {
    let metadata = match is_url {
        false => "didResolutionMetadata",
        true => "didDereferencingMetadata",
    };
    let said = match &found {
        Ok(_) => Members::new().with("contentType", DOCUMENT),
        Err(error) => Members::new().with("error", error.code()),
    };
    Members::new()
        .with("@context", "https://w3id.org/did-resolution/v1")
        // "If the resolution is unsuccessful, this value MUST be empty."
        .with(
            "didDocument",
            found.unwrap_or_else(|_| Members::new().done()),
        )
        .with(metadata, said.done())
        .with("didDocumentMetadata", Members::new().done())
        .done()
}

/// A result as DID Resolution has it now: what could not be had is `null`, the error is an object with a type, and a DID URL
/// leads to what its fragment names.
fn result(found: Result<Value<'static>, ResolutionError>, asked: &Asked<'_>) -> Value<'static> {
    let (did, url) = (asked.did(), asked.url);
    let fragment = url.split_once('#').map(|(_, fragment)| fragment);
    let [content, said_in, of_content] = match did.len() == url.len() {
        true => [
            "didDocument",
            "didResolutionMetadata",
            "didDocumentMetadata",
        ],
        false => ["content", "dereferencingMetadata", "contentMetadata"],
    };
    let found = found.map(|document| match fragment {
        Some(fragment) => named(&document, did, fragment).cloned().unwrap_or_default(),
        None => document,
    });
    let said = match &found {
        Ok(_) => Members::new().with("contentType", "application/did"),
        Err(error) => Members::new().with(
            "error",
            Members::new()
                .with("type", error.problem_type())
                .with("title", error.code())
                .done(),
        ),
    };
    Members::new()
        .with(content, found.unwrap_or_default())
        .with(said_in, said.done())
        .with(of_content, Members::new().done())
        .done()
}

fn document(
    asked: &Asked<'_>,
    published: Option<&[u8]>,
    has_a_form: bool,
) -> Result<Value<'static>, ResolutionError> {
    let did = asked.did();
    let rest = &asked.url[did.len()..];
    let method = method(did).ok_or(ResolutionError::InvalidDid)?;
    if !is_relative(rest) {
        return Err(ResolutionError::InvalidDidUrl);
    }
    if !has_a_form {
        return Err(ResolutionError::RepresentationNotSupported);
    }
    let document = match method {
        "key" => of_key(asked, did)?,
        "jwk" => of_jwk(did)?,
        "web" => of_web(did, published)?,
        _ => return Err(ResolutionError::MethodNotSupported),
    };
    let fragment = rest.split_once('#').map(|(_, fragment)| fragment);
    match fragment.is_none_or(|fragment| named(&document, did, fragment).is_some()) {
        true => Ok(document),
        false => Err(ResolutionError::NotFound),
    }
}

/// The method of a DID that is one (DID Core §3.1).
fn method(did: &str) -> Option<&str> {
    let (method, id) = did.strip_prefix("did:")?.split_once(':')?;
    let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let idchar = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'%');
    let well_formed = !method.is_empty()
        && method.bytes().all(named)
        && !id.is_empty()
        && !id.ends_with(':')
        && id.bytes().all(idchar)
        && percent_encoded(id);
    well_formed.then_some(method)
}

/// Path, query and fragment of a DID URL (DID Core §3.2, RFC 3986).
fn is_relative(rest: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:@/?".contains(&b);
    let (before, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    before.bytes().all(plain) && fragment.bytes().all(plain) && percent_encoded(rest)
}

fn percent_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes();
        digits.len() >= 2 && digits.iter().take(2).all(u8::is_ascii_hexdigit)
    })
}

/// The form that is wanted: the first of those named that there is.
fn form(accept: &str) -> Option<Form> {
    accept.split(',').find_map(|one| {
        let kind = one.split(';').next().unwrap_or_default().trim();
        let (_, form) = FORMS.iter().find(|(name, _)| *name == kind)?;
        Some(*form)
    })
}

fn of_key(asked: &Asked<'_>, did: &str) -> Result<Value<'static>, ResolutionError> {
    let parts: Vec<&str> = did.split(':').skip(2).collect();
    let (version, multikey) = match parts.as_slice() {
        [multikey] => ("1", *multikey),
        [version, multikey] => (*version, *multikey),
        _ => return Err(ResolutionError::InvalidDid),
    };
    if !version.parse::<u32>().is_ok_and(|version| version > 0) || !multikey.starts_with('z') {
        return Err(ResolutionError::InvalidDid);
    }
    let format = asked.public_key_format.unwrap_or(MULTIKEY);
    match format {
        MULTIKEY | ED25519_2020 => {}
        "JsonWebKey2020" => return Err(ResolutionError::UnsupportedPublicKeyType),
        _ if !EXPERIMENTAL.contains(&format) => {
            return Err(ResolutionError::UnsupportedPublicKeyType);
        }
        _ if asked.experimental_key_types => return Err(ResolutionError::UnsupportedPublicKeyType),
        _ => return Err(ResolutionError::InvalidPublicKeyType),
    }
    let bytes = multibase::decode(multikey).map_err(|_| ResolutionError::InvalidDid)?;
    let length = match bytes.first_chunk::<2>() {
        Some(&multibase::ED25519_PUB) => 34,
        Some(&multibase::P256_PUB) => 35,
        Some(&multibase::P384_PUB) => 51,
        // A key too short for its kind to be told is too short for any.
        _ if bytes.len() < 34 => return Err(ResolutionError::InvalidPublicKeyLength),
        _ => return Err(ResolutionError::UnsupportedPublicKeyType),
    };
    if bytes.len() != length {
        return Err(ResolutionError::InvalidPublicKeyLength);
    }
    let key = PublicKey::from_multikey(multikey).map_err(|_| ResolutionError::InvalidPublicKey)?;
    if format == ED25519_2020 && !matches!(key, PublicKey::Ed25519(_)) {
        return Err(ResolutionError::InvalidPublicKeyType);
    }
    let method = Members::new().with("publicKeyMultibase", multikey.to_string());
    let context = match format {
        ED25519_2020 => "https://w3id.org/security/suites/ed25519-2020/v1",
        _ => "https://w3id.org/security/multikey/v1",
    };
    let kind = if format == ED25519_2020 {
        ED25519_2020
    } else {
        MULTIKEY
    };
    Ok(written(did, multikey, kind, context, method, true))
}

fn of_jwk(did: &str) -> Result<Value<'static>, ResolutionError> {
    let text = jwk::text(did).ok_or(ResolutionError::InvalidDid)?;
    let key = Value::parse(&text).map_err(|_| ResolutionError::InvalidDid)?;
    let encrypts = key.get("use").and_then(Value::as_str) == Some("enc");
    if !encrypts {
        PublicKey::from_jwk(&key).map_err(|_| ResolutionError::InvalidPublicKey)?;
    }
    let method = Members::new().with("publicKeyJwk", key.into_owned());
    let context = "https://w3id.org/security/suites/jws-2020/v1";
    Ok(written(
        did,
        "0",
        "JsonWebKey2020",
        context,
        method,
        !encrypts,
    ))
}

fn of_web(did: &str, published: Option<&[u8]>) -> Result<Value<'static>, ResolutionError> {
    web::document_url(did).ok_or(ResolutionError::InvalidDid)?;
    let bytes = published.ok_or(ResolutionError::NotFound)?;
    DidDocument::parse(bytes, did).map_err(|_| ResolutionError::InvalidDidDocument)?;
    let value = Value::parse(bytes).map_err(|_| ResolutionError::InvalidDidDocument)?;
    Ok(value.into_owned())
}

/// The document of an identifier that contains its key.
fn written(
    did: &str,
    fragment: &str,
    kind: &'static str,
    context: &'static str,
    material: Members<'static>,
    signs: bool,
) -> Value<'static> {
    let id = format!("{did}#{fragment}");
    let method = material
        .with("id", id.clone())
        .with("type", kind)
        .with("controller", did.to_string());
    let mut document = Members::new()
        .with(
            "@context",
            array(["https://www.w3.org/ns/did/v1".into(), context.into()]),
        )
        .with("id", did.to_string())
        .with("controller", did.to_string())
        .with("verificationMethod", array([method.done()]));
    let uses: &[&'static str] = match signs {
        true => &[
            "authentication",
            "assertionMethod",
            "capabilityDelegation",
            "capabilityInvocation",
        ],
        false => &["keyAgreement"],
    };
    for relationship in uses {
        document = document.with(*relationship, array([id.clone().into()]));
    }
    document.done()
}

/// What a document has with this fragment.
fn named<'v, 'a>(document: &'v Value<'a>, did: &str, fragment: &str) -> Option<&'v Value<'a>> {
    let full = format!("{did}#{fragment}");
    let short = format!("#{fragment}");
    let bears = |value: &&Value<'_>| {
        let id = value.get("id").and_then(Value::as_str);
        id == Some(full.as_str()) || id == Some(short.as_str())
    };
    let members = document.as_object()?.values();
    members.flat_map(|member| member.items()).find(bears)
}

const DOCUMENT: &str = "application/did+ld+json";
/// The media type of a result as DID Core 1.0 has it.
const CORE: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";
const FORMS: [(&str, Form); 9] = [
    ("application/ld+json", Form::Core),
    ("application/json", Form::Core),
    ("application/*", Form::Core),
    ("*/*", Form::Core),
    (DOCUMENT, Form::Document(DOCUMENT)),
    ("application/did", Form::Document("application/did")),
    (
        "application/did+json",
        Form::Document("application/did+json"),
    ),
    (
        "application/did-resolution",
        Form::Result("application/did-resolution"),
    ),
    (
        "application/did-url-dereferencing",
        Form::Result("application/did-url-dereferencing"),
    ),
];
const MULTIKEY: &str = "Multikey";
const ED25519_2020: &str = "Ed25519VerificationKey2020";
/// Types that did:key knows and that are given only to who asks for experiments; none is given here.
const EXPERIMENTAL: [&str; 3] = [
    "Ed25519VerificationKey2018",
    "EcdsaSecp256r1VerificationKey2019",
    "X25519KeyAgreementKey2019",
];
