//! Watching a run from outside: it may hang, or be ended for what it takes, and then nobody inside can say what was being tried.
//!
//! The run writes each input to a file before it tries it. That is one system call into memory, some microseconds; nothing waits for
//! a disk. Whoever started the run reads the file when the run stands still or is ended, and keeps the input.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::keep;

/// The input that is being tried, in a file.
pub(crate) struct Current {
    file: File,
    number: u64,
    buffer: Vec<u8>,
}

impl Current {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        Ok(Self {
            file,
            number: 0,
            buffer: Vec::new(),
        })
    }

    /// Says what is tried next.
    pub(crate) fn set(&mut self, input: &[u8]) -> Result<()> {
        self.number += 1;
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.number.to_le_bytes());
        let length = input.len() as u64;
        self.buffer.extend_from_slice(&length.to_le_bytes());
        self.buffer.extend_from_slice(input);
        self.file
            .write_all_at(&self.buffer, 0)
            .context("writing the input that is tried")
    }

    /// The number of the input, and the input; nothing if none was tried yet.
    fn read(path: &Path) -> Option<(u64, Vec<u8>)> {
        let bytes = fs::read(path).ok()?;
        let (number, rest) = bytes.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        Some((u64::from_le_bytes(*number), rest.get(..length)?.to_vec()))
    }
}

/// How long a run may take over one input.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// Of the processor's time.
    pub(crate) working: Duration,
    /// Waiting for something.
    pub(crate) waiting: Duration,
}

/// Runs `command` with a file for the input that is tried as its last argument, and gives what it printed. The input of a run that stands
/// still or is ended is kept in `folder` under `name`.
pub(crate) fn watched(
    command: &mut Command,
    name: &str,
    folder: &Path,
    patience: Patience,
) -> Result<String> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("current-{name}-{}", std::process::id()));
    let mut child = command
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the run")?;
    let ended = wait(&mut child, &path, patience);
    if ended.is_err() {
        // It stands still: nothing that it holds is lost.
        child.kill().context("ending the run")?;
        child.wait()?;
    }
    let last = Current::read(&path);
    fs::remove_file(&path).ok();
    let kept = || match &last {
        Some((_, input)) => Ok(keep(folder, name, input)?.display().to_string()),
        None => Ok::<_, anyhow::Error>("no input".to_owned()),
    };
    let status = match ended {
        Ok(status) => status,
        Err(error) => bail!("{name}: {error}: {}", kept()?),
    };
    if status.code().is_none() {
        bail!("{name}: {status}, as where memory runs out: {}", kept()?);
    }
    ensure!(status.success(), "{name}: {status}");
    let mut printed = String::new();
    if let Some(mut output) = child.stdout.take() {
        std::io::Read::read_to_string(&mut output, &mut printed)?;
    }
    Ok(printed)
}

/// Waits for the end; an error says that the run stands still. What a run prints is a line, which a pipe holds.
fn wait(child: &mut Child, path: &Path, patience: Patience) -> Result<ExitStatus> {
    let mut since = (0, processor_time(child.id()));
    let mut looks = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        sleep(LOOK);
        let number = number(path);
        let spent = processor_time(child.id());
        if number != since.0 {
            (since, looks) = ((number, spent), 0);
            continue;
        }
        looks += 1;
        let Patience { working, waiting } = patience;
        ensure!(
            spent.saturating_sub(since.1) < working,
            "it works for more than {working:?}"
        );
        ensure!(
            LOOK * looks < waiting,
            "it waits for more than {waiting:?} without working"
        );
    }
}

fn number(path: &Path) -> u64 {
    let mut number = [0; 8];
    let read = File::open(path).and_then(|file| file.read_exact_at(&mut number, 0));
    read.map_or(0, |()| u64::from_le_bytes(number))
}

/// What a process has had of the processor's time. Where there is no `/proc` it stays nothing, and only waiting is noticed.
fn processor_time(process: u32) -> Duration {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // proc(5): `utime` and `stime` are the 14th and 15th field; the second is a name in parentheses.
    let fields = text.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_tried_can_be_read_from_outside() {
        let path = std::env::temp_dir().join(format!("touchstone-current-{}", std::process::id()));
        let mut current = Current::create(&path).unwrap();
        assert_eq!(Current::read(&path), None);
        current.set(b"a longer input").unwrap();
        current.set(b"short").unwrap();
        assert_eq!(Current::read(&path), Some((2, b"short".to_vec())));
        assert_eq!(number(&path), 2);
        fs::remove_file(path).unwrap();
    }

    /// What becomes of a run that says it tries `abc` and then does this.
    fn after(does: &str) -> String {
        let folder = std::env::temp_dir().join(format!("touchstone-watch-{}", std::process::id()));
        let script = format!(r#"printf '\001\0\0\0\0\0\0\0\003\0\0\0\0\0\0\0abc' > "$0"; {does}"#);
        let mut run = Command::new("sh");
        let patience = Patience {
            working: Duration::from_millis(300),
            waiting: Duration::from_secs(3),
        };
        let error = watched(run.args(["-c", &script]), "sh", &folder, patience).unwrap_err();
        let kept: Vec<_> = fs::read_dir(&folder).unwrap().flatten().collect();
        assert_eq!(kept.len(), 1, "{error}");
        assert_eq!(fs::read(kept[0].path()).unwrap(), b"abc");
        fs::remove_dir_all(folder).unwrap();
        error.to_string()
    }

    #[test]
    fn the_input_of_a_run_that_hangs_waits_or_is_ended_is_kept() {
        assert!(after("while :; do :; done").contains("it works for more than"));
        assert!(after("exec sleep 60").contains("it waits for more than"));
        assert!(after("kill -ABRT $$").contains("as where memory runs out"));
    }

    #[test]
    fn a_process_that_works_is_seen_working() {
        let before = processor_time(std::process::id());
        let mut sum = 0_u64;
        while processor_time(std::process::id()) == before {
            sum = std::hint::black_box(sum + 1);
        }
        assert_eq!(processor_time(0), Duration::ZERO);
    }
}
