//! Rate limits per network: a bucket of tokens that refills.
//!
//! **Invariant:** no address is kept. A bucket is found by a keyed hash of the address's prefix whose key is made at start and
//! never leaves the process; a full bucket is forgotten.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{ClientAddress, Edge};
use crate::error::ApiError;

/// What is limited, each on its own.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Class {
    /// Asking for a sign-in link, and using one: guessing and mail floods.
    SignIn,
    /// Links and codes of holders that lead nowhere: guessing. Those that lead somewhere cost nothing of it.
    Guess,
    /// What holders do with links that are theirs.
    Holder,
    /// Files that are drawn, put together or read for whoever asks.
    Download,
    /// Handing in credentials to check: work and outgoing requests.
    Verify,
    /// The API.
    Api,
    /// Sending an application: it is kept, and somebody reads it.
    Apply,
    /// Asking a witness to cosign: signatures to check, and to make.
    Witness,
}

impl Class {
    /// The class of a request; most have none.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let writes = !method.is_safe();
        // Open to everybody, and each of them makes requests to others: held back like the form.
        if writes && matches!(path, "/credentials/verify" | "/presentations/verify") {
            return Some(Self::Verify);
        }
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts[..] {
            // Whoever holds a claim link asks without a key.
            ["api", "v1", "claims", _, "file"] => Some(Self::Download),
            _ if super::origin::is_for_programs(path) => Some(Self::Api),
            ["signin" | "employers", ..] if writes => Some(Self::SignIn),
            // A file may have others asked for what it takes to check it.
            ["endorse", ..] if writes && path.ends_with("/file") => Some(Self::Verify),
            ["claim", _, _] if !writes => Some(Self::Download),
            ["claim" | "reminders" | "application" | "endorse", ..] => Some(Self::Holder),
            ["apply", _, "send", ..] if writes => Some(Self::Apply),
            // Reading for a role checks what it reads, each time.
            ["verify" | "v" | "r" | "apply" | "staff", ..] if writes => Some(Self::Verify),
            ["v", .., "role" | "role.pdf"] => Some(Self::Verify),
            ["v", _, _] | ["i", _, "e", _] => Some(Self::Download),
            ["add-checkpoint", ..] if writes => Some(Self::Witness),
            _ => None,
        }
    }

    /// Whether a link or a code of a holder stands in the address, or in what is sent there.
    fn may_be_guessed(path: &str) -> bool {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let first = path.split('/').nth(1).unwrap_or_default();
        ["claim", "claims", "reminders", "application", "endorse"].contains(&first)
    }

    /// How many at once, and how many a second in the long run.
    fn allowance(self, limits: Limits) -> (f64, f64) {
        match self {
            Self::Apply => {
                let most = f64::from(limits.applications_per_hour.max(1));
                (most, most / 3_600.0)
            }
            Self::SignIn => (10.0, 0.1),
            Self::Guess => (60.0, 1.0),
            // Two hundred people in one room open their mails, take what is theirs and look at it.
            Self::Holder => (1_000.0, 10.0),
            // Each of them some files of theirs, and what a reader's own browser checks them by.
            Self::Download => (1_000.0, 20.0),
            Self::Verify => (30.0, 2.0),
            Self::Api => (400.0, 100.0),
            // A log asks once a second at most, and again after a conflict.
            Self::Witness => (60.0, 5.0),
        }
    }
}

/// What whoever runs this installation may set.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many applications one network sends in an hour: at once, or one after the other. At least one.
    pub applications_per_hour: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            applications_per_hour: 12,
        }
    }
}

/// The buckets.
#[derive(Debug, Default)]
pub struct Limiter {
    limits: Limits,
    key: RandomState,
    buckets: Mutex<HashMap<u64, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    per_second: f64,
    at_millis: i64,
    full_at_millis: i64,
}

impl Limiter {
    /// Keeps to these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Takes one token. `Err` says after how many seconds there will be one.
    pub fn take(&self, class: Class, address: IpAddr, now_millis: i64) -> Result<(), u32> {
        self.take_several(class, 1, address, now_millis)
    }

    /// Takes so many tokens, or none. `Err` says after how many seconds there will be that many.
    pub fn take_several(
        &self,
        class: Class,
        tokens: u32,
        address: IpAddr,
        now_millis: i64,
    ) -> Result<(), u32> {
        let wanted = f64::from(tokens);
        let taken = self.at(class, address, now_millis, |bucket| {
            let there = bucket.has(wanted);
            if there.is_ok() {
                bucket.tokens -= wanted;
            }
            there
        });
        taken.unwrap_or(Err(1))
    }

