//! What can be done here: links that look like buttons; one of them is the main one.

use maud::{Markup, html};

use super::icon;

/// One link among the acts of a page.
#[derive(Clone, Debug, Default)]
pub struct Act<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// The icon before it.
    pub icon: Option<&'a str>,
    /// Its words.
    pub label: &'a str,
    /// Something small after it: a size, a kind.
    pub small: Option<&'a str>,
    /// The page's main act. At most one.
    pub main: bool,
    /// Saves what it leads to instead of opening it.
    pub download: bool,
}

/// The row of acts.
pub fn acts(list: &[Act<'_>]) -> Markup {
    html! { p.acts { @for act in list { (link(act)) " " } } }
}

fn link(act: &Act<'_>) -> Markup {
    let class = if act.main { "button main" } else { "button" };
    html! {
        a class=(class) href=(act.href) download[act.download] {
            @if let Some(name) = act.icon { (icon(name)) " " }
            (act.label)
            @if let Some(small) = act.small { " " small { (small) } }
        }
    }
}
