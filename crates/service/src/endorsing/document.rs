//! The documents of an endorsement: what is signed, and what a passkey signed beside it (`docs/formats/endorsement.md`).

use base64::{
    Engine,
    engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD},
};
use serde_json::{Value as Json, json};
use touchstone_store::{EndorsedKind, InstitutionRow, SigningKeyRow};
use touchstone_vc::{
    Draft, Timestamp, badge,
    json::Value,
    model::{StatusPosition, StatusPurpose},
    multibase,
};

use super::{AnswerError, Endorsed, Said, answer::Open, ask::domain_of};
use crate::{
    World,
    operations::signing_key::{securing, sign},
    ports::Assertion,
};

/// Where a signed endorsement is published.
pub(crate) fn path_of_endorsement(institution: &str, id: &str) -> String {
    format!("/i/{institution}/endorsements/{id}.json")
}

/// Where what a passkey signed is published.
pub(crate) fn path_of_evidence(institution: &str, id: &str) -> String {
    format!("/i/{institution}/endorsements/{id}.passkey.json")
}

/// The `id` of what somebody with a key of their own signs. It belongs to one request, so that what was signed for another, and can be read by
/// everybody, is no answer to this one; and it does not change when the site moves between the question and the answer.
pub(super) fn id_to_sign(request: &str) -> String {
    format!("urn:uuid:{request}")
}

/// What somebody with a key of their own signs; they put their DID, their name and their words into it.
pub(super) fn to_sign(
    request: &str,
    endorsed: &Endorsed,
    asker: &InstitutionRow,
    now: Timestamp,
) -> String {
    let until = now.unix_millis() + 365 * 24 * 60 * 60 * 1_000;
    let mut unsigned = json!({
        "@context": contexts(),
        "id": id_to_sign(request),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": format!("Endorsement of “{}” by {}", endorsed.title, asker.name),
        "issuer": {"id": "did:…", "type": ["Profile"], "name": "…"},
        "validFrom": now.whole_seconds().to_string(),
        "validUntil": Timestamp::from_unix_millis(until).whole_seconds().to_string(),
        "credentialSubject": subject(endorsed, "…"),
    });
    if let Some(related) = related(endorsed) {
        unsigned["relatedResource"] = json!([related]);
    }
    format!("{unsigned:#}")
}

/// The statement that a passkey signs the hash of. `nonce` keeps an answer from being given again.
pub(super) fn statement(open: &Open, said: &Said, nonce: &str) -> String {
    json!({
        "type": "EndorsementStatement",
        "subject": open.endorsed.subject,
        "name": open.endorsed.title,
        "document": open.endorsed.url,
        "sha256": open.endorsed.sha256,
        "endorsementComment": said.comment,
        "organization": said.organization,
        "person": said.person,
        "askedUnder": domain_of(&open.request.email),
        "askedBy": {"id": open.institution.did, "name": open.institution.name},
        "validUntil": day_end(said.until),
        "nonce": nonce,
    })
    .to_string()
}

/// What anybody checks that a passkey signed a statement: Web Authentication Level 3, §7.2.
pub(super) fn evidence(statement: &str, assertion: &Assertion) -> Vec<u8> {
    let key: Json = serde_json::from_str(&assertion.public_key).unwrap_or_default();
    let document = json!({
        "type": "PasskeyEndorsement",
        "statement": statement,
        "publicKey": key,
        "authenticatorData": URL_SAFE_NO_PAD.encode(&assertion.authenticator_data),
        "clientDataJSON": URL_SAFE_NO_PAD.encode(&assertion.client_data),
        "signature": URL_SAFE_NO_PAD.encode(&assertion.signature),
    });
    format!("{document:#}\n").into_bytes()
}

/// An institution of this installation that signs.
pub(super) struct Signer<'a> {
    pub(super) institution: &'a InstitutionRow,
    pub(super) key: &'a SigningKeyRow,
    pub(super) now: Timestamp,
}

