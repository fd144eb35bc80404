//! Everything a use case may reach.

use std::sync::Arc;

use touchstone_store::Store;
use touchstone_vc::{Contexts, Crypto};
use url::Url;

use crate::crosswalk::{KnownAchievements, KnownFrameworks, KnownReleases};
use crate::hiring::Applications;
use crate::holding::Reminders;
use crate::logging::Anchors;
use crate::operations::sign_up::Employers;
use crate::operations::signing_key::KeyPolicy;
use crate::ports::{
    Artwork, Clock, Fetch, Mail, MlDsaSigner, Objects, Passkeys, Rng, Signer, Spool, Tell,
};
use crate::verifying::{KnownLists, Moment, Recognition};
use crate::witnessing::Witnesses;

/// The database and the ports, handed to every use case. Cheap to clone.
#[derive(Clone)]
#[expect(missing_docs)] // The names say it.
pub struct World {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub rng: Arc<dyn Rng>,
    pub signer: Arc<dyn Signer>,
    /// Signs checkpoints besides.
    pub ml_dsa: Arc<dyn MlDsaSigner>,
    pub objects: Arc<dyn Objects>,
    pub spool: Arc<dyn Spool>,
    pub mail: Arc<dyn Mail>,
    pub fetch: Arc<dyn Fetch>,
    /// Tells programs of institutions what happened.
    pub tell: Arc<dyn Tell>,
    pub artwork: Arc<dyn Artwork>,
    /// Absent where the site's address is a number: passkeys belong to names.
    pub passkeys: Option<Arc<dyn Passkeys>>,
    pub crypto: &'static Crypto,
    /// For what logs and witnesses sign.
    pub tlog: &'static touchstone_tlog::Crypto,
    pub contexts: Arc<Contexts>,
    /// Status lists that were read before.
    pub lists: Arc<KnownLists>,
    /// What public pages were judged by within the last second.
    pub moment: Arc<Moment>,
    /// Which registers are asked about issuers.
    pub recognition: Arc<Recognition>,
    /// Frameworks that were searched before.
    pub frameworks: Arc<KnownFrameworks>,
    /// Releases of mapping sets that were read before.
    pub releases: Arc<KnownReleases>,
    /// Versions of achievements that were read before.
    pub achievements: Arc<KnownAchievements>,
    pub site: Arc<Site>,
    pub reminders: Reminders,
    /// How applications are kept.
    pub applications: Applications,
    /// Whether employers sign up by themselves.
    pub employers: Employers,
    /// Who is asked to vouch for the log.
    pub witnesses: Arc<Witnesses>,
    /// Who is asked to state when it was there.
    pub anchors: Arc<Anchors>,
    /// How signing keys are rotated.
    pub keys: KeyPolicy,
}

/// Where this installation can be reached, which decides what issuers are called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Site {
    /// The address under which the public documents stand, without a trailing slash in its path: `https://verify.example.edu`.
    pub public_url: Url,
    /// A trial (`demo`, `--local`): issuers are `did:key` and every credential says so. Otherwise they are what `did_method` says.
    pub local: bool,
    /// What institutions are called that are founded from now on, unless they are asked for otherwise.
    pub did_method: DidMethod,
    /// The name of whoever runs the installation, for the foot of every page.
    pub operator: String,
}

/// What an institution is called. It is chosen when the institution is founded, and stays.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum DidMethod {
    /// `did:web`: the address of a document, which says what holds now.
    #[default]
    Web,
    /// `did:webvh`: the same with its whole history, in which nothing can be changed afterwards.
    Webvh,
}

impl Site {
    /// The absolute address of a path that starts with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The name of the public page of a credential at this address, if it is one of this site: what stands there is here already.
    pub fn shown_at<'a>(&self, address: &'a str) -> Option<&'a str> {
        let rest = address.strip_prefix(&self.link("/v/"))?;
        let link = rest.split(['/', '?', '#']).next()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (!link.is_empty() && link.bytes().all(plain)).then_some(link)
    }
}
