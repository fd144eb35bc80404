//! What everybody may read of endorsements: who said what about what, and until when.

use serde_json::{Value, json};
use touchstone_store::{
    EndorsedKind, EndorsementRow, EndorsementWay, InstitutionRow, Reader, StoreError, TenantId,
};
use touchstone_vc::Timestamp;

use super::{
    Endorsed, State,
    document::{path_of_endorsement, path_of_evidence},
    endorsements::is_published,
    thing::endorsed,
};
use crate::World;

/// An endorsement as everybody may read it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// What was said. Of one that was taken back only the organization and the times are to be shown.
    pub row: EndorsementRow,
    /// How it stands: endorsed, expired or withdrawn.
    pub state: State,
    /// Where the signed endorsement is published, while it is.
    pub path: Option<String>,
    /// Where what a passkey signed is published.
    pub evidence: Option<String>,
}

/// What is endorsed, by whose short name and its own, with every endorsement that is shown. `None` where there is no such thing.
#[crate::boxed]
pub async fn published(
    world: &World,
    institution: &str,
    achievement: &str,
    version: i64,
) -> Result<Option<(InstitutionRow, Endorsed, Vec<Published>)>, StoreError> {
    let reader = world.store.read();
    let Some(institution) = reader.institution_shown(institution).await? else {
        return Ok(None);
    };
    let row = reader.achievement_by_slug(&institution.id, achievement);
    let Some(row) = row.await? else {
        return Ok(None);
    };
    let kind = EndorsedKind::Achievement;
    let found = endorsed(world, &reader, &institution, kind, &row.id, Some(version));
    let Some(found) = found.await? else {
        return Ok(None);
    };
    let all = shown(world, &reader, &institution, &found).await?;
    Ok(Some((institution, found, all)))
}

/// Who stands behind a version of an achievement, in short.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endorsers {
    /// Where all of it is told.
    pub path: String,
    /// Organizations other than the issuer whose endorsement stands now, each once; behind a name that was only typed stands by what it is known.
    pub names: Vec<String>,
}

/// Who stands behind a version of an achievement, by its id. `None` where no endorsement is shown. One question where there is none.
#[crate::boxed]
pub async fn endorsers(
    world: &World,
    institution: &InstitutionRow,
    achievement: &str,
    version: i64,
) -> Result<Option<Endorsers>, StoreError> {
    let (reader, now) = (world.store.read(), world.clock.now().unix_millis());
    let thing = (EndorsedKind::Achievement, achievement, version);
    let Some(standing) = standing(&reader, &institution.id, thing, now).await? else {
        return Ok(None);
    };
    let row = reader.achievement(&institution.id, achievement).await?;
    Ok(row.map(|row| Endorsers {
        path: format!(
            "/i/{}/a/{}/{version}/endorsements",
            institution.slug, row.slug
        ),
        names: standing.into_iter().map(|(name, _)| name).collect(),
    }))
}

/// Organizations other than the one that asked whose endorsement of a thing (its kind, id and version) stands at a moment, each once, with the end of
/// its endorsement. `None` where no endorsement is shown.
pub(crate) async fn standing(
    reader: &Reader,
    tenant: &TenantId,
    (kind, thing, version): (EndorsedKind, &str, i64),
    at: i64,
) -> Result<Option<Vec<(String, i64)>>, StoreError> {
    let all = reader.endorsements_of(tenant, kind, thing, version).await?;
    Ok(standing_among(all.iter(), at))
}

/// The same of all endorsements of one version of a thing.
pub(crate) fn standing_among<'a>(
    all: impl Iterator<Item = &'a EndorsementRow>,
    at: i64,
) -> Option<Vec<(String, i64)>> {
    let shown = all.filter(|row| row.hidden_at.is_none() && row.answered_at <= at);
    let mut shown = shown.peekable();
    shown.peek()?;
    let mut standing: Vec<(String, i64)> = Vec::new();
    for row in shown.filter(|row| counts(row, at)) {
        let name = known_by(row);
        match standing.iter_mut().find(|(known, _)| *known == name) {
            Some((_, end)) => *end = (*end).max(row.valid_until),
            None => standing.push((name, row.valid_until)),
        }
    }
    Some(standing)
}

/// Whether it is the word of another organization than the one that asked, is shown, and stands at a moment.
pub(crate) fn counts(row: &EndorsementRow, at: i64) -> bool {
    row.own == 0 && row.hidden_at.is_none() && State::of_said(row, at) == State::Endorsed
}

/// An endorsement that is shown: not that of the organization that asked, and not taken back.
pub(crate) struct Shown {
    /// What is endorsed.
    pub(crate) kind: EndorsedKind,
    pub(crate) thing: String,
    pub(crate) version: i64,
    /// By whom, with what was shown of them.
    pub(crate) by: String,
    /// Until when it stands, or stood; of one that was given anew, the later end.
    pub(crate) until: i64,
}

/// All that is shown of an institution's things, whether it still stands or has ended.
pub(crate) async fn shown_endorsements(
    reader: &Reader,
    tenant: &TenantId,
) -> Result<Vec<Shown>, StoreError> {
    let mut all: Vec<Shown> = Vec::new();
    for row in reader.endorsements(tenant).await? {
        if row.own == 1 || row.hidden_at.is_some() || row.withdrawn_at.is_some() {
            continue;
        }
        let by = known_by(&row);
        let same = |one: &&mut Shown| {
            (one.kind, &one.thing, one.version) == (row.kind, &row.thing, row.version)
                && one.by == by
        };
        match all.iter_mut().find(same) {
            Some(one) => one.until = one.until.max(row.valid_until),
            None => all.push(Shown {
                kind: row.kind,
                version: row.version,
                until: row.valid_until,
                thing: row.thing,
                by,
            }),
        }
    }
    Ok(all)
}

