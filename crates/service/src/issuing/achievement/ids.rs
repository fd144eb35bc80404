//! Identifiers of an achievement, its results and its levels, made so that they never change.

use serde_json::json;
use touchstone_vc::Crypto;
use uuid::Builder;

/// Makes the identifiers of one version of one achievement.
///
/// They follow from the institution, the short name and the version alone, like the name-based UUIDs of
/// [RFC 9562 §5.8](https://www.rfc-editor.org/rfc/rfc9562#section-5.8) (version 8, SHA-256): a credential, the published document and
/// a restored backup agree on them without looking them up, and moving to another domain leaves them alone.
#[derive(Clone, Debug)]
pub struct AchievementIds {
    sha256: fn(&[u8]) -> [u8; 32],
    tenant: String,
    slug: String,
    version: i64,
}

impl AchievementIds {
    /// Names whose they are.
    pub fn new(crypto: &Crypto, tenant: &str, slug: &str, version: i64) -> Self {
        Self {
            sha256: crypto.sha256,
            tenant: tenant.to_owned(),
            slug: slug.to_owned(),
            version,
        }
    }

    /// The achievement, in this version.
    pub fn achievement(&self) -> String {
        self.urn(json!([]))
    }

    /// The rubric, among the result descriptions.
    pub fn result(&self) -> String {
        self.urn(json!(["result", 0]))
    }

    /// The level numbered `level` in the rubric.
    pub fn level(&self, level: u32) -> String {
        self.urn(json!(["level", 0, level]))
    }

    /// The version they belong to.
    pub fn version(&self) -> i64 {
        self.version
    }

    fn urn(&self, part: serde_json::Value) -> String {
        let name = json!([
            "touchstone achievement",
            self.tenant,
            self.slug,
            self.version,
            part
        ]);
        let digest = (self.sha256)(name.to_string().as_bytes());
        let (head, _) = digest
            .split_first_chunk()
            .expect("32 bytes have 16 in front");
        Builder::from_custom_bytes(*head)
            .into_uuid()
            .urn()
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    #[test]
    fn identifiers_are_those_of_yesterday() {
        let ids = AchievementIds::new(&CRYPTO, "t1", "wound-dressing", 1);
        assert_eq!(
            ids.achievement(),
            "urn:uuid:a8f6b4db-9f89-8b6b-a9a5-3126c2043c3c"
        );
    }

    #[test]
    fn each_part_of_each_version_has_its_own() {
        let mut seen = BTreeSet::new();
        for (tenant, slug, version) in [
            ("t1", "a", 1),
            ("t1", "a", 2),
            ("t1", "b", 1),
            ("t2", "a", 1),
        ] {
            let ids = AchievementIds::new(&CRYPTO, tenant, slug, version);
            seen.extend([ids.achievement(), ids.result(), ids.level(0), ids.level(1)]);
        }
        assert_eq!(seen.len(), 16);
    }
}