    /// Whether a token is there; it is left there. `Err` says after how many seconds there will be one.
    pub fn look(&self, class: Class, address: IpAddr, now_millis: i64) -> Result<(), u32> {
        let there = self.at(class, address, now_millis, |bucket| bucket.has(1.0));
        there.unwrap_or(Err(1))
    }

    /// Takes a token for what was done already. If none is there it is owed: what was under way together is paid for as if it had come one after
    /// the other.
    pub fn charge(&self, class: Class, address: IpAddr, now_millis: i64) {
        self.at(class, address, now_millis, |bucket| {
            bucket.tokens = (bucket.tokens - 1.0).max(-MOST_OWED);
        });
    }

    /// Does something with the bucket as it is now. `None`: there is no room for one.
    fn at<T>(
        &self,
        class: Class,
        address: IpAddr,
        now_millis: i64,
        act: impl FnOnce(&mut Bucket) -> T,
    ) -> Option<T> {
        let (most, per_second) = class.allowance(self.limits);
        let name = self.key.hash_one((class, network(address)));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, bucket| bucket.full_at_millis > now_millis);
        }
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&name) {
            return None; // A flood from everywhere: whoever is new waits, whoever is known goes on.
        }
        let bucket = buckets.entry(name).or_insert(Bucket {
            tokens: most,
            per_second,
            at_millis: now_millis,
            full_at_millis: now_millis,
        });
        let passed = (now_millis - bucket.at_millis).max(0) as f64 / 1000.0;
        bucket.tokens = passed.mul_add(per_second, bucket.tokens).min(most);
        bucket.at_millis = now_millis;
        let done = act(bucket);
        bucket.full_at_millis = now_millis + ((most - bucket.tokens) / per_second * 1000.0) as i64;
        Some(done)
    }
}

impl Bucket {
    /// `Err` says after how many seconds there will be so many tokens.
    fn has(&self, wanted: f64) -> Result<(), u32> {
        match self.tokens >= wanted {
            true => Ok(()),
            false => Err(((wanted - self.tokens) / self.per_second).ceil() as u32),
        }
    }
}

/// Turns away what comes too often.
pub(super) async fn limit(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (class, guess) = (
        Class::of(request.method(), path),
        Class::may_be_guessed(path),
    );
    // A code on paper is typed into a form, which is shown again.
    let typed = path == "/claim";
    let address = request.extensions().get::<ClientAddress>().copied();
    let held = class.map_or(Ok(()), |class| edge.hold_back(class, address.as_ref()));
    let looked = held.and_then(|()| match guess {
        true => edge.look(Class::Guess, address.as_ref()),
        false => Ok(()),
    });
    if let Err(refused) = looked {
        return refused.into_response();
    }
    let response = next.run(request).await;
    let missed = match response.status() {
        StatusCode::NOT_FOUND => true,
        StatusCode::UNPROCESSABLE_ENTITY => typed,
        _ => false,
    };
    if guess && missed {
        edge.charge(Class::Guess, address.as_ref());
    }
    response
}

impl Edge {
    /// Refuses what comes too often from one network.
    pub(crate) fn hold_back(
        &self,
        class: Class,
        address: Option<&ClientAddress>,
    ) -> Result<(), ApiError> {
        self.hold_back_several(class, 1, address)
    }

    /// Refuses where nothing is left of what one network may miss, and takes nothing.
    fn look(&self, class: Class, address: Option<&ClientAddress>) -> Result<(), ApiError> {
        let Some(&ClientAddress(address)) = address else {
            return Ok(());
        };
        let there = self.limiter.look(class, address, self.now_millis());
        there.map_err(|seconds| self.told(seconds))
    }

    /// Counts a miss of one network.
    fn charge(&self, class: Class, address: Option<&ClientAddress>) {
        if let Some(&ClientAddress(address)) = address {
            self.limiter.charge(class, address, self.now_millis());
        }
    }

    fn told(&self, seconds: u32) -> ApiError {
        self.metrics.limited.fetch_add(1, Ordering::Relaxed);
        ApiError::too_many(seconds)
    }

