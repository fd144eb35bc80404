//! The JSON Schemas of Open Badges 3.0 and CLR 2.0, as tables of our own.
//!
//! 1EdTech publishes its schemas under the licence of its specifications, which does not allow a copy in here; and a general
//! validator would cost the browser more than the rest of the core. The schemas use a dozen keywords, so a table says
//! the same: `tests/vc/schema.rs` asks Ajv with the published file about every credential there is and about mutations of
//! them, and the verdicts and places are the same.
//!
//! **Invariant:** a schema that is not one of these is *unknown*. None is ever fetched.

use alloc::format;
use alloc::string::String;

use touchstone_canon::json::{Object, Value, pointer_token};

use crate::credential::items;
use crate::report::Fault;

mod clr_2;
mod form;
mod open_badges_3;

pub use open_badges_3::{ACHIEVEMENT_TYPES, TARGET_TYPES};

/// A set of rules that a document is held to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rules {
    /// W3C VC Data Model 2.0, which no schema says in full.
    DataModel2,
    /// W3C VC Data Model 1.1.
    DataModel1,
    /// `ob_v3p0_achievementcredential_schema.json`.
    OpenBadge,
    /// `ob_v3p0_endorsementcredential_schema.json`.
    Endorsement,
    /// `clr_v2p0_clrcredential_schema.json`.
    Clr,
    /// What Open Badges 2.0 asks of assertions, badge classes and profiles.
    OpenBadge2,
}

impl Rules {
    /// The rules for what a document says that it is.
    #[must_use]
    pub fn of(document: &Value<'_>) -> Option<Self> {
        let types = items(document, "type");
        let is = |name| types.iter().any(|kind| kind.as_str() == Some(name));
        if is("OpenBadgeCredential") || is("AchievementCredential") {
            Some(Self::OpenBadge)
        } else if is("ClrCredential") {
            Some(Self::Clr)
        } else if is("EndorsementCredential") {
            Some(Self::Endorsement)
        } else {
            None
        }
    }

    /// The rules of a published schema, by its address.
    #[must_use]
    pub fn published(schema: &str) -> Option<Self> {
        let (folder, file) = schema
            .strip_prefix("https://purl.imsglobal.org/spec/")?
            .rsplit_once('/')?;
        match (folder, file) {
            (
                "ob/v3p0/schema/json" | "ob/v3p0/schema/json-ld",
                "ob_v3p0_achievementcredential_schema.json"
                | "ob_v3p0_anyachievementcredential_schema.json",
            )
            | ("clr/v2p0/schema/json", "clr_v2p0_achievementcredential_schema.json") => {
                Some(Self::OpenBadge)
            }
            (
                "ob/v3p0/schema/json" | "ob/v3p0/schema/json-ld",
                "ob_v3p0_endorsementcredential_schema.json"
                | "ob_v3p0_anyendorsementcredential_schema.json",
            )
            | ("clr/v2p0/schema/json", "clr_v2p0_endorsementcredential_schema.json") => {
                Some(Self::Endorsement)
            }
            (
                "clr/v2p0/schema/json" | "clr/v2p0/schema/json-ld",
                "clr_v2p0_clrcredential_schema.json" | "clr_v2p0_anyclrcredential_schema.json",
            ) => Some(Self::Clr),
            _ => None,
        }
    }
}

/// The first place where a document is not as its rules ask.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Misfit {
    /// What is wrong there.
    pub fault: Fault,
    /// The place, as a JSON Pointer.
    pub path: String,
}

impl Misfit {
    pub(crate) fn here(fault: Fault) -> Self {
        let path = String::new();
        Self { fault, path }
    }

    pub(crate) fn at(fault: Fault, member: &str) -> Self {
        Self::here(fault).under(member)
    }

    /// The same, seen from one level further up.
    pub(crate) fn under(self, token: &str) -> Self {
        let token = pointer_token(token);
        Self {
            path: format!("/{token}{}", self.path),
            ..self
        }
    }

    fn under_item(self, at: usize) -> Self {
        Self {
            path: format!("/{at}{}", self.path),
            ..self
        }
    }
}

/// Holds a document, without its proofs, to the table for `rules`.
///
/// One thing is allowed that the published schemas forbid: several entries in `credentialStatus`, which VC 2.0 has and
/// 1EdTech has under discussion (issue 623). Data models are held to by [`data_model`](crate::data_model).
pub fn check(document: &Value<'_>, rules: Rules) -> Result<(), Misfit> {
    let version = Version::of(document);
    let class = match rules {
        Rules::OpenBadge => open_badges_3::ACHIEVEMENT_CREDENTIAL.get(version),
        Rules::Endorsement => open_badges_3::ENDORSEMENT_CREDENTIAL.get(version),
        Rules::Clr => clr_2::CLR_CREDENTIAL.get(version),
        Rules::DataModel2 | Rules::DataModel1 => return crate::data_model::credential(document),
        // An assertion is judged with the documents it names, elsewhere.
        Rules::OpenBadge2 => return Err(Misfit::at(Fault::NotOpenBadge, "type")),
    };
    class.check(document, version)
}

/// On which data model a document stands. Open Badges 3.0 was published for both.
#[derive(Clone, Copy)]
enum Version {
    Two,
    One,
}

