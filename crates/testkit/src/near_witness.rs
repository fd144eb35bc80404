//! A witness in a world of its own, asked without a network.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::{
    World,
    ports::{AskWitness, FetchError, WitnessAnswer},
    witnessing::{Witness, Witnesses, add_checkpoint},
};
use touchstone_tlog::{Policy, PublicKey, VerifierKey};

use crate::{TestWorld, world};

/// A witness that answers as one over HTTP would, or is down.
pub struct NearWitness {
    world: TestWorld,
    witness: Witness,
    down: AtomicBool,
    /// `None` where it says what it knows.
    says: Mutex<Option<WitnessAnswer>>,
}

impl NearWitness {
    /// A witness of the log that a world will have under `origin`, and the only one that this world asks from now on.
    ///
    /// # Panics
    /// If keys cannot be made.
    pub async fn of(asking: &mut TestWorld, origin: &str) -> Arc<Self> {
        let log = asking.world.signer.create("log").await;
        let log = log.expect("a key is made").ed25519();
        let log = PublicKey::Ed25519(log.expect("it is an Ed25519 key"));
        let log = VerifierKey::new(origin, log, &TLOG_CRYPTO).expect("a test names logs well");
        let own = world().await;
        let logs = [log.to_string()];
        let witness = Witness::open(&own, "north.example.org", &logs, &TLOG_CRYPTO);
        let witness = witness.await.expect("a witness has a key");
        let policy = format!("witness north {} {NORTH}\nquorum north\n", witness.key);
        let policy = Policy::parse(policy.as_bytes(), &TLOG_CRYPTO).expect("a policy");
        let near = Arc::new(Self {
            world: own,
            witness,
            down: AtomicBool::new(false),
            says: Mutex::new(None),
        });
        let ask = Arc::clone(&near) as _;
        asking.world.witnesses = Arc::new(Witnesses { policy, ask });
        near
    }

    /// From now on nobody answers, or somebody does again.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// From now on it says that it has so many entries of the log, or, of none, what it knows.
    pub fn claim(&self, size: Option<u64>) {
        self.answer(size.map(|size| (409, format!("{size}\n").into_bytes())));
    }

    /// From now on it answers with this status and these bytes, whatever it is asked, or, of none, with what it knows.
    ///
    /// # Panics
    /// If another thread panicked while it held the answer.
    pub fn answer(&self, answer: Option<(u16, Vec<u8>)>) {
        let answer = answer.map(|(status, bytes)| WitnessAnswer { status, bytes });
        *self.says.lock().expect("no test panics with it") = answer;
    }
}

#[async_trait]
impl AskWitness for NearWitness {
    async fn ask(&self, url: &str, body: String) -> Result<WitnessAnswer, FetchError> {
        if self.down.load(Ordering::SeqCst) || url != format!("{NORTH}/add-checkpoint") {
            return Err(FetchError::TimedOut);
        }
        let says = self.says.lock().expect("no test panics with it").clone();
        if let Some(answer) = says {
            return Ok(answer);
        }
        Ok(witness_answer(&self.world, &self.witness, &body).await)
    }
}

/// What a witness answers over HTTP.
pub async fn witness_answer(world: &World, witness: &Witness, body: &str) -> WitnessAnswer {
    let (status, body) = match add_checkpoint(world, witness, body.as_bytes()).await {
        Ok(lines) => (200, lines),
        Err(error) => match error.conflict() {
            Some(size) => (error.status(), format!("{size}\n")),
            None => (error.status(), error.to_string()),
        },
    };
    WitnessAnswer {
        status,
        bytes: body.into_bytes(),
    }
}

const NORTH: &str = "https://north.example.org";
