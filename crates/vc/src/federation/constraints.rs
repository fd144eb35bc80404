//! Constraints on trust chains (§6.2).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};

use super::host;

/// What a superior allows its subordinate and those below it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Constraints {
    max_path_length: Option<u64>,
    permitted: Option<Vec<String>>,
    excluded: Vec<String>,
    allowed_entity_types: Option<Vec<String>>,
}

impl Constraints {
    /// Reads them. Parameters that are not known are passed over (§6.2).
    pub fn read(value: &Value<'_>) -> Result<Self, ConstraintsFault> {
        let object = value.as_object().ok_or(ConstraintsFault::Malformed)?;
        let max_path_length = match object.get("max_path_length") {
            None => None,
            Some(length) => {
                let length = length
                    .as_i64()
                    .and_then(|length| u64::try_from(length).ok());
                Some(length.ok_or(ConstraintsFault::Malformed)?)
            }
        };
        let naming = match object.get("naming_constraints") {
            None => None,
            Some(naming) => Some(naming.as_object().ok_or(ConstraintsFault::Malformed)?),
        };
        let names = |member| match naming.and_then(|naming| naming.get(member)) {
            None => Ok(None),
            Some(names) => texts(names).map(Some),
        };
        let allowed = object.get("allowed_entity_types").map(texts).transpose()?;
        if allowed
            .iter()
            .flatten()
            .any(|name| name == FEDERATION_ENTITY)
        {
            return Err(ConstraintsFault::Malformed);
        }
        Ok(Self {
            max_path_length,
            permitted: names("permitted")?,
            excluded: names("excluded")?.unwrap_or_default(),
            allowed_entity_types: allowed,
        })
    }

    /// Whether a chain keeps them that has this many intermediates between the superior and the chain's subject, and below the superior these
    /// entities.
    pub fn kept<'s>(
        &self,
        intermediates: usize,
        mut below: impl Iterator<Item = &'s str>,
    ) -> Result<(), ConstraintsFault> {
        let length = u64::try_from(intermediates).unwrap_or(u64::MAX);
        if self.max_path_length.is_some_and(|most| length > most) {
            return Err(ConstraintsFault::PathTooLong);
        }
        match below.all(|entity| self.allows_name(entity)) {
            true => Ok(()),
            false => Err(ConstraintsFault::NameNotPermitted),
        }
    }

    /// Domain name constraints on the host (RFC 5280 §4.2.1.10): `host.example.com`, and `.example.com` for everything below.
    fn allows_name(&self, entity: &str) -> bool {
        if self.permitted.is_none() && self.excluded.is_empty() {
            return true;
        }
        let Some(host) = host(entity) else {
            return false;
        };
        let within = |constraint: &String| {
            let constraint = constraint.to_ascii_lowercase();
            match constraint.starts_with('.') {
                true => host.len() > constraint.len() && host.ends_with(&constraint),
                false => host == constraint,
            }
        };
        let permitted = self.permitted.as_ref();
        permitted.is_none_or(|names| names.iter().any(within)) && !self.excluded.iter().any(within)
    }

    /// Leaves in `metadata` the entity types that are allowed.
    pub fn restrict(&self, metadata: &mut Object<'_>) {
        let Some(allowed) = &self.allowed_entity_types else {
            return;
        };
        let other =
            |name: &&str| *name != FEDERATION_ENTITY && !allowed.iter().any(|one| one == name);
        let gone: Vec<String> = metadata
            .keys()
            .filter(other)
            .map(ToOwned::to_owned)
            .collect();
        for name in gone {
            metadata.remove(&name);
        }
    }
}

fn texts(value: &Value<'_>) -> Result<Vec<String>, ConstraintsFault> {
    let items = value.as_array().ok_or(ConstraintsFault::Malformed)?;
    let texts = items
        .iter()
        .map(|item| item.as_str().map(ToOwned::to_owned));
    texts
        .collect::<Option<_>>()
        .ok_or(ConstraintsFault::Malformed)
}

