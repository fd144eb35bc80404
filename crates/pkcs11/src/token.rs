//! One session with one token: finding, making, using and ending keys in it.

use cryptoki::{
    context::Pkcs11,
    error::{Error, RvError},
    object::{Attribute, AttributeType, ObjectClass, ObjectHandle},
    session::{Session, SessionState, UserType},
    slot::{Slot, TokenInfo},
};
use touchstone_service::ports::PublicKey;
use touchstone_vc::crypto::Crypto;

use crate::{
    KeyKind,
    curve::{point, signing},
    signer::Pin,
};

/// A session that is logged in, or was when it was opened.
pub(crate) struct Token {
    library: Pkcs11,
    slot: Slot,
    session: Session,
    crypto: &'static Crypto,
    /// Nothing was asked of it since it was opened: what it does not find is not there.
    pub(crate) fresh: bool,
}

/// Why a token did not do as told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// No token of that name is in any slot.
    #[error("no token with the label \"{0}\" is in any slot")]
    NoToken(String),
    /// Several tokens have that name.
    #[error("several tokens have the label \"{0}\": give one of them another")]
    SeveralTokens(String),
    /// The PIN is wrong, locked or missing.
    #[error("the token refused the PIN: {0}")]
    Pin(Error),
    /// The PIN is locked, or would be after one more that is wrong: that one is a person's.
    #[error("the PIN was not tried: {0}")]
    PinSpared(&'static str),
    /// No key of that name.
    #[error("no such key in the token")]
    NoKey,
    /// The public half is there, and no private one is seen.
    #[error("the secret half of the key is not in the token")]
    NoSecret,
    /// There is nothing in it, as in one that was taken out.
    #[error("the token is empty")]
    Empty,
    /// Another token is in its slot.
    #[error("the slot has another token by now")]
    Exchanged,
    /// Private keys are not shown.
    #[error("the token has logged this program out")]
    LoggedOut,
    /// Several keys have that name.
    #[error("several keys in the token have the label of this key")]
    SeveralKeys,
    /// The key was ended.
    #[error("the key was ended in the token")]
    Ended,
    /// What the token says of a key cannot be understood.
    #[error("the key in the token is neither Ed25519 nor P-256")]
    OtherKind,
    /// What came back is no signature of the key.
    #[error("what the module signed does not verify with the key")]
    NotItsSignature,
    /// The module, the token or the way to it failed.
    #[error(transparent)]
    Module(#[from] Error),
}

impl TokenError {
    /// Whether a new session may do better. A token that was taken out is empty to some modules, and one that logged us out shows no secrets:
    /// nothing is believed to be missing before the token was looked for anew.
    pub(crate) fn may_be_the_session(&self) -> bool {
        match self {
            Self::Module(_)
            | Self::NotItsSignature
            | Self::NoKey
            | Self::NoSecret
            | Self::Empty
            | Self::Exchanged
            | Self::LoggedOut => true,
            Self::NoToken(_)
            | Self::SeveralTokens(_)
            | Self::Pin(_)
            | Self::PinSpared(_)
            | Self::SeveralKeys
            | Self::Ended
            | Self::OtherKind => false,
        }
    }
}

impl Token {
    /// Finds the token by its label and logs in.
    pub(crate) fn open(
        library: &Pkcs11,
        label: &str,
        pin: &Pin,
        crypto: &'static Crypto,
    ) -> Result<Self, TokenError> {
        let (mut found, mut silent) = (None, None);
        for slot in library.get_slots_with_initialized_token()? {
            match library.get_token_info(slot) {
                Ok(its) if its.label().trim_end() != label => {}
                Ok(_) if found.replace(slot).is_some() => {
                    return Err(TokenError::SeveralTokens(label.to_owned()));
                }
                Ok(_) => {}
                // Another token may be at fault; if ours is not found, it may be this one.
                Err(error) => silent = Some(error),
            }
        }
        let slot = found.ok_or_else(|| match silent {
            Some(error) => TokenError::Module(error),
            None => TokenError::NoToken(label.to_owned()),
        })?;
        spare(&library.get_token_info(slot)?)?;
        let session = library.open_rw_session(slot)?;
        match session.login(UserType::User, Some(pin.opens())) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(Self {
                library: library.clone(),
                slot,
                session,
                crypto,
                fresh: true,
            }),
            Err(error @ Error::Pkcs11(refused, _)) if is_of_the_pin(refused) => {
                Err(TokenError::Pin(error))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the token is there and lets us use what is in it. An empty one is believed only when it was looked for anew.
    pub(crate) fn answers(&self, label: &str) -> Result<(), TokenError> {
        if self.library.get_token_info(self.slot)?.label().trim_end() != label {
            return Err(TokenError::Exchanged);
        }
        self.is_logged_in()?;
        let mut all = self.session.iter_objects(&[Attribute::Token(true)])?;
        match all.next() {
            None if !self.fresh => Err(TokenError::Empty),
            first => Ok(first.transpose().map(drop)?),
        }
    }

    fn is_logged_in(&self) -> Result<(), TokenError> {
        match self.session.get_session_info()?.session_state() {
            SessionState::RwUser => Ok(()),
            _ => Err(TokenError::LoggedOut),
        }
    }

    /// The public half of a key. It may be there twice, as where a token's backup was put back over it.
    pub(crate) fn public(&self, key: &str) -> Result<PublicKey, TokenError> {
        let found = self.find(ObjectClass::PUBLIC_KEY, key)?;
        let Some((&first, others)) = found.split_first() else {
            return Err(match self.is_marked(key)? {
                true => TokenError::Ended,
                false => TokenError::NoKey,
            });
        };
        let public = self.point_of(first)?;
        for &other in others {
            if self.point_of(other)? != public {
                return Err(TokenError::SeveralKeys);
            }
        }
        Ok(public)
    }

    /// Makes a key that never leaves the token, or answers with the one of that name. Of two that make it at the same moment in two processes
    /// both are refused from then on: which of them is meant is nobody's guess.
    pub(crate) fn create(&self, key: &str, kind: KeyKind) -> Result<PublicKey, TokenError> {
        match self.public(key) {
            Err(TokenError::NoKey) => {}
            there => return self.usable(key).and(there),
        }
        self.generate(key, kind)?;
        self.usable(key)?;
        self.public(key)
    }

    /// Signs a message.
    pub(crate) fn sign(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let public = self.public(key)?;
        let private = self.usable(key)?;
        let (mechanism, input) = signing(public, message, self.crypto);
        let signature = self.session.sign(&mechanism, private, &input)?;
        match public.holds(message, &signature, self.crypto) {
            true => Ok(signature),
            false => Err(TokenError::NotItsSignature),
        }
    }

    /// Has the token itself refuse to sign with a key. Where it does not let keys be closed, it is asked to forget the secret instead.
    pub(crate) fn end(&self, key: &str) -> Result<(), TokenError> {
        let closed = [Attribute::Sign(false)];
        for private in self.secrets(key)? {
            match self.session.update_attributes(private, &closed) {
                Err(Error::Pkcs11(refused, _)) if is_of_the_attribute(refused) => {
                    self.session.destroy_object(private)?;
                }
                done => done?,
            }
        }
        self.keep_name(key)
    }

    /// Has the token forget the secret.
    pub(crate) fn destroy(&self, key: &str) -> Result<(), TokenError> {
        for private in self.secrets(key)? {
            self.session.destroy_object(private)?;
        }
        self.keep_name(key)
    }

    /// The public half stays, so that no other key gets its name; of a key that was never here, a mark says it.
    fn keep_name(&self, key: &str) -> Result<(), TokenError> {
        match self.public(key) {
            Err(TokenError::NoKey) => {}
            Err(TokenError::Module(error)) => return Err(error.into()),
            _ => return Ok(()),
        }
        self.session.create_object(&[
            Attribute::Class(ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Label(key.as_bytes().to_vec()),
            Attribute::Application(b"touchstone".to_vec()),
            Attribute::Value(b"This key was ended; no key is made under its name.".to_vec()),
        ])?;
        Ok(())
    }

    fn is_marked(&self, key: &str) -> Result<bool, TokenError> {
        Ok(!self.find(ObjectClass::DATA, key)?.is_empty())
    }

    fn generate(&self, key: &str, kind: KeyKind) -> Result<(), TokenError> {
        let name = [
            Attribute::Token(true),
            Attribute::Label(key.as_bytes().to_vec()),
            Attribute::Id(key.as_bytes().to_vec()),
        ];
        let public = [
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(kind.parameters()),
        ];
        let private = [
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        self.session.generate_key_pair(
            &kind.generation(),
            &[&name[..], &public].concat(),
            &[&name[..], &private].concat(),
        )?;
        Ok(())
    }

    fn point_of(&self, public: ObjectHandle) -> Result<PublicKey, TokenError> {
        let asked = self
            .session
            .get_attributes(public, &[AttributeType::EcPoint])?;
        let point = asked.iter().find_map(|attribute| match attribute {
            Attribute::EcPoint(bytes) => point(bytes),
            _ => None,
        });
        point.ok_or(TokenError::OtherKind)
    }

    /// The secret half of a key that may sign: looked up each time, since another process may have ended it.
    fn usable(&self, key: &str) -> Result<ObjectHandle, TokenError> {
        let private = match self.secrets(key)?[..] {
            [private] => private,
            [] => return Err(TokenError::NoSecret),
            _ => return Err(TokenError::SeveralKeys),
        };
        let signs = self
            .session
            .get_attributes(private, &[AttributeType::Sign])?;
        match signs[..] {
            [Attribute::Sign(true)] => Ok(private),
            _ => Err(TokenError::Ended),
        }
    }

    /// The private halves of that name. That there is none is believed only of a session that was just opened and is logged in: from any other
    /// they may only be hidden.
    fn secrets(&self, key: &str) -> Result<Vec<ObjectHandle>, TokenError> {
        let found = self.find(ObjectClass::PRIVATE_KEY, key)?;
        if found.is_empty() {
            self.is_logged_in()?;
            if !self.fresh {
                return Err(TokenError::NoSecret);
            }
        }
        Ok(found)
    }

    fn find(&self, class: ObjectClass, label: &str) -> Result<Vec<ObjectHandle>, TokenError> {
        let template = [
            Attribute::Class(class),
            Attribute::Token(true),
            Attribute::Label(label.as_bytes().to_vec()),
        ];
        Ok(self.session.find_objects(&template)?)
    }
}

/// Refuses the try that could lock the PIN for good: each process would take one, and whoever mends it needs the last.
fn spare(token: &TokenInfo) -> Result<(), TokenError> {
    if token.user_pin_locked() {
        return Err(TokenError::PinSpared(
            "it is locked in the token; its security officer sets a new one",
        ));
    }
    if token.user_pin_final_try() {
        return Err(TokenError::PinSpared(
            "one try is left in the token; log in with the right PIN by a tool of its maker, which takes that mark away",
        ));
    }
    Ok(())
}

fn is_of_the_pin(refused: RvError) -> bool {
    matches!(
        refused,
        RvError::PinIncorrect
            | RvError::PinLocked
            | RvError::PinInvalid
            | RvError::PinLenRange
            | RvError::PinExpired
            | RvError::UserPinNotInitialized
    )
}

fn is_of_the_attribute(refused: RvError) -> bool {
    matches!(
        refused,
        RvError::AttributeReadOnly
            | RvError::AttributeTypeInvalid
            | RvError::AttributeValueInvalid
            | RvError::ActionProhibited
            | RvError::FunctionNotSupported
            | RvError::TemplateInconsistent
    )
}
