//! What was found of a bundle, as JSON: the same bytes on a command line and in a browser.

use alloc::borrow::ToOwned;
use alloc::string::ToString;

use touchstone_vc::Timestamp;
use touchstone_vc::json::{Object, Value};

use crate::{By, Endorsed, Judged, Line, Why};

impl Judged {
    /// The findings as JSON.
    ///
    /// `{"verdict", "at", "statusAsOf", "successor", "endedAt", "seenBy": {"time", "kind", "name"}, "lines": [{"question", "answer", "why"}],
    /// "witnesses": [{"name", "seenAt"}], "endorsements": [{"stands", "why", "issuer", "name", "comment", "until"}], "credentials": [report of each, `null` of one that cannot be read]}`. Times are RFC 3339; what is not known is `null`.
    #[must_use]
    pub fn to_json(&self) -> Value<'_> {
        let witnesses = self.witnesses.iter().map(|(name, seen)| {
            object([
                ("name", name.as_str().into()),
                ("seenAt", time(seen.as_ref())),
            ])
        });
        object([
            ("verdict", self.verdict().code().into()),
            ("at", time(Some(&self.at))),
            ("statusAsOf", time(self.status_as_of.as_ref())),
            ("successor", text(self.successor.as_deref())),
            ("endedAt", time(self.ended.as_ref())),
            ("seenBy", self.time.as_ref().map_or(Value::Null, seen_by)),
            ("lines", self.lines.iter().map(line).collect()),
            ("witnesses", witnesses.collect()),
            (
                "endorsements",
                self.endorsements.iter().map(endorsed).collect(),
            ),
            (
                "credentials",
                self.reports
                    .iter()
                    .map(|report| {
                        report
                            .as_ref()
                            .map_or(Value::Null, |report| report.to_json())
                    })
                    .collect(),
            ),
        ])
    }
}

fn seen_by((at, by): &(Timestamp, By)) -> Value<'_> {
    let (kind, name) = match by {
        By::Witness => ("witness", None),
        By::Anchor(name) => ("anchor", Some(name.as_str())),
    };
    object([
        ("time", time(Some(at))),
        ("kind", kind.into()),
        ("name", text(name)),
    ])
}

fn line(line: &Line) -> Value<'_> {
    object([
        ("question", line.question.code().into()),
        ("answer", line.answer.code().into()),
        ("why", why(line.why)),
    ])
}

fn endorsed(one: &Endorsed) -> Value<'_> {
    let by = one.by.as_ref();
    object([
        ("stands", Value::Bool(one.why.is_none())),
        ("why", why(one.why)),
        ("issuer", text(by.map(|by| by.issuer.as_str()))),
        ("name", text(by.and_then(|by| by.name.as_deref()))),
        ("comment", text(by.and_then(|by| by.comment.as_deref()))),
        ("until", time(one.until.as_ref())),
    ])
}

fn why(why: Option<Why>) -> Value<'static> {
    why.map_or(Value::Null, |why| why.to_string().into())
}

fn time(at: Option<&Timestamp>) -> Value<'static> {
    at.map_or(Value::Null, |at| at.to_string().into())
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::from)
}

fn object<'v, const N: usize>(members: [(&'static str, Value<'v>); N]) -> Value<'v> {
    let named = members.map(|(name, value)| (name.to_owned(), value));
    Value::Object(named.into_iter().collect::<Object<'v>>())
}
