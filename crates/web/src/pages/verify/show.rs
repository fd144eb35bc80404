//! The page about one credential in its frame.

use maud::{Markup, html};
use touchstone_page::credential::{View, show};

use super::here::{What, here};
use crate::assets;
use crate::templates::{Layout, SiteFrame, page};

/// The complete page, for a credential that was handed in.
pub fn show(site: &SiteFrame, view: &View) -> Markup {
    framed(site, view, None)
}

/// The complete page, with the place where the reader's browser can check for itself.
pub fn framed(site: &SiteFrame, view: &View, link: Option<&str>) -> Markup {
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
    page(&layout, &show::main(view, &place))
}
