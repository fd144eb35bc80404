//! From a credential as read and its report to what the page shows.

use touchstone_vc::view::{AchievementView, AlignmentView, EvidenceView, ResultView};
use touchstone_vc::{CheckKind, Fault, Outcome, Report, Said, Verdict};

use super::view::{
    Change, Claim, Covered, Evidence, Holder, Issuer, Level, Links, Matching, Stand, View,
};
use crate::templates::{Moment, Tone};
use crate::words::{self, Naming};

/// What we know of a credential besides what it says itself.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// It was issued here: its description is a task by our own rules.
    pub ours: bool,
    /// It was issued for trial.
    pub trial: bool,
    /// What the issuer did to it since.
    pub change: Option<Change>,
    /// The issuer's page here.
    pub issuer_page: Option<String>,
    /// The issuer's mark here.
    pub issuer_mark: Option<String>,
    /// How a reader can match the holder, if the page offers to.
    pub matching: Option<Matching>,
    /// Where the page and its files stand.
    pub links: Option<Links>,
}

impl View {
    /// Puts together what the page shows.
    pub fn of(read: &touchstone_vc::view::View<'_>, report: &Report, known: Known) -> Self {
        let id = read.issuer.id.unwrap_or_default();
        let signs_as = signs_as(id);
        let changed_at = known.change.as_ref().map(|change| change.at);
        let checks = words::lines(
            report,
            Naming {
                signs_as: &signs_as,
                changed_at,
            },
        );
        let stand = stand(
            report,
            read.valid_from.map(Moment::from),
            read.valid_until.map(Moment::from),
        );
        let achievement = read.achievement.clone().unwrap_or_default();
        let title = read
            .title()
            .unwrap_or("a credential without a name")
            .to_owned();
        let endorsed = read.types.contains(&"EndorsementCredential");
        let claim = match read.said(known.ours) {
            _ if endorsed => Claim::Endorsed(read.comment.unwrap_or_default().to_owned()),
            Said::Earned(_) => Claim::Earned(title.clone()),
            can => can.into(),
        };
        let description = achievement
            .description
            .or(read.description)
            .map(str::to_owned);
        let level = read.results.iter().find_map(level);
        let missing = checks
            .iter()
            .filter(|line| line.tone == Tone::Unsure)
            .map(|line| {
                let first = line.details.first().map(String::as_str).unwrap_or_default();
                format!("{} {first}", line.sentence)
            });
        Self {
            stand,
            checked: report.at.into(),
            missing: match stand {
                Stand::Unknown => missing.collect(),
                Stand::NotListed => words::on_registers(report).into_iter().collect(),
                _ => Vec::new(),
            },
            issuer: Issuer {
                name: read.issuer.name.unwrap_or(&signs_as).to_owned(),
                id: id.to_owned(),
                listed_by: listed_by(report),
                mark: known.issuer_mark,
                page: known.issuer_page,
                signs_as,
            },
            holder: match read.subject.id.filter(|_| endorsed) {
                Some(thing) => Holder::Named(thing.to_owned()),
                None => holder(&read.subject),
            },
            did: read
                .subject
                .id
                .filter(|id| !endorsed && id.starts_with("did:"))
                .map(str::to_owned),
            description: description
                .filter(|text| !matches!(&claim, Claim::Can(task) if task == text)),
            criteria: achievement.criteria_narrative.map(str::to_owned),
            covers: achievement.alignment.iter().filter_map(covered).collect(),
            results: results(&read.results, read.results_left_out, level.is_some()),
            level,
            assessor: read
                .assessor
                .as_ref()
                .and_then(|assessor| assessor.name)
                .map(str::to_owned),
            narrative: read.subject.narrative.map(str::to_owned),
            evidence: read.evidence.iter().enumerate().map(evidence).collect(),
            awarded: read.awarded_date.map(Moment::from),
            from: read.valid_from.map(Moment::from),
            until: read.valid_until.map(Moment::from),
            change: known.change,
            checks,
            inside: words::inside(report),
            associations: associations(read),
            not_offered: words::not_offered(report),
            trial: known.trial,
            bare_key: id.starts_with("did:key:"),
            language: achievement.in_language.map(str::to_owned),
            matching: known.matching,
            links: known.links,
            attributions: attributions(&achievement, read.issuer.name.unwrap_or("The issuer")),
            achievement: title,
            claim,
        }
    }
}

