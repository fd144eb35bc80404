//! Real databases for tests: a SQLite file, and a database of its own on a real PostgreSQL.
//!
//! `TOUCHSTONE_TEST_POSTGRES` names a running PostgreSQL (`postgres://USER@/postgres?host=SOCKET_FOLDER`, or with a
//! host); `cargo xtask test` starts one and sets it. Without it, a throwaway cluster is started for this process, on a
//! Unix socket in a temporary folder, and stopped with it. Where neither is possible the test fails and says why.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A database that exists as long as this value.
pub struct TestDatabase {
    url: String,
    keep: Keep,
}

/// What makes the database go away again.
enum Keep {
    Sqlite { _folder: tempfile::TempDir },
    Postgres { server: Arc<Server>, name: String },
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
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Keep::Postgres { server, name } = &self.keep
            && server.outlives_us()
        {
            server.ask(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A PostgreSQL: one that was named to us, or one of our own.
struct Server {
    /// Its maintenance database.
    url: String,
    psql: PathBuf,
    own: Option<Own>,
}

/// A cluster of our own. Its shell stops it when our end of the pipe closes, however this process ends.
struct Own {
    shell: Mutex<Child>,
    pipe: Mutex<Option<ChildStdin>>,
    _folder: tempfile::TempDir,
}

impl Server {
    /// The one server of this process, started if need be.
    fn running() -> Arc<Self> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(|lock| lock.into_inner());
        if let Some(server) = running.upgrade() {
            return server;
        }
        let server = Arc::new(Self::named().unwrap_or_else(Self::start));
        *running = Arc::downgrade(&server);
        server
    }

    fn named() -> Option<Self> {
        let url = env::var(NAMED).ok().filter(|url| !url.is_empty())?;
        let psql = find(&["psql"]).unwrap_or_else(|| {
            panic!("{NAMED} is set, but there is no `psql` in PATH or /usr/lib/postgresql: install postgresql-client")
        });
        Some(Self {
            url,
            psql: psql.join("psql"),
            own: None,
        })
    }

    fn start() -> Self {
        let bin = find(&["initdb", "postgres", "psql"]).unwrap_or_else(|| {
            panic!(
                "no PostgreSQL for this test: set {NAMED}, or install postgresql \
                 (initdb, postgres and psql were not found together in PATH or /usr/lib/postgresql/*/bin)"
            )
        });
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let script = folder.path().join("run.sh");
        fs::write(&script, RUN).expect("the folder is ours");
        let user = user_for_postgres();
        if let Some(user) = user {
            let own = Command::new("chown")
                .arg("-R")
                .arg(user)
                .arg(folder.path())
                .status();
            assert!(own.is_ok_and(|own| own.success()), "chown {user} failed");
        }
        let mut command = match user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--", "sh"]);
                command
            }
            None => Command::new("sh"),
        };
        let log = fs::File::create(folder.path().join("server.log")).expect("the folder is ours");
        let mut shell = command
            .arg(&script)
            .arg(&bin)
            .arg(folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a file handle can be doubled"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("no PostgreSQL for this test: its shell did not start: {error}")
            });
        let pipe = shell.stdin.take();
        let server = Self {
            url: format!(
                "postgres://touchstone@localhost/postgres?host={}",
                folder.path().display()
            ),
            psql: bin.join("psql"),
            own: Some(Own {
                shell: Mutex::new(shell),
                pipe: Mutex::new(pipe),
                _folder: folder,
            }),
        };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        let began = Instant::now();
        while let Err(why) = self.run("SELECT 1") {
            let log = self.own.as_ref().map(Own::log).unwrap_or_default();
            let gone = self.own.as_ref().is_some_and(Own::is_gone);
            assert!(
                !gone && began.elapsed() < PATIENCE,
                "no PostgreSQL for this test: it did not start: {why}\n{log}"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn outlives_us(&self) -> bool {
        self.own.is_none()
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
        let told = Command::new(&self.psql)
            .args([
                "--no-psqlrc",
                "--quiet",
                "--no-password",
                "--dbname",
                &self.url,
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

impl Own {
    fn is_gone(&self) -> bool {
        let mut shell = self.shell.lock().unwrap_or_else(|lock| lock.into_inner());
        !matches!(shell.try_wait(), Ok(None))
    }

    fn log(&self) -> String {
        fs::read_to_string(self._folder.path().join("server.log")).unwrap_or_default()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let pipe = self.pipe.get_mut().unwrap_or_else(|lock| lock.into_inner());
        if let Some(mut pipe) = pipe.take() {
            let _ = pipe.flush(); // Dropping it is the signal.
        }
        let shell = self
            .shell
            .get_mut()
            .unwrap_or_else(|lock| lock.into_inner());
        let _ = shell.wait();
    }
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
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a cluster and runs it until standard input ends. Nothing in it needs to survive a crash.
const RUN: &str = r#"
set -e
bin=$1 folder=$2
"$bin/initdb" --pgdata="$folder/data" --username=touchstone --auth=trust --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 \
    || { cat "$folder/initdb.log"; exit 1; }
"$bin/postgres" -D "$folder/data" -c listen_addresses= -c unix_socket_directories="$folder" \
    -c fsync=off -c max_connections=200 &
server=$!
cat >/dev/null || true
kill -INT "$server"
wait "$server" || true
"#;
