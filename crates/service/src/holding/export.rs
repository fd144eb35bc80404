//! A credential as a file: JSON, a picture or a drawing with the credential in it, a certificate on paper.
//!
//! **Invariant:** what is inside every file is byte for byte the credential as it was sealed.

use std::{
    slice,
    sync::{Arc, Mutex, PoisonError},
};

use touchstone_bundle::MOST_OF_A_KIND;
use touchstone_store::{CredentialRow, StoreError, TenantId};
use touchstone_vc::{
    Credential, Said, Timestamp, View,
    bake::{BakeError, png, svg},
    in_sentence,
};

use super::prove::proof_bundle;
use crate::{
    World,
    elsewhere::elsewhere,
    issuing::{Definition, ImageType},
    logging::LogError,
    ports::{
        ArtworkError, Certificate, CheckNote, Fact, Level, Mark, ObjectError, ObjectKey, Plate, Who,
    },
    text::day,
};

/// In which form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Format {
    Json,
    Png,
    Svg,
    Pdf,
    /// The proof bundle: the credential with all that it takes to check it when everybody else is gone.
    Bundle,
}

impl Format {
    /// Those that are the credential itself, or have it inside.
    pub const ALL: [Self; 4] = [Self::Json, Self::Png, Self::Svg, Self::Pdf];

    /// Its name and the ending of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Bundle => "bundle",
        }
    }

    /// Reads a format by its name.
    pub fn parse(name: &str) -> Option<Self> {
        let all = Self::ALL.into_iter().chain([Self::Bundle]);
        all.into_iter().find(|format| format.as_str() == name)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/vc",
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Bundle => "application/vnd.touchstone.bundle+json",
        }
    }
}

/// Makes a file of one credential. None if this institution never issued it.
#[crate::boxed]
pub async fn export(
    world: &World,
    tenant: &TenantId,
    credential: &str,
    format: Format,
) -> Result<Option<Vec<u8>>, ExportError> {
    match world.store.read().credential(tenant, credential).await? {
        Some(row) => Ok(Some(file(world, &row, format).await?)),
        None => Ok(None),
    }
}

/// Makes a file of a credential that was read already.
#[crate::boxed]
pub async fn file(
    world: &World,
    row: &CredentialRow,
    format: Format,
) -> Result<Vec<u8>, ExportError> {
    match format {
        Format::Json => return Ok(row.bytes.clone()),
        Format::Bundle => return proof_bundle(world, slice::from_ref(row)).await,
        Format::Png | Format::Svg | Format::Pdf => {}
    }
    let studio = Studio::open(world, &row.tenant).await?;
    studio.file(world, row, format).await
}

/// Makes one proof bundle of several credentials of one institution. `Err` with the first of them that it never issued.
#[crate::boxed]
pub async fn export_bundle(
    world: &World,
    tenant: &TenantId,
    credentials: &[String],
) -> Result<Result<Vec<u8>, String>, ExportError> {
    if credentials.len() > MOST_OF_A_KIND {
        return Err(ExportError::TooMany);
    }
    let reader = world.store.read();
    let mut rows: Vec<CredentialRow> = Vec::new();
    for id in credentials {
        let Some(row) = reader.credential(tenant, id).await? else {
            return Ok(Err(id.clone()));
        };
        if rows.iter().all(|known| known.id != row.id) {
            rows.push(row);
        }
    }
    Ok(Ok(proof_bundle(world, &rows).await?))
}

/// A version of an achievement.
type Awarded = (String, i64);

/// What the files of one institution have in common: its mark, and the picture that was drawn last.
///
/// Everybody in a cohort has the same picture with another credential in it; it is drawn once.
#[derive(Default)]
pub(super) struct Studio {
    mark: Option<Mark>,
    own: Mutex<Option<(Awarded, Option<Mark>)>>,
    png: Mutex<Option<(Plate, Vec<u8>)>>,
    svg: Mutex<Option<(Plate, Vec<u8>)>>,
}

