//! A real server that speaks the API of AWS KMS: `moto`, in a process of its own, and a way to it that can be closed.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write, copy},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A server that is ended with the test. What it keeps is gone then.
pub struct Moto {
    server: Child,
    address: SocketAddr,
}

impl Moto {
    /// Starts one on a free port of this machine, and waits until it listens.
    ///
    /// # Panics
    /// Where it is not installed, with the way to it.
    pub fn start() -> Self {
        let here = env::var("CARGO_MANIFEST_DIR").expect("tests are run by cargo");
        let python = Path::new(&here).join("../../interop/.venv/bin/python");
        let started = Command::new(python)
            .args(["-u", "-m", "moto.server", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut server = started.expect("moto is there: `cargo xtask setup` installs it");
        let mut said = BufReader::new(server.stderr.take().expect("it is piped"));
        let mut all = String::new();
        let address = loop {
            let begin = all.len();
            let read = said.read_line(&mut all).expect("it says something");
            assert_ne!(
                read, 0,
                "moto did not start; `cargo xtask setup` installs it: {all}"
            );
            if let Some((_, address)) = all[begin..].split_once("Running on http://") {
                break address.trim().parse().expect("an address");
            }
        };
        // It says a line for each request, and must never wait for a reader.
        thread::spawn(move || copy(&mut said, &mut std::io::sink()));
        Self { server, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Posts something that is no question to KMS, as whoever runs it would, and gives what it answers.
    ///
    /// # Panics
    /// If it does not answer with 200.
    pub fn post(&self, path: &str, headers: &[&str], body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("moto listens");
        let length = body.len();
        let mut request =
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n");
        for header in headers {
            request += &format!("{header}\r\n");
        }
        request += &format!("Connection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A way to a server that can be closed: whoever comes then is turned away.
pub struct Gate {
    address: SocketAddr,
    is_open: Arc<AtomicBool>,
}

impl Gate {
    /// Opens a way to this server.
    ///
    /// # Panics
    /// If no port is free.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let is_open = Arc::new(AtomicBool::new(true));
        let open = Arc::clone(&is_open);
        thread::spawn(move || {
            for came in listener.incoming().flatten() {
                if open.load(Ordering::SeqCst) {
                    thread::spawn(move || pass(&came, server));
                }
            }
        });
        Self { address, is_open }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens or closes it. Who is through already goes on.
    pub fn open(&self, open: bool) {
        self.is_open.store(open, Ordering::SeqCst);
    }
}

fn pass(came: &TcpStream, server: SocketAddr) {
    let Ok(mut there) = TcpStream::connect(server) else {
        return;
    };
    let (Ok(mut from), Ok(mut to)) = (came.try_clone(), there.try_clone()) else {
        return;
    };
    let asking = thread::spawn(move || {
        let _ = copy(&mut from, &mut to);
    });
    let mut back = came;
    let _ = copy(&mut there, &mut back);
    let _ = came.shutdown(Shutdown::Both);
    let _ = there.shutdown(Shutdown::Both);
    let _ = asking.join();
}
