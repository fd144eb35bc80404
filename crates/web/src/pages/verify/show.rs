//! The page about one credential in its frame.

use maud::{Markup, html};
use touchstone_page::credential::{View, show};

use super::here::{What, here};
use crate::assets;
use crate::pages::roles::ask_for_role as ask;
use crate::templates::{Layout, SiteFrame, page};

/// The complete page, for a credential that was handed in. `besides` is what we know that is no part of the verdict.
pub fn show(site: &SiteFrame, view: &View, besides: Option<&Markup>) -> Markup {
    let carried = view
        .matching
        .as_ref()
        .and_then(|matching| matching.carried.as_deref());
    whole(site, view, None, carried, besides)
}

/// The complete page, with the place where the reader's browser can check for itself.
pub fn framed(
    site: &SiteFrame,
    view: &View,
    link: Option<&str>,
    besides: Option<&Markup>,
) -> Markup {
    whole(site, view, link, None, besides)
}

fn whole(
    site: &SiteFrame,
    view: &View,
    link: Option<&str>,
    carried: Option<&str>,
    besides: Option<&Markup>,
) -> Markup {
    let verifier = link.and_then(|_| assets::verifier());
    let title = show::title(view);
    let layout = Layout {
        certificate: true,
        aside: Some(("/verify", "Check another")),
        alternate: view
            .links
            .as_ref()
            .map(|links| ("application/vc", links.json.as_str())),
        attributions: &view.attributions,
        script: verifier.map(|verifier| verifier.script),
        ..Layout::reading(&title, site)
    };
    let place = link.map_or_else(|| html! {}, |link| here(verifier, What::Shown(link)));
    let role = match (link, carried) {
        (Some(link), _) => ask(&format!("/v/{link}/role"), None, None),
        (None, Some(text)) => ask("/verify/role", Some(text), None),
        (None, None) => html! {},
    };
    page(
        &layout,
        &html! {
            (show::main(view, &place))
            @if let Some(besides) = besides { (besides) }
            (role)
        },
    )
}
