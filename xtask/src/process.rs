//! Running other programs: what ran and how it ended is always said.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

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
    output_within(LONGEST, command)
}

/// The same of what may take longer.
pub(crate) fn output_within(longest: Duration, command: &mut Command) -> Result<String> {
    let hearing = Hearing {
        aloud: false,
        longest,
        last_words: LAST_WORDS,
    };
    let said = hear(command.stdin(Stdio::null()), &hearing)?;
    if !said.success {
        let error = said.text.strip_prefix(&said.stdout).unwrap_or_default();
        bail!("{}: {}\n{}", line(command), said.ended, error.trim());
    }
    Ok(said.stdout)
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
    /// How it ended.
    ended: ExitStatus,
}

/// Runs to the end, passing its output on line by line and keeping it for a reader of counts.
pub(crate) fn watch(command: &mut Command) -> Result<Said> {
    watch_within(LONGEST, command)
}

/// The same of what may take longer.
pub(crate) fn watch_within(longest: Duration, command: &mut Command) -> Result<Said> {
    eprintln!("$ {}", line(command));
    let hearing = Hearing {
        aloud: true,
        longest,
        last_words: LAST_WORDS,
    };
    hear(command, &hearing)
}

/// How a program is listened to.
struct Hearing {
    /// Whether what it says is passed on while it comes.
    aloud: bool,
    /// How long it may take.
    longest: Duration,
    /// How long output may still come once it has ended.
    last_words: Duration,
}

/// What CI runs ends far sooner, building included.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// For proofs, on a machine that has something else to do.
pub(crate) const HOURS: Duration = Duration::from_secs(6 * 60 * 60);
/// How long output may still come once its program has ended.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// Runs to the end. What does not end is ended, and named: a run that waits for ever tells nobody what for.
fn hear(command: &mut Command, hearing: &Hearing) -> Result<Said> {
    let line = line(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {line}"))?;
    let streams = (
        lines_of(child.stdout.take(), hearing.aloud),
        lines_of(child.stderr.take(), hearing.aloud),
    );
    let status = ended(&mut child, hearing.longest).with_context(|| line.clone())?;
    let last = |stream: Receiver<Result<String>>| {
        stream
            .recv_timeout(hearing.last_words)
            .with_context(|| format!("{line}: it ended, but something that it started did not"))?
    };
    let stdout = last(streams.0)?;
    let text = stdout.clone() + &last(streams.1)?;
    Ok(Said {
        stdout,
        text,
        success: status.success(),
        ended: status,
    })
}

/// Waits for the end of a program, and brings it about after `longest`.
fn ended(child: &mut Child, longest: Duration) -> Result<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < longest {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    for pid in descendants(child.id())?.iter().rev() {
        succeeds(Command::new("kill").args(["-KILL", &pid.to_string()]));
    }
    child.kill()?;
    child.wait()?;
    bail!("did not end within {} s, and was ended", longest.as_secs())
}

/// What a program started, and what that started in turn, nearest first.
fn descendants(of: u32) -> Result<Vec<u32>> {
    let mut parents = Vec::new();
    for one in fs::read_dir("/proc")? {
        let name = one?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // It may be gone by now. Behind the name in brackets: the state, and the parent.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parents.extend(parent.map(|parent: u32| (pid, parent)));
    }
    let mut found = vec![of];
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        let children = parents.iter().filter(|(_, of)| *of == parent);
        found.extend(children.map(|(pid, _)| *pid));
        at += 1;
    }
    found.remove(0);
    Ok(found)
}

/// All of a stream, at its end; it is read while it comes, so that nobody waits for a full pipe.
fn lines_of(stream: Option<impl Read + Send + 'static>, aloud: bool) -> Receiver<Result<String>> {
    let (send, whole) = mpsc::channel();
    std::thread::spawn(move || send.send(read(stream, aloud)).ok());
    whole
}

fn read(stream: Option<impl Read>, aloud: bool) -> Result<String> {
    let mut text = String::new();
    let Some(stream) = stream else {
        return Ok(text);
    };
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        if aloud {
            std::io::stderr().write_all(&bytes)?;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    const BRIEFLY: Hearing = Hearing {
        aloud: false,
        longest: Duration::from_millis(200),
        last_words: Duration::from_millis(200),
    };

    #[test]
    fn both_streams_are_kept() {
        let said = watch(&mut shell("echo one; echo two >&2; exit 3")).unwrap();
        assert_eq!(said.stdout, "one\n");
        assert_eq!(said.text, "one\ntwo\n");
        assert!(!said.success);
    }

    #[test]
    fn a_failure_is_told_in_the_programs_own_words() {
        let error = output(&mut shell("echo so far; echo no such thing >&2; exit 3")).unwrap_err();
        assert!(error.to_string().ends_with("exit status: 3\nno such thing"));
    }

    #[test]
    fn what_does_not_end_is_ended_and_named() {
        // With what it started: else its output would stay open.
        let error = hear(&mut shell("sleep 61; true"), &BRIEFLY).err().unwrap();
        let error = format!("{error:#}");
        assert!(error.contains("sleep 61") && error.contains("did not end"));
        assert!(!succeeds(Command::new("pgrep").args(["-f", "^sleep 61"])));
    }

    #[test]
    fn what_was_left_running_is_not_waited_for() {
        let error = hear(&mut shell("sleep 5 &"), &BRIEFLY).err().unwrap();
        assert!(error.to_string().contains("something that it started"));
    }
}
