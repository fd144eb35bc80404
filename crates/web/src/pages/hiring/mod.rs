//! Applying with credentials: what everybody with the link of a posting sees, what applicants see of theirs, what the employer reads.

mod answer;
mod apply;
mod close;
mod close_staff_page;
mod credentials;
mod csv;
mod links;
mod one;
mod open;
mod open_staff_page;
mod paper;
mod part;
mod posting;
mod preview;
mod read_for_staff;
mod remove;
mod remove_many;
mod send;
mod sent;
mod show;
mod staff_page;
mod take_back;
mod uncover;
mod webhooks;

pub use answer::answer;
pub use apply::{ask, look as hand_in};
pub use close::close;
pub use close_staff_page::close_staff_page;
pub(super) use credentials::{Refused, Still, WITH_BUNDLES, credentials, refused};
pub use csv::csv;
pub(crate) use csv::sent as csv_of;
pub(super) use links::follow;
pub(crate) use one::covered;
pub use one::{credential, one};
pub use open::open;
pub(super) use open::section;
pub use open_staff_page::open_staff_page;
pub(crate) use part::WHOSE;
pub(crate) use posting::ordered;
pub use posting::posting;
pub use read_for_staff::read_for_staff;
pub use remove::remove;
pub use remove_many::{choose, remove_many};
pub use send::send;
pub use sent::sent;
pub(super) use staff_page::own as staff_section;
pub use staff_page::staff_page;
pub use take_back::take_back;
pub use uncover::uncover;
pub use webhooks::{add as add_webhook, remove as remove_webhook, webhooks};

use touchstone_service::hiring::{self, Posting};

use crate::ApiError;
use crate::state::Web;

/// A posting for everybody who has its link.
async fn find(web: &Web, name: &str) -> Result<Posting, ApiError> {
    let found = hiring::public_posting(&web.world, name).await?;
    found.ok_or_else(|| {
        ApiError::not_found("posting_not_found").with_detail(
            "Nothing is to be applied for under this link. Look whether the address was copied completely, or ask the employer.",
        )
    })
}

/// What an application is called where it has no name: the beginning of its id, which says nothing.
fn short(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}