/// How the credential stands, from what decided.
fn stand(report: &Report, from: Option<Moment>, until: Option<Moment>) -> Stand {
    let failed = |kind| match report.outcome(kind) {
        Some(Outcome::Fail(fault)) => Some(fault),
        _ => None,
    };
    match report.verdict() {
        Verdict::Pass => Stand::Stands,
        Verdict::TakeCare => Stand::TakeCare,
        Verdict::NotListed => Stand::NotListed,
        Verdict::Unknown => Stand::Unknown,
        Verdict::Failed => {
            if failed(CheckKind::Proof)
                .or(failed(CheckKind::Issuer))
                .is_some()
            {
                return Stand::Forged;
            }
            let statuses: Vec<Outcome> = report
                .of(CheckKind::Status)
                .map(|check| check.outcome)
                .collect();
            if statuses.contains(&Outcome::Fail(Fault::Revoked)) {
                return Stand::Withdrawn;
            }
            if statuses.contains(&Outcome::Fail(Fault::Suspended)) {
                return Stand::Paused;
            }
            match (failed(CheckKind::Validity), from, until) {
                (Some(Fault::Expired), _, Some(until)) => Stand::Ended(until),
                (Some(Fault::NotYetValid), Some(from), _) => Stand::Starts(from),
                _ => Stand::Broken,
            }
        }
    }
}

/// What an issuer signs as: the address behind its identifier, or its key in short.
pub fn signs_as(id: &str) -> String {
    let history = id
        .strip_prefix("did:webvh:")
        .and_then(|rest| rest.split_once(':'));
    if let Some(rest) = history
        .map(|(_, place)| place)
        .or_else(|| id.strip_prefix("did:web:"))
    {
        let mut parts = rest
            .split(':')
            .map(|part| part.replace("%3A", ":").replace("%3a", ":"));
        let host = parts.next().unwrap_or_default();
        return parts.fold(host, |address, part| format!("{address}/{part}"));
    }
    if let Some(key) = id.strip_prefix("did:key:") {
        let start: String = key.chars().take(8).collect();
        let end: String = key
            .chars()
            .skip(key.chars().count().saturating_sub(6))
            .collect();
        return format!("the key {start}…{end}");
    }
    match id
        .strip_prefix("https://")
        .or_else(|| id.strip_prefix("http://"))
    {
        Some(rest) => rest
            .split(['/', '?', '#'])
            .next()
            .unwrap_or(rest)
            .to_owned(),
        None if id.is_empty() => "nobody".to_owned(),
        None => id.chars().take(80).collect(),
    }
}

fn listed_by(report: &Report) -> Option<String> {
    let check = report
        .of(CheckKind::Recognition)
        .find(|check| check.outcome == Outcome::Pass)?;
    match &check.detail {
        touchstone_vc::Detail::Recognition(detail) => detail.register.clone(),
        _ => None,
    }
}

impl From<Said<'_>> for Claim {
    fn from(said: Said<'_>) -> Self {
        match said {
            Said::Can(task) => Self::Can(task.to_owned()),
            Said::Earned(name) => Self::Earned(name.to_owned()),
        }
    }
}

fn associations(read: &touchstone_vc::view::View<'_>) -> Vec<String> {
    let Some(record) = &read.record else {
        return Vec::new();
    };
    let (mut room, mut left_out) = (MAX_REPEATED, record.left_out);
    let mut lines = Vec::new();
    for stated in &record.associations {
        match fits(&mut room, &[Some(stated.source), Some(stated.target)]) {
            true => lines.push(words::association(stated)),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        lines.push(not_shown(left_out));
    }
    lines
}

/// What is said once and belongs to many is written for each: whether there is room for one more.
fn fits(room: &mut usize, texts: &[Option<&str>]) -> bool {
    let length: usize = texts.iter().flatten().map(|text| text.len()).sum();
    let left = room.checked_sub(length);
    *room = left.unwrap_or(*room);
    left.is_some()
}

fn not_shown(left_out: usize) -> String {
    format!("{left_out} more were not looked at, because there are too many.")
}

/// The most bytes of texts that belong to results, or to associations, as they are written for each.
const MAX_REPEATED: usize = 1 << 20;

fn holder(subject: &touchstone_vc::view::Subject<'_>) -> Holder {
    let named = subject
        .names
        .first()
        .copied()
        .or_else(|| subject.identifiers.first().map(|(_, value)| *value));
    match named {
        Some(name) => Holder::Named(name.to_owned()),
        None => Holder::Unnamed(
            subject
                .hashed
                .iter()
                .map(|hashed| identity(hashed.identity_type).to_owned())
                .collect(),
        ),
    }
}

fn identity(kind: &str) -> &'static str {
    match kind {
        "emailAddress" => "e-mail address",
        "studentId" | "sourcedId" | "systemId" => "student number",
        "nationalIdentityNumber" => "national number",
        "phoneNumber" => "telephone number",
        "name" | "username" => "name",
        _ => "identifier",
    }
}

