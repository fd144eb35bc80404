//! Passkeys: the ceremonies of WebAuthn, from a challenge to the proof that a passkey answered it.

/// Makes challenges and checks answers, for this site's address alone.
///
/// [Web Authentication Level 3](https://www.w3.org/TR/webauthn-3/): registration §7.1, authentication §7.2. The person must
/// have been verified (by finger, face or PIN), and passkeys are discoverable: signing in asks for no name.
pub trait Passkeys: Send + Sync {
    /// Begins to make a passkey. Those in `known` (as kept) are not made a second time on one authenticator.
    fn start_registration(
        &self,
        holder: &Holder,
        known: &[String],
    ) -> Result<Ceremony, PasskeyFault>;

    /// Checks the browser's answer, in JSON, against the state that the ceremony began with.
    fn finish_registration(&self, state: &str, answer: &str) -> Result<NewPasskey, PasskeyFault>;

    /// Begins to ask for a passkey, whosever it may be.
    fn start_authentication(&self) -> Result<Ceremony, PasskeyFault>;

    /// Reads whose passkey claims to have answered. Nothing is checked yet.
    fn claimed(&self, answer: &str) -> Result<Claimed, PasskeyFault>;

    /// Checks the browser's answer with the passkey as kept. Answers with how to keep it from now on.
    fn finish_authentication(
        &self,
        state: &str,
        answer: &str,
        kept: &str,
    ) -> Result<String, PasskeyFault>;

    /// Begins to make a passkey that signs one statement and opens no account: no device has to remember whose it is.
    fn start_statement_key(&self, holder: &Holder) -> Result<Ceremony, PasskeyFault>;

    /// Begins to have a passkey, as kept, sign the hash of a statement: that is the challenge. The statement has to hold at least 16 random
    /// bytes, or an answer could be given again (§13.4.3).
    fn start_statement(&self, kept: &str, hash: &[u8; 32]) -> Result<Ceremony, PasskeyFault>;

    /// Checks the browser's answer, as signing in does. Answers with what everybody else can check (§7.2).
    fn finish_statement(
        &self,
        state: &str,
        answer: &str,
        kept: &str,
    ) -> Result<Assertion, PasskeyFault>;
}

/// What a passkey signed, and with which key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assertion {
    /// Its public key, as a JSON Web Key (RFC 7517).
    pub public_key: String,
    /// The authenticator data (§6.1).
    pub authenticator_data: Vec<u8>,
    /// The client data in JSON (§5.8.1), with the challenge and the origin.
    pub client_data: Vec<u8>,
    /// The signature over the authenticator data and the SHA-256 of the client data.
    pub signature: Vec<u8>,
}

/// Who a passkey is made for.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The member's id, a UUID: what a passkey says of its holder.
    pub id: String,
    /// What tells the member's passkeys apart in a list: their address.
    pub name: String,
    /// The member's name and where they work.
    pub display_name: String,
}

/// A ceremony that began.
#[derive(Clone, Debug)]
pub struct Ceremony {
    /// What the browser is asked, in JSON: the `publicKey` member of its options.
    pub options: String,
    /// What the answer will be checked against. Never leaves the server.
    pub state: String,
}

/// A passkey that was made.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// The credential id, base64url.
    pub id: String,
    /// How to keep it.
    pub kept: String,
}

/// Whose passkey claims to have answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claimed {
    /// The credential id, base64url.
    pub id: String,
    /// The member's id.
    pub holder: String,
}

/// Why a ceremony did not come to its end.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasskeyFault {
    /// What the browser sent is no answer.
    #[error("the answer cannot be read")]
    Unreadable,
    /// Another challenge, another address, another key, or nobody was verified. Carries which, for the log.
    #[error("the answer does not hold: {0}")]
    Refused(String),
    /// It signed fewer times than before: there may be a copy of it.
    #[error("the passkey counts backwards; there may be a copy of it")]
    CountsBackwards,
    /// What was kept cannot be read, or a ceremony cannot begin.
    #[error("passkeys do not work: {0}")]
    Broken(String),
}
