//! A throwaway PostgreSQL: made for one run, on loopback, gone afterwards.
//!
//! PostgreSQL refuses to run as root, so root hands the cluster to the `postgres` user that Debian's package makes.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{process, setup};

/// A running cluster. Dropping it stops the server and removes its files.
pub(crate) struct Postgres {
    server: Child,
    folder: PathBuf,
    /// How a client reaches it, password included.
    pub(crate) url: String,
}

impl Postgres {
    /// Makes a cluster and waits until it answers.
    pub(crate) fn start() -> Result<Self> {
        let folder =
            std::env::temp_dir().join(format!("touchstone-postgres-{}", std::process::id()));
        let owner = Owner::for_this_process()?;
        let password = password()?;
        make_folder(&folder, &owner, &password)?;
        init(&folder, &owner)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = serve(&folder, &owner, port)?;
        let url = format!("postgres://touchstone:{password}@127.0.0.1:{port}/postgres");
        let mut started = Self {
            server,
            folder,
            url,
        };
        started.wait_until_ready(port)?;
        Ok(started)
    }

    fn wait_until_ready(&mut self, port: u16) -> Result<()> {
        for _ in 0..300 {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended while starting: {status}\n{}", self.log());
            }
            let mut ready = Command::new(program("pg_isready")?);
            ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            if process::succeeds(&mut ready) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL did not answer within 30 s\n{}", self.log())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGQUIT: at once, without a checkpoint that nobody will read.
        let quit =
            process::succeeds(Command::new("kill").args(["-QUIT", &self.server.id().to_string()]));
        if !quit && let Err(error) = self.server.kill() {
            eprintln!("stopping PostgreSQL: {error}");
        }
        if let Err(error) = self.server.wait() {
            eprintln!("waiting for PostgreSQL: {error}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("removing {}: {error}", self.folder.display());
        }
    }
}

/// Where Debian puts PostgreSQL's programs: newest version first, then the search path.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    if let Some(path) = found.pop() {
        return Ok(path);
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .with_context(|| format!("no `{name}`: install the Debian package postgresql"))
}

/// Who runs the server: this user, or `postgres` when this is root.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn for_this_process() -> Result<Self> {
        if !setup::is_root()? {
            return Ok(Self(None));
        }
        let id = |kind: &str| -> Result<u32> {
            let printed = process::output(Command::new("id").args([kind, "postgres"]))?;
            printed
                .trim()
                .parse()
                .context("the id of the postgres user")
        };
        Ok(Self(Some((id("-u")?, id("-g")?))))
    }

    fn command(&self, name: &str) -> Result<Command> {
        let mut command = Command::new(program(name)?);
        command.current_dir("/"); // The owner may not be allowed to stand where we stand.
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        Ok(command)
    }

    fn own(&self, path: &Path) -> Result<()> {
        if let Some((user, group)) = self.0 {
            chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }
}

fn make_folder(folder: &Path, owner: &Owner, password: &str) -> Result<()> {
    fs::create_dir(folder).with_context(|| folder.display().to_string())?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let file = folder.join("password");
    fs::write(&file, password)?;
    owner.own(&file)?;
    owner.own(folder)
}

fn init(folder: &Path, owner: &Owner) -> Result<()> {
    let mut init = owner.command("initdb")?;
    init.arg("--pgdata").arg(folder.join("data"));
    init.arg("--pwfile").arg(folder.join("password"));
    init.args([
        "--username=touchstone",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
    ]);
    init.args(["--locale=C.UTF-8", "--no-sync", "--no-instructions"]);
    process::output(&mut init).map(drop)
}

fn serve(folder: &Path, owner: &Owner, port: u16) -> Result<Child> {
    let log = fs::File::create(folder.join("log"))?;
    let mut serve = owner.command("postgres")?;
    serve.arg("-D").arg(folder.join("data"));
    serve.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    for setting in SETTINGS {
        serve.args(["-c", setting]);
    }
    serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    serve.spawn().context("starting PostgreSQL")
}

/// Nothing in this cluster has to survive it, so it never waits for a disk.
const SETTINGS: [&str; 6] = [
    "unix_socket_directories=",
    "max_connections=200",
    "max_locks_per_transaction=256",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

fn password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_throwaway_server_answers_on_loopback_and_leaves_nothing() {
        let server = Postgres::start().unwrap();
        let (_, address) = server.url.split_once('@').unwrap();
        let address = address.split_once('/').unwrap().0.to_owned();
        let mut ask = Command::new(program("psql").unwrap());
        let asked = process::output(ask.arg(&server.url).args(["-Atc", "select 1 + 1"]));
        assert_eq!(asked.unwrap().trim(), "2");

        let folder = server.folder.clone();
        drop(server);
        assert!(!folder.exists());
        assert!(TcpStream::connect(address).is_err());
    }
}