fn covered(item: &AlignmentView<'_>) -> Option<Covered> {
    // What was agreed on is no skill that it covers.
    if item.target_type == Some("ext:CompetencyRelease") {
        return None;
    }
    let code = item.target_code.filter(|code| !code.contains("://"));
    let source: Vec<&str> = item.target_framework.into_iter().chain(code).collect();
    Some(Covered {
        name: item.target_name?.to_owned(),
        source: Some(source.join(", ")).filter(|text| !text.is_empty()),
        href: item
            .target_url
            .filter(|url| is_page(url))
            .map(str::to_owned),
    })
}

/// The level that a result reached, among all levels.
pub fn level(result: &ResultView<'_>) -> Option<Level> {
    let reached = result.levels.iter().position(|level| level.reached)?;
    let name = |place: usize| {
        let level = &result.levels[place];
        level
            .name
            .or(level.level)
            .map_or_else(|| (place + 1).to_string(), str::to_owned)
    };
    Some(Level {
        names: (0..result.levels.len()).map(name).collect(),
        reached,
        description: result.levels[reached].description.map(str::to_owned),
    })
}

/// Results in words. The rubric that the streak shows is left out.
fn results(
    results: &[ResultView<'_>],
    mut left_out: usize,
    streak_shown: bool,
) -> Vec<(String, String)> {
    let (mut room, mut skip) = (MAX_REPEATED, streak_shown);
    let mut lines = Vec::new();
    for result in results {
        let reached = result.levels.iter().find(|level| level.reached);
        let level = reached.and_then(|level| level.name.or(level.level));
        let texts = [result.name, level, result.value, result.required_value];
        if !fits(&mut room, &texts) {
            left_out += 1;
            continue;
        }
        let name = result.name.unwrap_or("Result").to_owned();
        if reached.is_some() {
            if !std::mem::take(&mut skip) {
                let level = level.unwrap_or("a level without a name");
                lines.push((name.clone(), level.to_owned()));
            }
        } else if result.unknown_level.is_some() {
            lines.push((
                name.clone(),
                "A level that this credential does not describe".to_owned(),
            ));
        }
        if let Some(value) = result.value {
            let asked = result
                .required_value
                .map_or_else(String::new, |asked| format!(" ({asked} was asked for)"));
            lines.push((name, format!("{value}{asked}")));
        }
    }
    if left_out > 0 {
        lines.push(("Result".to_owned(), not_shown(left_out)));
    }
    lines
}

fn evidence((place, piece): (usize, &EvidenceView<'_>)) -> Evidence {
    let name = piece
        .name
        .or(piece.description)
        .or(piece.narrative)
        .or(piece.genre);
    let kind = piece.media_type.map(|kind| match kind {
        "application/pdf" => "PDF".to_owned(),
        "text/html" => "page".to_owned(),
        other => other.rsplit('/').next().unwrap_or(other).to_uppercase(),
    });
    Evidence {
        name: name.map_or_else(|| format!("Document {}", place + 1), str::to_owned),
        href: piece.id.filter(|url| is_page(url)).map(str::to_owned),
        about: kind.or_else(|| {
            piece
                .genre
                .filter(|genre| Some(*genre) != name)
                .map(str::to_owned)
        }),
        bound: piece.bound,
    }
}

/// Only web addresses become links.
fn is_page(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://data.europa.eu/")
}

/// What the licences of frameworks ask us to say where their words are shown.
fn attributions(achievement: &AchievementView<'_>, issuer: &str) -> Vec<String> {
    let frameworks = achievement.alignment.iter();
    credits(
        frameworks
            .filter_map(|item| item.target_framework)
            .collect(),
        issuer,
    )
}

/// More versions of frameworks than there are.
const MAX_CREDITS: usize = 64;

/// The same for words of frameworks by name, shown by `whose`: a line for each licence that asks for one.
pub fn credits(mut frameworks: Vec<&str>, whose: &str) -> Vec<String> {
    let mut lines = Vec::new();
    frameworks.sort_unstable();
    frameworks.dedup();
    for framework in frameworks {
        if lines.len() == MAX_CREDITS {
            break;
        }
        if let Some(version) = framework.strip_prefix("O*NET") {
            let version: String = version
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let version = if version.is_empty() {
                String::new()
            } else {
                format!(" {version}")
            };
            lines.push(format!(
                "This page includes information from the O*NET{version} Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA. {whose} has modified all or some of this information. USDOL/ETA has not approved, endorsed, or tested these modifications."
            ));
        } else if framework.starts_with("ESCO") {
            lines.push(
                "This page uses the ESCO classification of the European Commission.".to_owned(),
            );
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use touchstone_vc::view::{AssociationView, RecordView};

    use super::*;

    #[test]
    fn an_issuer_is_called_by_the_address_behind_its_identifier() {
        assert_eq!(signs_as("did:web:riverside.example"), "riverside.example");
        assert_eq!(
            signs_as("did:web:localhost%3A8443:i:riverside"),
            "localhost:8443/i/riverside"
        );
        assert_eq!(
            signs_as("https://school.example/issuers/1"),
            "school.example"
        );
        assert_eq!(
            signs_as("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"),
            "the key z6Mkon3N…FbLfLX"
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(is_page("https://riverside.example/e/1"));
        assert!(
            !is_page("javascript:alert(1)")
                && !is_page("data:text/html,x")
                && !is_page("urn:uuid:1")
        );
    }

    #[test]
    fn t07_what_belongs_to_many_is_not_written_for_each_without_end() {
        // A name of 100 KB for 256 results and associations: 25 MB, and 25 MB again on the page.
        let long = "x".repeat(100_000);
        let result = ResultView {
            name: Some(&long),
            value: Some("1"),
            ..ResultView::default()
        };
        let lines = results(&vec![result.clone(); 256], 3, false);
        let words =
            |left_out| format!("{left_out} more were not looked at, because there are too many.");
        assert_eq!(lines.len(), 11);
        assert_eq!(lines[10], ("Result".to_owned(), words(256 - 10 + 3)));
        assert_eq!(results(&[result], 0, false).len(), 1);
        let association = AssociationView {
            kind: "isPartOf",
            source: &long,
            target: &long,
        };
        let record = RecordView {
            associations: vec![association; 256],
            left_out: 2,
        };
        let read = touchstone_vc::view::View {
            record: Some(record),
            ..touchstone_vc::view::View::default()
        };
        let lines = associations(&read);
        assert_eq!((lines.len(), &lines[5]), (6, &words(256 - 5 + 2)));
        // The name of who shows them stands in each credit.
        let names: Vec<_> = (0..10_000).map(|n| format!("O*NET {n}")).collect();
        let names = names.iter().map(String::as_str).collect();
        assert_eq!(credits(names, &long).len(), MAX_CREDITS);
    }

    #[test]
    fn the_release_that_was_agreed_on_is_nothing_that_a_credential_covers() {
        let item = |target_type| AlignmentView {
            target_name: Some("Setting machines"),
            target_type,
            ..AlignmentView::default()
        };
        assert!(covered(&item(Some("ext:Task"))).is_some() && covered(&item(None)).is_some());
        assert!(covered(&item(Some("ext:CompetencyRelease"))).is_none());
    }

    #[test]
    fn frameworks_are_credited_once_each_as_their_licence_asks() {
        let item = |framework| AlignmentView {
            target_framework: Some(framework),
            ..AlignmentView::default()
        };
        let achievement = AchievementView {
            alignment: vec![
                item("O*NET 29.3"),
                item("O*NET 29.3"),
                item("ESCO"),
                item("Own"),
            ],
            ..AchievementView::default()
        };
        let lines = attributions(&achievement, "Riverside");
        assert_eq!(lines.len(), 2);
        assert!(
            lines[1].starts_with("This page includes information from the O*NET 29.3 Database")
                && lines[1].contains("Riverside has modified")
        );
    }
}
