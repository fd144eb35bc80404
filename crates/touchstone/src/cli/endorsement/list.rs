//! `touchstone endorsement list`: whom an institution asked, and what they said.

use anyhow::Result;
use serde_json::{Value, json};
use touchstone_service::{
    World,
    endorsing::{Endorsement, endorsements},
    issuing::search::Place,
};
use touchstone_vc::Timestamp;

use super::Global;
use crate::{
    answer::{Answer, table},
    cli::{institution, place::place},
};

/// List who was asked to endorse what, and what they said, newest first.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone endorsement list
  touchstone endorsement list --json       {\"endorsements\": [{\"id\", \"state\", \"said\", …}], \"next\"}")]
pub(super) struct Args {
    /// How many at most.
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// Go on where the last list ended: its "next".
    #[arg(long, value_name = "NEXT")]
    after: Option<String>,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, institution) = institution::open(global).await?;
        let after = place(self.after.as_deref())?;
        let most = self.limit.clamp(1, 1_000);
        let page = endorsements(&world, &institution.id, after.as_ref(), most).await?;
        let next = page.next.as_ref().map(Place::written);
        let rows: Vec<_> = page.rows.iter().map(row).collect();
        let mut text = match rows.is_empty() {
            true => "Nobody was asked.".to_owned(),
            false => table(["what", "version", "who", "state", "until", "id"], &rows),
        };
        if let Some(next) = &next {
            text.push_str(&format!("\nThere are more: go on with --after {next}"));
        }
        let all: Vec<_> = page.rows.iter().map(|one| json(&world, one)).collect();
        Ok(Answer::new(text, json!({ "endorsements": all, "next": next })).with_plain_words())
    }
}

fn row(one: &Endorsement) -> [String; 6] {
    let request = &one.request;
    let (who, until) = match &one.said {
        Some(said) => (
            format!("{}, {}", said.person, said.organization),
            said.valid_until,
        ),
        None => (request.email.clone(), request.ends_at),
    };
    [
        request.title.clone(),
        request.version.to_string(),
        who,
        one.state.as_str().to_owned(),
        time(until).split('T').next().unwrap_or_default().to_owned(),
        request.id.clone(),
    ]
}

/// As `GET /api/v1/endorsements` has them.
fn json(world: &World, one: &Endorsement) -> Value {
    let request = &one.request;
    let said = one.said.as_ref().map(|said| {
        json!({
            "way": said.way.as_str(),
            "organization": said.organization,
            "person": said.person,
            "comment": said.comment,
            "endorser": said.endorser(),
            "ownOrganization": said.own == 1,
            "validFrom": time(said.valid_from),
            "validUntil": time(said.valid_until),
            "credential": one.path.as_deref().map(|path| world.site.link(path)),
            "hiddenAt": said.hidden_at.map(time),
            "withdrawnAt": said.withdrawn_at.map(time),
            "withdrawnWhy": said.withdrawn_why,
        })
    });
    json!({
        "id": request.id,
        "kind": request.kind.as_str(),
        "thing": request.thing,
        "version": request.version,
        "subject": request.subject,
        "title": request.title,
        "sha256": request.sha256,
        "email": request.email,
        "state": one.state.as_str(),
        "askedAt": time(request.asked_at),
        "endsAt": time(request.ends_at),
        "answeredAt": request.answered_at.map(time),
        "mailRefusedAt": request.refused_at.map(time),
        "declined": request.declined.as_ref().filter(|_| request.taken_back().is_none()),
        "takenBackWhy": request.taken_back(),
        "said": said,
    })
}

fn time(millis: i64) -> String {
    Timestamp::from_unix_millis(millis).to_string()
}
