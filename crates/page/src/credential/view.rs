//! What the page shows, as plain values. Everything from the credential is untrusted text here and is escaped when shown.

use touchstone_vc::HolderMatch;

use crate::templates::{CheckLine, Moment};

/// One credential, read and judged.
#[derive(Clone, Debug)]
pub struct View {
    /// The verdict.
    pub stand: Stand,
    /// When it was found out.
    pub checked: Moment,
    /// Who says it.
    pub issuer: Issuer,
    /// About whom.
    pub holder: Holder,
    /// What is said.
    pub claim: Claim,
    /// The achievement's name.
    pub achievement: String,
    /// What the achievement is about.
    pub description: Option<String>,
    /// What had to be done to earn it, as plain text.
    pub criteria: Option<String>,
    /// Further tasks and skills that it covers.
    pub covers: Vec<Covered>,
    /// The level reached.
    pub level: Option<Level>,
    /// Results that are no level: a name and a value.
    pub results: Vec<(String, String)>,
    /// Who assessed.
    pub assessor: Option<String>,
    /// How it went, in the issuer's words.
    pub narrative: Option<String>,
    /// What was kept of it.
    pub evidence: Vec<Evidence>,
    /// When it was earned.
    pub awarded: Option<Moment>,
    /// When the credential was issued.
    pub from: Option<Moment>,
    /// Its end.
    pub until: Option<Moment>,
    /// What the issuer did to it since, if we know.
    pub change: Option<Change>,
    /// What is missing, and why, where the verdict is unknown; what registers say, where none lists the issuer.
    pub missing: Vec<String>,
    /// Every check, in reading order.
    pub checks: Vec<CheckLine>,
    /// Credentials that stand within it, each judged on its own.
    pub inside: Vec<CheckLine>,
    /// How the achievements of a learner record belong together.
    pub associations: Vec<String>,
    /// What it does not offer. Counts neither way.
    pub not_offered: Vec<&'static str>,
    /// Issued for trial, not for use.
    pub trial: bool,
    /// Signed with a key that no address stands behind.
    pub bare_key: bool,
    /// Language of the credential's own words.
    pub language: Option<String>,
    /// The DID it was issued to.
    pub did: Option<String>,
    /// How a reader finds out whether it is about the person before them, where it names nobody.
    pub matching: Option<Matching>,
    /// Where the page and its files stand; absent when the credential was handed in and forgotten.
    pub links: Option<Links>,
    /// Attributions that its contents ask for.
    pub attributions: Vec<String>,
}

/// How the credential stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stand {
    /// Everything passed.
    Stands,
    /// It stands, but something does not fit.
    TakeCare,
    /// Genuine, from an issuer that no register lists.
    NotListed,
    /// Something could not be checked.
    Unknown,
    /// It has not begun.
    Starts(Moment),
    /// It is past its end.
    Ended(Moment),
    /// The issuer paused it.
    Paused,
    /// The issuer withdrew it.
    Withdrawn,
    /// It was changed, or somebody else signed it.
    Forged,
    /// Something that decides does not hold, and none of the above says what.
    Broken,
}

/// Who signed.
#[derive(Clone, Debug, Default)]
pub struct Issuer {
    /// The name it gives itself.
    pub name: String,
    /// What it signs as: a domain, or an identifier where there is none.
    pub signs_as: String,
    /// Its full identifier.
    pub id: String,
    /// The register that lists it.
    pub listed_by: Option<String>,
    /// Its mark, at an address of ours; shown only once a register lists it.
    pub mark: Option<String>,
    /// Its page here.
    pub page: Option<String>,
}

/// Whom it is about.
#[derive(Clone, Debug)]
pub enum Holder {
    /// A name in the clear.
    Named(String),
    /// No name. What the person can be matched by: "e-mail address", "student number".
    Unnamed(Vec<String>),
}

/// The form in which a reader gives what the person told them, and what came of it.
#[derive(Clone, Debug)]
pub struct Matching {
    /// Where the form goes.
    pub action: String,
    /// The credential itself, sent along: what was handed in is not kept, so it comes back with the question.
    pub carried: Option<String>,
    /// What was given, and what comparing it came to.
    pub answer: Option<(String, HolderMatch)>,
}

/// What the credential says of its holder.
#[derive(Clone, Debug)]
pub enum Claim {
    /// "… can TASK": a task that starts with a verb.
    Can(String),
    /// "… has earned ACHIEVEMENT": all that can be said when no task is named.
    Earned(String),
    /// "… is endorsed": of an endorsement, with the endorser's words, which may be none.
    Endorsed(String),
}

/// A task or skill that is covered.
#[derive(Clone, Debug)]
pub struct Covered {
    /// Its name.
    pub name: String,
    /// Its framework and code.
    pub source: Option<String>,
    /// Its address, https only.
    pub href: Option<String>,
}

/// A level among levels.
#[derive(Clone, Debug)]
pub struct Level {
    /// All levels by name, lowest first.
    pub names: Vec<String>,
    /// Which was reached, from 0.
    pub reached: usize,
    /// What somebody at this level does.
    pub description: Option<String>,
}

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its name.
    pub name: String,
    /// Its address, https only.
    pub href: Option<String>,
    /// What it is.
    pub about: Option<String>,
    /// Whether its fingerprint was signed with the credential.
    pub bound: bool,
}

/// What the issuer did to a credential after issuing it.
#[derive(Clone, Debug)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// Why, in the issuer's words.
    pub reason: Option<String>,
}

/// Where the page and its files stand.
#[derive(Clone, Debug)]
pub struct Links {
    /// The page itself, absolute.
    pub address: String,
    /// The credential as a file.
    pub json: String,
    /// On paper.
    pub pdf: Option<String>,
}
