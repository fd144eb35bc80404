//! Project commands: `cargo xtask NAME`. What a person runs and what CI runs is the same list.
//!
//! One file per command. A command that lacks something fails and says what; it never skips.

mod api;
mod bench;
mod browser;
mod check;
mod check_speed;
mod contexts;
mod contracts;
mod interop;
mod mutants;
mod postgres;
mod process;
mod program;
mod proof;
mod setup;
mod test;
mod tidy;
mod wasm;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check"] => check::run(),
        ["setup"] => setup::run(),
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["contexts"] => contexts::run(),
        ["contexts", "--check"] => contexts::check(),
        ["wasm"] => wasm::run(),
        ["contracts"] => contracts::run().and_then(test::Count::holds),
        ["interop"] => interop::run().and_then(test::Count::holds),
        ["browser"] => browser::run().and_then(test::Count::holds),
        ["api"] => api::run().and_then(test::Count::holds),
        ["bench", rest @ ..] => bench::run(rest),
        ["check-speed", rest @ ..] => check_speed::run(rest),
        ["mutants"] => mutants::run(),
        ["mutants", "again"] => mutants::again(),
        ["proof", rest @ ..] => proof::run(rest),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(USAGE_ERROR);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {}: {error:#}", words.join(" "));
            ExitCode::FAILURE
        }
    }
}

/// Exit code of a command line that names no command (`EX_USAGE`).
const USAGE_ERROR: u8 = 64;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check          format, clippy, tidy and dependency rules; changes nothing
  setup          installs what the tests need: Debian, npm and Python packages, cargo tools
  test           setup, then every test: Rust on SQLite and PostgreSQL, contracts, third-party verifiers, browser, API
  tidy           the rules of this project that no other tool knows
  contexts       the JSON-LD contexts that the program carries, with their hashes; --check says only what is wrong
  wasm           the verifier for browsers, into the web crate and the npm package
  contracts      the contracts on a local chain, and what the pinned compiler makes of them
  interop        third-party verifiers against freshly issued credentials
  browser        Chromium through the pages, with axe-core
  api            schemathesis against /openapi.json
  bench          issue, verify, cohort and bitstring figures beside a floor measured in the same run
  check-speed    instructions for each operation; more than a tenth above the recorded ones fails
  proof AREA     a long proof, resumable; writes proof/AREA.json
  mutants        a sample of mutants in service, vc and store: how many do the tests catch? Resumable, like a proof; with `again`, what was missed is planted once more";
