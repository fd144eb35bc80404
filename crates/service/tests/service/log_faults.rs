//! The log when what it writes fails: it says so, or says so although it was done, or says that it was done although it was not. Files, and the
//! commits of the database.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    sync::{Arc, Mutex},
    thread,
};

use touchstone_service::{World, logging::sequence_until_idle};
use touchstone_store::{Store, TenantId};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};
use touchstone_tlog::SignedCheckpoint;

use crate::log_files::{
    Fault, Faulty, change, checked, checked_as_shown, quiet, root, shown, turn,
};
use crate::support::institution;

/// A log that has begun, with more to take in, of whose next writes one fails.
async fn failing(at: usize, fault: Fault) -> (TestWorld, Arc<Faulty>, TenantId) {
    let mut world = world().await;
    let objects = Arc::new(Faulty::default());
    world.world.objects = Arc::clone(&objects) as _;
    let tenant = institution(&world).await;
    change(&world, &tenant, 300).await;
    sequence_until_idle(&world).await.unwrap();
    change(&world, &tenant, 700).await;
    *objects.fault.lock().unwrap() = Some((at, fault));
    (world, objects, tenant)
}

/// Each write of files fails once: before anything was stored, after all was stored, half-way. The next turn mends it.
#[tokio::test]
async fn t49_a_write_that_fails_or_only_says_so_leaves_one_log() {
    for fault in [Fault::Before, Fault::After, Fault::Halfway] {
        let mut at = 0;
        loop {
            let (world, objects, tenant) = failing(at, fault).await;
            let failed = sequence_until_idle(&world).await;
            let hit = objects.fault.lock().unwrap().take().is_none();
            assert_eq!(failed.is_err(), hit, "{failed:?}");
            // What is shown is whole, even now.
            checked_as_shown(&world).await;
            change(&world, &tenant, 5).await;
            sequence_until_idle(&world).await.unwrap();
            checked(&world).await;
            if !hit {
                break;
            }
            at += 1;
        }
        assert!(at >= 2, "{fault:?} was tried at {at} writes");
    }
}

/// Files that a disk says to have stored and has not: nothing is signed over the gap, and with the files put back everything is there.
#[tokio::test]
async fn t49_files_that_were_only_said_to_be_stored_stop_the_log_until_they_are_put_back() {
    let (mut at, mut stopped) = (0, 0);
    loop {
        let (world, objects, tenant) = failing(at, Fault::Lie).await;
        let said = sequence_until_idle(&world).await;
        let hit = objects.fault.lock().unwrap().take().is_none();
        change(&world, &tenant, 5).await;
        if said.is_err() || sequence_until_idle(&world).await.is_err() {
            stopped += 1;
            let before = shown(&world).await;
            change(&world, &tenant, 5).await;
            sequence_until_idle(&world).await.unwrap_err();
            assert_eq!(shown(&world).await, before, "nothing was signed over it");
            let lost = std::mem::take(&mut *objects.lost.lock().unwrap());
            objects.kept.files.lock().unwrap().extend(lost);
            sequence_until_idle(&world).await.unwrap();
        }
        let entries = checked(&world).await;
        for checkpoint in &*objects.kept.checkpoints.lock().unwrap() {
            let signed = SignedCheckpoint::parse(checkpoint).unwrap().checkpoint;
            let size = usize::try_from(signed.size).unwrap();
            assert_eq!(root(&entries[..size]), signed.root, "one past");
        }
        if !hit {
            break;
        }
        at += 1;
    }
    assert!(at >= 2 && stopped >= 1, "{at} writes, {stopped} noticed");
}

// --- Commits ---------------------------------------------------------------------------------------------------------

/// What becomes of a commit.
#[derive(Clone, Copy, Debug)]
enum Commit {
    /// The connection is gone before it arrives: failed, and not done.
    Lost,
    /// The connection is gone before the answer arrives: failed, and done.
    Unanswered,
    /// The database says that it was done, and has done nothing.
    Undone,
}

