//! The picture of an achievement: choosing one, leaving it out, and looking at the one that is there.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};
use touchstone_service::issuing::{Definition, Image, ImageType, achievement};
use touchstone_service::operations::Permission;

use super::edit::{Form, Picture, Place};
use crate::ApiError;
use crate::answer::{Cache, public};
use crate::edge::sandboxed;
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, field, option};

/// `GET /achievements/ID/picture`: somebody's file, shown as a picture and never as a page (threats 53, 63).
pub async fn picture(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = achievement(&web.world, by.tenant(), &id, None).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let image = found.definition.image;
    let image = image.ok_or_else(|| ApiError::not_found("picture_not_found"))?;
    Ok(sandboxed(public(
        &asked,
        image.media_type.as_str(),
        image.bytes(),
        Cache::Private,
    )))
}

impl Picture {
    /// What the form says: a file that was chosen, or none any more, or one that was chosen before the preview, or the one that
    /// is there. What cannot be used is refused and dropped here: carried along, it would make the form too large to be sent.
    pub(super) fn sent(
        fields: &Fields,
        chosen: &[u8],
        before: Option<&Definition>,
    ) -> (Self, Option<Problem>) {
        let mut problem = None;
        if !chosen.is_empty() {
            match usable(Image::chosen(chosen)) {
                Some(image) => return (Self::Chosen(image), None),
                None => problem = Some(refused()),
            }
        }
        let there = before.and_then(|before| before.image.as_ref());
        if fields.ticked("remove_picture") {
            return (there.map_or(Self::None, |_| Self::Removed), problem);
        }
        if let Some(text) = fields.some("picture") {
            match carried(&text) {
                Some(image) => return (Self::Chosen(image), problem),
                None => problem = Some(refused()),
            }
        }
        (there.cloned().map_or(Self::None, Self::Kept), problem)
    }
}

/// The picture in the hidden field.
fn carried(text: &str) -> Option<Image> {
    let (kind, data) = text.split_once(',')?;
    let mut kinds = [ImageType::Png, ImageType::Svg].into_iter();
    let media_type = kinds.find(|known| known.as_str() == kind)?;
    let data = data.to_owned();
    usable(Image { media_type, data })
}

/// By the rule of the definition.
fn usable(image: Image) -> Option<Image> {
    Some(image).filter(|image| image.fault().is_none())
}

fn refused() -> Problem {
    Problem {
        field: "file".into(),
        words: "The file that was chosen cannot be used as a picture. Choose a PNG of at most 1 MB, or an SVG of at most 256 KB.".into(),
    }
}

/// The part of the form.
pub(super) fn field_set(place: &Place, form: &Form, error: Option<&str>) -> Markup {
    html! {
        fieldset {
            legend { "Picture" }
            (shown(place, form))
            @if matches!(form.picture, Picture::Kept(_) | Picture::Chosen(_)) {
                (option("checkbox", "remove_picture", "yes", &html! { "Remove it " span.hint { "The institution’s mark is then drawn plainly." } }, false))
            }
            (field(&Field {
                name: "file",
                label: match form.picture { Picture::None | Picture::Removed => "A picture of its own", _ => "Another picture" },
                hint: Some("PNG of at most 1 MB, or SVG of at most 256 KB. It stands on badge pictures, with the names below it."),
                error,
                control: Control::File(".svg,.png,image/svg+xml,image/png"),
                ..Field::default()
            }))
        }
    }
}

/// The one that is there.
pub(super) fn shown(place: &Place, form: &Form) -> Markup {
    match (&form.picture, place) {
        (Picture::Kept(_), Place::Version(id, ..)) => {
            let alt = format!("The picture of {}", form.name);
            html! { p { img src={ "/achievements/" (id) "/picture" } alt=(alt) width="96"; } }
        }
        (Picture::Chosen(image), _) => html! {
            input type="hidden" name="picture" value={ (image.media_type.as_str()) "," (image.data) };
            p { "A picture was chosen (" (kind(image.media_type)) ", " (image.bytes().len().div_ceil(1024)) " KB). It is kept once you save." }
        },
        (Picture::Removed, _) => html! {
            input type="hidden" name="remove_picture" value="yes";
            p { "The picture is removed once you save. The institution’s mark is then drawn plainly." }
        },
        (Picture::None | Picture::Kept(_), _) => {
            html! { p.hint { "None of its own: the institution’s mark is drawn plainly." } }
        }
    }
}

fn kind(kind: ImageType) -> &'static str {
    match kind {
        ImageType::Png => "PNG",
        ImageType::Svg => "SVG",
    }
}
