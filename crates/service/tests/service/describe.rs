//! Saying who an institution is.

use std::sync::Arc;

use touchstone_service::{
    issuing::{DescribeError, Description, ImageType, MarkChange, Redescription, describe},
    ports::{Artwork, ArtworkError, Certificate, Mark, Plate},
};
use touchstone_testkit::{PlainArtwork, world};

use crate::support::institution;

#[tokio::test]
async fn a_mark_that_cannot_be_drawn_is_refused_before_it_is_kept() {
    let mut world = world().await.world;
    let tenant = institution(&world).await;
    world.artwork = Arc::new(WithoutFilters);
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

/// Draws plainly, and refuses marks with filters, as the press does.
struct WithoutFilters;

impl Artwork for WithoutFilters {
    fn badge_png(&self, plate: &Plate) -> Result<Vec<u8>, ArtworkError> {
        match &plate.mark {
            Some(Mark::Svg(bytes)) if bytes.windows(7).any(|part| part == b"<filter") => {
                Err(ArtworkError::MarkTooCostly { what: "filters" })
            }
            _ => PlainArtwork.badge_png(plate),
        }
    }

    fn badge_svg(&self, plate: &Plate) -> Result<String, ArtworkError> {
        PlainArtwork.badge_svg(plate)
    }

    fn certificate_pdf(
        &self,
        certificate: &Certificate,
        json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError> {
        PlainArtwork.certificate_pdf(certificate, json)
    }

    fn qr_svg(&self, link: &str) -> Result<String, ArtworkError> {
        PlainArtwork.qr_svg(link)
    }
}