    /// The same for a request that does the work of so many.
    pub(crate) fn hold_back_several(
        &self,
        class: Class,
        requests: u32,
        address: Option<&ClientAddress>,
    ) -> Result<(), ApiError> {
        let Some(&ClientAddress(address)) = address else {
            return Ok(());
        };
        let now = self.now_millis();
        let taken = self.limiter.take_several(class, requests, address, now);
        taken.map_err(|seconds| self.told(seconds))
    }

    /// The same for links that are looked up: each is a request to somebody else, and counts as much as handing a credential in does.
    pub(crate) fn hold_back_links(
        &self,
        links: usize,
        address: Option<&ClientAddress>,
    ) -> Result<(), ApiError> {
        let links = u32::try_from(links).unwrap_or(u32::MAX);
        self.hold_back_several(Class::Verify, links.min(MOST_LINKS_COUNTED), address)
    }
}

/// One household or machine: an IPv4 address, an IPv6 /56.
fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 72 << 72,
    }
}

/// Beyond this, full buckets are swept out. About 5 MB.
const MOST_BUCKETS: usize = 100_000;
/// How much of what was missed is owed at most: ten minutes of it.
const MOST_OWED: f64 = 600.0;
/// More links at once count as so many: else they could never be had, however long somebody waits.
const MOST_LINKS_COUNTED: u32 = 25;

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn a_bucket_empties_and_refills() {
        let limiter = Limiter::default();
        for _ in 0..10 {
            assert_eq!(limiter.take(Class::SignIn, HERE, 0), Ok(()));
        }
        assert_eq!(limiter.take(Class::SignIn, HERE, 0), Err(10));
        assert_eq!(
            limiter.take(Class::Verify, HERE, 0),
            Ok(()),
            "classes do not share"
        );
        assert_eq!(limiter.take(Class::SignIn, HERE, 10_000), Ok(()));
        assert_eq!(limiter.take(Class::SignIn, HERE, 10_000), Err(10));
    }

    #[test]
    fn however_many_links_are_looked_up_at_once_a_full_bucket_has_enough_for_them() {
        let (most, _) = Class::Verify.allowance(Limits::default());
        assert!(f64::from(MOST_LINKS_COUNTED) < most);
    }

    #[test]
    fn a_request_that_does_the_work_of_many_takes_all_of_it_or_nothing() {
        let limiter = Limiter::default();
        let take = |tokens, now| limiter.take_several(Class::Verify, tokens, HERE, now);
        assert_eq!(take(25, 0), Ok(()));
        assert_eq!(take(9, 0), Err(2));
        assert_eq!(take(5, 0), Ok(()), "what was refused took nothing");
        assert_eq!(take(9, 4_000), Err(1));
        assert_eq!(take(9, 4_500), Ok(()));
    }

    #[test]
    fn a_neighbour_in_the_same_ipv6_network_shares_the_bucket() {
        let limiter = Limiter::default();
        let (one, two, other) = ("2001:db8::1", "2001:db8:0:ff::2", "2001:db8:0:100::1");
        for _ in 0..10 {
            limiter
                .take(Class::SignIn, one.parse().unwrap(), 0)
                .unwrap();
        }
        assert!(
            limiter
                .take(Class::SignIn, two.parse().unwrap(), 0)
                .is_err()
        );
        assert!(
            limiter
                .take(Class::SignIn, other.parse().unwrap(), 0)
                .is_ok()
        );
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing_away() {
        let limiter = Limiter::default();
        for _ in 0..10 {
            limiter.take(Class::SignIn, HERE, 1_000_000).unwrap();
        }
        assert!(limiter.take(Class::SignIn, HERE, 0).is_err());
    }

    #[test]
    fn a_network_sends_as_many_applications_in_an_hour_as_it_may() {
        let limiter = Limiter::new(Limits {
            applications_per_hour: 3,
        });
        for _ in 0..3 {
            assert_eq!(limiter.take(Class::Apply, HERE, 0), Ok(()));
        }
        assert_eq!(limiter.take(Class::Apply, HERE, 0), Err(1_200));
        assert_eq!(
            limiter.take(Class::Verify, HERE, 0),
            Ok(()),
            "looking goes on"
        );
        assert_eq!(limiter.take(Class::Apply, HERE, 1_200_000), Ok(()));
        assert!(limiter.take(Class::Apply, HERE, 1_200_000).is_err());
    }

    #[test]
    fn what_was_guessed_together_is_paid_for_as_if_it_came_one_after_the_other() {
        let limiter = Limiter::default();
        let look = |now| limiter.look(Class::Guess, HERE, now);
        for _ in 0..100 {
            assert_eq!(look(0), Ok(()), "looking costs nothing");
        }
        for _ in 0..100 {
            limiter.charge(Class::Guess, HERE, 0);
        }
        assert_eq!(look(0), Err(41));
        assert_eq!(look(40_000), Err(1));
        assert_eq!(look(41_000), Ok(()));
        for _ in 0..100_000 {
            limiter.charge(Class::Guess, HERE, 41_000);
        }
        assert_eq!(look(41_000), Err(601), "nobody is shut out for days");
    }

    #[test]
    fn every_place_where_a_link_or_a_code_is_tried_counts_those_that_lead_nowhere() {
        for path in [
            "/claim",
            "/claim/x",
            "/claim/x/credential.pdf",
            "/reminders/x",
            "/application/x",
            "/endorse/x/file",
            "/api/v1/claims/x/take",
            "/api/v1/claims/x/file",
            "/api/v1/reminders/x",
        ] {
            assert!(Class::may_be_guessed(path), "{path}");
        }
        for path in ["/", "/v/x", "/claims", "/api/v1/credentials/x", "/i/claim"] {
            let expect = path == "/claims"; // There is no such page.
            assert_eq!(Class::may_be_guessed(path), expect, "{path}");
        }
    }

    #[test]
    fn files_that_anybody_may_have_are_limited_and_a_class_of_200_has_theirs_at_once() {
        for path in [
            "/v/abc/credential.png",
            "/v/abc/credential.bundle",
            "/v/abc/documents.json",
            "/claim/x/credential.pdf",
            "/api/v1/claims/x/file",
            "/i/riverside/e/00ff",
        ] {
            for method in [Method::GET, Method::HEAD] {
                assert_eq!(Class::of(&method, path), Some(Class::Download), "{path}");
            }
        }
        assert_eq!(Class::of(&Method::GET, "/i/riverside/did.json"), None);
        let limiter = Limiter::default();
        for _ in 0..5 * 200 {
            assert_eq!(limiter.take(Class::Download, HERE, 0), Ok(()));
        }
        assert_eq!(limiter.take(Class::Download, HERE, 0), Err(1));
    }

    #[test]
    fn looking_is_not_limited_and_sending_is() {
        assert_eq!(Class::of(&Method::GET, "/v/abc"), None);
        assert_eq!(Class::of(&Method::POST, "/verify"), Some(Class::Verify));
        assert_eq!(Class::of(&Method::POST, "/r/abc"), Some(Class::Verify));
        assert_eq!(Class::of(&Method::GET, "/r/abc"), None);
        assert_eq!(Class::of(&Method::POST, "/apply/abc"), Some(Class::Verify));
        assert_eq!(Class::of(&Method::POST, "/staff/abc"), Some(Class::Verify));
        assert_eq!(
            Class::of(&Method::POST, "/apply/abc/send"),
            Some(Class::Apply)
        );
        let own = "/application/abc";
        assert_eq!(Class::of(&Method::GET, own), Some(Class::Holder));
        assert_eq!(Class::of(&Method::GET, "/v/abc/role"), Some(Class::Verify));
        assert_eq!(
            Class::of(&Method::GET, "/v/abc/role.pdf"),
            Some(Class::Verify)
        );
        assert_eq!(Class::of(&Method::POST, "/signin"), Some(Class::SignIn));
        assert_eq!(Class::of(&Method::POST, "/employers"), Some(Class::SignIn));
        assert_eq!(Class::of(&Method::GET, "/claim/x"), Some(Class::Holder));
        assert_eq!(Class::of(&Method::GET, "/endorse/x"), Some(Class::Holder));
        let answer = "/endorse/x/passkey";
        assert_eq!(Class::of(&Method::POST, answer), Some(Class::Holder));
        let file = "/endorse/x/file";
        assert_eq!(Class::of(&Method::POST, file), Some(Class::Verify));
        assert_eq!(Class::of(&Method::POST, "/credentials/1/revoke"), None);
        assert_eq!(
            Class::of(&Method::GET, "/api/v1/credentials"),
            Some(Class::Api)
        );
    }
}
