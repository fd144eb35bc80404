//! Metadata policies (§6.1): reading, combining from the anchor down, applying.
//!
//! All standard operators: `value`, `add`, `default`, `one_of`, `subset_of`, `superset_of`, `essential`, with every combination rule of
//! §6.1.3.1. Operators that are not known are passed over; one that is declared critical is refused where the statement is read.
//!
//! **Invariant:** what a superior asked for is never loosened: two policies combine to one at least as strict, or to a fault.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};

use super::values::{MAX_ITEMS, few, has, is_subset, join, meet};

/// How the metadata of entities are to be: by entity type and parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataPolicy(BTreeMap<String, BTreeMap<String, Operators>>);

/// The operators for one parameter.
#[derive(Clone, Debug, Default, PartialEq)]
struct Operators {
    /// `null` takes the parameter away.
    value: Option<Value<'static>>,
    add: Option<Vec<Value<'static>>>,
    default: Option<Value<'static>>,
    one_of: Option<Vec<Value<'static>>>,
    subset_of: Option<Vec<Value<'static>>>,
    superset_of: Option<Vec<Value<'static>>>,
    essential: Option<bool>,
}

impl MetadataPolicy {
    /// Reads a policy, and refuses operators that may not stand together.
    pub fn read(value: &Value<'_>) -> Result<Self, PolicyFault> {
        let mut policy = Self::default();
        for (kind, parameters) in object(value)?.iter() {
            let mut read = BTreeMap::new();
            for (name, operators) in object(parameters)?.iter() {
                let operators = Operators::read(name, object(operators)?)?;
                operators.fit_together()?;
                read.insert(name.to_owned(), operators);
            }
            policy.0.insert(kind.to_owned(), read);
        }
        Ok(policy)
    }

    /// This policy and that of a subordinate, as one (§6.1.4.1).
    pub fn merged(mut self, subordinate: &Self) -> Result<Self, PolicyFault> {
        for (kind, parameters) in &subordinate.0 {
            let known = self.0.entry(kind.clone()).or_default();
            for (name, operators) in parameters {
                let merged = match known.remove(name) {
                    None => operators.clone(),
                    Some(superior) => superior.merged(operators)?,
                };
                merged.fit_together()?;
                known.insert(name.clone(), merged);
            }
        }
        Ok(self)
    }

    /// The metadata as the policy makes them, if they can comply (§6.1.4.2). Entity types that the subject does not have are left out.
    pub fn applied(&self, metadata: &mut Object<'static>) -> Result<(), PolicyFault> {
        for (kind, parameters) in &self.0 {
            let Some(own) = metadata.get_mut(kind).and_then(Value::as_object_mut) else {
                continue;
            };
            for (name, operators) in parameters {
                let before = own.remove(name);
                let before = before.map(|value| unpacked(name, value)).transpose()?;
                if let Some(Value::Array(items)) = &before
                    && items.len() > MAX_ITEMS
                {
                    return Err(PolicyFault::TooMany);
                }
                if let Some(after) = operators.applied(before)? {
                    own.insert(name.clone(), packed(name, after)?);
                }
            }
        }
        Ok(())
    }
}

impl Operators {
    fn read(name: &str, operators: &Object<'_>) -> Result<Self, PolicyFault> {
        let value = |operator| {
            let value = operators.get(operator).cloned();
            let value = value.map(|value| unpacked(name, value.into_owned()));
            value.transpose()
        };
        let list = |operator| match value(operator)? {
            None => Ok(None),
            Some(Value::Array(items)) => few(items).map(Some),
            Some(_) => Err(PolicyFault::Operand),
        };
        let essential = match operators.get("essential") {
            None => None,
            Some(essential) => Some(essential.as_bool().ok_or(PolicyFault::Operand)?),
        };
        let default = value("default")?;
        if default.as_ref().is_some_and(Value::is_null) {
            return Err(PolicyFault::Operand);
        }
        let one_of = match operators.get("one_of") {
            Some(Value::Array(items)) => {
                let items = items.iter().cloned().map(Value::into_owned);
                Some(few(items.collect())?)
            }
            Some(_) => return Err(PolicyFault::Operand),
            None => None,
        };
        let stated = value("value")?;
        if let Some(Value::Array(items)) = &stated
            && items.len() > MAX_ITEMS
        {
            return Err(PolicyFault::TooMany);
        }
        Ok(Self {
            value: stated,
            add: list("add")?,
            default,
            one_of,
            subset_of: list("subset_of")?,
            superset_of: list("superset_of")?,
            essential,
        })
    }

