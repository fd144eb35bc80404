//! A level is a place on what is signed: nobody who holds a credential moves it.

use touchstone_service::{
    crosswalk::{Verdict, read_for_role},
    verifying::Reach,
};
use touchstone_testkit::world;

use crate::machinist::{Machinist, machinist};

#[tokio::test]
async fn t70_a_level_that_its_holder_wrote_twice_is_no_higher() {
    let world = world().await;
    let Machinist { role, file, .. } = machinist(&world, 2, Some(3)).await;
    let with_copies = |copies: usize| {
        let mut credential: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let path = "/credentialSubject/achievement/resultDescription/0/rubricCriterionLevel";
        let levels = credential.pointer_mut(path).unwrap();
        let levels = levels.as_array_mut().unwrap();
        let lowest = levels.iter().find(|level| level["level"] == "1");
        let lowest = lowest.unwrap().clone();
        levels.extend(std::iter::repeat_n(lowest, copies));
        levels.reverse();
        credential.to_string().into_bytes()
    };
    for copies in 0..3 {
        let files = [with_copies(copies)];
        let read = read_for_role(&world, &role, &files, Reach::Own, None);
        let read = read.await.unwrap();
        assert_eq!(
            read.shown[0].verdict,
            touchstone_vc::Verdict::Pass,
            "the signature holds"
        );
        let answer = &read.tasks[0];
        assert_eq!(answer.verdict, Verdict::MetAtLowerLevel, "{copies} copies");
        let position = answer.shown_by[0].position.as_ref().unwrap();
        assert_eq!((position.place, position.of), (2, 4), "{copies} copies");
    }
}
