//! The module as one thread has it: opened when it is first asked, and anew whenever it failed.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
};
use touchstone_service::ports::{Circuit, SignError};
use touchstone_vc::crypto::Crypto;
use tracing::{error, info, warn};

use crate::{
    signer::Pin,
    token::{Token, TokenError},
};

/// Something to be done with the module. It answers whoever asked by itself.
pub(crate) type Job = Box<dyn FnOnce(&mut Module) + Send>;

/// A module, the token in it, and whether it answers.
pub(crate) struct Module {
    pub(crate) library: PathBuf,
    pub(crate) label: String,
    pub(crate) pin: Pin,
    pub(crate) crypto: &'static Crypto,
    pub(crate) circuit: Arc<Mutex<Circuit>>,
    /// The library once it is loaded. It is never unloaded: libraries are seldom written for that.
    pub(crate) loaded: Option<Pkcs11>,
    pub(crate) token: Option<Token>,
}

impl Module {
    /// Does one job after another until nobody can ask any more; while the module fails, tries again by itself.
    pub(crate) fn serve(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let rest = self.circuit().rests_for(Instant::now());
            match jobs.recv_timeout(rest.unwrap_or(IDLE)) {
                Ok(job) => job(&mut self),
                Err(mpsc::RecvTimeoutError::Timeout) if rest.is_some() => {
                    let label = self.label.clone();
                    let _ = self.ask(|token| token.answers(&label));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return self.close(),
            }
        }
    }

    /// Has the token do something. A session that died is opened anew once, for tokens are taken out and modules restarted.
    pub(crate) fn ask<T>(
        &mut self,
        work: impl Fn(&Token) -> Result<T, TokenError>,
    ) -> Result<T, SignError> {
        let now = Instant::now();
        if let Some(refused) = self.circuit().refuses(now) {
            return Err(refused);
        }
        self.circuit().begin(now);
        let had_session = self.token.is_some();
        let mut done = self.attempt(&work);
        if let Err(failed) = &done
            && had_session
            && failed.may_be_the_session()
        {
            self.close();
            done = self.attempt(&work);
        }
        self.settle(done)
    }

    fn attempt<T>(
        &mut self,
        work: impl Fn(&Token) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let token = match self.token.take() {
            Some(token) => token,
            None => self.open()?,
        };
        let token = self.token.insert(token);
        let done = work(token);
        token.fresh = false;
        done
    }

    /// Loads the library, finds the token by its label and logs in.
    fn open(&mut self) -> Result<Token, TokenError> {
        let library = match self.loaded.clone() {
            Some(library) => library,
            None => self.loaded.insert(Pkcs11::new(&self.library)?).clone(),
        };
        let locking = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match library.initialize(locking) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(error.into()),
        }
        Token::open(&library, &self.label, &self.pin, self.crypto)
    }

    /// Ends the session and the module's work. What is not finalized sees no token that was put in since.
    fn close(&mut self) {
        self.token = None;
        if let Some(library) = self.loaded.clone() {
            drop(library.finalize());
        }
    }

    fn settle<T>(&mut self, done: Result<T, TokenError>) -> Result<T, SignError> {
        let failed = match done {
            Ok(answer) => {
                self.well();
                return Ok(answer);
            }
            Err(failed) => failed,
        };
        match failed {
            TokenError::NoKey => {
                self.well();
                Err(SignError::NoSuchKey)
            }
            TokenError::Ended | TokenError::NoSecret => {
                self.well();
                Err(SignError::Ended)
            }
            TokenError::OtherKind | TokenError::SeveralKeys => {
                warn!(error = %failed, "a key in the security module cannot be used");
                self.well();
                Err(SignError::Locked)
            }
            TokenError::Pin(_) | TokenError::PinSpared(_) => {
                error!(error = %failed, "the security module is not asked again: mend the PIN and start anew");
                self.close();
                self.circuit().lock(failed.to_string());
                Err(SignError::PinRefused)
            }
            TokenError::NoToken(_)
            | TokenError::SeveralTokens(_)
            | TokenError::NotItsSignature
            | TokenError::Empty
            | TokenError::Exchanged
            | TokenError::LoggedOut
            | TokenError::Module(_) => {
                self.close();
                let is_news = self.circuit().open(Instant::now(), failed.to_string());
                if is_news {
                    error!(
                        error = %failed,
                        "the security module is away: nothing is signed until it is back, and it is asked again by itself"
                    );
                }
                Err(SignError::Unavailable)
            }
        }
    }

    /// The module answered, whatever it said of a key.
    fn well(&self) {
        if self.circuit().close() {
            info!("the security module is back");
        }
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the thread sleeps when there is nothing to do.
const IDLE: Duration = Duration::from_secs(3_600);
