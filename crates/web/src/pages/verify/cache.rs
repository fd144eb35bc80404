//! Pages that were just made, for a few seconds: a link that went round a lecture hall is judged once, not a thousand times.
//!
//! **Invariant:** a page is never shown longer than [`FRESH_MILLIS`] after it was judged, and not at all after its holder
//! switched it off here. Many are made in the second in which a lecture ends; each lasts a little shorter than that by its link, so that they
//! are not all made anew in one second, too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::answer::Prepared;
use crate::tally::Counter;
use touchstone_service::verifying::Found;

/// How long a page is shown again at most.
pub const FRESH_MILLIS: i64 = 10_000;

/// A page as it was judged, with what showing it counts.
pub struct Shown {
    /// The page.
    pub page: Prepared,
    /// What was found.
    pub found: Found,
    /// Counts it; held here so that showing it again locks nothing.
    pub counter: Counter,
}

/// What was made of public pages, by link.
pub struct Recent<T = Shown> {
    pages: Mutex<Pages<T>>,
}

/// Two generations: when the younger one is full or has had its time, the older one goes as a whole. No page is ever looked for
/// to make room.
struct Pages<T> {
    young: Generation<T>,
    old: Generation<T>,
    /// How often a page was switched off.
    forgotten: u64,
}

struct Generation<T> {
    by_link: HashMap<String, Made<T>>,
    bytes: usize,
    since_millis: i64,
}

struct Made<T> {
    at_millis: i64,
    bytes: usize,
    page: Arc<T>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        let pages = Pages {
            young: Generation::default(),
            old: Generation::default(),
            forgotten: 0,
        };
        Self {
            pages: Mutex::new(pages),
        }
    }
}

impl<T> Default for Generation<T> {
    fn default() -> Self {
        Self {
            by_link: HashMap::new(),
            bytes: 0,
            since_millis: 0,
        }
    }
}

impl<T> Recent<T> {
    /// The page of this link, if it was made just now.
    pub fn page(&self, link: &str, now_millis: i64) -> Option<Arc<T>> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = pages.young.by_link.get(link);
        let made = kept.or_else(|| pages.old.by_link.get(link))?;
        (0..lasts_millis(link))
            .contains(&(now_millis - made.at_millis))
            .then(|| Arc::clone(&made.page))
    }

    /// How often a page was switched off so far: ask before judging, and tell `keep`.
    pub fn forgotten(&self) -> u64 {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.forgotten
    }

    /// Keeps so many bytes that were made now, unless a page was switched off since `forgotten` was asked: it may be this one.
    fn keep_bytes(&self, link: &str, now_millis: i64, page: &Arc<T>, bytes: usize, forgotten: u64) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.forgotten != forgotten {
            return;
        }
        let young = &pages.young;
        let had_its_time = !(0..FRESH_MILLIS).contains(&(now_millis - young.since_millis));
        if had_its_time || young.bytes + bytes > MOST_BYTES / 2 {
            pages.old = std::mem::take(&mut pages.young);
            pages.young.since_millis = now_millis;
        }
        if bytes > MOST_BYTES / 2 {
            return; // Made again next time.
        }
        let made = Made {
            at_millis: now_millis,
            bytes,
            page: Arc::clone(page),
        };
        let before = pages.young.by_link.insert(link.to_owned(), made);
        let before = before.map_or(0, |made| made.bytes);
        pages.young.bytes = pages.young.bytes + bytes - before;
    }

    /// Drops a page: its holder switched it off.
    pub fn forget(&self, link: &str) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let Pages {
            young,
            old,
            forgotten,
        } = &mut *pages;
        *forgotten += 1;
        for generation in [young, old] {
            if let Some(made) = generation.by_link.remove(link) {
                generation.bytes -= made.bytes;
            }
        }
    }
}

impl Recent {
    /// Keeps a page that was made now, unless one was switched off since `forgotten` was asked: it may be this one.
    pub fn keep(&self, link: &str, now_millis: i64, page: &Arc<Shown>, forgotten: u64) {
        self.keep_bytes(link, now_millis, page, page.page.len(), forgotten);
    }
}

impl Recent<Prepared> {
    /// The same for what a page is judged from.
    pub fn keep(&self, link: &str, now_millis: i64, made: &Arc<Prepared>, forgotten: u64) {
        self.keep_bytes(link, now_millis, made, made.len(), forgotten);
    }
}

