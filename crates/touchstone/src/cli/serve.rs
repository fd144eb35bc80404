//! `touchstone serve`: the pages, the documents and the API.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use touchstone_service::operations::restore::waits_for;
use tracing::warn;

use super::{Global, serve_conformance};
use crate::{
    answer::Answer,
    config::Format,
    installation::{Settings, start_log},
    server::{self, Stop},
};

/// Serve the pages, the public documents and the API, and work on jobs beside it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Speaks plain HTTP; TLS belongs in front of it, in a proxy. Ctrl-C finishes what is under way and stops.

Examples:
  touchstone serve
  touchstone serve --listen 127.0.0.1:9000
  touchstone serve --no-work               only answer; `touchstone work` does the jobs elsewhere
  touchstone serve --conformance --tls     instead of the site: what W3C and CCG test suites drive (docs/conformance.md)")]
pub(crate) struct Args {
    /// Where to listen [default: site.listen].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Leave jobs (signing, mail, status lists) to `touchstone work`.
    #[arg(long)]
    no_work: bool,
    /// Serve conformance test suites instead: throwaway data and keys, and no configured ones [default --listen: a free port].
    #[arg(long, conflicts_with = "no_work")]
    conformance: bool,
    /// With --conformance: https, with a certificate that is made at start and that nobody vouches for.
    #[arg(long, requires = "conformance")]
    tls: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        if self.conformance {
            return serve_conformance::run(global, self.listen, self.tls).await;
        }
        let mut settings = Settings::read_made(global)?;
        if let Some(listen) = self.listen {
            settings.config.site.listen = listen;
        }
        settings.require_public_url()?;
        start_log(&settings.config)?;
        let stop = Stop::at_signal()?;
        let installation = settings.open().await?;
        installation.keep_address().await?;
        let address = installation.config.site.listen;
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("listening on {address}: something else may listen there already; name another address with --listen")
        })?;
        installation.note_address().await?;
        // For people: who reads the log as JSON finds the same in it.
        let to_people = installation.config.log.format == Format::Text;
        if to_people {
            eprintln!(
                "Serving {} on {}. Ctrl-C stops.",
                installation.world.site.public_url,
                listener.local_addr()?
            );
        }
        let read_only = installation.is_read_only();
        let works = !self.no_work && !read_only;
        // Before it is told: who then mends the files is waited for.
        let unclear = installation.is_unclear() && server::is_unclear(&installation.world).await;
        if let Some(why) = installation.why_read_only() {
            let waits = waits_for(&installation.world.store).await?;
            let waits = waits.map_or(String::new(), |waits| format!(" ({waits})"));
            let words = format!("READ-ONLY: {why}{waits}");
            match to_people {
                true => eprintln!("{words}"),
                false => warn!("{words}"),
            }
        }
        let web = server::site(installation.world.clone(), &installation.config)?;
        let stop = match read_only {
            true if unclear => stop.or_where_clear(&installation.world),
            true => stop,
            false => stop.or_where_restored(&installation.world),
        };
        let work = async {
            if works {
                server::work(&installation.world, installation.config.work.threads, &stop).await;
            }
        };
        // A restored database that is still read-only takes no counts either.
        let counts = async {
            if !read_only {
                server::count(&web, &stop).await;
            }
        };
        let (served, (), ()) =
            tokio::join!(server::serve(listener, web.clone(), &stop), work, counts);
        served?;
        if !read_only {
            server::still_the_same(&installation.world).await?;
        }
        if unclear {
            server::still_unclear(&installation.world).await?;
        }
        Ok(Answer::nothing())
    }
}
