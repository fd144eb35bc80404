//! The port, as a security module fills it.
//!
//! Modules may take their time and are made for one caller at a time: one thread of its own asks this one, in order. Who waits for it
//! waits so long and no longer, and only so many may wait.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cryptoki::types::AuthPin;
use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};
use touchstone_service::ports::{Away, Circuit, PublicKey, SignError, Signer};
use touchstone_vc::{Signature, crypto::Crypto};

use crate::{
    KeyKind,
    module::{Job, Module},
    token::{Token, TokenError},
};

/// Which module and token, and what keys are made in it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The module's library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The kind of keys that are made.
    pub kind: KeyKind,
    /// How long an answer may take.
    pub patience: Duration,
}

/// What opens a token. Never printed.
#[derive(Clone)]
pub struct Pin(AuthPin);

impl Pin {
    /// Takes a PIN; line breaks at its end, as files have them, do not count.
    pub fn new(text: &str) -> Self {
        Self(AuthPin::new(text.trim_end_matches(['\r', '\n']).into()))
    }

    pub(crate) fn opens(&self) -> &AuthPin {
        &self.0
    }
}

/// Keys in a security module.
pub struct SignerPkcs11 {
    token: String,
    kind: KeyKind,
    patience: Duration,
    circuit: Arc<Mutex<Circuit>>,
    /// Until it is dropped.
    jobs: Option<mpsc::Sender<Job>>,
    thread: JoinHandle<()>,
    waiting: Arc<Semaphore>,
}

impl SignerPkcs11 {
    /// A signer that opens the token when it is first asked, and again whenever it was lost. `crypto` hashes what is signed, and checks
    /// every signature before it counts.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn new(settings: Settings, pin: Pin, crypto: &'static Crypto) -> io::Result<Self> {
        let circuit = Arc::new(Mutex::new(Circuit::new(settings.patience)));
        let module = Module {
            library: settings.module,
            label: settings.token.clone(),
            pin,
            crypto,
            circuit: Arc::clone(&circuit),
            loaded: None,
            token: None,
        };
        let (jobs, taken) = mpsc::channel();
        let thread = thread::Builder::new().name("pkcs11".into());
        let thread = thread.spawn(move || module.serve(&taken))?;
        Ok(Self {
            token: settings.token,
            kind: settings.kind,
            patience: settings.patience,
            circuit,
            jobs: Some(jobs),
            thread,
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
        })
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl Fn(&Token) -> Result<T, TokenError> + Send + 'static,
    ) -> Result<T, SignError> {
        if let Some(refused) = self.circuit().refuses(Instant::now()) {
            return Err(refused);
        }
        let answered = timeout(self.patience, self.queue(work)).await;
        answered.unwrap_or(Err(SignError::Unavailable))
    }

    async fn queue<T: Send + 'static>(
        &self,
        work: impl Fn(&Token) -> Result<T, TokenError> + Send + 'static,
    ) -> Result<T, SignError> {
        let waiting = Arc::clone(&self.waiting).acquire_owned().await;
        let waiting = waiting.map_err(|_| SignError::Unavailable)?;
        let (answer, answered) = oneshot::channel();
        let job = move |module: &mut Module| {
            // Whoever has stopped waiting asks again; nothing is signed for nobody.
            if !answer.is_closed() {
                drop(answer.send(module.ask(work)));
            }
            drop(waiting);
        };
        let jobs = self.jobs.as_ref().ok_or(SignError::Unavailable)?;
        jobs.send(Box::new(job))
            .map_err(|_| SignError::Unavailable)?;
        answered.await.unwrap_or(Err(SignError::Unavailable))
    }

    fn circuit(&self) -> std::sync::MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A module that is still at work while its process ends may bring it down: its session is closed first, unless it hangs.
impl Drop for SignerPkcs11 {
    fn drop(&mut self) {
        self.jobs = None;
        let begun = Instant::now();
        while !self.thread.is_finished() && begun.elapsed() < FAREWELL {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// How long closing the session may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// How many requests wait for the module at once; more wait for a place first.
const MOST_WAITING: usize = 64;

#[async_trait]
impl Signer for SignerPkcs11 {
    fn ed25519_custody(&self) -> Option<&str> {
        (self.kind == KeyKind::Ed25519).then(|| self.custody())
    }

    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        let (key, kind) = (key.to_owned(), self.kind);
        self.ask(move |token| token.create(&key, kind)).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        let key = key.to_owned();
        self.ask(move |token| token.public(&key)).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        let (key, message) = (key.to_owned(), message.to_vec());
        let signed = self.ask(move |token| token.sign(&key, &message)).await;
        signed.map(Signature)
    }

    async fn ready(&self) -> Result<(), Away> {
        let label = self.token.clone();
        let asked = self.ask(move |token| token.answers(&label)).await;
        asked.map_err(|_| Away(self.circuit().why(Instant::now())))
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        let key = key.to_owned();
        self.ask(move |token| token.end(&key)).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        let key = key.to_owned();
        self.ask(move |token| token.destroy(&key)).await
    }
}