/// How long the page of a link is shown again.
fn lasts_millis(link: &str) -> i64 {
    let spread = link.bytes().fold(0, |spread: u16, byte| {
        spread.wrapping_mul(31).wrapping_add(byte.into())
    });
    FRESH_MILLIS - i64::from(spread) * SPREAD_MILLIS / i64::from(u16::MAX)
}

/// By how much one page may last shorter than another.
const SPREAD_MILLIS: i64 = 4_000;
/// Some 3,000 pages.
const MOST_BYTES: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use touchstone_service::rows::TenantId;
    use touchstone_service::verifying::{Tally, Way};

    use super::*;
    use crate::tally::Tallies;

    fn page(body: Vec<u8>) -> Arc<Shown> {
        let tally = Tally {
            tenant: TenantId::new("t"),
            achievement: "a".into(),
            way: Way::Page,
            found: Found::Pass,
        };
        Arc::new(Shown {
            page: Prepared::quick("text/html", body),
            found: Found::Pass,
            counter: Tallies::default().counter(tally),
        })
    }

    #[test]
    fn a_page_is_shown_again_for_some_seconds_only() {
        let recent = Recent::<Shown>::default();
        let page = page(b"x".to_vec());
        recent.keep("a", 1_000, &page, recent.forgotten());
        assert!(recent.page("a", 999 + lasts_millis("a")).is_some());
        assert!(recent.page("a", 1_000 + lasts_millis("a")).is_none());
        assert!(
            recent.page("a", 0).is_none(),
            "a clock that stepped back makes nothing fresh"
        );
        assert!(recent.page("b", 1_000).is_none());
    }

    #[test]
    fn pages_that_were_made_together_are_not_made_anew_together() {
        let links =
            (0..1_000_u32).map(|number| format!("{:x}", number.wrapping_mul(2_654_435_761)));
        let lasting: Vec<i64> = links.map(|link| lasts_millis(&link)).collect();
        assert!(
            lasting
                .iter()
                .all(|millis| (FRESH_MILLIS - SPREAD_MILLIS..=FRESH_MILLIS).contains(millis))
        );
        for second in (FRESH_MILLIS - SPREAD_MILLIS..FRESH_MILLIS).step_by(1_000) {
            let within = lasting
                .iter()
                .filter(|millis| (second..second + 1_000).contains(millis));
            assert!((150..350).contains(&within.count()), "{second}");
        }
    }

    #[test]
    fn a_page_that_was_switched_off_is_gone_at_once() {
        let recent = Recent::<Shown>::default();
        recent.keep("a", 0, &page(b"x".to_vec()), recent.forgotten());
        recent.forget("a");
        assert!(recent.page("a", 1).is_none());
        assert_eq!(recent.pages.lock().unwrap().young.bytes, 0);
    }

    #[test]
    fn a_page_of_the_older_generation_is_still_shown_and_goes_when_switched_off() {
        let recent = Recent::<Shown>::default();
        recent.keep(
            "a",
            FRESH_MILLIS - 1,
            &page(b"x".to_vec()),
            recent.forgotten(),
        );
        recent.keep("b", FRESH_MILLIS, &page(b"y".to_vec()), recent.forgotten());
        recent.keep(
            "c",
            2 * FRESH_MILLIS,
            &page(b"z".to_vec()),
            recent.forgotten(),
        );
        assert!(
            recent
                .page("b", FRESH_MILLIS + lasts_millis("b") - 1)
                .is_some()
        );
        recent.forget("b");
        assert!(recent.page("b", FRESH_MILLIS + 1).is_none());
    }

    #[test]
    fn memory_stays_bounded() {
        let recent = Recent::<Shown>::default();
        let page = page(vec![b'x'; 1 << 20]);
        for link in 0..200 {
            recent.keep(&link.to_string(), 0, &page, recent.forgotten());
            let pages = recent.pages.lock().unwrap();
            assert!(pages.young.bytes + pages.old.bytes <= MOST_BYTES);
        }
        assert!(recent.page("199", 0).is_some(), "the newest is there");
        assert!(recent.page("0", 0).is_none(), "old ones make room");
    }

    #[test]
    fn a_page_that_was_switched_off_while_it_was_judged_is_not_kept() {
        let recent = Recent::<Shown>::default();
        let before = recent.forgotten();
        recent.forget("a");
        recent.keep("a", 0, &page(b"x".to_vec()), before);
        assert!(recent.page("a", 1).is_none());
    }
}
