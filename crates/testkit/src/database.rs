//! Real databases for tests: a SQLite file, and a database of its own on a real PostgreSQL.
//!
//! `TOUCHSTONE_TEST_POSTGRES` names a running PostgreSQL (`postgres://USER@/postgres?host=SOCKET_FOLDER`, or with a
//! host); `cargo xtask test` starts one and sets it. Without it, a throwaway cluster is started for this run of tests,
//! on a Unix socket in a temporary folder, and stopped after it. Where neither is possible the test fails and says why.

use std::{
    env, fs,
    io::ErrorKind,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// A database that exists as long as this value.
pub struct TestDatabase {
    url: String,
    keep: Keep,
}

/// What makes the database go away again.
enum Keep {
    Sqlite {
        _folder: tempfile::TempDir,
    },
    Postgres {
        server: &'static Server,
        name: String,
    },
}

impl TestDatabase {
    /// A SQLite file in a temporary folder, not made yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self {
            url: format!("sqlite:{}", folder.path().join("test.db").display()),
            keep: Keep::Sqlite { _folder: folder },
        }
    }

    /// An empty database on PostgreSQL.
    ///
    /// # Panics
    /// If there is no PostgreSQL and none can be started. The message says what to do.
    pub fn postgres() -> Self {
        static NAMES: AtomicU32 = AtomicU32::new(0);
        let server = Server::running();
        let number = NAMES.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        server.ask(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        server.ask(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        Self {
            url: server.url_of(&name),
            keep: Keep::Postgres { server, name },
        }
    }

    /// Where to connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether `text` stands anywhere in the database's files: for tests that something was not written down.
    ///
    /// # Panics
    /// If the database is no SQLite.
    pub fn holds(&self, text: &str) -> bool {
        let Keep::Sqlite { _folder: folder } = &self.keep else {
            panic!("only the files of a SQLite can be read: open the world on one");
        };
        let files = fs::read_dir(folder.path()).expect("the folder is there");
        files
            .map(|file| fs::read(file.expect("the folder can be read").path()))
            .any(|bytes| {
                let bytes = bytes.expect("the file can be read");
                bytes
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
            })
    }

    /// Changes rows behind the program's back, as an intruder or a failing disk would.
    ///
    /// # Panics
    /// If the database is no PostgreSQL, or does not do it.
    pub fn tamper(&self, sql: &str) {
        let Keep::Postgres { server, .. } = &self.keep else {
            panic!("only a PostgreSQL can be tampered with: open the world on one");
        };
        let told = server.run_in(&self.url, sql);
        told.unwrap_or_else(|why| panic!("PostgreSQL did not do `{sql}`: {why}"));
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Keep::Postgres { server, name } = &self.keep {
            // A database left behind harms nobody; a panic while dropping would hide the test's own.
            let _ = server.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A PostgreSQL: one that was named to us, or one of our own.
struct Server {
    /// Its maintenance database.
    url: String,
    psql: PathBuf,
}

impl Server {
    /// The server for this process, started if need be.
    fn running() -> &'static Self {
        static RUNNING: OnceLock<Server> = OnceLock::new();
        RUNNING.get_or_init(|| Self::named().unwrap_or_else(Self::own))
    }

    fn named() -> Option<Self> {
        let url = env::var(NAMED).ok().filter(|url| !url.is_empty())?;
        let bin = find(&["psql"]).unwrap_or_else(|| {
            panic!("{NAMED} is set, but there is no `psql`: install postgresql-client")
        });
        Some(Self {
            url,
            psql: bin.join("psql"),
        })
    }

    /// A cluster of our own. Under nextest, which runs each test in a process, all of one run share it: whoever makes
    /// the folder starts it, the others wait.
    fn own() -> Self {
        let bin = find(&["initdb", "postgres", "psql"]).unwrap_or_else(|| {
            panic!(
                "no PostgreSQL for this test: set {NAMED}, or install postgresql \
                 (initdb, postgres and psql were not found together in PATH or /usr/lib/postgresql/*/bin)"
            )
        });
        let (run, process) = match env::var("NEXTEST_RUN_ID") {
            Ok(run) => (run, std::os::unix::process::parent_id()),
            Err(_) => (std::process::id().to_string(), std::process::id()),
        };
        let folder = env::temp_dir().join(format!("touchstone-postgres-{run}"));
        match fs::create_dir(&folder) {
            Ok(()) => start(&bin, &folder, process),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => panic!("no PostgreSQL for this test: {}: {error}", folder.display()),
        }
        let server = Self {
            url: format!(
                "postgres://touchstone@localhost/postgres?host={}",
                folder.display()
            ),
            psql: bin.join("psql"),
        };
        server.wait_until_it_answers(&folder);
        server
    }

    fn wait_until_it_answers(&self, folder: &Path) {
        for _ in 0..PATIENCE {
            let socket = folder.join(".s.PGSQL.5432").exists();
            if socket && self.run("SELECT 1").is_ok() {
                return;
            }
            if folder.join("failed").exists() {
                break;
            }
            thread::sleep(PAUSE);
        }
        panic!(
            "no PostgreSQL for this test: it did not start:\n{}",
            fs::read_to_string(folder.join("server.log")).unwrap_or_default()
        );
    }

    /// The URL of another database of this server.
    fn url_of(&self, name: &str) -> String {
        let (head, query) = match self.url.split_once('?') {
            Some((head, query)) => (head, format!("?{query}")),
            None => (self.url.as_str(), String::new()),
        };
        let server = match head.splitn(4, '/').collect::<Vec<_>>()[..] {
            [scheme, empty, host, ..] => format!("{scheme}/{empty}/{host}"),
            _ => panic!("{NAMED} is not a URL like postgres://user@host/postgres: {head}"),
        };
        format!("{server}/{name}{query}")
    }

    fn ask(&self, sql: &str) {
        if let Err(why) = self.run(sql) {
            panic!("PostgreSQL did not do `{sql}`: {why}");
        }
    }

    fn run(&self, sql: &str) -> Result<(), String> {
        self.run_in(&self.url, sql)
    }

    fn run_in(&self, url: &str, sql: &str) -> Result<(), String> {
        let told = Command::new(&self.psql)
            .args([
                "--no-psqlrc",
                "--quiet",
                "--no-password",
                "--dbname",
                url,
                "--command",
                sql,
            ])
            .output()
            .map_err(|error| error.to_string())?;
        if told.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&told.stderr).into_owned())
    }
}

/// Starts a cluster in `folder` that stops, and takes the folder with it, soon after `process` has ended.
fn start(bin: &Path, folder: &Path, process: u32) {
    let script = folder.join("run.sh");
    fs::write(&script, RUN).expect("the folder is ours");
    let log = fs::File::create(folder.join("server.log")).expect("the folder is ours");
    let mut command = match user_for_postgres() {
        Some(user) => {
            let given = Command::new("chown")
                .arg("-R")
                .arg(user)
                .arg(folder)
                .status();
            assert!(
                given.is_ok_and(|given| given.success()),
                "chown {user} failed"
            );
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--", "sh"]);
            command
        }
        None => Command::new("sh"),
    };
    let started = command
        .args(["-c", r#"sh "$0" "$@" &"#])
        .arg(&script)
        .args([bin, folder])
        .arg(process.to_string())
        .current_dir(folder)
        .process_group(0) // What stops a test must not stop the others' database.
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a file handle can be doubled"))
        .stderr(log)
        .status();
    assert!(
        started.is_ok_and(|started| started.success()),
        "no PostgreSQL for this test: its shell did not start"
    );
}

/// PostgreSQL refuses to run as root: then it runs as the user its package made.
fn user_for_postgres() -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output();
    let root = id.is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    root.then_some("postgres")
}

/// The folder that holds all these programs.
fn find(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    packaged.sort();
    let holds_all = |folder: &Path| {
        programs
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    packaged
        .into_iter()
        .rev()
        .chain(env::split_paths(&path))
        .find(|folder| holds_all(folder))
}

const NAMED: &str = "TOUCHSTONE_TEST_POSTGRES";
const PAUSE: Duration = Duration::from_millis(50);

/// Pauses until a server that does not answer is given up: two minutes, on a machine that compiles meanwhile.
const PATIENCE: u32 = 2_400;

/// Makes a cluster and runs it until a process ends. Nothing in it needs to survive a crash.
const RUN: &str = r#"
bin=$1 folder=$2 process=$3
"$bin/initdb" --pgdata="$folder/data" --username=touchstone --auth=trust --encoding=UTF8 --locale=C --no-sync \
    || { touch "$folder/failed"; exit 1; }
"$bin/postgres" -D "$folder/data" -c listen_addresses= -c unix_socket_directories="$folder" \
    -c fsync=off -c max_connections=400 &
server=$!
while [ -d "/proc/$process" ] && [ -d "/proc/$server" ]; do sleep 1; done
touch "$folder/failed"
kill -INT "$server"
wait "$server"
cd /
rm -rf "$folder"
"#;
