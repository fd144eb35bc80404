//! What a program asked the kernel to do to its files, in order, as strace wrote it down.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// One thing that was done.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Act {
    /// A file was opened, and made or emptied where `make` or `empty` say so.
    Open {
        path: PathBuf,
        make: bool,
        empty: bool,
    },
    /// A folder was made.
    Folder(PathBuf),
    /// Bytes were written: at a place, or where the last write ended.
    Write {
        path: PathBuf,
        at: Option<u64>,
        bytes: Vec<u8>,
    },
    /// A file was cut or stretched to a length.
    Length { path: PathBuf, bytes: u64 },
    /// A file got another name.
    Rename { from: PathBuf, to: PathBuf },
    /// A file got a second name.
    Link { from: PathBuf, to: PathBuf },
    /// A name was removed.
    Remove(PathBuf),
    /// A file or folder was synced: what was done to it before act number `begun` is durable.
    Sync { path: PathBuf, begun: usize },
    /// Something was said on standard output.
    Said,
}

/// The same command under strace, which writes to `log`.
pub(super) fn traced(command: &Command, log: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        CALLS,
        "-o",
    ]);
    strace
        .arg(log)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace
}

/// Everything that changes a file or its name, or makes that durable.
const CALLS: &str = "trace=openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,\
    fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat";

/// Reads a log: what happened below `root`, and what was said. Acts are numbered from `first`.
pub(super) fn read(log: &Path, root: &Path, first: usize) -> Result<Vec<Act>> {
    let text = fs::read_to_string(log).with_context(|| log.display().to_string())?;
    let mut acts = Vec::new();
    // By thread: the beginning of a call that another thread interrupted, and the acts there were then.
    let mut begun: HashMap<&str, (&str, usize)> = HashMap::new();
    let mut cut = Vec::new();
    for line in text.lines() {
        let (thread, line) = line.split_once(' ').context("a line without a thread")?;
        let line = line.trim_start();
        let now = first + acts.len();
        let (call, started) = if let Some(front) = line.strip_suffix("<unfinished ...>") {
            begun.insert(thread, (front, now));
            continue;
        } else if line.starts_with("<... ") {
            let (front, started) = begun.remove(thread).context("a call that never began")?;
            let rest = line.split_once("resumed>").context("a call resumed")?.1;
            (format!("{}{rest}", front.trim_end()), started)
        } else {
            (line.to_owned(), now)
        };
        if is_cut(&call) {
            cut.push((call, started));
            continue;
        }
        let act =
            act(&call, started).with_context(|| call.chars().take(200).collect::<String>())?;
        acts.extend(act.filter(|act| act.is_below(root)));
    }
    // What the end of the process interrupted was done or not: the files say which.
    let begun = begun.into_values();
    let begun = begun.map(|(front, started)| (front.to_owned(), started));
    let mut interrupted: Vec<_> = begun.chain(cut).collect();
    interrupted.sort_by_key(|(_, started)| *started);
    for (front, started) in interrupted {
        // "<ptrace(SYSCALL):No such process>", where the thread was gone before it answered.
        let front = front.split(" <ptrace(").next().unwrap_or_default();
        // ") = ?", where the process had ended before the call did.
        let front = front.split(" = ?").next().unwrap_or_default();
        let front = front.trim_end().trim_end_matches(')');
        let act = act(&format!("{front}) = {}", u32::MAX), started);
        let act = act.ok().flatten().filter(|act| act.is_below(root));
        acts.extend(act.filter(Act::was_done));
    }
    Ok(acts)
}

impl Act {
    /// Whether the files are as if this had just been done. A sync leaves no trace, and counts as not done.
    fn was_done(&self) -> bool {
        match self {
            Self::Write { path, at, bytes } => {
                let file = fs::read(path).unwrap_or_default();
                let at = at.and_then(|at| usize::try_from(at).ok());
                at.and_then(|at| file.get(at..at + bytes.len())) == Some(bytes.as_slice())
            }
            Self::Length { path, bytes } => {
                fs::metadata(path).is_ok_and(|file| file.len() == *bytes)
            }
            Self::Rename { from, to } => to.exists() && !from.exists(),
            Self::Folder(path) => path.is_dir(),
            Self::Remove(path) => !path.exists(),
            Self::Open { .. } | Self::Link { .. } | Self::Sync { .. } | Self::Said => false,
        }
    }

