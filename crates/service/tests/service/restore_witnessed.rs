//! How far the log of a restored installation had come, by a witness that serves no checkpoint: it answers `add-checkpoint`, as every witness does.

use std::sync::Arc;

use touchstone_service::{
    logging::{Asking, Learned, ask_all, sequence_until_idle},
    operations::restore::{Forgone, reconcile},
};
use touchstone_testkit::NearWitness;

use crate::log_files::{change, shown, tempfile_dir, watched};
use crate::log_put_back::{backup, learn, silent};
use crate::signing_key_restored;
use crate::support::institution;

#[tokio::test]
async fn a_witness_that_serves_no_checkpoint_says_whether_it_knows_more() {
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
    // It has seen less: what it did not see, nobody was shown with its cosignature.
    witness.claim(Some(here - 1));
    assert_eq!(learnt().await, Learned::Nothing);
    // It has seen as much, and something else.
    witness.claim(Some(here));
    assert_eq!(learnt().await, Learned::Diverged { size: here });
    witness.claim(None);
    witness.set_down(true);
    let said = silent(learnt().await).join("\n");
    assert!(said.contains("witness north: not reached"), "{said}");
    witness.set_down(false);

    // It has seen more, and nobody can do without that.
    change(&world, &tenant, 5).await;
    sequence_until_idle(&world).await.unwrap();
    cosigned().await;
    let (size, _) = shown(&world).await;
    assert!(size > here);
    let further = Learned::Witnessed {
        size,
        witness: "witness north".into(),
    };
    assert_eq!(learnt().await, further);
    let copy = signing_key_restored::copy(&restored, "witnessed-further").await;
    let signer = Arc::clone(&restored.signer);
    let mut marked = signing_key_restored::restored(&world, &copy, signer).await;
    marked.objects = Arc::clone(&restored.objects);
    let without = Forgone {
        lists: true,
        log: true,
    };
    let learned = reconcile(&marked, &nothing, "operator", without).await;
    let learned = learned.unwrap();
    assert!(!learned.open && learned.log == further, "{learned:?}");
    let told = learned.waits_for();
    let said = format!("witness north has cosigned {size} entries");
    assert!(told.contains(&said), "{told}");
    // Where the files can be had, the log is taken over.
    marked.objects = Arc::clone(&world.objects);
    let learned = reconcile(&marked, &nothing, "operator", without).await;
    let learned = learned.unwrap();
    assert!(learned.open, "{}", learned.waits_for());
}
