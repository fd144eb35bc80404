//! `touchstone role open`, `postings` and `close`: where a role is open for applications.

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::{
    World,
    hiring::{Closing, Opening, Posting, close_posting, open_posting, posting, postings},
};
use touchstone_vc::Timestamp;

use super::{Global, find, institution};
use crate::{
    answer::{Answer, table},
    cli::institution::open_to_change,
};

/// Open a role for applications, and print the link for applicants.
#[derive(Debug, clap::Args)]
pub(super) struct Open {
    /// Its id, or its title.
    #[arg(value_name = "ROLE")]
    role: String,
    /// A name for the link that people can say [default: nobody finds it without the link].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What applicants read besides the tasks.
    #[arg(long, value_name = "WORDS")]
    note: Option<String>,
    /// Cover names until somebody asks for one, which is put on record.
    #[arg(long)]
    blind: bool,
    /// Only for your own people, who find it on their page (`role staff-page`).
    #[arg(long, conflicts_with = "name")]
    staff: bool,
    /// For how many days applications are taken [default: until it is closed].
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
    /// For how many days an application is kept [default: as long as this installation keeps one].
    #[arg(long, value_name = "DAYS")]
    keep: Option<u32>,
}

/// List what was opened for applications.
#[derive(Debug, clap::Args)]
pub(super) struct Postings {
    /// Only of this role, by its id or its title.
    #[arg(value_name = "ROLE")]
    role: Option<String>,
}

/// Take no more applications; what was sent stays until its time ends.
#[derive(Debug, clap::Args)]
pub(super) struct Close {
    /// The posting, by its id.
    #[arg(value_name = "POSTING")]
    posting: String,
}

impl Open {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let role = find(&world, &tenant, &self.role).await?;
        let order = Opening {
            tenant: tenant.clone(),
            actor: institution::actor(),
            role: role.row.id,
            name: self.name.unwrap_or_default(),
            note: self.note.unwrap_or_default(),
            blind: self.blind,
            staff: self.staff,
            keep_days: self.keep,
            open_days: self.days,
            drawn: None,
        };
        let opened = open_posting(&world, &order).await;
        let id = opened.with_context(|| format!("role {}", self.role))?;
        let opened = posting(&world, &tenant, &id).await?;
        let opened = opened.context("the posting was removed while this ran; `touchstone role postings` shows what there is")?;
        let link = link(&world, &opened);
        let text = format!(
            "{} is open for applications ({id}):\n  {link}",
            role.row.title
        );
        Ok(Answer::new(text, json!({"id": id, "link": link})).with_plain_words())
    }
}

impl Postings {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, institution) = institution::open(global).await?;
        let role = match &self.role {
            None => None,
            Some(role) => Some(find(&world, &institution.id, role).await?.row.id),
        };
        let all = postings(&world, &institution.id, role.as_deref()).await?;
        let rows: Vec<_> = all
            .iter()
            .map(|one| {
                [
                    one.role.row.title.clone(),
                    if one.open { "open" } else { "closed" }.to_owned(),
                    one.applications.to_string(),
                    link(&world, one),
                    one.row.id.clone(),
                ]
            })
            .collect();
        let time = |millis| Timestamp::from_unix_millis(millis).to_string();
        let json: Vec<_> = all
            .iter()
            .map(|one| {
                json!({
                    "id": one.row.id, "role": one.row.role, "open": one.open, "applications": one.applications, "staff": one.row.staff == Some(1),
                    "link": link(&world, one), "openedAt": time(one.row.opened_at), "closesAt": one.row.closes_at.map(time),
                })
            })
            .collect();
        let text = match rows.is_empty() {
            true => "Nothing was opened for applications.".to_owned(),
            false => table(["role", "", "applications", "link", "id"], &rows),
        };
        Ok(Answer::new(text, json!({ "postings": json })).with_plain_words())
    }
}

impl Close {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let order = Closing {
            tenant,
            actor: institution::actor(),
            posting: self.posting.clone(),
        };
        let closed = close_posting(&world, &order).await;
        closed.with_context(|| format!("posting {}", self.posting))?;
        let text = "Closed. What was sent stays until its time ends.";
        Ok(Answer::new(
            text,
            json!({"id": self.posting, "open": false}),
        ))
    }
}

/// Where applicants apply.
fn link(world: &World, posting: &Posting) -> String {
    world.site.link(&format!("/apply/{}", posting.row.public))
}
