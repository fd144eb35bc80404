//! `touchstone role staff-page`: where an institution's own people find the roles that are open for them.

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::hiring::{
    StaffPageClosing, StaffPageOpening, close_staff_page, open_staff_page, staff_page,
};

use super::{Global, institution};
use crate::{answer::Answer, cli::institution::open_to_change};

/// Print the address of the page for your own people; open it, give it a new address, or close it.
#[derive(Debug, clap::Args)]
pub(super) struct StaffPage {
    /// Open it. One that is open gets a new address, and the old one leads nowhere.
    #[arg(long, conflicts_with = "close")]
    open: bool,
    /// Close it: its address leads nowhere.
    #[arg(long)]
    close: bool,
}

impl StaffPage {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        if !self.open && !self.close {
            let (world, institution) = institution::open(global).await?;
            let row = staff_page(&world, &institution.id).await?;
            let page = row.map(|row| world.site.link(&format!("/staff/{}", row.public)));
            let text = match &page {
                Some(page) => page.clone(),
                None => "It is not open; --open opens it.".to_owned(),
            };
            return Ok(Answer::new(text, json!({ "page": page })).with_plain_words());
        }
        let (world, tenant) = open_to_change(global).await?;
        let actor = institution::actor();
        if self.close {
            let order = StaffPageClosing { tenant, actor };
            close_staff_page(&world, &order).await.context("--close")?;
            let text = "Closed. What was sent stays until its time ends, and the links of the roles themselves stay open until each is closed (`touchstone role close`).";
            return Ok(Answer::new(text, json!({ "page": null })));
        }
        let order = StaffPageOpening { tenant, actor };
        let name = open_staff_page(&world, &order).await.context("--open")?;
        let page = world.site.link(&format!("/staff/{name}"));
        let text = format!("Your own people find the roles that are open for them at\n  {page}");
        Ok(Answer::new(text, json!({ "page": page })).with_plain_words())
    }
}
