//! Achievements that stack: one can require others, never in a circle.

use std::collections::BTreeMap;

use crate::issuing::Slug;

/// Finds a way from `start` back to itself along `requires`, if there is one: the achievements on it, in order.
pub(in crate::issuing) fn cycle(
    start: &Slug,
    requires: &BTreeMap<Slug, Vec<Slug>>,
) -> Option<Vec<Slug>> {
    let mut way = vec![start.clone()];
    let mut open = vec![next_of(start, requires)];
    let mut closed = std::collections::BTreeSet::new();
    while let Some(choices) = open.last_mut() {
        match choices.pop() {
            None => {
                open.pop();
                way.pop();
            }
            Some(next) if next == *start => {
                way.push(next);
                return Some(way);
            }
            Some(next) => {
                if closed.insert(next.clone()) {
                    open.push(next_of(&next, requires));
                    way.push(next);
                }
            }
        }
    }
    None
}

fn next_of(slug: &Slug, requires: &BTreeMap<Slug, Vec<Slug>>) -> Vec<Slug> {
    requires.get(slug).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arrows: &[(&str, &[&str])], expect: Option<&[&str]>) {
        let slug = |text: &&str| Slug::new(text).unwrap();
        let requires = arrows
            .iter()
            .map(|(from, to)| (slug(from), to.iter().map(slug).collect()))
            .collect();
        let way = cycle(&slug(&"a"), &requires);
        assert_eq!(
            way,
            expect.map(|way| way.iter().map(slug).collect::<Vec<_>>())
        );
    }

    #[test]
    fn a_circle_is_found_and_told_in_order() {
        check(
            &[("a", &["b"]), ("b", &["x", "c"]), ("c", &["a"])],
            Some(&["a", "b", "c", "a"]),
        );
        check(&[("a", &["a"])], Some(&["a", "a"]));
    }

    #[test]
    fn two_ways_to_the_same_place_are_no_circle() {
        check(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"])], None);
    }

    #[test]
    fn a_circle_elsewhere_does_not_trap_the_search() {
        check(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])], None);
    }
}