impl Studio {
    pub(super) async fn open(world: &World, tenant: &TenantId) -> Result<Arc<Self>, ExportError> {
        Ok(Arc::new(Self {
            mark: mark(world, tenant).await?,
            ..Self::default()
        }))
    }

    /// Makes a file of a credential.
    pub(super) async fn file(
        self: &Arc<Self>,
        world: &World,
        row: &CredentialRow,
        format: Format,
    ) -> Result<Vec<u8>, ExportError> {
        match format {
            Format::Json => return Ok(row.bytes.clone()),
            Format::Bundle => return proof_bundle(world, slice::from_ref(row)).await,
            Format::Png | Format::Svg | Format::Pdf => {}
        }
        let link = world
            .store
            .read()
            .public_link_of(&row.tenant, &row.id)
            .await?;
        let link = link.map(|link| world.site.link(&format!("/v/{}", link.link)));
        let own = self.own_picture(world, row).await?;
        let (studio, world, row) = (Arc::clone(self), world.clone(), row.clone());
        elsewhere(move || studio.draw(&world, &row, format, own, link)).await
    }

    /// The picture that the achievement has of its own, in the version that was awarded.
    async fn own_picture(
        &self,
        world: &World,
        row: &CredentialRow,
    ) -> Result<Option<Mark>, StoreError> {
        let awarded = (row.achievement.clone(), row.version);
        let known = || self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, picture)) = &*known()
            && *of == awarded
        {
            return Ok(picture.clone());
        }
        let version = world
            .store
            .read()
            .achievement_version(&row.tenant, &row.achievement, row.version)
            .await?;
        let definition =
            version.and_then(|version| Definition::from_json(version.document.as_bytes()).ok());
        let image = definition.and_then(|definition| definition.image);
        let picture = image.map(|image| match image.media_type {
            ImageType::Png => Mark::Png(image.bytes()),
            ImageType::Svg => Mark::Svg(image.bytes()),
        });
        *known() = Some((awarded, picture.clone()));
        Ok(picture)
    }

    fn draw(
        &self,
        world: &World,
        row: &CredentialRow,
        format: Format,
        own: Option<Mark>,
        link: Option<String>,
    ) -> Result<Vec<u8>, ExportError> {
        let credential = Credential::parse(&row.bytes).map_err(|_| ExportError::Unreadable)?;
        let json = std::str::from_utf8(&row.bytes).map_err(|_| ExportError::Unreadable)?;
        let view = credential.view();
        let language = view
            .achievement
            .as_ref()
            .and_then(|achievement| achievement.in_language)
            .unwrap_or("en");
        let plate = Plate {
            mark: self.mark.clone(),
            achievement: view.title().unwrap_or_default().to_owned(),
            issuer: view.issuer.name.unwrap_or_default().to_owned(),
            language: language.to_owned(),
        };
        match format {
            // Made without drawing anything.
            Format::Json | Format::Bundle => Ok(row.bytes.clone()),
            Format::Png => {
                let drawn = |plate: &_| world.artwork.badge_png(plate);
                Ok(png::bake(&pictured(&self.png, plate, own, drawn)?, json)?)
            }
            Format::Svg => {
                let drawn = |plate: &_| Ok(world.artwork.badge_svg(plate)?.into_bytes());
                Ok(svg::bake(&pictured(&self.svg, plate, own, drawn)?, json)?)
            }
            Format::Pdf => {
                let certificate = certificate(&view, plate, link, world.clock.now());
                Ok(world.artwork.certificate_pdf(&certificate, &row.bytes)?)
            }
        }
    }
}

/// The picture of a badge: the achievement's own, or else the issuer's mark. An own one that cannot be drawn is from before that was
/// asked of it.
fn pictured(
    at_hand: &Mutex<Option<(Plate, Vec<u8>)>>,
    plate: Plate,
    own: Option<Mark>,
    draw: impl Fn(&Plate) -> Result<Vec<u8>, ArtworkError>,
) -> Result<Vec<u8>, ArtworkError> {
    if own.is_some() {
        let with_own = Plate {
            mark: own,
            ..plate.clone()
        };
        if let Ok(drawn) = once(at_hand, with_own, &draw) {
            return Ok(drawn);
        }
    }
    once(at_hand, plate, draw)
}