impl Signer<'_> {
    /// Signs what it says itself.
    pub(super) async fn endorse(
        &self,
        world: &World,
        open: &Open,
        said: &Said,
    ) -> Result<Vec<u8>, AnswerError> {
        let name = format!("Endorsement of “{}”", open.endorsed.title);
        let unsigned = self.unsigned(world, open, said, &name, &said.comment);
        self.sign(world, &unsigned).await
    }

    /// Signs what somebody else said with a passkey, and says so wherever it is read. Its place in the list says whether it was taken back.
    pub(super) async fn record(
        &self,
        world: &World,
        open: &Open,
        said: &Said,
        evidence: &[u8],
        place: &StatusPosition,
    ) -> Result<Vec<u8>, AnswerError> {
        let own = &self.institution.name;
        let (person, organization) = (&said.person, &said.organization);
        let domain = domain_of(&open.request.email);
        let comment = format!(
            "{person}, {organization} (asked at {domain}, with a passkey, recorded by {own}): {}",
            said.comment
        );
        let name = format!("Record of an endorsement of “{}”", open.endorsed.title);
        let mut unsigned = self.unsigned(world, open, said, &name, &comment);
        let path = path_of_evidence(&open.institution.slug, &open.request.id);
        let url = world.site.link(&path);
        unsigned["description"] = json!(format!(
            "{own} signs that this was said, and does not say it itself: {person} said it for {organization}, with a passkey, by a link that was \
             mailed to an address at {domain}. Both names are as they were typed. What the passkey signed is the evidence."
        ));
        unsigned["evidence"] = json!([{
            "id": url,
            "type": ["Evidence"],
            "name": "What the passkey signed",
            "genre": "passkey",
        }]);
        let entry = badge::status_entry(StatusPurpose::Revocation, place);
        unsigned["credentialStatus"] = json(&entry);
        let sha256 = (world.crypto.sha256)(evidence);
        let bound = json!({
            "id": url, "digestSRI": digest(&sha256), "mediaType": "application/json",
        });
        match unsigned["relatedResource"].as_array_mut() {
            Some(all) => all.push(bound),
            None => unsigned["relatedResource"] = json!([bound]),
        }
        self.sign(world, &unsigned).await
    }

    fn unsigned(&self, world: &World, open: &Open, said: &Said, name: &str, comment: &str) -> Json {
        let path = path_of_endorsement(&open.institution.slug, &open.request.id);
        let mut unsigned = json!({
            "@context": contexts(),
            "id": world.site.link(&path),
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": name,
            "issuer": {
                "id": self.institution.did, "type": ["Profile"], "name": self.institution.name,
            },
            "validFrom": self.now.whole_seconds().to_string(),
            "validUntil": day_end(said.until),
            "credentialSubject": subject(&open.endorsed, comment),
        });
        if let Some(related) = related(&open.endorsed) {
            unsigned["relatedResource"] = json!([related]);
        }
        unsigned
    }

    async fn sign(&self, world: &World, unsigned: &Json) -> Result<Vec<u8>, AnswerError> {
        let unsigned = unsigned.to_string();
        let unsigned = Value::parse(unsigned.as_bytes()).expect("what was just written is JSON");
        let securing = securing(self.key, self.now)?;
        let draft = Draft::secured(&unsigned, &securing, &world.contexts, world.crypto)?;
        let signature = sign(world, self.key, draft.signing_input()).await?;
        Ok(draft.seal(&signature))
    }
}

fn contexts() -> Json {
    json(&badge::contexts())
}

fn json(value: &Value<'_>) -> Json {
    serde_json::from_str(&value.to_string()).expect("what was just written is JSON")
}

/// [Open Badges 3.0 §B.1.4](https://www.imsglobal.org/spec/ob/v3p0#endorsementsubject).
fn subject(endorsed: &Endorsed, comment: &str) -> Json {
    json!({"id": endorsed.subject, "type": ["EndorsementSubject"], "endorsementComment": comment})
}

/// The exact bytes that are endorsed (VC Data Model 2.0, section 5.3).
fn related(endorsed: &Endorsed) -> Option<Json> {
    let sha256 = multibase::decode_hex(&endorsed.sha256).ok()?;
    let media_type = match endorsed.kind {
        EndorsedKind::Achievement => "application/json",
        EndorsedKind::MappingSet => "text/tab-separated-values",
    };
    Some(json!({"id": endorsed.url, "digestSRI": digest(&sha256), "mediaType": media_type}))
}

/// The number of the list and the place in it that a document names, as [`Signer::record`] writes them. Whoever signed it chose them.
pub(super) fn place_of(record: &[u8]) -> Option<(i64, i64)> {
    let record: Json = serde_json::from_slice(record).ok()?;
    let status = &record["credentialStatus"];
    let list = status["statusListCredential"].as_str()?;
    let number = list.rsplit('/').next()?.parse().ok()?;
    let index = status["statusListIndex"].as_str()?.parse().ok()?;
    Some((number, index))
}

pub(super) fn digest(sha256: &[u8]) -> String {
    format!("sha256-{}", BASE64.encode(sha256))
}

fn day_end(until: i64) -> String {
    Timestamp::from_unix_millis(until)
        .whole_seconds()
        .to_string()
}
