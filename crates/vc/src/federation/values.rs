//! Lists of values, taken as sets: what operators of metadata policies are made of (§6.1.3.1).

use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::policy::PolicyFault;

/// Each is held against each of another operator's, so there may not be many.
pub(super) fn few(items: Vec<Value<'static>>) -> Result<Vec<Value<'static>>, PolicyFault> {
    match items.len() <= MAX_ITEMS {
        true => Ok(items),
        false => Err(PolicyFault::TooMany),
    }
}

pub(super) fn has(items: &[Value<'_>], value: &Value<'_>) -> bool {
    items.iter().any(|item| item == value)
}

pub(super) fn is_subset(inner: &[Value<'_>], outer: &[Value<'_>]) -> bool {
    inner.iter().all(|item| has(outer, item))
}

pub(super) type Values = Option<Vec<Value<'static>>>;

/// The intersection where both ask for something, and else what one asks for.
pub(super) fn meet(one: Values, other: &Values) -> Values {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.retain(|item| has(other, item));
            Some(one)
        }
        (one, other) => one.or_else(|| other.clone()),
    }
}

/// The union where both ask for something, and else what one asks for.
pub(super) fn join(one: Values, other: &Values) -> Values {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            for item in other {
                if !has(&one, item) {
                    one.push(item.clone());
                }
            }
            Some(one)
        }
        (one, other) => one.or_else(|| other.clone()),
    }
}

/// The most values of one operator, and of a parameter that has operators.
pub(super) const MAX_ITEMS: usize = 512;
