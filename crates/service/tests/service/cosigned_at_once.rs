//! Two that ask a witness at the same time.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::{
    World,
    logging::{sequence_until_idle, shown, verifier_key},
    ports::{PublicKey, SignError, Signer},
    witnessing::Witness,
};
use touchstone_testkit::{FixedClock, witness_answer, world};
use touchstone_tlog::{SignedCheckpoint, witness::AddCheckpoint};
use touchstone_vc::Signature;

use crate::log_files::change;
use crate::support::institution;

/// A signer that is slow once: by the time it signs, somebody else has asked the witness the same, and was answered.
struct Overtaken {
    signer: Arc<dyn Signer>,
    clock: Arc<FixedClock>,
    faster: Mutex<Option<(World, Witness, String)>>,
}

#[async_trait]
impl Signer for Overtaken {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.signer.create(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.signer.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        let faster = self.faster.lock().unwrap().take();
        if let Some((world, witness, body)) = faster {
            self.clock.advance_millis(2_000);
            let answer = witness_answer(&world, &witness, &body).await;
            assert_eq!(answer.status, 200);
        }
        self.signer.sign(key, message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.signer.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.signer.destroy(key).await
    }
}

/// A 409 with the very size that was asked about reads as a fork.
#[tokio::test]
async fn two_that_ask_at_once_for_the_same_tree_are_both_cosigned() {
    let log = world().await;
    let tenant = institution(&log).await;
    change(&log, &tenant, 5).await;
    sequence_until_idle(&log).await.unwrap();
    let key = verifier_key(&log, "verify.example.edu/log").await.unwrap();
    let checkpoint = shown(&log).await.unwrap().unwrap().checkpoint;
    let checkpoint = SignedCheckpoint::parse(&checkpoint).unwrap();

    let own = world().await;
    let logs = [key.to_string()];
    let witness = Witness::open(&own, "north.example.org", &logs, &TLOG_CRYPTO);
    let witness = witness.await.unwrap();
    for old_size in [0, checkpoint.checkpoint.size] {
        let request = AddCheckpoint {
            old_size,
            proof: Vec::new(),
            checkpoint: checkpoint.clone(),
        };
        let body = request.to_string();
        let faster = (own.world.clone(), witness.clone(), body.clone());
        let mut slow = own.world.clone();
        slow.signer = Arc::new(Overtaken {
            signer: Arc::clone(&own.world.signer),
            clock: Arc::clone(&own.clock),
            faster: Mutex::new(Some(faster)),
        });
        let answer = witness_answer(&slow, &witness, &body).await;
        let said = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!(answer.status, 200, "{old_size}: {said}");
    }
}
