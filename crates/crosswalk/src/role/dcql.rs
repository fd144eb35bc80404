//! A role as a question to a wallet: DCQL, one credential set per task.
//!
//! [OpenID for Verifiable Presentations 1.0 §6](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-6).
//! A wallet knows achievements, not mappings: the mappings are resolved here, to the identifiers of achievements, and the answer
//! says through which sets. Levels and ages are not asked of the wallet; [`super::answer()`] looks at them afterwards. Nor is a proof of who
//! holds a credential: what is read names most people by name and mail, and no key of theirs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Need, Pin, ReleasedSet, Role, Task, sets::reach};
use crate::sssom::{Relation, Standing};

/// An achievement that somebody could hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Achievement {
    /// Its identifier, as it stands in credentials.
    pub id: String,
    /// Where it is published, by addresses that are its issuer's own: what mappings call it.
    pub addresses: Vec<String>,
    /// What it aligns with, in its issuer's own words.
    pub alignments: Vec<String>,
    /// Its issuer says that it is no longer to be used. Who holds it can show it all the same.
    pub no_longer_used: bool,
}

/// How a credential is secured, in DCQL's words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// With a Data Integrity proof.
    LdpVc,
    /// As a JSON Web Token.
    JwtVcJson,
}

/// The question, and what it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// The DCQL query; without any credential, if no task can be asked for.
    pub query: Value,
    /// The sets through which achievements were found.
    pub sets: Vec<Pin>,
    /// Tasks that no known achievement shows, by their place in the role: nothing can be asked about them.
    pub uncovered: Vec<usize>,
    /// For each task of the role the achievements that are asked for and no longer used: only who earned one of them before can show it.
    pub no_longer_used: Vec<Vec<String>>,
}

impl Compiled {
    /// What the query calls the credentials that it asks for a task, by its place in the role.
    pub fn credentials(&self, task: usize) -> Vec<&str> {
        let own = format!("task{}-", task + 1);
        let all = self.query["credentials"].as_array().into_iter().flatten();
        all.filter_map(|one| one["id"].as_str())
            .filter(|id| id.starts_with(&own))
            .collect()
    }
}

/// The type of Open Badges 3.0, expanded.
const OPEN_BADGE: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential";

/// Compiles a role: a must-task is a required set, a nice-to-have an optional one. Mappings are followed as [`super::answer()`] follows them.
pub fn compile(
    role: &Role,
    known: &[Achievement],
    sets: &[ReleasedSet],
    formats: &[Format],
    may_pass: fn(&str, &str) -> bool,
) -> Compiled {
    let mut credentials = Vec::new();
    let mut credential_sets = Vec::new();
    let mut used = BTreeSet::new();
    let mut uncovered = Vec::new();
    let mut no_longer_used = Vec::new();
    for (number, task) in role.tasks.iter().enumerate() {
        let (mut achievements, over) = showing(task, known, sets, may_pass, &mut used);
        achievements.extend(over.iter().cloned());
        no_longer_used.push(over);
        if achievements.is_empty() {
            uncovered.push(number);
            continue;
        }
        let mut options = Vec::new();
        for format in formats {
            let name = match format {
                Format::LdpVc => "ldp_vc",
                Format::JwtVcJson => "jwt_vc_json",
            };
            let id = format!("task{}-{name}", number + 1);
            options.push(json!([id]));
            credentials.push(json!({
                "id": id,
                "format": name,
                "meta": { "type_values": [[OPEN_BADGE]] },
                // Left out it would be true (§6.1), and a wallet without a key in the credential would have nothing to answer with.
                "require_cryptographic_holder_binding": false,
                "claims": [{
                    "path": ["credentialSubject", "achievement", "id"],
                    "values": achievements,
                }],
            }));
        }
        credential_sets.push(json!({ "options": options, "required": task.need == Need::Must }));
    }
    let query = match credentials.is_empty() {
        true => json!({}),
        false => json!({ "credentials": credentials, "credential_sets": credential_sets }),
    };
    Compiled {
        query,
        sets: used
            .into_iter()
            .map(|set: usize| sets[set].pin.clone())
            .collect(),
        uncovered,
        no_longer_used,
    }
}

/// For each task the achievements that show it, by their place among those known.
pub fn covering(
    role: &Role,
    known: &[Achievement],
    sets: &[ReleasedSet],
    may_pass: fn(&str, &str) -> bool,
) -> Vec<Vec<usize>> {
    let tasks = role.tasks.iter();
    tasks
        .map(|task| {
            let (found, over) = showing(task, known, sets, may_pass, &mut BTreeSet::new());
            let places = known.iter().enumerate();
            let named = places.filter(|(_, one)| found.contains(&one.id) || over.contains(&one.id));
            named.map(|(place, _)| place).collect()
        })
        .collect()
}

/// The achievements that show a task: by an address of their own, an alignment, or a mapping that people stand by. Those that are no longer used
/// stand apart.
fn showing(
    task: &Task,
    known: &[Achievement],
    sets: &[ReleasedSet],
    may_pass: fn(&str, &str) -> bool,
    used: &mut BTreeSet<usize>,
) -> (Vec<String>, Vec<String>) {
    let (mut found, mut over) = (BTreeSet::new(), BTreeSet::new());
    for achievement in known {
        let found = match achievement.no_longer_used {
            true => &mut over,
            false => &mut found,
        };
        let own = &achievement.addresses;
        for start in own.iter().chain(&achievement.alignments) {
            if *start == task.id {
                found.insert(achievement.id.clone());
                continue;
            }
            let own_word = !own.contains(start);
            let is_own = |node: &str| own.iter().any(|own| own == node);
            let lead_on = |node: &str| !own_word || may_pass(start, node) || is_own(node);
            let chains = reach(sets, start, lead_on).found;
            let fitting = chains.iter().find(|chain| {
                chain.object == task.id
                    && matches!(chain.relation, Relation::Exact | Relation::Close)
                    && chain.standing >= Standing::Stated
            });
            if let Some(chain) = fitting {
                found.insert(achievement.id.clone());
                used.extend(chain.steps.iter().map(|step| step.set));
            }
        }
    }
    (found.into_iter().collect(), over.into_iter().collect())
}
