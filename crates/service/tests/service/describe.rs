//! Saying who an institution is.

use std::sync::Arc;

use touchstone_service::issuing::{
    DescribeError, Description, ImageType, MarkChange, Redescription, describe,
};
use touchstone_testkit::world;

use crate::{picture::Telling, support::institution};

#[tokio::test]
async fn a_mark_that_cannot_be_drawn_is_refused_before_it_is_kept() {
    let mut world = world().await;
    let tenant = institution(&world).await;
    world.world.artwork = Arc::new(Telling);
    let described = async |svg: &str| {
        let description = Description {
            name: "Riverside".into(),
            mark: MarkChange::Set(ImageType::Svg, svg.as_bytes().to_vec()),
            ..Description::default()
        };
        let order = Redescription {
            tenant: tenant.clone(),
            actor: "owner".into(),
            description,
        };
        describe(&world, &order).await
    };
    let heavy = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><filter id=\"f\"><feTurbulence/></filter><path filter=\"url(#f)\" d=\"M0 0h9v9z\"/></svg>";
    let refused = described(heavy).await;
    assert!(
        matches!(refused, Err(DescribeError::Mark(_))),
        "{refused:?}"
    );
    let row = world
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.mark, row.name.as_str()),
        (None, "Riverside Polytechnic")
    );
    described("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>")
        .await
        .unwrap();
}

#[tokio::test]
async fn each_part_of_a_description_may_be_so_long_and_no_longer() {
    let world = world().await;
    let tenant = institution(&world).await;
    let faults = async |change: &dyn Fn(&mut Description)| {
        let mut description = Description {
            name: "Riverside".into(),
            ..Description::default()
        };
        change(&mut description);
        let order = Redescription {
            tenant: tenant.clone(),
            actor: "owner".into(),
            description,
        };
        match describe(&world, &order).await {
            Ok(_) => Vec::new(),
            Err(DescribeError::Faulty(faults)) => faults.iter().map(|fault| fault.field).collect(),
            Err(other) => panic!("{other}"),
        }
    };
    let website = |length: usize| Some(format!("https://example.edu/{}", "a".repeat(length - 20)));
    let none: [&str; 0] = [];
    assert_eq!(faults(&|one| one.website = website(2000)).await, none);
    assert_eq!(
        faults(&|one| one.website = website(2001)).await,
        ["website"]
    );
    let other = Some("ftp://example.edu".to_owned());
    assert_eq!(
        faults(&|one| one.website.clone_from(&other)).await,
        ["website"]
    );
    let letters = |count| Some("ä".repeat(count));
    assert_eq!(faults(&|one| one.legal_id = letters(200)).await, none);
    assert_eq!(
        faults(&|one| one.legal_id = letters(201)).await,
        ["legalId"]
    );
    assert_eq!(
        faults(&|one| one.legal_id = Some("a\u{7}b".into())).await,
        ["legalId"]
    );
    assert_eq!(faults(&|one| one.name = "a".repeat(200)).await, none);
    assert_eq!(faults(&|one| one.name = "a".repeat(201)).await, ["name"]);
    let mark = |bytes: &[u8], length: usize| {
        let mut bytes = bytes.to_vec();
        bytes.resize(length, b' ');
        MarkChange::Set(ImageType::Svg, bytes)
    };
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>";
    assert_eq!(faults(&|one| one.mark = mark(svg, 512 * 1024)).await, none);
    assert_eq!(
        faults(&|one| one.mark = mark(svg, 512 * 1024 + 1)).await,
        ["mark"]
    );
    assert_eq!(
        faults(&|one| one.mark = mark(b"GIF89a", 99)).await,
        ["mark"]
    );
}