    /// Which operators may stand together, and on what condition (§6.1.3.1).
    fn fit_together(&self) -> Result<(), PolicyFault> {
        let with_one_of =
            self.add.is_some() || self.subset_of.is_some() || self.superset_of.is_some();
        if self.one_of.is_some() && with_one_of {
            return Err(PolicyFault::Combination);
        }
        let within = |inner: &Option<Vec<_>>, outer: &Option<Vec<_>>| match (inner, outer) {
            (Some(inner), Some(outer)) => is_subset(inner, outer),
            _ => true,
        };
        let mut fits =
            within(&self.add, &self.subset_of) && within(&self.superset_of, &self.subset_of);
        if let Some(value) = &self.value {
            let essential = self.essential == Some(true);
            fits &= !(value.is_null() && (self.default.is_some() || essential));
            fits &= self.one_of.as_ref().is_none_or(|known| has(known, value));
            // A parameter that is taken away has no values.
            let values = match value {
                Value::Array(values) => Some(values.as_slice()),
                Value::Null => Some(&[][..]),
                _ => None,
            };
            for (operand, value_is_outer) in [
                (&self.add, true),
                (&self.subset_of, false),
                (&self.superset_of, true),
            ] {
                let Some(operand) = operand else { continue };
                fits &= values.is_some_and(|values| match value_is_outer {
                    true => is_subset(operand, values),
                    false => is_subset(values, operand),
                });
            }
        }
        match fits {
            true => Ok(()),
            false => Err(PolicyFault::Combination),
        }
    }

    fn merged(self, subordinate: &Self) -> Result<Self, PolicyFault> {
        let one_of = meet(self.one_of, &subordinate.one_of);
        if one_of.as_ref().is_some_and(Vec::is_empty) {
            return Err(PolicyFault::Merge);
        }
        Ok(Self {
            value: equal(self.value, &subordinate.value)?,
            add: join(self.add, &subordinate.add),
            default: equal(self.default, &subordinate.default)?,
            one_of,
            subset_of: meet(self.subset_of, &subordinate.subset_of),
            superset_of: join(self.superset_of, &subordinate.superset_of),
            essential: match (self.essential, subordinate.essential) {
                (None, None) => None,
                (one, other) => Some(one == Some(true) || other == Some(true)),
            },
        })
    }

    /// In the order that the operators have: value, add, default, one_of, subset_of, superset_of, essential.
    fn applied(
        &self,
        before: Option<Value<'static>>,
    ) -> Result<Option<Value<'static>>, PolicyFault> {
        let mut value = match &self.value {
            None => before,
            Some(Value::Null) => None,
            Some(value) => Some(value.clone()),
        };
        if let Some(add) = &self.add {
            let mut items = match value {
                None => Vec::new(),
                Some(Value::Array(items)) => items,
                Some(_) => return Err(PolicyFault::Parameter),
            };
            for one in add {
                if !has(&items, one) {
                    items.push(one.clone());
                }
            }
            value = Some(Value::Array(items));
        }
        if value.is_none() {
            value.clone_from(&self.default);
        }
        if let (Some(known), Some(value)) = (&self.one_of, &value)
            && !has(known, value)
        {
            return Err(PolicyFault::NotOneOf);
        }
        if let (Some(allowed), Some(present)) = (&self.subset_of, &mut value) {
            let items = present.as_array_mut().ok_or(PolicyFault::Parameter)?;
            items.retain(|item| has(allowed, item));
        }
        if let (Some(wanted), Some(present)) = (&self.superset_of, &value) {
            let items = present.as_array().ok_or(PolicyFault::Parameter)?;
            if !is_subset(wanted, items) {
                return Err(PolicyFault::NotSuperset);
            }
        }
        match (self.essential, &value) {
            (Some(true), None) => Err(PolicyFault::Missing),
            _ => Ok(value),
        }
    }
}

