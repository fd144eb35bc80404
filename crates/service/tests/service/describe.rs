//! Saying who an institution is.

use std::sync::Arc;

use touchstone_service::issuing::{
    DescribeError, Description, ImageType, MarkChange, Redescription, describe,
};
use touchstone_testkit::world;

use crate::{picture::Telling, support::institution};

#[tokio::test]
async fn a_mark_that_cannot_be_drawn_is_refused_before_it_is_kept() {
    let mut world = world().await.world;
    let tenant = institution(&world).await;
    world.artwork = Arc::new(Telling);
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
