//! A time-stamping authority (RFC 3161) of `openssl ts`, with a root of its own, on a port of this machine.
//!
//! What it answers is not ours: whoever takes its answers takes those of a real one. `openssl ts -verify` says whether what was kept is one.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use tempfile::TempDir;
use touchstone_adapters::{AnchorRfc3161, HttpFetch, SystemClock};
use touchstone_anchor::{Kind, authority_line, certificate};
use touchstone_service::{
    logging::{Anchors, ConfiguredAnchor},
    ports::Clock,
};

use crate::{seeded_rng, stamp_forge::granted};

/// An authority with its keys and certificates.
pub struct TimestampAuthority {
    folder: Arc<TempDir>,
    manner: Arc<Mutex<Manner>>,
    asked: Arc<Mutex<usize>>,
    held: Arc<(Mutex<bool>, Condvar)>,
    url: String,
}

/// How it answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// As it should.
    Honest,
    /// Over the digest with one bit flipped.
    OtherImprint,
    /// To another nonce than the one that was sent.
    OtherNonce,
    /// That it grants nothing.
    Rejecting,
    /// With an error of its server.
    Broken,
    /// With a page instead.
    Garbage,
    /// Without end.
    Huge,
    /// Never.
    Silent,
    /// With the answer to the question before.
    Replaying,
    /// With one bit of the signature flipped.
    Altered,
}

/// What an authority's certificate says of itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Time stamps alone, critical: as section 2.3 asks.
    Stamps,
    /// Time stamps, but not critical.
    NotCritical,
    /// Time stamps and servers.
    More,
}

impl TimestampAuthority {
    /// An honest one with RSA keys.
    pub fn new() -> Self {
        Self::with("rsa:2048", Purpose::Stamps)
    }

