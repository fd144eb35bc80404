//! How far the log of a restored installation had come, by what witnesses answer to `add-checkpoint`: what they serve may be an hour old.

use std::sync::Arc;

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::{
    World,
    logging::{Asking, Learned, ask_all, sequence_until_idle},
    operations::restore::{Forgone, reconcile},
    ports::{AskWitness, Fetched},
};
use touchstone_testkit::NearWitness;
use touchstone_tlog::{
    SignedCheckpoint,
    witness::{AddCheckpoint, origin_hash},
};

use crate::log_files::{change, read, shown, tempfile_dir, watched};
use crate::log_put_back::{backup, learn, silent};
use crate::signing_key_restored;
use crate::support::institution;

#[tokio::test]
async fn t47_a_witness_says_whether_it_knows_more_and_what_it_serves_does_not() {
    let folder = tempfile_dir();
    let (mut world, objects) = watched().await;
    let witness = NearWitness::of(&mut world, "verify.example.edu/log").await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 10).await;
    sequence_until_idle(&world).await.unwrap();
    let cosigned = async || {
        let mut asked = ask_all(&world).await;
        let (_, asked) = asked.remove(0);
        assert!(matches!(asked, Ok(Asking::Cosigned(_))), "{asked:?}");
    };
    cosigned().await;
    let files = objects.files.lock().unwrap().clone();
    let restored = backup(&world, &files, &format!("{folder}/cosigned.db")).await;
    let nothing = |_: &str| -> Option<Vec<u8>> { None };
    let learnt = async || learn(&restored, &nothing).await.unwrap();
    let (here, _) = shown(&restored).await;

    // It cosigned what was restored, and does so again.
    assert_eq!(learnt().await, Learned::Nothing);
    // It has seen less, or nothing: the log went on without it, and nobody knows how far.
    witness.claim(Some(here - 1));
    let said = silent(learnt().await).join("\n");
    assert!(said.contains("witness north: it has cosigned "), "{said}");
    witness.claim(Some(0));
    let said = silent(learnt().await).join("\n");
    assert!(said.contains("it knows nothing of this log"), "{said}");
    // It has seen as much, and something else, in the words of today's specification and of the one before.
    let as_much = format!("{here}\n").into_bytes();
    let forked = Learned::Forked {
        size: here,
        witness: "witness north".into(),
    };
    for answer in [(422, b"no\n".to_vec()), (409, as_much)] {
        witness.answer(Some(answer));
        assert_eq!(learnt().await, forked);
    }
    // What says nothing of the log: it does not know it, no witness answered, or it did not sign what it was asked about.
    let signed = cosigned_now(&restored, &witness).await;
    let mut spoiled = signed.clone();
    let at = spoiled.iter().position(|byte| *byte == b'\n').unwrap() - 12;
    spoiled[at] = if spoiled[at] == b'A' { b'B' } else { b'A' };
    for (status, bytes) in [
        (404, b"no such log\n".to_vec()),
        (409, b"<html>Conflict</html>".to_vec()),
        (409, here.to_string().into_bytes()),
        (200, b"yes\n".to_vec()),
        (200, spoiled),
    ] {
        witness.answer(Some((status, bytes)));
        let said = silent(learnt().await).join("\n");
        assert!(said.contains("witness north: "), "{status}: {said}");
    }
    witness.answer(Some((200, signed)));
    assert_eq!(learnt().await, Learned::Nothing);
    witness.claim(None);
    witness.set_down(true);
    let said = silent(learnt().await).join("\n");
    assert!(said.contains("witness north: not reached"), "{said}");

    // What it serves is of then.
    let place = origin_hash("verify.example.edu/log", &TLOG_CRYPTO);
    let served = Fetched {
        bytes: read(&restored, "checkpoint").await,
        media_type: "text/plain".into(),
    };
    let north = format!("https://north.example.org/{place}/checkpoint");
    world.fetch.answer(&north, Ok(served));
    silent(learnt().await);
    witness.set_down(false);
    witness.claim(Some(here + 5));
    let further = |size: u64| Learned::Witnessed {
        size,
        witness: "witness north".into(),
    };
    assert_eq!(learnt().await, further(here + 5));
    witness.claim(None);
    assert_eq!(learnt().await, Learned::Nothing);

    // It has seen more, and nobody can do without that.
    change(&world, &tenant, 5).await;
    sequence_until_idle(&world).await.unwrap();
    cosigned().await;
    let (size, _) = shown(&world).await;
    assert!(size > here);
    assert_eq!(learnt().await, further(size));
    let copy = signing_key_restored::copy(&restored, "witnessed-further").await;
    let signer = Arc::clone(&restored.signer);
    let mut marked = signing_key_restored::restored(&world, &copy, signer).await;
    marked.objects = Arc::clone(&restored.objects);
    let without = Forgone {
        lists: true,
        log: true,
    };
    // Nor without a fork, and who says so is named.
    witness.claim(Some(here));
    let learned = reconcile(&marked, &nothing, "operator", without).await;
    let learned = learned.unwrap();
    assert!(!learned.open && learned.log == forked, "{learned:?}");
    let told = learned.waits_for();
    let said = format!("witness north says that it has cosigned another tree of {here} entries");
    assert!(told.contains(&said), "{told}");
    witness.claim(None);
    let learned = reconcile(&marked, &nothing, "operator", without).await;
    let learned = learned.unwrap();
    assert!(!learned.open && learned.log == further(size), "{learned:?}");
    let told = learned.waits_for();
    let said = format!("witness north has cosigned {size} entries");
    assert!(told.contains(&said), "{told}");
    // Where the files can be had, the log is taken over.
    marked.objects = Arc::clone(&world.objects);
    let learned = reconcile(&marked, &nothing, "operator", without).await;
    let learned = learned.unwrap();
    assert!(learned.open, "{}", learned.waits_for());
}

/// What the witness answers about the checkpoint of this world, as it knows it.
async fn cosigned_now(world: &World, witness: &NearWitness) -> Vec<u8> {
    let mut checkpoint = SignedCheckpoint::parse(&read(world, "checkpoint").await).unwrap();
    let origin = checkpoint.checkpoint.origin().to_owned();
    checkpoint.note.retain(|line| line.name() == origin);
    let request = AddCheckpoint {
        old_size: checkpoint.checkpoint.size,
        proof: Vec::new(),
        checkpoint,
    };
    witness.answer(None);
    let url = "https://north.example.org/add-checkpoint";
    let answer = witness.ask(url, request.to_string()).await.unwrap();
    assert_eq!(answer.status, 200);
    answer.bytes
}