    fn is_below(&self, root: &Path) -> bool {
        match self {
            Self::Said => true,
            Self::Open { path, .. }
            | Self::Folder(path)
            | Self::Write { path, .. }
            | Self::Length { path, .. }
            | Self::Rename { to: path, .. }
            | Self::Link { to: path, .. }
            | Self::Remove(path)
            | Self::Sync { path, .. } => path.starts_with(root),
        }
    }
}

/// Whether the end of the process came before the call's result, so that there is none.
fn is_cut(call: &str) -> bool {
    let unknown = |(_, result): (&str, &str)| result.starts_with('?');
    call.contains('(') && !call.starts_with("???") && call.rsplit_once(" = ").is_none_or(unknown)
}

/// Reads one call. What failed, or concerns no file, did nothing.
fn act(call: &str, begun: usize) -> Result<Option<Act>> {
    let Some((name, rest)) = call.split_once('(') else {
        return Ok(None); // A signal, or the end of a thread.
    };
    if name == "???" {
        return Ok(None); // A thread that was left before it was seen to call anything.
    }
    let (arguments, result) = rest.rsplit_once(" = ").context("a call without a result")?;
    let arguments = arguments.trim_end().trim_end_matches(')');
    if result.starts_with(['-', '?']) {
        return Ok(None);
    }
    let file = || open_file(arguments);
    Ok(match name {
        "openat" | "open" | "creat" => {
            // One without a name is gone with the process, whatever was written to it.
            let Some(path) = open_file(result) else {
                return Ok(None);
            };
            let flag = |flag: &str| name == "creat" || arguments.contains(flag);
            Some(Act::Open {
                path,
                make: flag("O_CREAT"),
                empty: flag("O_TRUNC"),
            })
        }
        "write" | "writev" if arguments.starts_with("1<") => Some(Act::Said),
        "write" | "writev" | "pwrite64" => {
            let Some(path) = file() else { return Ok(None) };
            let mut bytes = texts(arguments)?.concat();
            bytes.truncate(number(result)?.try_into()?);
            let at = match name {
                "pwrite64" => Some(number(last(arguments))?),
                _ => None,
            };
            Some(Act::Write { path, at, bytes })
        }
        "ftruncate" => match file() {
            Some(path) => Some(Act::Length {
                path,
                bytes: number(last(arguments))?,
            }),
            None => None,
        },
        "fsync" | "fdatasync" => file().map(|path| Act::Sync { path, begun }),
        "rename" | "renameat" | "renameat2" | "link" | "linkat" => {
            let [from, to] = paths(arguments)?.try_into().ok().context("two names")?;
            Some(match name {
                "link" | "linkat" => Act::Link { from, to },
                _ => Act::Rename { from, to },
            })
        }
        "unlink" | "unlinkat" | "rmdir" | "mkdir" | "mkdirat" => {
            let [path] = paths(arguments)?.try_into().ok().context("one name")?;
            Some(match name {
                "mkdir" | "mkdirat" => Act::Folder(path),
                _ => Act::Remove(path),
            })
        }
        _ => bail!("a call that is not understood"),
    })
}

/// The path behind the first descriptor: `3</data/file>`. None for a pipe, a socket, or a file without a name.
fn open_file(text: &str) -> Option<PathBuf> {
    let (_, rest) = text.split_once('<')?;
    let (hex, after) = rest.split_once('>')?;
    let path = path(unescaped(hex).ok()?);
    (path.is_absolute() && !after.starts_with("(deleted)")).then_some(path)
}

/// All names given as texts. A relative one is below the folder whose descriptor stands before it.
fn paths(arguments: &str) -> Result<Vec<PathBuf>> {
    let texts = texts(arguments)?;
    let folder = open_file(arguments).unwrap_or_default();
    Ok(texts
        .into_iter()
        .map(|text| folder.join(path(text)))
        .collect())
}

