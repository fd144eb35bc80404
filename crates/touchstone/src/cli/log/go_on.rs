//! `touchstone log go-on`: a decision of whoever answers for the log.

use anyhow::Result;
use serde_json::json;
use touchstone_service::logging::{GoOn, go_on};

use crate::{
    answer::Answer,
    cli::{Global, institution},
    installation::Installation,
};

/// Go on with this installation's log although a witness speaks against it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A witness that has seen another history of the log, or more of it than is here, stops it: nothing more is signed, and what is issued waits. \
Find out first which of the two is right. If an older copy of the database or of the files was put back, `touchstone restore` of a backup reads what was \
published since, and the witness cosigns again. If somebody else signs with the log's key, say so in public before anything else. Only if the witness is \
wrong, go on: every institution's audit record has who decided and why. It holds until that witness cosigns again.

Examples:
  touchstone doctor                             says which witness, and what it said
  touchstone log monitor https://verify.example.edu/log --policy ours.policy
  touchstone log go-on north --reason \"its operator lost its database and started anew\"")]
pub(super) struct Args {
    /// The witness: its name in the settings, or its address.
    #[arg(value_name = "WITNESS")]
    witness: String,
    /// Why it is wrong, for the audit record.
    #[arg(long, value_name = "WHY")]
    reason: String,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let installation = Installation::open_to_change(global).await?;
        let order = GoOn {
            witness: self.witness,
            actor: institution::actor(),
            reason: self.reason,
        };
        let said = go_on(&installation.world, &order).await?;
        Ok(Answer::new(
            format!(
                "The log goes on. {} had said: {said}. The audit record has why.",
                order.witness
            ),
            json!({ "witness": order.witness, "said": said }),
        ))
    }
}
