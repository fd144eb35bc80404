//! The level that a credential says was reached, as a place on its rubric.
//!
//! **Invariant:** a place follows from what is signed. A set has no order and nothing twice, so whoever holds a credential may write an item of
//! it twice, take one apart or move it, and the signature still holds: levels are told apart by their identifiers and ranked by their numbers,
//! and where that leaves a choice, no place is told (threat 70).

use std::collections::BTreeMap;

use touchstone_crosswalk::role::Position;
use touchstone_vc::view::{LevelView, ResultView};

/// Where on its rubric the holder was seen; `None` where that is not said, or is said in two ways.
pub(super) fn position(results: &[ResultView<'_>]) -> Option<Position> {
    let reaching = results.iter().filter(|result| {
        result.unknown_level.is_some() || result.levels.iter().any(|level| level.reached)
    });
    let mut places = reaching.map(place);
    let first = places.next()??;
    places
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

fn place(result: &ResultView<'_>) -> Option<Position> {
    let mut levels: BTreeMap<&str, Vec<&LevelView<'_>>> = BTreeMap::new();
    for level in &result.levels {
        levels.entry(level.id?).or_default().push(level);
    }
    let reached = result.levels.iter().find(|level| level.reached)?.id?;
    let ranked =
        ranked(&levels, |level| level.level).or_else(|| ranked(&levels, |level| level.points))?;
    let place = ranked.iter().position(|id| *id == reached)?;
    let name = levels.get(reached)?.iter().find_map(|level| level.name);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Some(Position {
        rubric: result.name.unwrap_or_default().to_owned(),
        name: name.unwrap_or_default().to_owned(),
        place: number(place + 1),
        of: number(ranked.len()),
    })
}

/// The identifiers of all levels, lowest first by one of their numbers; `None` if a level has none or several, or two have the same.
fn ranked<'v>(
    levels: &BTreeMap<&'v str, Vec<&LevelView<'v>>>,
    number: fn(&LevelView<'v>) -> Option<&'v str>,
) -> Option<Vec<&'v str>> {
    let mut ranked: Vec<(f64, &str)> = Vec::with_capacity(levels.len());
    for (id, copies) in levels {
        let mut numbers = copies.iter().copied().filter_map(|level| {
            let number = number(level)?.trim().parse::<f64>();
            number.ok().filter(|number| number.is_finite())
        });
        let first = numbers.next()?;
        if numbers.any(|other| other != first) {
            return None;
        }
        ranked.push((first, *id));
    }
    ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
    let apart = ranked.windows(2).all(|pair| pair[0].0 < pair[1].0);
    apart.then(|| ranked.into_iter().map(|(_, id)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level<'v>(id: &'v str, number: &'v str, reached: bool) -> LevelView<'v> {
        LevelView {
            id: Some(id),
            name: Some(id),
            level: Some(number).filter(|number| !number.is_empty()),
            reached,
            ..LevelView::default()
        }
    }

    fn result<'v>(levels: &[LevelView<'v>]) -> ResultView<'v> {
        ResultView {
            levels: levels.to_vec(),
            ..ResultView::default()
        }
    }

    /// The place on a rubric of these levels, and how many it has.
    fn told(levels: &[LevelView<'_>]) -> Option<(u32, u32)> {
        position(&[result(levels)]).map(|position| (position.place, position.of))
    }

    #[test]
    fn t70_a_level_that_stands_twice_raises_no_other() {
        let (one, two, three) = (
            level("a", "1", false),
            level("b", "2", true),
            level("c", "3", false),
        );
        for levels in [
            vec![one.clone(), two.clone(), three.clone()],
            vec![one.clone(), one.clone(), two.clone(), three.clone()],
            vec![
                level("a", "", false),
                one.clone(),
                two.clone(),
                three.clone(),
            ],
            vec![three, two, level("b", "", true), one],
        ] {
            assert_eq!(told(&levels), Some((2, 3)), "{levels:?}");
        }
    }

    #[test]
    fn t70_where_only_the_order_ranks_levels_no_place_is_told() {
        let all = [level("a", "", false), level("b", "", true)];
        assert_eq!(told(&all), None);
        let turned = [level("b", "", true), level("a", "", false)];
        assert_eq!(told(&turned), None);
        let same = [level("a", "1", false), level("b", "1", true)];
        assert_eq!(told(&same), None);
        let some = [level("a", "1", false), level("b", "", true)];
        assert_eq!(told(&some), None);
        let two_numbers = [
            level("a", "1", false),
            level("b", "2", true),
            level("b", "3", true),
        ];
        assert_eq!(told(&two_numbers), None);
        let points = |id, points, reached| LevelView {
            points: Some(points),
            ..level(id, "", reached)
        };
        let by_points = [points("a", "10", true), points("b", "5", false)];
        assert_eq!(told(&by_points), Some((2, 2)), "more points are more");
    }

    #[test]
    fn t70_of_two_results_the_holder_chooses_none() {
        let lower = result(&[level("a", "1", true), level("b", "2", false)]);
        let higher = result(&[level("a", "1", false), level("b", "2", true)]);
        for results in [
            [lower.clone(), higher.clone()],
            [higher.clone(), lower.clone()],
        ] {
            assert_eq!(position(&results), None);
        }
        let again = position(&[higher.clone(), higher.clone()]).unwrap();
        assert_eq!((again.place, again.of), (2, 2));
        let hidden = ResultView {
            unknown_level: Some("c"),
            ..ResultView::default()
        };
        assert_eq!(position(&[higher.clone(), hidden]), None);
        let without_level = ResultView {
            value: Some("24 of 24"),
            ..ResultView::default()
        };
        assert!(position(&[without_level, higher]).is_some());
    }
}