    /// One with keys as `openssl req -newkey` calls them (`ec:secp384r1` for a curve) and this purpose.
    ///
    /// # Panics
    /// If `openssl` is not there or refuses.
    pub fn with(key: &str, purpose: Purpose) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder can be made"));
        let at = folder.path();
        let purpose = match purpose {
            Purpose::Stamps => None,
            Purpose::NotCritical => Some("timeStamping"),
            Purpose::More => Some("critical,timeStamping,serverAuth"),
        };
        fs::write(
            at.join("openssl.cnf"),
            CONFIGURATION.replace("PURPOSE", purpose.unwrap_or("serverAuth")),
        )
        .expect("a file can be written");
        let curve = key.strip_prefix("ec:");
        let curve = curve.map(|curve| format!("ec_paramgen_curve:{curve}"));
        let newkey = match &curve {
            Some(curve) => vec!["-newkey", "ec", "-pkeyopt", curve],
            None => vec!["-newkey", key],
        };
        let root = [
            "req",
            "-x509",
            "-config",
            "openssl.cnf",
            "-extensions",
            "root",
            "-nodes",
            "-subj",
            "/CN=Test root",
            "-days",
            "3650",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
        ];
        openssl(at, &[&root[..], &newkey].concat());
        let request = [
            "req",
            "-new",
            "-config",
            "openssl.cnf",
            "-nodes",
            "-subj",
            "/CN=Test authority",
            "-keyout",
            "tsa.key",
            "-out",
            "tsa.csr",
        ];
        openssl(at, &[&request[..], &newkey].concat());
        let issue = |extensions: &str, serial: &str, out: &str| {
            openssl(
                at,
                &[
                    "x509",
                    "-req",
                    "-in",
                    "tsa.csr",
                    "-CA",
                    "root.pem",
                    "-CAkey",
                    "root.key",
                    "-set_serial",
                    serial,
                    "-days",
                    "3650",
                    "-extfile",
                    "openssl.cnf",
                    "-extensions",
                    extensions,
                    "-out",
                    out,
                ],
            );
        };
        issue("authority", "7", "tsa.pem");
        if purpose.is_some() {
            issue("other", "8", "other.pem");
        }
        fs::write(at.join("serial"), "01\n").expect("a file can be written");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("it has an address");
        let authority = Self {
            folder: Arc::clone(&folder),
            manner: Arc::new(Mutex::new(Manner::Honest)),
            asked: Arc::default(),
            held: Arc::default(),
            url: format!("http://{address}/tsr"),
        };
        let (manner, asked) = (Arc::clone(&authority.manner), Arc::clone(&authority.asked));
        let held = Arc::clone(&authority.held);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                *asked.lock().expect("nobody panicked") += 1;
                let (is_held, changed) = &*held;
                let waits = is_held.lock().expect("nobody panicked");
                drop(changed.wait_while(waits, |held| *held));
                let manner = *manner.lock().expect("nobody panicked");
                // One that asks no more is no fault.
                let _gone = answer(stream, manner, folder.path());
            }
        });
        authority
    }

    /// Where it is asked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on it answers like this.
    ///
    /// # Panics
    /// If another test's thread did.
    pub fn set(&self, manner: Manner) {
        *self.manner.lock().expect("nobody panicked") = manner;
    }

    /// From now on answers wait until it is told otherwise.
    ///
    /// # Panics
    /// If another test's thread did.
    pub fn hold(&self, hold: bool) {
        *self.held.0.lock().expect("nobody panicked") = hold;
        self.held.1.notify_all();
    }

    /// From now on it says that its clock may be wrong by so much, as `openssl ts` is told it.
    ///
    /// # Panics
    /// If its folder is gone.
    pub fn set_accuracy(&self, accuracy: &str) {
        let path = self.folder.path().join("openssl.cnf");
        let text = fs::read_to_string(&path).expect("it is there");
        let lines = text.lines().map(|line| match line.starts_with("accuracy") {
            true => format!("accuracy = {accuracy}\n"),
            false => format!("{line}\n"),
        });
        fs::write(path, lines.collect::<String>()).expect("a file can be written");
    }

    /// From now on it brings no certificate but its own.
    ///
    /// # Panics
    /// If its folder is gone.
    pub fn leave_out_root(&self) {
        let path = self.folder.path().join("openssl.cnf");
        let text = fs::read_to_string(&path).expect("it is there");
        fs::write(path, text.replace("certs = root.pem\n", "")).expect("a file can be written");
    }

    /// This authority under the name `notary`, asked once a day and trusted by this certificate (PEM): what a world asks. Its clock is that of
    /// this machine, and so is the one that its answers are held against.
    ///
    /// # Panics
    /// If this is no certificate.
    pub fn anchors(&self, trusted: &[u8]) -> Anchors {
        self.anchors_by(trusted, Arc::new(SystemClock))
    }

    /// The same, its answers held against another clock.
    ///
    /// # Panics
    /// If this is no certificate.
    pub fn anchors_by(&self, trusted: &[u8], clock: Arc<dyn Clock>) -> Anchors {
        let trusted = certificate(trusted).expect("a certificate");
        let fetch = HttpFetch::new(true).expect("a client can be made");
        let trust = authority_line("notary", &trusted);
        let ports = (Arc::new(seeded_rng(11)) as _, clock);
        let ask = AnchorRfc3161::new(fetch, ports, self.url.clone(), trusted);
        Anchors {
            anchors: vec![ConfiguredAnchor {
                name: "notary".into(),
                kind: Kind::Rfc3161,
                url: self.url.clone(),
                cost: Kind::Rfc3161.cost().to_owned(),
                trust,
                ask: Some(Arc::new(ask.patient_for(Duration::from_secs(2)))),
            }],
            every_ms: 24 * 60 * 60 * 1_000,
        }
    }

    /// How often it was asked.
    ///
    /// # Panics
    /// If another test's thread did.
    pub fn asked(&self) -> usize {
        *self.asked.lock().expect("nobody panicked")
    }

    /// The certificate of its root, as PEM.
    ///
    /// # Panics
    /// If its folder is gone.
    pub fn root(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("root.pem")).expect("it is there")
    }

    /// Its own certificate, as PEM.
    ///
    /// # Panics
    /// If its folder is gone.
    pub fn certificate(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("tsa.pem")).expect("it is there")
    }

    /// Whether `openssl ts -verify` takes this answer for one over `data`, by this authority's root.
    ///
    /// # Panics
    /// If files cannot be written.
    pub fn verifies(&self, answer: &[u8], data: &[u8]) -> bool {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::write(folder.path().join("answer"), answer).expect("a file can be written");
        fs::write(folder.path().join("data"), data).expect("a file can be written");
        let root = self.folder.path().join("root.pem");
        let verify = Command::new("openssl")
            .args(["ts", "-verify", "-in", "answer", "-data", "data", "-CAfile"])
            .arg(root)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        verify.expect("openssl is there").success()
    }
}