/// The picture of a plate: the one at hand, or a new one that is at hand from now on.
fn once(
    at_hand: &Mutex<Option<(Plate, Vec<u8>)>>,
    plate: Plate,
    draw: impl FnOnce(&Plate) -> Result<Vec<u8>, ArtworkError>,
) -> Result<Vec<u8>, ArtworkError> {
    // Whoever panicked while holding it left a whole picture or none.
    let mut at_hand = at_hand.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((drawn, picture)) = &*at_hand
        && *drawn == plate
    {
        return Ok(picture.clone());
    }
    let picture = draw(&plate)?;
    *at_hand = Some((plate, picture.clone()));
    Ok(picture)
}

/// The words of the certificate: what the issuer stated, true for as long as the paper lasts.
fn certificate(view: &View<'_>, plate: Plate, link: Option<String>, now: Timestamp) -> Certificate {
    let issuer = plate.issuer;
    let name = view.subject.names.first().copied();
    let said = view.said(true);
    let (verb, task) = match said {
        Said::Can(task) => ("can", in_sentence(task)),
        Said::Earned(title) => ("has earned", format!("“{title}”.")),
    };
    Certificate {
        language: "en".into(),
        title: format!("{} · {issuer}", plate.achievement),
        lead: format!("{issuer} states that"),
        who: name.map(|name| Who {
            before: String::new(),
            name: name.to_owned(),
            after: verb.into(),
        }),
        task: match name {
            Some(_) => task,
            None => format!("the person it was awarded to {verb} {task}"),
        },
        level: level(view),
        facts: facts(view, said),
        issuer: Some(Fact {
            label: "Issued by".into(),
            lines: [Some(issuer.as_str()), view.issuer.url].into_iter().flatten().map(str::to_owned).collect(),
        }),
        mark: plate.mark,
        check: CheckNote {
            heading: "Check it".into(),
            words: "The credential is attached to this file as credential.json. Whether it still stands is shown by any verifier of Open Badges 3.0.".into(),
            link,
            credential_id: view.id.unwrap_or_default().to_owned(),
            missing_characters: "Not every character could be drawn with the fonts of this installation; the attached credential holds them all.".into(),
        },
        made_at_unix_seconds: now.unix_millis() / 1_000,
    }
}

fn level(view: &View<'_>) -> Option<Level> {
    let result = view
        .results
        .iter()
        .find(|result| !result.levels.is_empty())?;
    let place = result.levels.iter().position(|level| level.reached)?;
    let reached = &result.levels[place];
    let name = reached.name.unwrap_or_default();
    let described = reached
        .description
        .map(|text| format!(" {text}"))
        .unwrap_or_default();
    Some(Level {
        words: format!(
            "Level {} of {}: {name}.{described}",
            place + 1,
            result.levels.len()
        ),
        names: result
            .levels
            .iter()
            .map(|level| level.name.unwrap_or_default().to_owned())
            .collect(),
        reached: place + 1,
    })
}

fn facts(view: &View<'_>, said: Said<'_>) -> Vec<Fact> {
    let fact = |label: &str, lines: Vec<String>| Fact {
        label: label.to_owned(),
        lines,
    };
    let evidence = view
        .evidence
        .iter()
        .filter_map(|piece| piece.name.or(piece.id));
    let evidence: Vec<String> = evidence.map(str::to_owned).collect();
    // As on the page: the name of what was earned where the sentence says the task, and what it is about unless that was said.
    let achievement = view.achievement.as_ref();
    let about = achievement
        .and_then(|achievement| achievement.description)
        .filter(|text| said != Said::Can(text));
    let mut facts = Vec::new();
    if let (Said::Can(_), Some(title)) = (said, view.title()) {
        facts.push(fact("Credential", vec![title.to_owned()]));
    }
    if let Some(about) = about {
        facts.push(fact("About", vec![about.to_owned()]));
    }
    if let Some(assessor) = view.assessor.as_ref().and_then(|assessor| assessor.name) {
        facts.push(fact("Assessed by", vec![assessor.to_owned()]));
    }
    if !evidence.is_empty() {
        facts.push(fact("Evidence", evidence));
    }
    if let Some(awarded) = view.awarded_date.or(view.valid_from) {
        facts.push(fact("Awarded", vec![day(awarded)]));
    }
    facts.push(fact(
        "Good until",
        vec![view.valid_until.map_or_else(|| "No end date".into(), day)],
    ));
    facts
}

