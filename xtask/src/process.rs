//! Running other programs: what ran and how it ended is always said.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The workspace root. Cargo tells where this package lies when it runs it.
pub(crate) fn root() -> Result<PathBuf> {
    let here = std::env::var("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    let mut root = PathBuf::from(here);
    root.pop();
    Ok(root)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => Ok(root()?.join(folder)),
        None => Ok(root()?.join("target")),
    }
}

/// A program to be run in the workspace root.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root()?);
    Ok(command)
}

/// Cargo, the one that runs this.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    program(&cargo, arguments)
}

/// Runs to the end; anything but success is an error that names the command line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", line(command));
    let status = command
        .status()
        .with_context(|| format!("starting {}", line(command)))?;
    if !status.success() {
        bail!("{}: {status}", line(command));
    }
    Ok(())
}

/// Runs to the end and gives what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting {}", line(command)))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        bail!("{}: {}\n{}", line(command), done.status, said.trim());
    }
    String::from_utf8(done.stdout).with_context(|| format!("reading {}", line(command)))
}

/// Whether the program starts and succeeds; what it says does not matter.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// What a watched program said, and whether it succeeded.
pub(crate) struct Said {
    /// Standard output.
    pub(crate) stdout: String,
    /// Both streams, one after the other.
    pub(crate) text: String,
    /// Whether it ended with success.
    pub(crate) success: bool,
}

/// Runs to the end, passing its output on line by line and keeping it for a reader of counts.
pub(crate) fn watch(command: &mut Command) -> Result<Said> {
    eprintln!("$ {}", line(command));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", line(command)))?;
    let outputs = (child.stdout.take(), child.stderr.take());
    let other = std::thread::spawn(move || pass_on(outputs.1));
    let stdout = pass_on(outputs.0)?;
    let mut text = stdout.clone();
    text += &other.join().map_err(|_| anyhow::anyhow!("reader died"))??;
    let success = child.wait()?.success();
    Ok(Said {
        stdout,
        text,
        success,
    })
}

fn pass_on(stream: Option<impl Read>) -> Result<String> {
    let mut text = String::new();
    let Some(stream) = stream else {
        return Ok(text);
    };
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        std::io::stderr().write_all(&bytes)?;
        text += &String::from_utf8_lossy(&bytes);
        bytes.clear();
    }
    Ok(text)
}

/// The command line as a person would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