fn object<'v, 'a>(value: &'v Value<'a>) -> Result<&'v Object<'a>, PolicyFault> {
    value.as_object().ok_or(PolicyFault::Structure)
}

/// `scope` is one text of words, and a list of them for operators (§6.1.3.1.8).
fn unpacked(name: &str, value: Value<'static>) -> Result<Value<'static>, PolicyFault> {
    match value {
        Value::String(words) if name == SCOPE => {
            let words = words.split_ascii_whitespace();
            Ok(Value::Array(
                words.map(|word| word.to_owned().into()).collect(),
            ))
        }
        value => Ok(value),
    }
}

fn packed(name: &str, value: Value<'static>) -> Result<Value<'static>, PolicyFault> {
    let Value::Array(words) = &value else {
        return Ok(value);
    };
    if name != SCOPE {
        return Ok(value);
    }
    let words: Option<Vec<&str>> = words.iter().map(Value::as_str).collect();
    let words = words.ok_or(PolicyFault::Parameter)?;
    Ok(Value::String(Cow::Owned(words.join(" "))))
}

fn equal(
    one: Option<Value<'static>>,
    other: &Option<Value<'static>>,
) -> Result<Option<Value<'static>>, PolicyFault> {
    match (one, other) {
        (Some(one), Some(other)) if one != *other => Err(PolicyFault::Merge),
        (one, other) => Ok(one.or_else(|| other.clone())),
    }
}

/// Why a policy cannot be combined or complied with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyFault {
    /// It is not made of objects by entity type, parameter and operator.
    #[error("it is not made of entity types, parameters and operators")]
    Structure,
    /// An operator has a value that it cannot have.
    #[error("an operator has a value of the wrong kind")]
    Operand,
    /// An operator, or a parameter with operators, has more values than are read.
    #[error("an operator, or a parameter with operators, has more than {MAX_ITEMS} values")]
    TooMany,
    /// It declares operators critical that are not understood.
    #[error("it declares operators critical that are not understood")]
    Critical,
    /// Operators stand together that may not, or not with these values.
    #[error("operators stand together that contradict each other")]
    Combination,
    /// Two policies ask for what cannot both be.
    #[error("two policies ask for what cannot both be")]
    Merge,
    /// A parameter is of a kind on which an operator does not work.
    #[error("a parameter is of a kind on which an operator does not work")]
    Parameter,
    /// A parameter is none of the values that it may have.
    #[error("a parameter is none of the values that it may have")]
    NotOneOf,
    /// A parameter lacks values that it must have.
    #[error("a parameter lacks values that it must have")]
    NotSuperset,
    /// A parameter is missing that must be there.
    #[error("a parameter is missing that must be there")]
    Missing,
}