/// Each commit of a turn fails once, each way, on a real PostgreSQL. Another process goes on from whatever there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t49_a_commit_that_fails_or_only_says_so_leaves_one_log() {
    let database = TestDatabase::postgres();
    let between = Between::start(database.url());
    let world = world_on(database).await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    for what in [Commit::Lost, Commit::Unanswered, Commit::Undone] {
        let mut at = 0;
        loop {
            change(&world, &tenant, 30).await;
            let through = World {
                store: Store::connect(&between.url).await.unwrap(),
                ..world.world.clone()
            };
            *between.fault.lock().unwrap() = Some((at, what));
            let done = sequence_until_idle(&through).await;
            let hit = between.fault.lock().unwrap().take().is_none();
            match what {
                Commit::Lost | Commit::Unanswered => {
                    assert_eq!(done.is_err(), hit, "{what:?} at {at}: {done:?}");
                }
                Commit::Undone => {}
            }
            quiet(&world).await;
            checked_as_shown(&world).await;
            sequence_until_idle(&world).await.unwrap();
            checked(&world).await;
            if !hit {
                break;
            }
            at += 1;
        }
        assert!(at >= 3, "{what:?} was tried at {at} commits");
    }
}

/// What stands between a program and its PostgreSQL, and sees to one of its commits.
struct Between {
    url: String,
    fault: Arc<Mutex<Option<(usize, Commit)>>>,
}

impl Between {
    fn start(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server::of(url);
        let fault = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&fault);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, fault) = (client.unwrap(), Arc::clone(&seen));
                let server = server.connect();
                thread::spawn(move || carry(client, server, &fault));
            }
        });
        let (head, _) = url.split_once('?').unwrap_or((url, ""));
        let (user, rest) = head.split_once('@').unwrap();
        let (_, database) = rest.split_once('/').unwrap();
        Self {
            url: format!("{user}@127.0.0.1:{port}/{database}?sslmode=disable"),
            fault,
        }
    }
}

/// Where the real one listens.
enum Server {
    Socket(String),
    Port(String),
}

impl Server {
    fn of(url: &str) -> Self {
        match url.split_once("?host=") {
            Some((_, folder)) => Self::Socket(format!("{folder}/.s.PGSQL.5432")),
            None => {
                let (_, rest) = url.split_once('@').unwrap();
                let (address, _) = rest.split_once('/').unwrap();
                Self::Port(address.to_owned())
            }
        }
    }

    fn connect(&self) -> Arc<dyn Stream> {
        match self {
            Self::Socket(path) => Arc::new(UnixStream::connect(path).unwrap()),
            Self::Port(address) => Arc::new(TcpStream::connect(address).unwrap()),
        }
    }
}

/// A connection that is read by one thread and written by another.
trait Stream: Send + Sync {
    /// How much was read; none at its end.
    fn get(&self, bytes: &mut [u8]) -> usize;
    fn send(&self, bytes: &[u8]);
    fn end(&self);
}

impl Stream for UnixStream {
    fn get(&self, bytes: &mut [u8]) -> usize {
        (&*self).read(bytes).unwrap_or(0)
    }

    fn send(&self, bytes: &[u8]) {
        // Whoever is gone reads nothing.
        let _ = (&*self).write_all(bytes);
    }

    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Stream for TcpStream {
    fn get(&self, bytes: &mut [u8]) -> usize {
        (&*self).read(bytes).unwrap_or(0)
    }

    fn send(&self, bytes: &[u8]) {
        let _ = (&*self).write_all(bytes);
    }

    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

fn carry(client: TcpStream, server: Arc<dyn Stream>, fault: &Mutex<Option<(usize, Commit)>>) {
    let client: Arc<dyn Stream> = Arc::new(client);
    // Whether the next answer is the last thing that happens, and nobody hears it.
    let unanswered = Arc::new(Mutex::new(false));
    let back = {
        let (client, server) = (Arc::clone(&client), Arc::clone(&server));
        let unanswered = Arc::clone(&unanswered);
        thread::spawn(move || {
            let mut bytes = [0; 64 << 10];
            loop {
                let read = server.get(&mut bytes);
                if read == 0 || *unanswered.lock().unwrap() {
                    break;
                }
                client.send(&bytes[..read]);
            }
            client.end();
            server.end();
        })
    };
    let mut bytes = [0; 64 << 10];
    loop {
        let read = client.get(&mut bytes);
        if read == 0 {
            break;
        }
        let sent = &mut bytes[..read];
        let place = sent.windows(7).position(|word| word == b"COMMIT\0");
        let now = place.and_then(|place| Some((place, turn(fault)?)));
        match now {
            None => {}
            Some((_, Commit::Lost)) => break,
            Some((_, Commit::Unanswered)) => *unanswered.lock().unwrap() = true,
            // The same to PostgreSQL as ROLLBACK, and as long as COMMIT.
            Some((place, Commit::Undone)) => sent[place..place + 6].copy_from_slice(b"ABORT "),
        }
        server.send(sent);
    }
    if !*unanswered.lock().unwrap() {
        client.end();
        server.end();
    }
    back.join().unwrap();
}
