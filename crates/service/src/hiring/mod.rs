//! Applying with credentials: a role is opened, an applicant sees what their credentials show of it before anything is sent, and the
//! institution reads what was sent task by task.
//!
//! **Invariants:** nothing is kept before the applicant sends it; what they sent is deleted whole when they take it back or when its time
//! ends; it belongs to one institution, and no other finds it. Where names are covered, nothing of this module gives them out. What an
//! applicant says of themselves stands in no audit line, no log and no address.
//!
//! Start at [`open_posting()`], then [`preview()`], then [`apply()`]. An institution's own people find the roles that are for them on
//! one page ([`public_staff_page()`]) and see at once what their credentials show of each ([`read_for_staff()`]).

mod add_webhook;
mod application;
mod application_names;
mod applications;
mod applications_csv;
mod apply;
mod close_posting;
mod close_staff_page;
mod closing;
mod concerned;
mod follow_links;
mod forget_applications;
mod ler_rs;
mod look;
mod open_posting;
mod open_staff_page;
mod posting;
mod preview;
mod read_for_staff;
mod refresh_applications;
mod remove_application;
mod remove_applications;
mod remove_webhook;
mod shared;
mod staff_page;
mod take_back;
mod tell_webhooks;
mod uncover;
mod webhooks;

use touchstone_store::ApplicationRow;
use touchstone_vc::DAY_MS;

use crate::World;

pub use add_webhook::{AddedWebhook, NewWebhook, WebhookError, add_webhook};
pub use application::{Application, ApplicationInFull, Person, application, application_in_full};
pub use application_names::{ApplicationName, application_names};
pub use applications::{ApplicationList, By, applications};
pub use applications_csv::ApplicationsCsv;
pub use apply::{ApplyError, Applying, apply};
pub use close_posting::{Closing, close_posting};
pub use close_staff_page::{StaffPageClosing, close_staff_page};
pub use closing::{Choice, could_close};
pub(crate) use concerned::{ConcernedRole, next_concerned};
pub use follow_links::{Followed, LinkError, MOST_LINKS, follow_links};
pub(crate) use forget_applications::forget_applications;
pub use ler_rs::ler_rs;
pub use look::{Age, Sent, look};
pub use open_posting::{Opening, PostingError, open_posting};
pub use open_staff_page::{StaffPageOpening, open_staff_page};
pub use posting::{Posting, posting, postings, public_posting};
pub use preview::{Preview, preview};
pub use read_for_staff::{ReadForStaff, StaffReading, read_for_staff};
pub(crate) use refresh_applications::{Refreshed, refresh_applications};
pub use remove_application::{Removal, remove_application};
pub(crate) use remove_applications::carry_removal;
pub use remove_applications::{RemovalOfMany, Removed, Whom, remove_applications};
pub use remove_webhook::{WebhookRemoval, remove_webhook};
pub use shared::{MOST_CREDENTIALS, Shared, SharedEvidence, kept_in_form, unpacked_up_to};
pub use staff_page::{StaffPage, StaffPageError, public_staff_page, staff_page};
pub use take_back::take_back;
pub(crate) use tell_webhooks::{in_doubt, tell_webhooks};
pub use uncover::{Uncovering, uncover};
pub use webhooks::{Webhook, webhooks};

/// How applications are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Applications {
    /// How many days an application is kept at most.
    pub keep_days: u32,
    /// How many bytes the applications to one posting may have together.
    pub most_bytes: u64,
}

impl Default for Applications {
    fn default() -> Self {
        Self {
            keep_days: 180,
            most_bytes: 512 << 20,
        }
    }
}

/// When an application is deleted: as was said when it came, or earlier where this installation keeps none so long any more.
fn ends_at(world: &World, row: &ApplicationRow) -> i64 {
    let most = row.sent_at + i64::from(world.applications.keep_days) * DAY_MS;
    row.ends_at.min(most)
}

/// More are not chosen by hand.
const MOST_CHOSEN: usize = 200;
