//! Who stands behind what the credentials in a bundle certify.
//!
//! **Invariant:** somebody is said to stand behind it only where a log that the reader trusts has what they signed, their signature holds by a
//! document that the bundle brings, and it is over the very criteria that a credential in the bundle binds. The issuer's own word counts for nothing. Whatever
//! is missing there takes nothing from the credential.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_vc::{
    CheckKind, Credential, CredentialText, Detail, Fault, Outcome, Report, Timestamp, Trust,
    json::Value, verify_remembering,
};

use crate::{
    Answer, Asked, Bundle, Endorsement, Judged, Question, Tools, Why,
    brought::Brought,
    entries,
    judge::{valid_until, worst},
    log::Log,
    succession::distrusted,
};

/// What somebody signed about what the credentials certify.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Endorsed {
    /// Who signed it; absent where it is not shown that they did.
    pub by: Option<Endorser>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Why it does not stand.
    pub why: Option<Why>,
}

/// Who signed an endorsement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endorser {
    /// Their DID.
    pub issuer: String,
    /// What they are called, by their own word.
    pub name: Option<String>,
    /// What they said.
    pub comment: Option<String>,
}

/// Looks at each endorsement in a bundle.
pub(crate) fn endorsements(
    judged: &mut Judged,
    bundle: &Bundle,
    log: &Log<'_>,
    brought: &Brought,
    asked: &Asked<'_>,
    tools: &Tools<'_>,
) {
    if bundle.endorsements.is_empty() {
        return;
    }
    let distrusted = distrusted(judged);
    let awarded = awarded(bundle, judged);
    for one in &bundle.endorsements {
        let found = match distrusted {
            Some(why) => Err(why),
            None => look(one, &awarded, log, brought, asked, tools),
        };
        let found = found.unwrap_or_else(|why| Endorsed {
            why: Some(why),
            ..Endorsed::default()
        });
        match found.why {
            None => judged.pass(Question::Endorsement),
            Some(why) => judged.say(Question::Endorsement, Answer::Unknown, why),
        }
        judged.endorsements.push(found);
    }
}

/// What a credential in the bundle certifies.
struct Awarded {
    issuer: String,
    /// The identifier of the achievement: that of every version.
    achievement: String,
    /// Addresses of what it binds by digest and the bundle has: the criteria of its version.
    bound: Vec<String>,
}

fn awarded(bundle: &Bundle, judged: &Judged) -> Vec<Awarded> {
    let credentials = bundle.credentials.iter().zip(&judged.reports);
    let of = |(one, report): (&crate::Logged, &Option<Report>)| {
        let credential = Credential::parse(one.document.as_bytes()).ok()?;
        let achievement = first(credential.document().get("credentialSubject"))?;
        let achievement = first(achievement.get("achievement"))?.get("id")?;
        Some(Awarded {
            issuer: credential.issuer()?.to_owned(),
            achievement: achievement.as_str()?.to_owned(),
            bound: report.as_ref().map(bound).unwrap_or_default(),
        })
    };
    credentials.filter_map(of).collect()
}

/// What a credential binds by a digest that is that of the bytes in the bundle.
fn bound(report: &Report) -> Vec<String> {
    let passed = report
        .checks
        .iter()
        .filter_map(|check| match &check.detail {
            Detail::Evidence(detail) if check.outcome == Outcome::Pass => detail.id.clone(),
            _ => None,
        });
    passed.collect()
}

fn look(
    one: &Endorsement,
    awarded: &[Awarded],
    log: &Log<'_>,
    brought: &Brought,
    asked: &Asked<'_>,
    tools: &Tools<'_>,
) -> Result<Endorsed, Why> {
    let bytes = one.document.as_bytes();
    let text = CredentialText::of(bytes);
    let endorsement = Credential::read(&text).map_err(|_| Why::Endorsement)?;
    let document = endorsement.document();
    let is_one = |kind: &Value<'_>| kind.as_str() == Some("EndorsementCredential");
    let subject = first(document.get("credentialSubject"));
    let about = entries::about(document);
    let (Some(issuer), Some(about)) = (endorsement.issuer(), about) else {
        return Err(Why::Endorsement);
    };
    if !document
        .get("type")
        .is_some_and(|kinds| kinds.items().iter().any(is_one))
    {
        return Err(Why::Endorsement);
    }
    // What costs little first. Of what was signed elsewhere the log has that the issuer of the credential took it in.
    let by = awarded.iter().map(|one| one.issuer.as_str());
    let logged = [issuer].into_iter().chain(by).any(|by| {
        let entry = entries::endorsement(by, about, bytes, tools.crypto);
        log.has_entry(&entry, &one.entry)
    });
    if !logged {
        return Err(Why::NotInLog);
    }
    if awarded.iter().any(|one| one.issuer == issuer) {
        return Err(Why::EndorsesItself);
    }
    let report = verify_remembering(
        &endorsement,
        &brought.evidence,
        &brought.lists,
        &Trust::default(),
        asked.at,
        tools.crypto,
        tools.contexts,
    );
    let binds = bound(&report);
    let same = |one: &Awarded| {
        one.achievement == about && one.bound.iter().any(|bound| binds.contains(bound))
    };
    if !awarded.iter().any(same) {
        return Err(Why::EndorsesOther);
    }
    let why = match stands(&report) {
        Ok(()) => None,
        Err(Why::EndorsementEnded) => Some(Why::EndorsementEnded),
        Err(why) => return Err(why),
    };
    let said = |value: Option<&Value<'_>>, name| Some(value?.get(name)?.as_str()?.to_owned());
    Ok(Endorsed {
        by: Some(Endorser {
            issuer: issuer.to_owned(),
            name: said(document.get("issuer"), "name"),
            comment: said(subject, "endorsementComment"),
        }),
        until: valid_until(&report),
        why,
    })
}

/// The value, or the first of a list.
fn first<'a, 'v>(value: Option<&'a Value<'v>>) -> Option<&'a Value<'v>> {
    value?.items().first()
}

/// Whether it holds now; that it has ended is said only of one of which all else holds.
fn stands(report: &Report) -> Result<(), Why> {
    // One that can be taken back says so, and then the bundle has to say that it was not.
    let kinds = [CheckKind::Proof, CheckKind::Issuer, CheckKind::Status];
    let asked = match report.outcome(CheckKind::Status) {
        None => &kinds[..2],
        Some(_) => &kinds,
    };
    match (
        worst(report, asked).0,
        worst(report, &[CheckKind::Validity]),
    ) {
        (Answer::Pass, (Answer::Pass, _)) => Ok(()),
        (Answer::Pass, (Answer::Fail, Some(Fault::Expired))) => Err(Why::EndorsementEnded),
        _ => Err(Why::EndorsementChecks),
    }
}
