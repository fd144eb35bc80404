//! An application in the shape of a Learning and Employment Record Resume (LER-RS, HR Open Standards 4.5), for systems that read it.
//!
//! Of that standard only what its published examples have is written (`../shared/vectors/1edtech-validator-tcp`, LER-RS V2): who applies, for
//! which position, and one certification for each credential, with the credential as its verification. There is no member for what
//! somebody found when they checked it, so a credential that does not stand is left out, and whoever reads the others checks them.

use serde_json::{Map, Value, json};
use touchstone_store::StoreError;
use touchstone_vc::{Credential, Timestamp, Verdict, open_badges_2::Assertion};

use super::{ApplicationInFull, Shared};
use crate::{World, operations::domain, text::day};

/// The document. `None` while names are covered: they stand in the credentials.
#[crate::boxed]
pub async fn ler_rs(world: &World, full: &ApplicationInFull) -> Result<Option<Value>, StoreError> {
    let application = &full.application;
    let Some(person) = &application.person else {
        return Ok(None);
    };
    let posting = &application.posting;
    let mut employer = json!({"name": posting.institution.name});
    let domain = domain::domain(world, &posting.row.tenant).await?;
    if let Some(proven) = domain.filter(|domain| domain.verified_at.is_some()) {
        employer["domainName"] = format!("dns:{}", proven.name).into();
    }
    let mut document = json!({
        "type": TYPE,
        "documentId": {"value": application.id},
        "job": {"positionOpening": {
            "documentId": {"value": posting.row.id},
            "positionProfiles": [{
                "positionUri": world.site.link(&format!("/apply/{}", posting.row.public)),
                "positionTitle": posting.role.role.title,
                "positionOrganizations": [employer],
            }],
        }},
    });
    if !person.name.is_empty() {
        document["person"] = json!({"name": {"formattedName": person.name}});
    }
    if let Some(way) = communication(&person.contact) {
        document["communication"] = way;
    }
    let stand = full.credentials.iter();
    let stand = stand.filter(|one| one.verdict != Verdict::Failed);
    let certifications: Vec<Value> = stand.map(certification).collect();
    if !certifications.is_empty() {
        document["certifications"] = certifications.into();
    }
    Ok(Some(document))
}

/// How somebody can be reached, as far as it can be told what they wrote.
fn communication(contact: &str) -> Option<Value> {
    if contact.contains('@') && !contact.contains(' ') {
        return Some(json!({"email": [{"address": contact}]}));
    }
    if contact.starts_with("https://") {
        return Some(json!({"web": [{"url": contact}]}));
    }
    let number = |sign: char| sign.is_ascii_digit() || "+-/(). ".contains(sign);
    (contact.chars().any(|sign| sign.is_ascii_digit()) && contact.chars().all(number))
        .then(|| json!({"phone": [{"formattedNumber": contact}]}))
}

fn certification(shared: &Shared) -> Value {
    let mut out = Map::new();
    if !shared.name.is_empty() {
        out.insert("name".into(), shared.name.as_str().into());
    }
    if let Some(awarded) = shared.awarded {
        out.insert("firstIssued".into(), day(awarded).into());
    }
    let (from, until) = period(&shared.bytes);
    let bounds = [("validFrom", from), ("validTo", until)];
    let bounds = bounds
        .into_iter()
        .filter_map(|(name, at)| Some((name.to_owned(), at?.to_string().into())));
    let period: Map<String, Value> = bounds.collect();
    if !period.is_empty() {
        out.insert("effectiveTimePeriod".into(), period.into());
    }
    if !shared.issuer.is_empty() {
        let issuer = json!({"tradeName": shared.issuer});
        out.insert("issuingAuthority".into(), issuer);
    }
    if let Some(verification) = verification(&shared.bytes) {
        out.insert("verifications".into(), json!([verification]));
    }
    out.into()
}

fn period(bytes: &[u8]) -> (Option<Timestamp>, Option<Timestamp>) {
    Credential::parse(bytes).map_or((None, None), |credential| {
        let view = credential.view();
        (view.valid_from, view.valid_until)
    })
}

/// The credential itself; of a hosted badge of version 2.0, where its issuer vouches for it. A JSON Web Token has no place there.
fn verification(bytes: &[u8]) -> Option<Value> {
    if let Ok(assertion) = Assertion::parse(bytes) {
        let id = assertion.id().filter(|id| id.starts_with("https://"))?;
        return Some(json!({"reference": id}));
    }
    serde_json::from_slice(bytes).ok().filter(Value::is_object)
}

/// What `type` has to say.
const TYPE: &str = "http://schema.hropenstandards.org/4.5/recruiting/json/LER-RSType.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_as_contact_is_told_apart_or_left_out() {
        let kind = |contact: &str| {
            let way = communication(contact)?;
            way.as_object()?.keys().next().cloned()
        };
        assert_eq!(kind("noor@example.org").as_deref(), Some("email"));
        assert_eq!(kind("+49 (203) 222-0202").as_deref(), Some("phone"));
        assert_eq!(kind("https://noor.example").as_deref(), Some("web"));
        for other in ["", "ask my teacher", "room 4", "--"] {
            assert_eq!(kind(other), None, "{other}");
        }
    }
}
