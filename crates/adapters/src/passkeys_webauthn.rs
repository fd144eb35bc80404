//! Passkeys by webauthn-rs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use touchstone_service::ports::{
    Assertion, Ceremony, Claimed, Holder, NewPasskey, PasskeyFault, Passkeys,
};
use url::Url;
use uuid::Uuid;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        COSEKeyType, CredentialID, DiscoverableAuthentication, ECDSACurve, EDDSACurve, Passkey,
        PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
        RegisterPublicKeyCredential, WebauthnError,
    },
};

/// Passkeys for one address. Its host is the relying party; its scheme, host and port are the only origin.
pub struct PasskeysWebauthn(Webauthn);

impl PasskeysWebauthn {
    /// For the site at `public_url`; `None` where its host is a number: passkeys belong to names.
    pub fn new(public_url: &Url, site_name: &str) -> Option<Self> {
        let origin = Url::parse(&public_url.origin().ascii_serialization()).ok()?;
        let builder = WebauthnBuilder::new(origin.domain()?, &origin).ok()?;
        let builder = match site_name {
            "" => builder, // It is called by its host.
            name => builder.rp_name(name),
        };
        Some(Self(builder.build().ok()?))
    }
}

impl Passkeys for PasskeysWebauthn {
    fn start_registration(
        &self,
        holder: &Holder,
        known: &[String],
    ) -> Result<Ceremony, PasskeyFault> {
        let known = known.iter().map(|kept| {
            let passkey: Passkey = kept_as(kept)?;
            Ok(passkey.cred_id().clone())
        });
        let known = known.collect::<Result<_, PasskeyFault>>()?;
        let (mut options, state) = self.registration(holder, known)?;
        // Signing in asks for no name, so the authenticator must remember whose the passkey is.
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
        begun(&options, &state)
    }

    fn finish_registration(&self, state: &str, answer: &str) -> Result<NewPasskey, PasskeyFault> {
        let state: PasskeyRegistration = kept_as(state)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let passkey = self
            .0
            .finish_passkey_registration(&answer, &state)
            .map_err(refused)?;
        Ok(NewPasskey {
            id: URL_SAFE_NO_PAD.encode(passkey.cred_id()),
            kept: write(&passkey)?,
        })
    }

    fn start_authentication(&self) -> Result<Ceremony, PasskeyFault> {
        let (options, state) = self.0.start_discoverable_authentication().map_err(broken)?;
        begun(&public_key(&options)?, &state)
    }

    fn claimed(&self, answer: &str) -> Result<Claimed, PasskeyFault> {
        let answer: PublicKeyCredential = read(answer)?;
        let (holder, id) = self
            .0
            .identify_discoverable_authentication(&answer)
            .map_err(|_| PasskeyFault::Unreadable)?;
        Ok(Claimed {
            id: URL_SAFE_NO_PAD.encode(id),
            holder: holder.to_string(),
        })
    }

    fn finish_authentication(
        &self,
        state: &str,
        answer: &str,
        kept: &str,
    ) -> Result<String, PasskeyFault> {
        let state: DiscoverableAuthentication = kept_as(state)?;
        let answer: PublicKeyCredential = read(answer)?;
        let mut passkey: Passkey = kept_as(kept)?;
        let result = self
            .0
            .finish_discoverable_authentication_v2(&answer, state, &passkey)
            .map_err(refused)?;
        passkey.update_credential(&result); // Counter and backup state.
        write(&passkey)
    }

    fn start_statement_key(&self, holder: &Holder) -> Result<Ceremony, PasskeyFault> {
        let (options, state) = self.registration(holder, Vec::new())?;
        begun(&options, &state)
    }

    fn start_statement(&self, kept: &str, hash: &[u8; 32]) -> Result<Ceremony, PasskeyFault> {
        let passkey: Passkey = kept_as(kept)?;
        let started = self.0.start_passkey_authentication(&[passkey]);
        let (options, state) = started.map_err(broken)?;
        let mut options = public_key(&options)?;
        let mut state = serde_json::to_value(&state).map_err(broken)?;
        // The library draws challenges by itself and takes none; what it compares the answer with is what it drew, as kept.
        let drawn = options["challenge"].take();
        let compared = state.pointer_mut("/ast/challenge");
        let compared = compared.filter(|compared| **compared == drawn && drawn.is_string());
        let compared = compared.ok_or_else(|| broken("a challenge is kept in another form"))?;
        let challenge = Value::from(URL_SAFE_NO_PAD.encode(hash));
        compared.clone_from(&challenge);
        options["challenge"] = challenge;
        begun(&options, &state)
    }

