//! Reading what somebody shows for a role: task by task, and no score.
//!
//! **Invariant:** the answer names every mapping that it goes through, with the set, its version and its hash, so that it can be made again
//! in ten years. Sets whose agreements have ended are left out; what could not be checked counts neither way.

use touchstone_crosswalk::role::{
    self, Checked as Judged, Day, Evidence, Held, Pin, Position, ReleasedSet, Role, TaskAnswer,
};
use touchstone_store::{StoreError, TenantId};
use touchstone_vc::{Credential, Timestamp, Verdict, did::webvh};

use super::{KeptRole, known_releases::released};
use crate::{
    World,
    verifying::{CheckError, Checked, Reach, check},
};

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleReading {
    /// When.
    pub at: Timestamp,
    /// What was shown, in the order in which it came.
    pub shown: Vec<ShownCredential>,
    /// The answer for each task, in the role's order.
    pub tasks: Vec<TaskAnswer>,
    /// Every set that could be used, whether it was or not.
    pub sets: Vec<Pin>,
}

/// A credential that was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownCredential {
    /// Its id.
    pub id: String,
    /// What it was awarded for, in words.
    pub name: String,
    /// Who states it: a name, or else an identifier.
    pub issuer: String,
    /// The issuer's identifier.
    pub issuer_id: String,
    /// What checking it came to.
    pub verdict: Verdict,
}

/// Checks `files` and reads them for `role`, as its institution sees the world now, or saw it at `on`: by the dates of the credentials and
/// the releases of that day. Whether something was withdrawn is only known as of today.
#[crate::boxed]
pub async fn read_for_role(
    world: &World,
    role: &KeptRole,
    files: &[Vec<u8>],
    reach: Reach,
    on: Option<Timestamp>,
) -> Result<RoleReading, ReadError> {
    let checked = check_all(world, files, reach, on).await?;
    read_checked_on(
        world,
        role,
        &checked,
        on.unwrap_or_else(|| world.clock.now()),
    )
    .await
}

/// Checks `files`, all of which have to be credentials.
pub(crate) async fn check_all(
    world: &World,
    files: &[Vec<u8>],
    reach: Reach,
    on: Option<Timestamp>,
) -> Result<Vec<Checked>, ReadError> {
    if files.is_empty() {
        return Err(ReadError::Nothing);
    }
    if files.len() > MOST_FILES {
        return Err(ReadError::TooMany(MOST_FILES));
    }
    let mut checked = Vec::with_capacity(files.len());
    for (at, file) in files.iter().enumerate() {
        let read = check(world, file, on, reach).await;
        checked.push(read.map_err(|error| match error {
            CheckError::Store(error) => ReadError::Store(error),
            error => ReadError::Credential(at + 1, error),
        })?);
    }
    Ok(checked)
}

/// Reads credentials for `role` that were checked before.
#[crate::boxed]
pub async fn read_checked(
    world: &World,
    role: &KeptRole,
    checked: &[Checked],
) -> Result<RoleReading, ReadError> {
    read_checked_on(world, role, checked, world.clock.now()).await
}

async fn read_checked_on(
    world: &World,
    role: &KeptRole,
    checked: &[Checked],
    at: Timestamp,
) -> Result<RoleReading, ReadError> {
    let roles = vec![role.role.clone()];
    let mut read = read_roles(world, &role.row.tenant, roles, checked, at).await?;
    Ok(read.remove(0))
}

/// Reads credentials that were checked before for roles of one institution, in their order: what does not depend on the role is looked up
/// once.
pub(crate) async fn read_roles(
    world: &World,
    tenant: &TenantId,
    roles: Vec<Role>,
    checked: &[Checked],
    at: Timestamp,
) -> Result<Vec<RoleReading>, ReadError> {
    let (mut held, mut shown) = (Vec::new(), Vec::new());
    for (place, one) in checked.iter().enumerate() {
        let credential = Credential::parse(&one.credential)
            .map_err(|error| ReadError::Credential(place + 1, error.into()))?;
        let verdict = one.report.verdict();
        let (read, told) = read(&credential, verdict);
        held.push(read);
        shown.push(told);
    }
    let sets = released(world, tenant, at).await?;
    let pins: Vec<Pin> = sets.iter().map(|set| set.pin().clone()).collect();
    let day = Day::parse(&at.to_string()).expect("a moment begins with its day");
    let answers = answered(roles, held, sets, day).await.into_iter();
    let read = answers.map(|tasks| RoleReading {
        at,
        shown: shown.clone(),
        sets: pins.clone(),
        tasks,
    });
    Ok(read.collect())
}

