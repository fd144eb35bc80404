//! What somebody presents was handed in: the page about all of it.

use axum::response::{IntoResponse, Response};
use maud::html;
use touchstone_page::credential::{Part, Presented, View};
use touchstone_service::verifying::{Way, issued_here};
use touchstone_vc::{Presentation, PresentationReport};

use super::answer::known;
use crate::ApiError;
use crate::pages::institution::no_longer_awarded;
use crate::state::Web;
use crate::tally::count_all;
use crate::templates::{Layout, page};
use crate::words;

/// Shows what was found of the presentation in `text`.
pub(super) async fn shown(
    web: &Web,
    text: &[u8],
    report: &PresentationReport,
) -> Result<Response, ApiError> {
    let presentation = Presentation::parse(text).map_err(|error| ApiError::internal(&error))?;
    count_all(web, report, &presentation, Way::HandedIn).await;
    let mut parts = Vec::with_capacity(report.credentials.len());
    let (mut attributions, mut besides) = (Vec::new(), Vec::new());
    for (presented, enclosed) in report.credentials.iter().zip(presentation.credentials()) {
        let view = match (&enclosed.credential, &presented.found) {
            (Ok(credential), Ok(report)) => {
                let here = issued_here(&web.world, credential, report).await?;
                if let Some(here) = &here {
                    let over = here.no_longer_awarded(&web.world).await?;
                    let name = format!("credential {}", parts.len() + 1);
                    besides.push(no_longer_awarded(&name, over.as_ref()));
                }
                let known = known(web, here.as_ref());
                let view = View::of(&credential.view(), report, known);
                attributions.extend(view.attributions.iter().cloned());
                Ok(Box::new(view))
            }
            (Err(error), _) | (_, Err(error)) => Err(words::credential(error)),
        };
        parts.push(Part {
            about: presented.about,
            view,
        });
    }
    attributions.sort_unstable();
    attributions.dedup();
    let shown = Presented::of(report, parts);
    let title = shown.title();
    let layout = Layout {
        certificate: true,
        aside: Some(("/verify", "Check another")),
        attributions: &attributions,
        ..Layout::reading(&title, &web.edge.site)
    };
    let main = html! { (shown.main()) @for one in &besides { (one) } };
    Ok(page(&layout, &main).into_response())
}