impl Version {
    fn of(document: &Value<'_>) -> Self {
        let first = items(document, "@context").first();
        match first.and_then(Value::as_str) {
            Some(crate::data_model::BASE_1) => Self::One,
            _ => Self::Two,
        }
    }
}

/// A class on both data models.
struct Both {
    two: Class,
    one: Class,
}

impl Both {
    const fn get(&'static self, version: Version) -> &'static Class {
        match version {
            Version::Two => &self.two,
            Version::One => &self.one,
        }
    }
}

/// The members of an object.
struct Class {
    /// Members by name. What a class takes over from another stands in a table of its own.
    members: &'static [&'static [(&'static str, Rule)]],
    required: &'static [&'static str],
    /// Whether other members are forbidden.
    closed: bool,
}

/// What a member may hold.
enum Rule {
    Text,
    /// A text of this form.
    Form(fn(&str) -> bool),
    Number,
    Truth,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or one of somebody's own that begins with `ext:`.
    Open(&'static [&'static str]),
    /// Texts, among them one of each group.
    Types(&'static [&'static [&'static str]]),
    /// The contexts that must come first, each by its test, then texts and objects.
    Contexts(&'static [fn(&str) -> bool]),
    Object(&'static Class),
    /// A credential within, on the data model of the one around it.
    Credential(&'static Both),
    TextOr(&'static Class),
    List(&'static Rule),
    /// The thing itself, or a list of such things with at least one in it.
    Some(&'static Rule),
}

type Fits = Result<(), Misfit>;

impl Class {
    fn check(&self, value: &Value<'_>, version: Version) -> Fits {
        let object = value
            .as_object()
            .ok_or(Misfit::here(Fault::MemberMalformed))?;
        if let Some(name) = self.required.iter().find(|name| !object.contains_key(name)) {
            return Err(Misfit::at(Fault::MemberMissing, name));
        }
        self.each(object, version)
    }

    fn each(&self, object: &Object<'_>, version: Version) -> Fits {
        for (name, value) in object.iter() {
            let mut members = self.members.iter().flat_map(|members| members.iter());
            match members.find(|(known, _)| *known == name) {
                Some((_, rule)) => rule
                    .check(value, version)
                    .map_err(|misfit| misfit.under(name))?,
                None if self.closed => return Err(Misfit::at(Fault::MemberUnexpected, name)),
                None => {}
            }
        }
        Ok(())
    }
}

impl Rule {
    fn check(&self, value: &Value<'_>, version: Version) -> Fits {
        let text = value.as_str();
        let fits = match self {
            Self::Text => text.is_some(),
            Self::Form(form) => text.is_some_and(form),
            Self::Number => value.as_number().is_some(),
            Self::Truth => value.as_bool().is_some(),
            Self::Word(words) => text.is_some_and(|text| words.contains(&text)),
            Self::Open(words) => {
                text.is_some_and(|text| words.contains(&text) || form::extension(text))
            }
            Self::Types(groups) => return types(value, groups),
            Self::Contexts(first) => return contexts(value, first),
            Self::Object(class) => return class.check(value, version),
            Self::Credential(both) => return both.get(version).check(value, version),
            Self::TextOr(_) if text.is_some() => true,
            Self::TextOr(class) => return class.check(value, version),
            Self::List(rule) => return list(value, rule, version),
            Self::Some(rule) if value.as_array().is_some_and(|items| !items.is_empty()) => {
                return list(value, rule, version);
            }
            Self::Some(rule) => return rule.check(value, version),
        };
        if fits {
            Ok(())
        } else {
            Err(Misfit::here(Fault::MemberMalformed))
        }
    }
}

fn list(value: &Value<'_>, rule: &Rule, version: Version) -> Fits {
    for (at, item) in array(value)?.iter().enumerate() {
        rule.check(item, version)
            .map_err(|misfit| misfit.under_item(at))?;
    }
    Ok(())
}

fn types(value: &Value<'_>, groups: &[&[&str]]) -> Fits {
    let kinds = array(value)?;
    if let Some(at) = kinds.iter().position(|kind| kind.as_str().is_none()) {
        return Err(Misfit::here(Fault::MemberMalformed).under_item(at));
    }
    let has = |group: &&[&str]| {
        let mut kinds = kinds.iter().filter_map(Value::as_str);
        kinds.any(|kind| group.contains(&kind))
    };
    if groups.iter().all(has) {
        Ok(())
    } else {
        Err(Misfit::here(Fault::MemberMalformed))
    }
}

fn contexts(value: &Value<'_>, first: &[fn(&str) -> bool]) -> Fits {
    let contexts = array(value)?;
    if contexts.len() < first.len() {
        return Err(Misfit::here(Fault::MemberMalformed));
    }
    let fits = |at: usize, context: &Value<'_>| match first.get(at) {
        Some(form) => context.as_str().is_some_and(form),
        None => matches!(context, Value::String(_) | Value::Object(_)),
    };
    match (contexts.iter().enumerate()).find(|(at, context)| !fits(*at, context)) {
        Some((at, _)) => Err(Misfit::here(Fault::MemberMalformed).under_item(at)),
        None => Ok(()),
    }
}

fn array<'v, 'a>(value: &'v Value<'a>) -> Result<&'v [Value<'a>], Misfit> {
    value.as_array().ok_or(Misfit::here(Fault::MemberMalformed))
}
