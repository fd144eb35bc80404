//! `touchstone move`: institutions go on at another domain.

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_service::operations::{
    moving::{Moving, There, elsewhere, move_here},
    work_here_until_idle,
};

use super::{Ended, Global, institution};
use crate::{answer::Answer, exit::Exit, installation::Installation};

/// Have institutions go on under the address that site.public_url says now.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An institution with a did:web is called by an address, and so is everything it issued. When the site gets another address, set \
site.public_url to it, stop `touchstone serve` and `touchstone work`, and run this. Each institution gets a new DID there with a new key; \
both keys sign that the one DID goes on as the other, and the public log has it for ever. Until it moved, an institution issues nothing. A did:webvh \
stays where it is.

What was issued before stays where it is: its DID document and its status lists must stay readable at the old address for as long as \
anybody is to check it. `touchstone publish --to DIR` writes them into DIR/former/OLD-HOST, and `touchstone serve` answers with them \
where it is asked under the old host name. Keep the old domain. docs/operating.md says how.

Examples:
  touchstone move                                        say what would move
  touchstone move --reason \"We are new.example now\" --yes")]
pub(crate) struct Args {
    /// Why, for the record.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Do it. It cannot be taken back.
    #[arg(long, requires = "reason")]
    yes: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let Installation { world, config, .. } = Installation::open_to_change(global).await?;
        if config.site.public_url.is_none() {
            bail!("site.public_url is not set; institutions move to an address that is configured");
        }
        let mut all = elsewhere(&world).await?;
        if global.institution.is_some() {
            let only = institution::pick(&world, global).await?.id;
            all.retain(|one| one.tenant == only);
        }
        if all.is_empty() {
            return Ok(Answer::new(
                format!(
                    "Nothing is to be moved: every institution is at {} already, or has a DID that is no address.",
                    world.site.link("")
                ),
                json!({ "moved": [] }),
            ));
        }
        let stay = all
            .iter()
            .filter(|one| matches!(one.there, There::Stays(_)));
        let stay: Vec<_> = stay.map(|one| format!("  {one}")).collect();
        if !stay.is_empty() {
            bail!(
                "nothing was changed, because not every institution can go on there:\n{}\nThe others can move one by one, with --institution SLUG; these then issue nothing more",
                stay.join("\n")
            );
        }
        let plan: Vec<_> = all
            .iter()
            .map(|one| format!("  {}: {} goes on as {}", one.name, one.did, one.there))
            .collect();
        let Some(reason) = self.reason.filter(|_| self.yes) else {
            return Err(Ended {
                message: format!(
                    "nothing was changed. This would move, and the public log has it for ever:\n{}\nThe old documents must stay readable \
                     where they are. Say --reason WHY --yes to do it",
                    plan.join("\n")
                ),
                exit: Exit::Failed,
            }
            .into());
        };
        let (mut lines, mut moved) = (Vec::new(), Vec::new());
        for one in all {
            let order = Moving {
                tenant: one.tenant,
                actor: institution::actor(),
                reason: reason.clone(),
            };
            let step = move_here(&world, &order)
                .await
                .with_context(|| format!("{} did not move", one.name))?;
            lines.push(format!(
                "{} goes on as {}. What was issued as {} stays at {}.",
                one.name, step.to, step.from, step.from_url
            ));
            moved.push(json!({
                "institution": one.name, "from": step.from, "stayAt": step.from_url, "to": step.to, "key": step.key,
            }));
        }
        work_here_until_idle(&world).await?;
        lines.push(
            "Now: start `touchstone serve` anew. Have the old host name lead to it as well, or run `touchstone publish --to DIR` and put \
             DIR/former/OLD-HOST on the old host, again after every withdrawal and at least every three days."
                .to_owned(),
        );
        Ok(Answer::new(lines.join("\n"), json!({ "moved": moved })))
    }
}
