//! Naming a domain: from then on a line waits to be put there.

use touchstone_store::{AuditLine, DomainProofRow};
use url::{Host, Url};

use super::{DomainError, DomainOrder};
use crate::{World, secret};

/// Names the domain of an institution. What was found about another that was named before no longer counts; naming the same again changes
/// nothing.
#[crate::boxed]
pub async fn name_domain(
    world: &World,
    order: &DomainOrder,
    typed: &str,
) -> Result<(), DomainError> {
    let domain = parse(typed).ok_or(DomainError::Name)?;
    let now = world.clock.now().unix_millis();
    let row = &DomainProofRow {
        tenant: order.tenant.clone(),
        domain,
        token: secret::draw(&*world.rng),
        asked_at: now,
        verified_at: None,
    };
    world
        .store
        .write(|mut tx| async move {
            let known = tx.domain_proof(&order.tenant).await?;
            if known.is_some_and(|known| known.domain == row.domain) {
                return Ok(());
            }
            tx.name_domain(row.clone()).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "institution.domain_name".into(),
                subject: order.tenant.to_string(),
                detail: serde_json::json!({"domain": row.domain}).to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// A domain in the letters of the network; no number, no port, no path.
pub(in crate::operations) fn parse(typed: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{}/", typed.trim())).ok()?;
    let plain = url.path() == "/"
        && url.port().is_none()
        && url.username().is_empty()
        && url.query().is_none()
        && url.fragment().is_none();
    match url.host()? {
        Host::Domain(name) if plain && name.contains('.') && !name.ends_with('.') => {
            Some(name.to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_a_domain_is_one() {
        assert_eq!(parse(" Example.EDU ").as_deref(), Some("example.edu"));
        assert_eq!(
            parse("münchen.example").as_deref(),
            Some("xn--mnchen-3ya.example")
        );
        for other in [
            "",
            "localhost",
            "192.0.2.1",
            "[::1]",
            "a.example:8443",
            "a.example/x",
            "u@a.example",
            "a.example?x",
            "a.example#x",
            "https://a.example",
            "a b.example",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
