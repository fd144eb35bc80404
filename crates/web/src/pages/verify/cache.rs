//! Pages that were just made, for a few seconds: a link that went round a lecture hall is judged once, not a thousand times.
//!
//! **Invariant:** a page is never shown longer than [`FRESH_MILLIS`] after it was judged, and not at all after its holder
//! switched it off here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::answer::Prepared;
use crate::tally::Counter;
use touchstone_service::verifying::Found;

/// How long a page is shown again.
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

/// Rendered public pages by link.
#[derive(Default)]
pub struct Recent {
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    by_link: HashMap<String, (i64, Arc<Shown>)>,
    bytes: usize,
}

impl Recent {
    /// The page of this link, if it was made just now.
    pub fn page(&self, link: &str, now_millis: i64) -> Option<Arc<Shown>> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let (made_at, page) = pages.by_link.get(link)?;
        (0..FRESH_MILLIS)
            .contains(&(now_millis - made_at))
            .then(|| Arc::clone(page))
    }

    /// Keeps a page that was made now.
    pub fn keep(&self, link: &str, now_millis: i64, page: &Arc<Shown>) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.bytes + page.page.len() > MOST_BYTES {
            pages
                .by_link
                .retain(|_, (made_at, _)| now_millis - *made_at < FRESH_MILLIS);
            pages.bytes = pages
                .by_link
                .values()
                .map(|(_, page)| page.page.len())
                .sum();
        }
        if pages.bytes + page.page.len() > MOST_BYTES {
            return; // Everything kept is fresh; this one is made again next time.
        }
        pages.bytes += page.page.len();
        if let Some((_, old)) = pages
            .by_link
            .insert(link.to_owned(), (now_millis, Arc::clone(page)))
        {
            pages.bytes -= old.page.len();
        }
    }

    /// Drops a page: its holder switched it off.
    pub fn forget(&self, link: &str) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, old)) = pages.by_link.remove(link) {
            pages.bytes -= old.page.len();
        }
    }
}

const MOST_BYTES: usize = 48 << 20;

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
        let recent = Recent::default();
        let page = page(b"x".to_vec());
        recent.keep("a", 1_000, &page);
        assert!(recent.page("a", 10_999).is_some());
        assert!(recent.page("a", 11_000).is_none());
        assert!(
            recent.page("a", 0).is_none(),
            "a clock that stepped back makes nothing fresh"
        );
        assert!(recent.page("b", 1_000).is_none());
    }

    #[test]
    fn a_page_that_was_switched_off_is_gone_at_once() {
        let recent = Recent::default();
        recent.keep("a", 0, &page(b"x".to_vec()));
        recent.forget("a");
        assert!(recent.page("a", 1).is_none());
        assert_eq!(recent.pages.lock().unwrap().bytes, 0);
    }

    #[test]
    fn memory_stays_bounded() {
        let recent = Recent::default();
        let page = page(vec![b'x'; 1 << 20]);
        for link in 0..200 {
            recent.keep(&link.to_string(), 0, &page);
        }
        assert!(recent.pages.lock().unwrap().bytes <= MOST_BYTES);
        recent.keep("new", FRESH_MILLIS, &page);
        assert!(
            recent.page("new", FRESH_MILLIS).is_some(),
            "old ones make room"
        );
    }
}
