//! The page about one credential in its frame.

use maud::Markup;
use touchstone_page::credential::{View, show};

use crate::templates::{Layout, SiteFrame, page};

/// The complete page.
pub fn show(site: &SiteFrame, view: &View) -> Markup {
    let title = show::title(view);
    let layout = Layout {
        certificate: true,
        aside: Some(("/verify", "Check another")),
        alternate: view
            .links
            .as_ref()
            .map(|links| ("application/vc", links.json.as_str())),
        attributions: &view.attributions,
        ..Layout::reading(&title, site)
    };
    page(&layout, &show::main(view))
}
