//! A calendar of OpenTimestamps on a port of this machine, with a chain of its own whose blocks cost nothing.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use touchstone_adapters::CRYPTO;
use touchstone_anchor::opentimestamps::{Attestation, Op, Stamp};
use touchstone_vc::multibase::decode_hex;

/// A calendar.
pub struct Calendar {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What it promised, and what became known of each.
    promised: BTreeMap<Vec<u8>, Option<Stamp>>,
    down: bool,
}

impl Calendar {
    /// One that answers and has no block yet.
    ///
    /// # Panics
    /// If this machine has no port left.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("it has an address");
        let calendar = Self {
            url: format!("http://{address}"),
            state: Arc::default(),
        };
        let (url, state) = (calendar.url.clone(), Arc::clone(&calendar.state));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                // One that asks no more is no fault.
                let _gone = answer(stream, &url, &state);
            }
        });
        calendar
    }

    /// Where it is asked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on it answers with an error of its server, or as it should.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }

    /// Puts what was promised last into a block of this height and time, and answers its header.
    ///
    /// # Panics
    /// If nothing was promised.
    pub fn mine(&self, height: u64, time: u32) -> [u8; 80] {
        let mut state = self.state();
        let open = state.promised.iter_mut().find(|(_, known)| known.is_none());
        let (message, known) = open.expect("something was promised");
        // A transaction that spends it, and the root over that one alone.
        let transaction = [b"in ", &message[..], b" out"].concat();
        let root = (CRYPTO.sha256)(&(CRYPTO.sha256)(&transaction));
        let stamp = Stamp::attest(Attestation::Bitcoin(height)).after(Op::Sha256);
        let stamp = stamp.after(Op::Sha256).after(Op::Append(b" out".to_vec()));
        *known = Some(stamp.after(Op::Prepend(b"in ".to_vec())));
        let mut header = [0; 80];
        header[0] = 4;
        header[36..68].copy_from_slice(&root);
        header[68..72].copy_from_slice(&time.to_le_bytes());
        header[72..76].copy_from_slice(&0x207f_ffff_u32.to_le_bytes());
        // Half of all numbers do.
        while (CRYPTO.sha256)(&(CRYPTO.sha256)(&header))[31] >= 0x7f {
            header[76] += 1;
        }
        header
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked")
    }
}

impl Default for Calendar {
    fn default() -> Self {
        Self::new()
    }
}

fn answer(mut stream: TcpStream, url: &str, state: &Mutex<State>) -> std::io::Result<()> {
    let (head, body) = crate::timestamp_authority::request(&mut stream)?;
    let mut state = state.lock().expect("nobody panicked");
    let mut words = head.split(' ');
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let found = match (method, path) {
        _ if state.down => Err("503 Service Unavailable"),
        ("POST", "/digest") if body.len() == 32 => {
            let salt = b"salt of the calendar".to_vec();
            let promise = Stamp::attest(Attestation::Pending(url.to_owned())).after(Op::Sha256);
            let message = (CRYPTO.sha256)(&[&body[..], &salt[..]].concat());
            state.promised.insert(message.to_vec(), None);
            Ok(promise.after(Op::Append(salt)).encode())
        }
        ("GET", path) => {
            let message = path
                .strip_prefix("/timestamp/")
                .and_then(|hex| decode_hex(hex).ok());
            let known = message.and_then(|message| state.promised.get(&message)?.clone());
            known.map(|known| known.encode()).ok_or("404 Not Found")
        }
        _ => Err("400 Bad Request"),
    };
    drop(state);
    let (status, body) = match found {
        Ok(bytes) => ("200 OK", bytes),
        Err(status) => (
            status,
            b"Pending confirmation in Bitcoin blockchain".to_vec(),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/vnd.opentimestamps.v1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body].concat())?;
    let _closed = stream.read(&mut [0; 1]);
    Ok(())
}