/// What an organization is called, with what was shown of it: the domain of the address that was asked, or who signed. What an institution of this
/// installation is called is known.
fn known_by(row: &EndorsementRow) -> String {
    match row.way {
        EndorsementWay::Member => row.organization.clone(),
        EndorsementWay::Passkey => format!("{} ({})", row.organization, row.domain),
        EndorsementWay::Wallet => format!("{} ({})", row.organization, row.issuer),
    }
}

async fn shown(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    endorsed: &Endorsed,
) -> Result<Vec<Published>, StoreError> {
    let (kind, thing, version) = (endorsed.kind, &endorsed.thing, endorsed.version);
    let all = reader.endorsements_of(&institution.id, kind, thing, version);
    let now = world.clock.now().unix_millis();
    let all = all.await?.into_iter().filter(|row| row.hidden_at.is_none());
    Ok(all
        .map(|row| {
            let there = is_published(&row);
            let path = there.then(|| path_of_endorsement(&institution.slug, &row.request));
            let evidence = there && row.evidence.is_some();
            let evidence = evidence.then(|| path_of_evidence(&institution.slug, &row.request));
            Published {
                state: State::of_said(&row, now),
                path,
                evidence,
                row,
            }
        })
        .collect())
}

/// The list of endorsements of one thing: where it is published, and its JSON.
pub(crate) async fn listing(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    kind: EndorsedKind,
    thing: &str,
    version: i64,
) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let found = endorsed(world, reader, institution, kind, thing, Some(version));
    let Some(found) = found.await? else {
        return Ok(None);
    };
    let all = shown(world, reader, institution, &found).await?;
    let time = |at: i64| Timestamp::from_unix_millis(at).whole_seconds().to_string();
    let told = all.iter().map(|one| {
        let row = &one.row;
        let mut told = json!({
            "state": one.state.as_str(),
            "organization": row.organization,
            "way": row.way.as_str(),
            "validFrom": time(row.valid_from),
            "validUntil": time(row.valid_until),
        });
        if one.state == State::Withdrawn {
            told["withdrawnAt"] = json!(row.withdrawn_at.map(time));
            return told;
        }
        told["person"] = json!(row.person);
        told["endorsementComment"] = json!(row.comment);
        told["ownOrganization"] = json!(row.own == 1);
        told["signedBy"] = json!(row.issuer);
        if row.way == EndorsementWay::Passkey {
            told["askedUnder"] = json!(row.domain);
        }
        told["credential"] = json!(one.path.as_deref().map(|path| world.site.link(path)));
        told["sha256"] = json!(row.sha256);
        if let Some(path) = &one.evidence {
            told["evidence"] = json!(world.site.link(path));
        }
        told
    });
    let counted = all
        .iter()
        .filter(|one| one.state == State::Endorsed && one.row.own == 0);
    let list = json!({
        "subject": found.subject,
        "name": found.title,
        "document": found.url,
        "sha256": found.sha256,
        "standing": counted.count(),
        "endorsements": told.collect::<Vec<Value>>(),
    });
    let at = found.url.strip_prefix(&world.site.link(""));
    let at = at.unwrap_or_default().trim_end_matches(".sssom.tsv");
    // Beside the document and not below it: where it is a file, nothing stands below.
    let path = format!("{at}.endorsements.json");
    Ok(Some((path, format!("{list:#}\n").into_bytes())))
}

/// One file of an endorsement: the signed credential, or what a passkey signed.
pub(crate) async fn file(
    reader: &Reader,
    institution: &InstitutionRow,
    id: &str,
    evidence: bool,
) -> Result<Option<File>, StoreError> {
    let row = reader.endorsement(&institution.id, id).await?;
    let row = row.filter(is_published);
    Ok(row.and_then(|row| files(institution, row).into_iter().nth(evidence.into())))
}

/// Everything that is published of an institution's endorsements: each file, and each thing that has a list of them, by kind, id and version.
pub(crate) async fn documents_of(
    reader: &Reader,
    institution: &InstitutionRow,
) -> Result<(Vec<File>, Vec<(EndorsedKind, String, i64)>), StoreError> {
    let (mut all, mut things) = (Vec::new(), Vec::new());
    for row in reader.endorsements(&institution.id).await? {
        let thing = (row.kind, row.thing.clone(), row.version);
        if row.hidden_at.is_none() && !things.contains(&thing) {
            things.push(thing);
        }
        if is_published(&row) {
            all.extend(files(institution, row));
        }
    }
    Ok((all, things))
}

/// Path, media type and bytes.
pub(crate) type File = (String, &'static str, Vec<u8>);

fn files(institution: &InstitutionRow, row: EndorsementRow) -> Vec<File> {
    let media_type = match row.document.first() {
        Some(b'{') => "application/vc",
        _ => "application/vc+jwt",
    };
    let path = path_of_endorsement(&institution.slug, &row.request);
    let mut files = vec![(path, media_type, row.document)];
    if let Some(evidence) = row.evidence {
        let path = path_of_evidence(&institution.slug, &row.request);
        files.push((path, "application/json", evidence));
    }
    files
}
