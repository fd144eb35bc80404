//! Saying who an institution is, and saying it anew.

use std::{fmt, sync::Arc};

use touchstone_store::{AuditLine, InstitutionRow, ObjectRow, StoreError, TenantId};

use super::{ImageType, achievement::is_picture, intake::email};
use crate::{
    World,
    digest::sha256_hex,
    ports::{ArtworkError, Mark, ObjectError, ObjectKey, Plate},
    text::is_direction_override,
};

/// Who an institution is, as it was entered.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Description {
    /// Name as it stands on credentials.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// Legal identifier, as the institution writes it.
    pub legal_id: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Where questions go: a mail address.
    pub contact: Option<String>,
    /// What becomes of the brand mark.
    pub mark: MarkChange,
}

/// What becomes of the brand mark.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum MarkChange {
    /// The one that is there stays.
    #[default]
    Keep,
    /// This one takes its place.
    Set(ImageType, Vec<u8>),
    /// There is none from now on.
    Remove,
}

/// A request to describe an institution anew.
#[derive(Clone, Debug)]
pub struct Redescription {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Who it is now. Everything but a mark that is kept replaces what was there.
    pub description: Description,
}

/// Describes an institution anew. Credentials already issued stay as they are.
#[crate::boxed]
pub async fn describe(world: &World, order: &Redescription) -> Result<(), DescribeError> {
    let described = &order.description.check().map_err(DescribeError::Faulty)?;
    let mark = &described.keep_mark(world).await?;
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx
                .institution(&order.tenant)
                .await?
                .ok_or(DescribeError::NoSuchInstitution)?;
            tx.change_institution(InstitutionRow {
                name: described.name.clone(),
                country: described.country.clone(),
                legal_id: described.legal_id.clone(),
                website: described.website.clone(),
                contact_email: described.contact.clone(),
                mark: match described.mark {
                    MarkChange::Keep => row.mark.clone(),
                    MarkChange::Set(..) | MarkChange::Remove => mark.clone(),
                },
                ..row
            })
            .await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "institution.describe".into(),
                subject: order.tenant.to_string(),
                detail: serde_json::json!({
                    "name": described.name,
                    "mark": mark,
                    "markRemoved": described.mark == MarkChange::Remove,
                })
                .to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// Why an institution was not described anew.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    /// No such institution.
    #[error("no such institution")]
    NoSuchInstitution,
    /// What is said of it is faulty.
    #[error("{}", DescriptionFault::words(.0))]
    Faulty(Vec<DescriptionFault>),
    /// The brand mark cannot be drawn.
    #[error("mark: {0}")]
    Mark(#[from] ArtworkError),
    /// The brand mark was not stored.
    #[error("brand mark: {0}")]
    Object(#[from] ObjectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One fault of a description. Written out, it says where, what and the way out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DescriptionFault {
    /// Where.
    pub field: &'static str,
    /// What, and the way out.
    pub message: &'static str,
}

impl DescriptionFault {
    pub(super) fn words(faults: &[Self]) -> String {
        faults
            .iter()
            .map(Self::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl fmt::Display for DescriptionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// A description in which nothing is wrong.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) country: Option<String>,
    pub(super) legal_id: Option<String>,
    pub(super) website: Option<String>,
    pub(super) contact: Option<String>,
    mark: MarkChange,
}

impl Description {
    /// Checks everything, and names every fault.
    pub(super) fn check(&self) -> Result<Described, Vec<DescriptionFault>> {
        let mut faults = Vec::new();
        let mut fault = |field, message| faults.push(DescriptionFault { field, message });
        let text = |text: &Option<String>| {
            let text = text
                .as_deref()
                .unwrap_or_default()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            (!text.is_empty()).then_some(text)
        };
        let unfit = |text: &str| {
            text.chars().count() > 200
                || text
                    .chars()
                    .any(|c| c.is_control() || is_direction_override(c))
        };
        let name = text(&Some(self.name.clone())).unwrap_or_default();
        if name.is_empty() {
            fault(
                "name",
                "is missing; write the name that stands on credentials",
            );
        } else if unfit(&name) {
            fault(
                "name",
                "is too long or has characters that cannot be seen; shorten it to 200 characters, or type it anew",
            );
        }
        let country = text(&self.country).map(|country| country.to_ascii_uppercase());
        if country
            .as_deref()
            .is_some_and(|country| !COUNTRIES.split(' ').any(|known| known == country))
        {
            fault(
                "country",
                "is not a country code; write two letters of ISO 3166, such as IE or DE",
            );
        }
        let legal_id = text(&self.legal_id);
        if legal_id.as_deref().is_some_and(unfit) {
            fault(
                "legalId",
                "is too long or has characters that cannot be seen; shorten it to 200 characters, or type it anew",
            );
        }
        let website = text(&self.website);
        let web = |url: url::Url| matches!(url.scheme(), "https" | "http") && url.has_host();
        if website
            .as_deref()
            .is_some_and(|text| text.len() > 2000 || !url::Url::parse(text).is_ok_and(web))
        {
            fault(
                "website",
                "is not an address; write it like https://example.edu",
            );
        }
        let contact = text(&self.contact).map(|text| email(&text).map_err(|_| ()));
        if contact == Some(Err(())) {
            fault(
                "contact",
                "is not a mail address; write it like registrar@example.edu",
            );
        }
        if let MarkChange::Set(kind, bytes) = &self.mark
            && (bytes.len() > LARGEST_MARK || !is_picture(*kind, bytes))
        {
            fault("mark", "must be an SVG or PNG picture of at most 512 KB");
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let contact = contact.and_then(Result::ok);
        Ok(Described {
            name,
            country,
            legal_id,
            website,
            contact,
            mark: self.mark.clone(),
        })
    }
}

impl Described {
    /// Stores the mark under a name that follows from its bytes, and answers with that name. Repeating it changes nothing.
    pub(super) async fn keep_mark(&self, world: &World) -> Result<Option<String>, MarkError> {
        let MarkChange::Set(kind, bytes) = &self.mark else {
            return Ok(None);
        };
        drawable(world, *kind, bytes).await?;
        let sha256 = sha256_hex(world.crypto, bytes);
        let end = match kind {
            ImageType::Png => "png",
            ImageType::Svg => "svg",
        };
        let key = ObjectKey::new(format!("mark/{sha256}.{end}"))
            .expect("hex and a short ending make a key");
        world.objects.put(&key, bytes).await?;
        let row = &ObjectRow {
            key: key.as_str().to_owned(),
            media_type: kind.as_str().to_owned(),
            bytes_len: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256,
            created_at: world.clock.now().unix_millis(),
        };
        world
            .store
            .write(|mut tx| async move { tx.add_object(row.clone()).await })
            .await?;
        Ok(Some(row.key.clone()))
    }
}

/// Draws a badge with the mark, once, to see that it can be done: every picture and certificate will need it.
pub(super) async fn drawable(
    world: &World,
    kind: ImageType,
    bytes: &[u8],
) -> Result<(), MarkError> {
    let mark = match kind {
        ImageType::Png => Mark::Png(bytes.to_vec()),
        ImageType::Svg => Mark::Svg(bytes.to_vec()),
    };
    let (artwork, plate) = (
        Arc::clone(&world.artwork),
        Plate {
            mark: Some(mark),
            ..Plate::default()
        },
    );
    let drawn = tokio::task::spawn_blocking(move || artwork.badge_png(&plate)).await;
    match drawn {
        Ok(drawn) => Ok(drawn.map(drop)?),
        Err(_) => Err(ObjectError::Unavailable("interrupted".into()).into()),
    }
}

/// Why a picture is not taken, or a mark was not stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum MarkError {
    #[error(transparent)]
    Artwork(#[from] ArtworkError),
    #[error(transparent)]
    Object(#[from] ObjectError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MarkError> for DescribeError {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Artwork(error) => Self::Mark(error),
            MarkError::Object(error) => Self::Object(error),
            MarkError::Store(error) => Self::Store(error),
        }
    }
}

impl From<MarkError> for super::found::FoundError {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Artwork(error) => Self::Mark(error),
            MarkError::Object(error) => Self::Object(error),
            MarkError::Store(error) => Self::Store(error),
        }
    }
}

const LARGEST_MARK: usize = 512 * 1024;

/// ISO 3166-1 alpha-2, officially assigned.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU \
    MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB \
    SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY \
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
