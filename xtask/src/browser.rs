//! `cargo xtask browser`: Chromium through the pages.

use anyhow::Result;

use crate::program::{self, Demo, Scratch};
use crate::test::Count;
use crate::{process, setup, wasm};

/// Starts the demo, then drives it with the scripts in `interop/browser/`.
pub(crate) fn run() -> Result<Count> {
    setup::run()?;
    wasm::run()?;
    let scratch = Scratch::new("browser")?;
    let binary = program::build()?;
    let demo = Demo::start(&binary, &scratch.path().join("data"))?;
    let mut script = process::program("node", &["browser/run.mjs", &demo.address, &demo.sign_in])?;
    script
        .current_dir(process::root()?.join("interop"))
        .env("TOUCHSTONE", &binary)
        .env("TOUCHSTONE_DATA", scratch.path().join("data"))
        .env("CHROMIUM", setup::CHROMIUM);
    let said = process::watch(&mut script)?;
    let (checks, failed) = program::result(&said.text)?;
    Ok(Count {
        what: format!("{checks} browser checks"),
        failed: if said.success { failed } else { failed.max(1) },
    })
}
