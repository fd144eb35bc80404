//! What the program `touchstone` does: reads the command line and the configuration, wires ports to adapters, and says what came of it.
//!
//! All of it is a library, so that building it can begin before the pages are compiled to the end (a program must wait for them).
//!
//! A command lives in `cli/<command>.rs` and calls the same use cases as the pages and the API do; there is no second way.
//!
//! Start at [`cli::Cli`] for what can be asked, at [`installation::Installation`] for how it is put together.

mod answer;
mod archive;
mod cli;
mod config;
mod exit;
mod installation;
mod progress;
mod server;

use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use crate::{cli::Cli, config::ConfigError, exit::Exit};

/// Does what the command line asks for.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Nothing was read of the line that was not understood: whether it asks for JSON is seen in its words.
        Err(error) if error.use_stderr() && std::env::args_os().any(|word| word == "--json") => {
            return told(&error.to_string(), Exit::Usage, true);
        }
        Err(error) => {
            // Help and version were asked for; everything else is a usage error (clap would exit with 2 here, which is taken).
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            let _ = error.print();
            return exit.into();
        }
    };
    let json = cli.global.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into(), json),
    };
    match runtime.block_on(cli.run()) {
        Ok(answer) => match answer.print(json) {
            Ok(()) => answer.exit.into(),
            Err(error) => failed(&anyhow::Error::from(error).context("standard output"), json),
        },
        Err(error) => failed(&error, json),
    }
}

fn failed(error: &anyhow::Error, json: bool) -> ExitCode {
    told(&format!("{error:#}"), exit_of(error), json)
}

/// Says on standard error what went wrong, in the form that was asked for.
fn told(why: &str, exit: Exit, json: bool) -> ExitCode {
    match json {
        true => eprintln!(
            "{}",
            json!({ "error": why.trim_end(), "exitCode": exit as u8 })
        ),
        false => eprintln!("touchstone: {why}"),
    }
    exit.into()
}

fn exit_of(error: &anyhow::Error) -> Exit {
    if let Some(ended) = error.downcast_ref::<cli::Ended>() {
        return ended.exit;
    }
    match error.downcast_ref::<ConfigError>() {
        Some(_) => Exit::Config,
        None => Exit::Failed,
    }
}
