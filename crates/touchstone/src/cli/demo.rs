//! `touchstone demo`: an example institution, and a walk through what happens to a credential.

mod fill;
mod outcome;
mod walk;

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::{Global, init};
use crate::{
    answer::{Answer, table},
    exit::Exit,
    installation::{Installation, Settings, make_private_folder, start_log, write_private},
    server::{self, Stop},
};
use outcome::{Outcome, Teller};

/// Try everything on this machine: fills an example institution, serves it, and walks through what happens to a credential.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing else is needed and nothing leaves this machine. Everything it makes is in the data folder; delete that, and it never was. \
Its credentials come from a trial and say so.

Examples:
  touchstone demo                          Ctrl-C stops it; run it again to go on where it was
  touchstone demo --exit                   walk, print the result as a table, and stop
  touchstone demo --listen 127.0.0.1:9000 --data /tmp/try-it")]
pub(crate) struct Args {
    /// Where to listen [default: 127.0.0.1:8000, or a free port].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Stop after the walk; exit with 0 only if every step held.
    #[arg(long)]
    exit: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let data = global
            .data
            .clone()
            .unwrap_or_else(|| PathBuf::from("touchstone-demo"));
        make_private_folder(&data)?;
        let listener = self.listen(global, &data).await?;
        let mut settings = Settings::read_from(global, data)?;
        start_log(&quiet(&settings))?;
        settings.config.site.local = true;
        settings.config.fetch.loopback = true;
        init::prepare(&settings)?;
        let installation = settings.open().await?;
        if let Some(why) = installation.why_read_only() {
            bail!("{why}. A demo needs a folder of its own");
        }
        self.serve_and_walk(global, &installation, listener).await
    }

    async fn serve_and_walk(
        &self,
        global: &Global,
        installation: &Installation,
        listener: TcpListener,
    ) -> Result<Answer> {
        let (stopper, stop) = Stop::by_hand();
        let signal = Stop::at_signal()?;
        let web = server::site(installation.world.clone(), &installation.config)?;
        let teller = Teller::new(!global.json);
        let walk = async {
            let outcome = tokio::select! {
                outcome = walk::walk(installation, &teller) => Some(outcome),
                () = signal.wait() => None,
            };
            if let (false, Some(Ok(outcome))) = (self.exit, &outcome) {
                invite(&teller, outcome);
                signal.wait().await;
            }
            stopper.stop();
            outcome
        };
        let (served, (), (), outcome) = tokio::join!(
            server::serve(listener, web.clone(), &stop),
            server::count(&web, &stop),
            server::work(&installation.world, 1, &stop),
            walk
        );
        served?;
        match outcome {
            None => Ok(Answer::nothing()),
            Some(outcome) => {
                let outcome = outcome?;
                match self.exit {
                    true => Ok(answer(&outcome)),
                    false => Ok(Answer::nothing()),
                }
            }
        }
    }

    /// Opens the port, and writes it down: the credentials of a demo name it.
    async fn listen(&self, global: &Global, data: &std::path::Path) -> Result<TcpListener> {
        let path = data.join("touchstone.toml");
        if path.exists() {
            let before = Settings::read_from(global, data.to_owned())?
                .config
                .site
                .listen;
            let other = self
                .listen
                .filter(|asked| asked.port() != 0 && *asked != before);
            if let Some(other) = other {
                bail!(
                    "the demo in {} listens on {before}, and its credentials say so; leave --listen {other} out, or name another \
                     folder with --data",
                    data.display()
                );
            }
            return TcpListener::bind(before).await.with_context(|| {
                format!("listening on {before}: is this demo running already? Stop it, or name another folder with --data")
            });
        }
        let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, 8000));
        let listener = match self.listen {
            Some(asked) => TcpListener::bind(asked)
                .await
                .with_context(|| format!("listening on {asked}"))?,
            None => match TcpListener::bind(usual).await {
                Ok(listener) => listener,
                Err(_) => TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
                    .await
                    .context("listening")?,
            },
        };
        let address = listener.local_addr().context("listening")?;
        let url =
            Url::parse(&format!("http://localhost:{}", address.port())).context("the address")?;
        let text = format!(
            "# A demo. `touchstone config reference` explains every setting.\n[site]\npublic_url = \"{}\"\nlisten = \"{address}\"\n\
             local = true\noperator = \"this demo\"\n\n[fetch]\nloopback = true\n",
            url.as_str().trim_end_matches('/')
        );
        write_private(&path, text.as_bytes())?;
        Ok(listener)
    }
}

/// The walk speaks for itself: log lines between its words help nobody, unless they are asked for.
fn quiet(settings: &Settings) -> crate::config::Config {
    let mut config = settings.config.clone();
    if config.log.level == "info" {
        config.log.level = "warn".into();
    }
    config
}

fn invite(teller: &Teller, outcome: &Outcome) {
    teller.say(&format!(
        "\n{}\n\nLook around: {}\nSign in as the registrar, once and within 15 minutes:\n  {}\nMail that would have been sent: {}\n\
         What was exported: {}\n\nCtrl-C stops the demo; run it again to go on. Delete {} and it never was.",
        if outcome.held() { "Every step held." } else { "NOT every step held; see above." },
        outcome.address,
        outcome.sign_in,
        outcome.data.join("mail").display(),
        outcome.data.join("walk").display(),
        outcome.data.display(),
    ));
}

fn answer(outcome: &Outcome) -> Answer {
    let rows: Vec<_> = outcome
        .steps
        .iter()
        .map(|step| {
            let held = if step.held { "held" } else { "NOT HELD" };
            [
                step.name.to_owned(),
                held.to_owned(),
                format!("{} ms", step.millis),
                step.words.clone(),
            ]
        })
        .collect();
    let steps: Vec<_> = outcome
        .steps
        .iter()
        .map(|step| json!({ "step": step.name, "held": step.held, "milliseconds": step.millis, "words": step.words }))
        .collect();
    let json = json!({
        "held": outcome.held(), "address": outcome.address, "signIn": outcome.sign_in, "data": outcome.data,
        "credentials": outcome.credentials, "steps": steps,
    });
    let text = table(["step", "result", "took", "what happened"], &rows);
    Answer::new(text, json).with_exit(if outcome.held() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// A folder of its own for what the walk exports, made anew each time.
fn fresh_folder(path: &std::path::Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("folder {}", path.display()))?;
    }
    make_private_folder(path)
}