/// Why constraints are not kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConstraintsFault {
    /// They cannot be read.
    #[error("they cannot be read")]
    Malformed,
    /// More intermediates than allowed.
    #[error("the chain has more intermediates than are allowed")]
    PathTooLong,
    /// An entity whose name is not permitted, or excluded.
    #[error("the chain has an entity whose name is not permitted")]
    NameNotPermitted,
}

const FEDERATION_ENTITY: &str = "federation_entity";

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    fn constraints(text: &str) -> Result<Constraints, ConstraintsFault> {
        Constraints::read(&Value::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_chain_may_have_as_many_intermediates_as_are_allowed() {
        let two = constraints(r#"{"max_path_length": 2}"#).unwrap();
        assert_eq!(two.kept(2, [].into_iter()), Ok(()));
        assert_eq!(
            two.kept(3, [].into_iter()),
            Err(ConstraintsFault::PathTooLong)
        );
        let none = constraints(r#"{"max_path_length": 0}"#).unwrap();
        assert_eq!(none.kept(0, [].into_iter()), Ok(()));
        assert_eq!(
            none.kept(1, [].into_iter()),
            Err(ConstraintsFault::PathTooLong)
        );
    }

    #[test]
    fn names_are_hosts_and_a_dot_stands_for_what_is_below() {
        let naming = constraints(
            r#"{"naming_constraints": {"permitted": [".example.com", "host.example.org"], "excluded": ["east.example.com"]}}"#,
        );
        let naming = naming.unwrap();
        for (entity, allowed) in [
            ("https://host.example.com", true),
            ("https://my.HOST.example.com:8443/path", true),
            ("https://example.com", false),
            ("https://notexample.com", false),
            ("https://east.example.com", false),
            ("https://sub.east.example.com", true),
            ("https://host.example.org/x", true),
            ("https://sub.host.example.org", false),
            ("did:web:host.example.com:i:x", true),
            ("did:key:z6Mk", false),
            // Written otherwise, it could be the one that is excluded.
            ("https://my.example.com.", false),
            ("https://%65ast.example.com", false),
        ] {
            let kept = naming.kept(0, [entity].into_iter());
            assert_eq!(kept.is_ok(), allowed, "{entity}");
        }
        let open =
            constraints(r#"{"naming_constraints": {"excluded": [".example.com"]}}"#).unwrap();
        assert_eq!(open.kept(0, ["https://example.com"].into_iter()), Ok(()));
    }

    #[test]
    fn entity_types_that_are_not_allowed_go_and_the_federation_entity_stays() {
        let text = r#"{"federation_entity": {}, "openid_provider": {}, "oauth_client": {}}"#;
        let left = |constraints: &Constraints| {
            let mut metadata = Value::parse(text.as_bytes()).unwrap();
            constraints.restrict(metadata.as_object_mut().unwrap());
            metadata.to_string()
        };
        let one = constraints(r#"{"allowed_entity_types": ["openid_provider"]}"#).unwrap();
        assert_eq!(
            left(&one),
            r#"{"federation_entity":{},"openid_provider":{}}"#
        );
        let none = constraints(r#"{"allowed_entity_types": []}"#).unwrap();
        assert_eq!(left(&none), r#"{"federation_entity":{}}"#);
        let all = r#"{"federation_entity":{},"openid_provider":{},"oauth_client":{}}"#;
        assert_eq!(left(&Constraints::default()), all);
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_what_is_not_known_passed_over() {
        assert_eq!(constraints(r#"{"later": 1}"#), Ok(Constraints::default()));
        for text in [
            "[]",
            r#"{"max_path_length": -1}"#,
            r#"{"max_path_length": "1"}"#,
            r#"{"naming_constraints": []}"#,
            r#"{"naming_constraints": {"permitted": "a.example"}}"#,
            r#"{"allowed_entity_types": ["federation_entity"]}"#,
            r#"{"allowed_entity_types": [1]}"#,
        ] {
            assert_eq!(
                constraints(text),
                Err(ConstraintsFault::Malformed),
                "{text}"
            );
        }
    }
}