impl Default for TimestampAuthority {
    fn default() -> Self {
        Self::new()
    }
}

fn answer(mut stream: TcpStream, manner: Manner, folder: &Path) -> std::io::Result<()> {
    let (head, mut question) = request(&mut stream)?;
    let write = |stream: &mut TcpStream, status: &str, kind: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat())
    };
    if !head.starts_with("POST ")
        || !head
            .to_ascii_lowercase()
            .contains("content-type: application/timestamp-query")
    {
        return write(
            &mut stream,
            "415 Unsupported Media Type",
            "text/plain",
            b"no",
        );
    }
    match manner {
        Manner::Broken => {
            return write(
                &mut stream,
                "503 Service Unavailable",
                "text/plain",
                b"later",
            );
        }
        Manner::Garbage => {
            return write(&mut stream, "200 OK", "text/html", b"<html>Welcome</html>");
        }
        Manner::Huge => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n";
            stream.write_all(head.as_bytes())?;
            loop {
                stream.write_all(&[0x30; 64 * 1024])?;
            }
        }
        Manner::Silent => {
            // Until who asked has gone.
            let mut rest = [0; 64];
            while stream.read(&mut rest)? > 0 {}
            return Ok(());
        }
        Manner::Replaying => {
            let before = fs::read(folder.join("reply"))?;
            return write(
                &mut stream,
                "200 OK",
                "application/timestamp-reply",
                &before,
            );
        }
        // Version 9 is none.
        Manner::Rejecting => question[4] = 9,
        // The digest stands 22 bytes in, the nonce is the number before the last three bytes.
        Manner::OtherImprint => question[22] ^= 1,
        Manner::OtherNonce => {
            let place = question.len() - 4;
            question[place] ^= 1;
        }
        Manner::Honest | Manner::Altered => {}
    }
    fs::write(folder.join("query"), question)?;
    openssl(
        folder,
        &[
            "ts",
            "-reply",
            "-config",
            "openssl.cnf",
            "-queryfile",
            "query",
            "-out",
            "reply",
        ],
    );
    if folder.join("other.pem").exists() {
        sign_again(folder)?;
    }
    let mut reply = fs::read(folder.join("reply"))?;
    if manner == Manner::Altered
        && let Some(last) = reply.last_mut()
    {
        *last ^= 1;
    }
    write(&mut stream, "200 OK", "application/timestamp-reply", &reply)
}

pub(crate) fn request(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part)?;
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            match read {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                _ => continue,
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        let body = end + 4..end + 4 + length.unwrap_or(0);
        if let Some(body) = bytes.get(body) {
            return Ok((head, body.to_vec()));
        }
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Signs the same statement with the certificate that `openssl ts` would refuse to sign with.
fn sign_again(folder: &Path) -> std::io::Result<()> {
    openssl(
        folder,
        &[
            "ts",
            "-reply",
            "-in",
            "reply",
            "-token_out",
            "-out",
            "token",
        ],
    );
    openssl(
        folder,
        &[
            "cms",
            "-verify",
            "-noverify",
            "-inform",
            "DER",
            "-in",
            "token",
            "-out",
            "stated",
        ],
    );
    openssl(
        folder,
        &[
            "cms",
            "-sign",
            "-cades",
            "-binary",
            "-nodetach",
            "-econtent_type",
            "1.2.840.113549.1.9.16.1.4",
            "-md",
            "sha256",
            "-in",
            "stated",
            "-signer",
            "other.pem",
            "-inkey",
            "tsa.key",
            "-outform",
            "DER",
            "-out",
            "token",
        ],
    );
    let token = fs::read(folder.join("token"))?;
    fs::write(folder.join("reply"), granted(&token))
}

pub(crate) fn openssl(folder: &Path, arguments: &[&str]) {
    let run = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl is there");
    assert!(
        run.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
}

/// Everything in one file, as `openssl` wants it.
const CONFIGURATION: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[other]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = PURPOSE
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256,sha384,sha512
accuracy = secs:1, millisecs:500, microsecs:100
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";
