//! Running the binary in a folder of its own.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// A folder that is taken away at the end.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with an installation of one institution, River.
    pub(crate) fn with_river() -> Self {
        let folder = Self::new();
        let named = ["init", "--name", "River", "--slug", "river"];
        let reached = ["--email", "a@example.org", "--country", "IE"];
        folder
            .run_at_river(&[&named[..], &reached].concat())
            .exits(0);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs the binary here, with an environment that names no setting.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[], b"")
    }

    /// The same, at the installation of [`Self::with_river`].
    pub(crate) fn run_at_river(&self, args: &[&str]) -> Ran {
        self.run(&[&["--data", "d", "--local"], args].concat())
    }

    /// Starts the binary here; the test looks at what it says while it runs.
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.start_with(args, &[])
    }

    /// The same, with settings from the environment.
    pub(crate) fn start_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Child {
        command(self.0.path())
            .args(args)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts the binary here under `strace`, as a child of the test's own: it is signalled as the binary alone is.
    pub(crate) fn start_traced(&self, trace: &[&str], args: &[&str]) -> Child {
        let mut traced = bare("strace", self.0.path());
        traced.arg("-D").args(trace);
        traced.arg(env!("CARGO_BIN_EXE_touchstone")).args(args);
        let silent = traced.stdin(Stdio::null()).stdout(Stdio::null());
        let started = silent.stderr(Stdio::piped()).spawn();
        started.expect("strace is installed: `cargo xtask setup` says how")
    }

    /// Starts the binary here; the test reads what it answers, too.
    pub(crate) fn start_listening(&self, args: &[&str]) -> Child {
        command(self.0.path())
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs the binary here under `strace`, which is told what to do with its system calls.
    pub(crate) fn run_traced(&self, trace: &[&str], args: &[&str]) -> Ran {
        let mut traced = bare("strace", self.0.path());
        traced.args(trace).arg(env!("CARGO_BIN_EXE_touchstone"));
        let ran = traced.args(args).stdin(Stdio::null()).output();
        let output = ran.expect("strace is installed: `cargo xtask setup` says how");
        Ran {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn run_with(
        &self,
        args: &[&str],
        environment: &[(&str, &str)],
        input: &[u8],
    ) -> Ran {
        let mut child = command(self.0.path())
            .args(args)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may be gone before everything is written.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn command(folder: &Path) -> Command {
    bare(env!("CARGO_BIN_EXE_touchstone"), folder)
}

fn bare(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TOUCHSTONE_") {
            command.env_remove(name);
        }
    }
    command
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "\nout: {}\nerr: {}",
            String::from_utf8_lossy(&self.out),
            self.err
        );
        self
    }

    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.text().contains(words),
            "{words:?} is not in {:?}",
            self.text()
        );
        self
    }

    #[track_caller]
    pub(crate) fn warns(self, words: &str) -> Self {
        assert!(
            self.err.contains(words),
            "{words:?} is not in {:?}",
            self.err
        );
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.out.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}
