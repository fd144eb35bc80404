//! `touchstone employer`: who signed up by themselves, and who of them may issue.

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::json;
use touchstone_service::operations::sign_up::{Admission, Waiting, admit, waiting};
use touchstone_vc::Timestamp;

use super::{Global, institution};
use crate::{
    answer::{Answer, table},
    installation::Installation,
};

/// See which employers signed up by themselves, and let one issue.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With `employers.sign_up` employers set themselves up at /employers. They describe roles, hire and write competencies with others. They issue nothing, and \
stand in no register of this installation, before they are admitted: from then on you answer for them as for those that `touchstone init` set up.

Examples:
  touchstone employer list
  touchstone employer admit --institution acme-example")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the employers that signed up by themselves and were not admitted, with the domain that each named.
    List,
    /// Let the employer that --institution names issue, and list it in the register of this installation.
    Admit,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List => list(global).await,
            What::Admit => admitted(global).await,
        }
    }
}

async fn list(global: &Global) -> Result<Answer> {
    let Installation { world, .. } = Installation::open(global).await?;
    let all = waiting(&world).await?;
    let since = |one: &Waiting| Timestamp::from_unix_millis(one.signed_up_at).to_string();
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            [
                one.institution.slug.clone(),
                one.institution.name.clone(),
                one.domain.clone(),
                if one.shown { "shown" } else { "not shown" }.to_owned(),
                since(one),
            ]
        })
        .collect();
    let json: Vec<_> = all
        .iter()
        .map(|one| {
            json!({
                "slug": one.institution.slug, "name": one.institution.name, "domain": one.domain, "shown": one.shown, "signedUpAt": since(one),
            })
        })
        .collect();
    let text = match rows.is_empty() {
        true => "Nobody signed up by themselves, or all who did were admitted.".to_owned(),
        false => table(["institution", "name", "domain", "", "signed up"], &rows),
    };
    Ok(Answer::new(text, json!({ "employers": json })).with_plain_words())
}

async fn admitted(global: &Global) -> Result<Answer> {
    let world = Installation::open_to_change(global).await?.world;
    let row = institution::pick(&world, global).await?;
    let order = Admission {
        tenant: row.id,
        actor: institution::actor(),
    };
    let admitted = admit(&world, &order).await;
    admitted.with_context(|| row.slug.clone())?;
    let text = format!("{} may issue now, and stands in the register.", row.name);
    Ok(Answer::new(text, json!({"slug": row.slug, "admitted": true})).with_plain_words())
}
