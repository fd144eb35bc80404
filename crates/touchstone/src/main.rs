//! The Touchstone binary: reads the command line and the configuration, wires ports to adapters, and says what came of it.
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

use crate::{cli::Cli, config::ConfigError, exit::Exit};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
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
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let json = cli.global.json;
    match runtime.block_on(cli.run()) {
        Ok(answer) => match answer.print(json) {
            Ok(()) => answer.exit.into(),
            Err(error) => failed(&anyhow::Error::from(error).context("standard output")),
        },
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("touchstone: {error:#}");
    exit_of(error).into()
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