const SCOPE: &str = "scope";

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    /// A policy for one parameter of one entity type.
    fn policy(operators: &str) -> Result<MetadataPolicy, PolicyFault> {
        let text = alloc::format!(r#"{{"t": {{"p": {operators}}}}}"#);
        MetadataPolicy::read(&Value::parse(text.as_bytes()).unwrap())
    }

    /// What becomes of the parameter under the anchor's policy and an intermediate's; empty for absent.
    fn resolved(anchor: &str, below: &str, parameter: &str) -> Result<String, PolicyFault> {
        let policy = policy(anchor)?.merged(&policy(below)?)?;
        let text = match parameter {
            "" => r#"{"t": {}}"#.to_owned(),
            value => alloc::format!(r#"{{"t": {{"p": {value}}}}}"#),
        };
        let mut metadata = Value::parse(text.as_bytes()).unwrap().into_owned();
        policy.applied(metadata.as_object_mut().unwrap())?;
        let left = metadata.pointer("/t/p").map(|value| value.to_string());
        Ok(left.unwrap_or_default())
    }

    #[track_caller]
    fn check(cases: &[(&str, &str, &str, Result<&str, PolicyFault>)]) {
        for (anchor, below, parameter, expect) in cases {
            let found = resolved(anchor, below, parameter);
            let expect = expect.map(ToOwned::to_owned);
            assert_eq!(found, expect, "{anchor} {below} {parameter}");
        }
    }

    #[test]
    fn each_operator_does_what_it_says() {
        check(&[
            (r#"{"value": "b"}"#, "{}", r#""a""#, Ok(r#""b""#)),
            (r#"{"value": null}"#, "{}", r#""a""#, Ok("")),
            (
                r#"{"add": ["b", "c"]}"#,
                "{}",
                r#"["a", "b"]"#,
                Ok(r#"["a","b","c"]"#),
            ),
            (r#"{"add": ["b"]}"#, "{}", "", Ok(r#"["b"]"#)),
            (
                r#"{"add": ["b"]}"#,
                "{}",
                r#""a""#,
                Err(PolicyFault::Parameter),
            ),
            (r#"{"default": 7}"#, "{}", "", Ok("7")),
            (r#"{"default": 7}"#, "{}", "8", Ok("8")),
            (r#"{"one_of": ["a", "b"]}"#, "{}", r#""b""#, Ok(r#""b""#)),
            (
                r#"{"one_of": ["a", "b"]}"#,
                "{}",
                r#""c""#,
                Err(PolicyFault::NotOneOf),
            ),
            (r#"{"one_of": ["a", "b"]}"#, "{}", "", Ok("")),
            (
                r#"{"superset_of": ["a"]}"#,
                "{}",
                r#"["a", "b"]"#,
                Ok(r#"["a","b"]"#),
            ),
            (
                r#"{"superset_of": ["a"]}"#,
                "{}",
                r#"["b"]"#,
                Err(PolicyFault::NotSuperset),
            ),
            (r#"{"superset_of": ["a"]}"#, "{}", "", Ok("")),
            (
                r#"{"essential": true}"#,
                "{}",
                "",
                Err(PolicyFault::Missing),
            ),
            (r#"{"essential": false}"#, "{}", "", Ok("")),
        ]);
    }

    /// The table at the end of §6.1.3.1.
    #[test]
    fn a_subset_may_be_empty_and_is_not_asked_of_what_is_absent() {
        let (must, may) = (
            r#"{"essential": true, "subset_of": ["a", "b", "c"]}"#,
            r#"{"essential": false, "subset_of": ["a", "b", "c"]}"#,
        );
        check(&[
            (must, "{}", r#"["a", "e"]"#, Ok(r#"["a"]"#)),
            (may, "{}", r#"["a", "e"]"#, Ok(r#"["a"]"#)),
            (must, "{}", r#"["d", "e"]"#, Ok("[]")),
            (may, "{}", r#"["d", "e"]"#, Ok("[]")),
            (must, "{}", "", Err(PolicyFault::Missing)),
            (may, "{}", "", Ok("")),
        ]);
    }

    #[test]
    fn policies_merge_to_one_at_least_as_strict_or_to_a_fault() {
        check(&[
            (
                r#"{"value": ["a", "b"]}"#,
                r#"{"value": ["a", "b"]}"#,
                "",
                Ok(r#"["a","b"]"#),
            ),
            (
                r#"{"value": "a"}"#,
                r#"{"value": "b"}"#,
                "",
                Err(PolicyFault::Merge),
            ),
            (
                r#"{"value": "a"}"#,
                r#"{"value": null}"#,
                "",
                Err(PolicyFault::Merge),
            ),
            (
                r#"{"default": "a"}"#,
                r#"{"default": "b"}"#,
                "",
                Err(PolicyFault::Merge),
            ),
            (
                r#"{"add": ["a"]}"#,
                r#"{"add": ["b"]}"#,
                "",
                Ok(r#"["a","b"]"#),
            ),
            (
                r#"{"one_of": ["a", "b"]}"#,
                r#"{"one_of": ["b", "c"]}"#,
                r#""b""#,
                Ok(r#""b""#),
            ),
            (
                r#"{"one_of": ["a", "b"]}"#,
                r#"{"one_of": ["b", "c"]}"#,
                r#""a""#,
                Err(PolicyFault::NotOneOf),
            ),
            (
                r#"{"one_of": ["a"]}"#,
                r#"{"one_of": ["c"]}"#,
                "",
                Err(PolicyFault::Merge),
            ),
            (
                r#"{"subset_of": ["a"]}"#,
                r#"{"subset_of": ["c"]}"#,
                r#"["a"]"#,
                Ok("[]"),
            ),
            (
                r#"{"superset_of": ["a"]}"#,
                r#"{"superset_of": ["b"]}"#,
                r#"["a"]"#,
                Err(PolicyFault::NotSuperset),
            ),
            (
                r#"{"essential": true}"#,
                r#"{"essential": false}"#,
                "",
                Err(PolicyFault::Missing),
            ),
            (
                r#"{"essential": false}"#,
                r#"{"essential": true}"#,
                "",
                Err(PolicyFault::Missing),
            ),
            (
                r#"{"subset_of": ["a", "b"]}"#,
                r#"{"superset_of": ["b"]}"#,
                r#"["a", "b", "c"]"#,
                Ok(r#"["a","b"]"#),
            ),
            (
                r#"{"subset_of": ["a"]}"#,
                r#"{"add": ["b"]}"#,
                "",
                Err(PolicyFault::Combination),
            ),
            (
                r#"{"one_of": ["a"]}"#,
                r#"{"value": "b"}"#,
                "",
                Err(PolicyFault::Combination),
            ),
        ]);
    }

    #[test]
    fn operators_stand_together_only_as_the_specification_allows() {
        for good in [
            r#"{"value": ["a", "b"], "add": ["a"], "default": ["c"], "subset_of": ["a", "b"], "superset_of": ["b"], "essential": true}"#,
            r#"{"value": "a", "one_of": ["a", "b"]}"#,
            r#"{"value": null, "essential": false}"#,
            r#"{"default": "a", "one_of": ["b"], "essential": true}"#,
            r#"{"add": ["a"], "superset_of": ["b"]}"#,
            r#"{"unheard_of": {"x": 1}}"#,
        ] {
            assert!(policy(good).is_ok(), "{good}");
        }
        for bad in [
            r#"{"value": ["a"], "add": ["b"]}"#,
            r#"{"value": null, "default": "a"}"#,
            r#"{"value": null, "essential": true}"#,
            r#"{"value": "c", "one_of": ["a"]}"#,
            r#"{"value": ["a", "b"], "subset_of": ["a"]}"#,
            r#"{"value": ["a"], "superset_of": ["a", "b"]}"#,
            r#"{"value": "a", "subset_of": ["a"]}"#,
            r#"{"add": ["a"], "one_of": ["a"]}"#,
            r#"{"add": ["b"], "subset_of": ["a"]}"#,
            r#"{"one_of": ["a"], "subset_of": ["a"]}"#,
            r#"{"one_of": ["a"], "superset_of": ["a"]}"#,
            r#"{"subset_of": ["a"], "superset_of": ["b"]}"#,
        ] {
            assert_eq!(policy(bad), Err(PolicyFault::Combination), "{bad}");
        }
        for bad in [
            r#"{"add": "a"}"#,
            r#"{"one_of": "a"}"#,
            r#"{"subset_of": {}}"#,
            r#"{"superset_of": 1}"#,
            r#"{"default": null}"#,
            r#"{"essential": "true"}"#,
        ] {
            assert_eq!(policy(bad), Err(PolicyFault::Operand), "{bad}");
        }
        let structure = MetadataPolicy::read(&Value::parse(br#"{"t": {"p": []}}"#).unwrap());
        assert_eq!(structure, Err(PolicyFault::Structure));
    }

    #[test]
    fn scope_is_a_list_of_words_for_operators_and_a_text_of_words_after() {
        let text =
            br#"{"t": {"scope": {"subset_of": ["openid", "email"], "superset_of": ["openid"]}}}"#;
        let policy = MetadataPolicy::read(&Value::parse(text).unwrap()).unwrap();
        let metadata = br#"{"t": {"scope": "openid phone email"}}"#;
        let mut metadata = Value::parse(metadata).unwrap().into_owned();
        policy.applied(metadata.as_object_mut().unwrap()).unwrap();
        assert_eq!(metadata.to_string(), r#"{"t":{"scope":"openid email"}}"#);
    }

    #[test]
    fn entity_types_that_the_subject_does_not_have_ask_for_nothing() {
        let policy = policy(r#"{"essential": true}"#).unwrap();
        let mut metadata = Value::parse(br#"{"other": {}}"#).unwrap().into_owned();
        assert_eq!(policy.applied(metadata.as_object_mut().unwrap()), Ok(()));
    }
}
