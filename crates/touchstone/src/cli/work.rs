//! `touchstone work`: jobs without a server.

use anyhow::Result;
use serde_json::json;
use touchstone_service::{
    World,
    logging::{Anchoring, Asking, anchor_all, ask_all},
    operations::{Again, try_again, wind, work_until_idle},
};
use tracing::warn;

use super::Global;
use crate::{
    answer::Answer,
    installation::{Installation, start_log},
    server::{self, Stop},
};

/// Work on jobs: sign batches, publish status lists, send mail and reminders.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Any number of processes may work on one database; each job is done by one of them. A process that is stopped loses nothing.

Examples:
  touchstone work
  touchstone work --once                   do what is due now, and stop
  touchstone work --once --again           after a cause was mended: try at once what failed or was given up")]
pub(crate) struct Args {
    /// Do what is due now and stop.
    #[arg(long)]
    once: bool,
    /// Try at once what failed and waits, and what was given up, whatever its time.
    #[arg(long)]
    again: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let installation = Installation::open_to_change(global).await?;
        start_log(&installation.config)?;
        let world = &installation.world;
        if self.again {
            let Again { failing, given_up } = try_again(world).await?;
            eprintln!(
                "{failing} jobs that failed and {given_up} that were given up are tried now."
            );
        }
        if self.once {
            wind(world).await?;
            work_until_idle(world).await?;
            server::still_the_same(world).await?;
            ask_once(world).await;
            let waiting = world.store.read().queue_depth().await?;
            let text = format!(
                "Nothing is due any more; {} jobs wait for their time, {} were given up.",
                waiting.ready, waiting.dead
            );
            return Ok(Answer::new(
                text,
                json!({ "waiting": waiting.ready, "givenUp": waiting.dead }),
            ));
        }
        eprintln!("Working. Ctrl-C stops.");
        let stop = Stop::at_signal()?.or_where_restored(world);
        server::work(world, installation.config.work.threads, &stop).await;
        server::still_the_same(world).await?;
        Ok(Answer::nothing())
    }
}

/// Has the log witnessed, and anchored where that is due. Whoever does not answer leaves it pending.
async fn ask_once(world: &World) {
    for (witness, asked) in ask_all(world).await {
        match asked {
            Ok(Asking::Nothing | Asking::Cosigned(_)) => {}
            Ok(Asking::Refused(why)) => warn!(%witness, %why, "the public log was not cosigned"),
            Err(error) => warn!(%witness, %error, "the public log was not cosigned"),
        }
    }
    for (anchor, asked) in anchor_all(world).await {
        match asked {
            Ok(Anchoring::Nothing | Anchoring::Pending(_) | Anchoring::Confirmed(_)) => {}
            Ok(Anchoring::Refused(why) | Anchoring::GivenUp(why)) => {
                warn!(%anchor, %why, "the public log was not anchored");
            }
            Err(error) => warn!(%anchor, %error, "the public log was not anchored"),
        }
    }
}