    fn finish_statement(
        &self,
        state: &str,
        answer: &str,
        kept: &str,
    ) -> Result<Assertion, PasskeyFault> {
        let state: PasskeyAuthentication = kept_as(state)?;
        let answer: PublicKeyCredential = read(answer)?;
        let passkey: Passkey = kept_as(kept)?;
        self.0
            .finish_passkey_authentication(&answer, &state)
            .map_err(refused)?;
        Ok(Assertion {
            public_key: web_key(&passkey)?.to_string(),
            authenticator_data: answer.response.authenticator_data,
            client_data: answer.response.client_data_json,
            signature: answer.response.signature,
        })
    }
}

impl PasskeysWebauthn {
    /// Begins to make a passkey that is none of the `known` ones.
    fn registration(
        &self,
        holder: &Holder,
        known: Vec<CredentialID>,
    ) -> Result<(Value, PasskeyRegistration), PasskeyFault> {
        let id = Uuid::parse_str(&holder.id).map_err(broken)?;
        let (options, state) = self
            .0
            .start_passkey_registration(id, &holder.name, &holder.display_name, Some(known))
            .map_err(broken)?;
        Ok((public_key(&options)?, state))
    }
}

/// The public key of a passkey as RFC 7517 and RFC 7518 §6 write it.
fn web_key(passkey: &Passkey) -> Result<Value, PasskeyFault> {
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let unknown = || broken("a passkey has a key of another kind");
    Ok(match &passkey.get_public_key().key {
        COSEKeyType::EC_EC2(key) => {
            let curve = match key.curve {
                ECDSACurve::SECP256R1 => "P-256",
                ECDSACurve::SECP384R1 => "P-384",
                ECDSACurve::SECP521R1 => "P-521",
            };
            json!({"kty": "EC", "crv": curve, "x": encoded(&key.x), "y": encoded(&key.y)})
        }
        COSEKeyType::EC_OKP(key) if key.curve == EDDSACurve::ED25519 => {
            json!({"kty": "OKP", "crv": "Ed25519", "x": encoded(&key.x)})
        }
        COSEKeyType::EC_OKP(_) => return Err(unknown()),
        COSEKeyType::RSA(key) => {
            json!({"kty": "RSA", "n": encoded(&key.n), "e": encoded(&key.e)})
        }
    })
}

/// What the browser is asked, without what stands around it.
fn public_key(options: &impl Serialize) -> Result<Value, PasskeyFault> {
    let mut all = serde_json::to_value(options).map_err(broken)?;
    Ok(all["publicKey"].take())
}

fn begun(options: &Value, state: &impl Serialize) -> Result<Ceremony, PasskeyFault> {
    Ok(Ceremony {
        options: options.to_string(),
        state: write(state)?,
    })
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, PasskeyFault> {
    serde_json::from_str(answer).map_err(|_| PasskeyFault::Unreadable)
}

fn kept_as<T: DeserializeOwned>(text: &str) -> Result<T, PasskeyFault> {
    serde_json::from_str(text).map_err(broken)
}

fn write(value: &impl Serialize) -> Result<String, PasskeyFault> {
    serde_json::to_string(value).map_err(broken)
}

fn refused(error: WebauthnError) -> PasskeyFault {
    match error {
        WebauthnError::CredentialPossibleCompromise => PasskeyFault::CountsBackwards,
        other => PasskeyFault::Refused(other.to_string()),
    }
}

fn broken(error: impl std::fmt::Display) -> PasskeyFault {
    PasskeyFault::Broken(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_belong_to_a_name_and_not_to_a_number() {
        let at = |url| PasskeysWebauthn::new(&Url::parse(url).unwrap(), "here").is_some();
        assert!(at("https://credentials.example.edu/under/a/path"));
        assert!(at("http://localhost:8000"));
        assert!(!at("http://127.0.0.1:8000"));
        assert!(!at("https://[2001:db8::1]"));
    }

    #[test]
    fn a_passkey_is_asked_to_be_discoverable_and_to_verify_its_holder() {
        let url = Url::parse("https://credentials.example.edu").unwrap();
        let passkeys = PasskeysWebauthn::new(&url, "Example University").unwrap();
        let holder = Holder {
            id: "6f1c0f1e-6f2a-4a0e-9f0b-3d9c0a2f7b11".into(),
            name: "ines@example.edu".into(),
            display_name: "Ines Albrecht".into(),
        };
        let begun = passkeys.start_registration(&holder, &[]).unwrap();
        let asked: Value = serde_json::from_str(&begun.options).unwrap();
        let selection = &asked["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(asked["rp"]["id"], "credentials.example.edu");
        assert_eq!(asked["attestation"], "none");
        let begun = passkeys.start_authentication().unwrap();
        let asked: Value = serde_json::from_str(&begun.options).unwrap();
        assert_eq!(asked["userVerification"], "required");
        assert_eq!(asked["rpId"], "credentials.example.edu");
    }
}