async fn mark(world: &World, tenant: &TenantId) -> Result<Option<Mark>, ExportError> {
    let institution = world.store.read().institution(tenant).await?;
    let Some(key) = institution.and_then(|institution| institution.mark) else {
        return Ok(None);
    };
    let key = ObjectKey::new(key).map_err(|_| ExportError::Unreadable)?;
    let Some(bytes) = world.objects.read(&key).await? else {
        return Ok(None);
    };
    let is_svg = key.as_str().ends_with(".svg");
    Ok(Some(if is_svg {
        Mark::Svg(bytes)
    } else {
        Mark::Png(bytes)
    }))
}

/// Why no file was made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A stored credential or mark cannot be read.
    #[error("what is stored cannot be read")]
    Unreadable,
    /// The log does not have everything yet that a bundle proves.
    #[error("not everything is in the public log yet; ask again in some seconds")]
    NotLogged,
    /// One bundle tells of one issuer.
    #[error(
        "they were issued under more than one identifier of the institution; ask for a bundle of those of each"
    )]
    SeveralIssuers,
    /// More than a reader takes.
    #[error("more than one bundle may hold (1,000 credentials, 16 MiB); ask for several")]
    TooMany,
    /// The log cannot be read.
    #[error(transparent)]
    Log(Box<LogError>),
    /// The picture or paper could not be drawn.
    #[error(transparent)]
    Artwork(#[from] ArtworkError),
    /// The credential could not be put into the picture.
    #[error(transparent)]
    Bake(#[from] BakeError),
    /// The mark could not be read.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use touchstone_vc::view::{AchievementView, AlignmentView, Subject};

    use super::*;

    fn paper(names: &[&'static str], task: Option<&'static str>) -> Certificate {
        let view = View {
            subject: Subject {
                names: names.to_vec(),
                ..Subject::default()
            },
            achievement: Some(AchievementView {
                name: Some("Precision measurement"),
                description: Some("Measure finished parts"),
                alignment: task
                    .map(|task| AlignmentView {
                        target_name: Some(task),
                        target_type: Some("ext:Task"),
                        ..AlignmentView::default()
                    })
                    .into_iter()
                    .collect(),
                ..AchievementView::default()
            }),
            ..View::default()
        };
        let plate = Plate {
            achievement: "Precision measurement".into(),
            issuer: "Riverside".into(),
            ..Plate::default()
        };
        certificate(&view, plate, None, Timestamp::from_unix_millis(0))
    }

    fn labels(paper: &Certificate) -> Vec<&str> {
        paper.facts.iter().map(|fact| fact.label.as_str()).collect()
    }

    #[test]
    fn paper_says_can_where_a_task_is_named_as_the_page_does() {
        let named = paper(&["Amara Okafor"], Some("Measure parts"));
        let who = named.who.as_ref().unwrap();
        assert_eq!(
            (who.name.as_str(), who.after.as_str()),
            ("Amara Okafor", "can")
        );
        assert_eq!(named.task, "measure finished parts.");
        assert_eq!(labels(&named), ["Credential", "Good until"]);
        let unnamed = paper(&[], Some("Measure parts"));
        assert_eq!(
            unnamed.task,
            "the person it was awarded to can measure finished parts."
        );
    }

    #[test]
    fn paper_says_has_earned_where_no_task_is_named() {
        let named = paper(&["Amara Okafor"], None);
        assert_eq!(named.who.as_ref().unwrap().after, "has earned");
        assert_eq!(named.task, "“Precision measurement”.");
        assert_eq!(labels(&named), ["About", "Good until"]);
    }
}
