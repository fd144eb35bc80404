//! What stands on badge pictures: the achievement's own picture, or else the institution's mark.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{available_parallelism, sleep},
    time::Duration,
};

use tokio::task::JoinSet;
use touchstone_service::{
    holding::{Format, export},
    issuing::{
        Definition, DefinitionOrder, Description, ImageType, MarkChange, Redescription,
        VersionError, define, describe, revise,
    },
    operations::work_until_idle,
    ports::{Artwork, ArtworkError, Certificate, Mark, Plate},
};
use touchstone_testkit::{PlainArtwork, world};

use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{
    COHORT, MEASURING, all, confirmed, definition, institution, institution_with,
};

/// Tells in the title of a drawing what it drew, and refuses what says of itself that it cannot be drawn.
pub(crate) struct Telling;

impl Artwork for Telling {
    fn badge_png(&self, plate: &Plate) -> Result<Vec<u8>, ArtworkError> {
        match &plate.mark {
            Some(Mark::Svg(bytes)) if bytes.windows(7).any(|part| part == b"<filter") => {
                Err(ArtworkError::MarkTooCostly { what: "filters" })
            }
            _ => PlainArtwork.badge_png(plate),
        }
    }

    fn badge_svg(&self, plate: &Plate) -> Result<String, ArtworkError> {
        let drawn = match &plate.mark {
            None => "nothing".to_owned(),
            Some(Mark::Svg(bytes) | Mark::Png(bytes)) => bytes.len().to_string(),
        };
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>drew {drawn}</title></svg>"
        ))
    }

    fn certificate_pdf(
        &self,
        certificate: &Certificate,
        json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError> {
        PlainArtwork.certificate_pdf(certificate, json)
    }

    fn answer_pdf(&self, words: &[Certificate], answer: &[u8]) -> Result<Vec<u8>, ArtworkError> {
        PlainArtwork.answer_pdf(words, answer)
    }

    fn qr_svg(&self, link: &str) -> Result<String, ArtworkError> {
        PlainArtwork.qr_svg(link)
    }
}

const MARK: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
const OWN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9v9z\"/></svg>";

fn with_picture(svg: &str) -> Definition {
    let mut document: serde_json::Value = serde_json::from_str(MEASURING).unwrap();
    let image = touchstone_service::issuing::Image::chosen(svg.as_bytes());
    document["image"] = serde_json::to_value(image).unwrap();
    Definition::from_value(document).unwrap()
}

#[tokio::test]
async fn a_badge_shows_the_achievements_own_picture_or_else_the_mark() {
    for (definition, expected) in [
        (definition(MEASURING), MARK.len()),
        (with_picture(OWN), OWN.len()),
    ] {
        let mut test = world().await;
        test.world.artwork = Arc::new(Telling);
        let world = &test.world;
        let tenant = institution(world).await;
        let described = Redescription {
            tenant: tenant.clone(),
            actor: "owner".into(),
            description: Description {
                name: "Riverside Polytechnic".into(),
                mark: MarkChange::Set(ImageType::Svg, MARK.as_bytes().to_vec()),
                ..Description::default()
            },
        };
        describe(world, &described).await.unwrap();
        let order = DefinitionOrder {
            tenant: tenant.clone(),
            actor: "registrar".into(),
            definition,
            seen: None,
        };
        define(world, &order).await.unwrap();
        confirmed(world, &tenant, MEASURING, COHORT).await;
        work_until_idle(world).await.unwrap();
        let id = &all(world, &tenant).await[0].id;
        let drawn = export(world, &tenant, id, Format::Svg).await.unwrap();
        let drawn = String::from_utf8(drawn.unwrap()).unwrap();
        assert!(drawn.contains(&format!("drew {expected}<")), "{drawn}");
        hosts_are_told_of_every_file(world).await;
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_drawn_is_refused_before_anything_is_issued_with_it() {
    let mut test = world().await;
    test.world.artwork = Arc::new(Telling);
    let world = &test.world;
    let tenant = institution_with(world, MEASURING).await;
    let order = DefinitionOrder {
        tenant,
        actor: "registrar".into(),
        definition: with_picture("<svg xmlns=\"http://www.w3.org/2000/svg\"><filter/></svg>"),
        seen: None,
    };
    let refused = revise(world, &order).await;
    assert!(
        matches!(refused, Err(VersionError::Picture(_))),
        "{refused:?}"
    );
}

/// Takes its time for paper, and counts how many sheets are drawn at the same time.
#[derive(Default)]
struct Slow {
    drawing: AtomicUsize,
    most: AtomicUsize,
}

impl Artwork for Slow {
    fn badge_png(&self, plate: &Plate) -> Result<Vec<u8>, ArtworkError> {
        PlainArtwork.badge_png(plate)
    }

    fn badge_svg(&self, plate: &Plate) -> Result<String, ArtworkError> {
        PlainArtwork.badge_svg(plate)
    }

    fn certificate_pdf(&self, sheet: &Certificate, json: &[u8]) -> Result<Vec<u8>, ArtworkError> {
        let drawing = self.drawing.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(drawing, Ordering::SeqCst);
        sleep(Duration::from_millis(50));
        self.drawing.fetch_sub(1, Ordering::SeqCst);
        PlainArtwork.certificate_pdf(sheet, json)
    }

    fn answer_pdf(&self, words: &[Certificate], answer: &[u8]) -> Result<Vec<u8>, ArtworkError> {
        PlainArtwork.answer_pdf(words, answer)
    }

    fn qr_svg(&self, link: &str) -> Result<String, ArtworkError> {
        PlainArtwork.qr_svg(link)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_is_drawn_at_the_same_time_than_there_are_cores_and_one() {
    let mut world = world().await;
    let slow = Arc::new(Slow::default());
    world.world.artwork = Arc::clone(&slow) as _;
    let tenant = institution_with(&world, MEASURING).await;
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    work_until_idle(&world).await.unwrap();
    let id = all(&world, &tenant).await.remove(0).id;
    let places = available_parallelism().map_or(2, |cores| cores.get() + 1);
    let mut asking = JoinSet::new();
    for _ in 0..(3 * places).min(400) {
        let (world, tenant, id) = (world.world.clone(), tenant.clone(), id.clone());
        asking.spawn(async move { export(&world, &tenant, &id, Format::Pdf).await });
    }
    for made in asking.join_all().await {
        assert!(made.unwrap().is_some());
    }
    assert!((1..=places).contains(&slow.most.load(Ordering::SeqCst)));
}