fn path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes))
}

fn texts(arguments: &str) -> Result<Vec<Vec<u8>>> {
    arguments
        .split('"')
        .skip(1)
        .step_by(2)
        .map(unescaped)
        .collect()
}

/// `\x2f\x61` as bytes.
fn unescaped(hex: &str) -> Result<Vec<u8>> {
    let bytes = hex.as_bytes().chunks(4).map(|chunk| match chunk {
        [b'\\', b'x', high, low] => {
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            let value = digit(high)
                .zip(digit(low))
                .map(|(high, low)| high << 4 | low);
            value.and_then(|value| u8::try_from(value).ok())
        }
        _ => None,
    });
    bytes.collect::<Option<_>>().context("bytes as \\x..")
}

fn last(arguments: &str) -> &str {
    arguments.rsplit(", ").next().unwrap_or_default()
}

fn number(text: &str) -> Result<u64> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).next();
    digits
        .unwrap_or_default()
        .parse()
        .with_context(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    #[test]
    fn calls_are_read_as_they_happened() {
        let (a, b) = (hex("/d/a"), hex("/d/b"));
        let one = |call: String| act(&call, 7).unwrap().unwrap();
        assert_eq!(
            one(format!(
                "openat(AT_FDCWD<{}>, \"{a}\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3<{a}>",
                hex("/")
            )),
            Act::Open {
                path: "/d/a".into(),
                make: true,
                empty: false
            }
        );
        assert_eq!(
            one(format!("pwrite64(3<{a}>, \"{}\", 3, 4096) = 2", hex("xyz"))),
            Act::Write {
                path: "/d/a".into(),
                at: Some(4096),
                bytes: b"xy".to_vec()
            }
        );
        assert_eq!(
            one(format!("fsync(3<{a}>)              = 0")),
            Act::Sync {
                path: "/d/a".into(),
                begun: 7
            }
        );
        assert_eq!(
            one(format!("rename(\"{a}\", \"{b}\") = 0")),
            Act::Rename {
                from: "/d/a".into(),
                to: "/d/b".into()
            }
        );
        assert_eq!(
            one(format!(
                "write(1<{}>, \"{}\", 1) = 1",
                hex("pipe:[1]"),
                hex("x")
            )),
            Act::Said
        );
    }

    #[test]
    fn of_calls_that_the_end_cut_off_the_files_say_which_were_done() {
        let root = std::env::temp_dir().join(format!("touchstone-trace-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        let (file, log) = (root.join("a"), root.join("log"));
        fs::write(&file, "xy").unwrap();
        let name = hex(&file.to_string_lossy());
        let gone = "<ptrace(SYSCALL):No such process>";
        let cut = |bytes: &str| format!("pwrite64(3<{name}>, \"{}\", 2, 0 {gone}\n", hex(bytes));
        let text = format!("7 {}8 {}9 pwrite64(3<{name}>, \"\\x", cut("no"), cut("xy"));
        fs::write(&log, text).unwrap();
        let cut_off = read(&log, &root, 0);
        let ended = |bytes: &str| cut(bytes).replace(&format!(" {gone}"), ") = ?");
        fs::write(&log, format!("7 {}8 {}", ended("no"), ended("xy"))).unwrap();
        let ended = read(&log, &root, 0);
        fs::remove_dir_all(&root).unwrap();
        let done = Act::Write {
            path: file,
            at: Some(0),
            bytes: b"xy".to_vec(),
        };
        assert_eq!(cut_off.unwrap(), std::slice::from_ref(&done));
        assert_eq!(ended.unwrap(), [done]);
    }

    #[test]
    fn what_failed_and_what_has_no_name_any_more_did_nothing() {
        let a = hex("/d/a");
        assert_eq!(
            act(&format!("unlink(\"{a}\") = -1 ENOENT (No such file)"), 0).unwrap(),
            None
        );
        assert_eq!(
            act(
                &format!("write(3<{a}>(deleted), \"{}\", 1) = 1", hex("x")),
                0
            )
            .unwrap(),
            None
        );
        assert_eq!(act("+++ exited with 0 +++", 0).unwrap(), None);
    }
}