/// Following mappings takes its time in large sets: not on a thread that others wait for.
async fn answered(
    roles: Vec<Role>,
    held: Vec<Held>,
    sets: Vec<ReleasedSet>,
    day: Day,
) -> Vec<Vec<TaskAnswer>> {
    let answer = move |role: &Role| role::answer(role, &held, &sets, day);
    let read = tokio::task::spawn_blocking(move || roles.iter().map(answer).collect());
    read.await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// What a credential says of tasks.
fn read(credential: &Credential<'_>, verdict: Verdict) -> (Held, ShownCredential) {
    let view = credential.view();
    let achievement = view.achievement.as_ref();
    let name = achievement
        .and_then(|achievement| achievement.name)
        .or(view.name);
    let issuer_id = view.issuer.id.unwrap_or_default();
    let links = achievement
        .into_iter()
        .flat_map(|achievement| &achievement.alignment);
    let links = links.filter_map(|link| link.target_url.map(str::to_owned));
    let own = view
        .related_resources
        .iter()
        .filter_map(|resource| resource.id);
    let own = own.flat_map(|address| own_addresses(issuer_id, address));
    let reached = view.results.iter().find_map(|result| {
        let place = result.levels.iter().position(|level| level.reached)?;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Some(Position {
            rubric: result.name.unwrap_or_default().to_owned(),
            name: result.levels[place].name.unwrap_or_default().to_owned(),
            place: number(place + 1),
            of: number(result.levels.len()),
        })
    });
    let evidence = view.evidence.iter().map(|one| Evidence {
        kind: one.genre.or(one.name).unwrap_or_default().to_owned(),
        genre: one.genre.is_some(),
        address: one
            .id
            .filter(|id| id.starts_with("https://"))
            .map(str::to_owned),
    });
    let awarded = view.awarded_date.or(view.valid_from);
    let id = view.id.unwrap_or_default().to_owned();
    let held = Held {
        id: id.clone(),
        achievement: achievement
            .and_then(|achievement| achievement.id)
            .unwrap_or_default()
            .to_owned(),
        alignments: links.chain(own).collect(),
        checked: match verdict {
            Verdict::Pass | Verdict::NotListed => Judged::Valid,
            // Something in it is not what was signed: it is for a person to look.
            Verdict::TakeCare | Verdict::Unknown => Judged::Unknown,
            Verdict::Failed => Judged::Invalid,
        },
        position: reached,
        evidence: evidence.collect(),
        assessor: view
            .assessor
            .as_ref()
            .and_then(|assessor| assessor.name.or(assessor.id))
            .map(str::to_owned),
        awarded: awarded.and_then(|awarded| Day::parse(&awarded.to_string()).ok()),
    };
    let shown = ShownCredential {
        id,
        name: name.unwrap_or_default().to_owned(),
        issuer: view.issuer.name.unwrap_or(issuer_id).to_owned(),
        issuer_id: issuer_id.to_owned(),
        verdict,
    };
    (held, shown)
}

/// The addresses under which mappings speak of an achievement: of its document, and of all its versions. Only those that are the issuer's
/// own, by its DID: anybody can write somebody else's address into a credential.
fn own_addresses(issuer: &str, address: &str) -> Vec<String> {
    let beside = webvh::parts(issuer).map(|(_, beside)| beside);
    let Some(rest) = beside.as_deref().unwrap_or(issuer).strip_prefix("did:web:") else {
        return Vec::new();
    };
    let mut parts = rest.split(':');
    let host = parts.next().unwrap_or_default().replace("%3A", ":");
    let path: Vec<&str> = parts.collect();
    let base = match path.is_empty() {
        true => format!("https://{host}/"),
        false => format!("https://{host}/{}/", path.join("/")),
    };
    let Some(own) = address.strip_prefix(&base) else {
        return Vec::new();
    };
    let mut all = vec![address.to_owned()];
    // `a/ACHIEVEMENT/VERSION`, as `issuing/achievement/publish` makes it.
    if let ["a", slug, _] = own.split('/').collect::<Vec<_>>()[..] {
        all.push(format!("{base}a/{slug}"));
    }
    all
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing was shown.
    #[error("there is nothing to read: give at least one credential")]
    Nothing,
    /// More than anybody shows.
    #[error("give at most {0} credentials at once")]
    TooMany(usize),
    /// One of them is no credential.
    #[error("credential {0}: {1}")]
    Credential(usize, CheckError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const MOST_FILES: usize = 50;

#[cfg(test)]
mod tests {
    use super::own_addresses;

    #[test]
    fn an_address_of_somebody_else_is_not_the_issuers_achievement() {
        let own = "did:web:verify.example.edu:i:riverside";
        let document = "https://verify.example.edu/i/riverside/a/measuring/2";
        assert_eq!(
            own_addresses(own, document),
            [
                document,
                "https://verify.example.edu/i/riverside/a/measuring"
            ]
        );
        let with_history = "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:verify.example.edu:i:riverside";
        assert_eq!(own_addresses(with_history, document).len(), 2);
        for (issuer, address) in [
            ("did:web:verify.example.edu:i:lakeside", document),
            ("did:web:verify.example.edu:i:river", document),
            ("did:web:evil.example", document),
            (
                "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:evil.example",
                document,
            ),
            ("did:key:z6Mk", document),
            (own, "https://evil.example/i/riverside/a/measuring/2"),
            (own, "http://verify.example.edu/i/riverside/a/measuring/2"),
        ] {
            assert!(
                own_addresses(issuer, address).is_empty(),
                "{issuer} {address}"
            );
        }
    }
}
