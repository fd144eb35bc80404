//! Many applications to one posting: a limit of what they take, and deleting many at once.

use serde_json::Value;
use touchstone_service::{
    crosswalk::Besides,
    hiring::{
        ApplicationName, Applications, ApplyError, Applying, By, Posting, RemovalOfMany, Removed,
        Whom, application_names, applications, apply, preview, remove_applications,
    },
    issuing::found,
    operations::work_until_idle,
};
use touchstone_store::{ApplicationFileRow, ApplicationRow};
use touchstone_testkit::world;

use crate::{
    applications::{NAME, both, credential, only, opened, posting_count, sent},
    support::{audited, founding},
};

#[tokio::test]
async fn a_posting_takes_no_more_bytes_than_it_may() {
    let mut world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = vec![credential(&world, &school).await];
    world.world.applications = Applications {
        most_bytes: files[0].len() as u64 * 2,
        ..Applications::default()
    };
    sent(&world, &posting, &files).await;
    sent(&world, &posting, &files).await;
    let seen = preview(&world, &posting, &files).await.unwrap();
    let order = Applying {
        posting: posting.row.public.clone(),
        token: seen.token,
        role_changed_at: posting.role.row.changed_at,
        name: String::new(),
        contact: String::new(),
        files,
    };
    let refused = apply(&world, &order).await;
    assert!(matches!(refused, Err(ApplyError::Full)), "{refused:?}");
    assert_eq!(posting_count(&world, &employer, &posting).await, 2);
}

#[tokio::test]
async fn many_are_deleted_at_once_and_the_rest_by_a_job_on_record() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let now = world.world.clock.now().unix_millis();
    let mut tx = world.store.begin().await.unwrap();
    for number in 0..400 {
        let row = ApplicationRow {
            id: format!("a{number:03}"),
            tenant: employer.clone(),
            posting: posting.row.id.clone(),
            token_hash: format!("hash {number}"),
            name: "Zoë".into(),
            contact: String::new(),
            // The last one comes after it was decided.
            sent_at: if number < 399 { now } else { now + 1 },
            ends_at: i64::MAX,
            uncovered_at: None,
            bytes: Some(2),
        };
        let file = ApplicationFileRow {
            application: row.id.clone(),
            position: 0,
            credential: b"{}".to_vec(),
        };
        tx.add_application(row, vec![file]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let order = |whom: Whom| RemovalOfMany {
        tenant: employer.clone(),
        actor: "boss".into(),
        posting: posting.row.id.clone(),
        whom,
        until: None,
    };
    let chosen = Whom::These(vec!["a001".into(), "a002".into(), "gone".into()]);
    let removed = remove_applications(&world, &order(chosen)).await.unwrap();
    assert_eq!(
        removed,
        Some(Removed {
            gone: 2,
            waiting: 0
        })
    );
    assert_eq!(posting_count(&world, &employer, &posting).await, 398);

    let other = found(&world, &founding("lakeside")).await.unwrap().tenant;
    let strange = RemovalOfMany {
        tenant: other,
        ..order(Whom::All)
    };
    assert_eq!(remove_applications(&world, &strange).await.unwrap(), None);

    // What came after it was shown how many there are stays as well.
    let shown = RemovalOfMany {
        until: Some(now - 1),
        ..order(Whom::All)
    };
    let none = Removed {
        gone: 0,
        waiting: 0,
    };
    let removed = remove_applications(&world, &shown).await.unwrap();
    assert_eq!(removed, Some(none));

    // A moment that is still to come is now.
    let later = RemovalOfMany {
        until: Some(i64::MAX),
        ..order(Whom::All)
    };
    let removed = remove_applications(&world, &later).await.unwrap();
    assert_eq!(
        removed,
        Some(Removed {
            gone: 50,
            waiting: 347
        })
    );
    work_until_idle(&world).await.unwrap();
    let reader = world.store.read();
    let left = reader.applications(&employer, &posting.row.id, "", 9);
    let left: Vec<String> = left.await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(left, ["a399"], "what came after is not deleted with it");
    assert_eq!(audited(&world, &employer, "application.remove").await, 399);
    let bytes = reader.applications_bytes(&employer, &posting.row.id);
    assert_eq!(bytes.await.unwrap(), 2);
}

/// Many are looked at at once, and each may have brought eight megabytes.
#[tokio::test]
async fn a_list_of_applications_holds_none_of_what_came_with_them() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let mut file: Value = serde_json::from_slice(&credential(&world, &school).await).unwrap();
    file["narrative"] = "x".repeat(300_000).into();
    let file = file.to_string().into_bytes();
    for _ in 0..3 {
        sent(&world, &posting, std::slice::from_ref(&file)).await;
    }
    let (id, besides) = (&posting.row.id, Besides::LeftOut);
    let list = applications(&world, &employer, id, By::Nothing, "", 9, besides).await;
    let list = list.unwrap().unwrap();
    assert_eq!(list.applications.len(), 3);
    assert_eq!(list.applications[0].reading.shown.len(), 1, "it was read");
    let held = format!("{list:?}").len();
    assert!(held < file.len() / 2, "{held}");
}

#[tokio::test]
async fn only_applications_to_that_posting_are_named_and_covered_ones_by_nothing() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let open = opened(&world, &employer, false).await;
    let blind = opened(&world, &employer, true).await;
    let files = [credential(&world, &school).await];
    let mut ids = Vec::new();
    for posting in [&open, &blind] {
        sent(&world, posting, &files).await;
        ids.push(only(&world, &employer, posting).await.id);
    }
    let names = async |posting: &Posting| {
        let id = &posting.row.id;
        let names = application_names(&world, &employer, id, &ids).await;
        names.unwrap().unwrap()
    };
    let named = |id: &String, name: Option<&str>| ApplicationName {
        id: id.clone(),
        name: name.map(str::to_owned),
    };
    assert_eq!(names(&open).await, [named(&ids[0], Some(NAME))]);
    assert_eq!(names(&blind).await, [named(&ids[1], None)]);
    let other = found(&world, &founding("lakeside")).await.unwrap().tenant;
    let strange = application_names(&world, &other, &open.row.id, &ids).await;
    assert_eq!(strange.unwrap(), None);
}
