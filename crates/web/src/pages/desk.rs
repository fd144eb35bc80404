//! The frame of the pages on which members work.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use crate::templates::{Layout, Nav, SiteFrame, csrf, page};

/// Who is at work, and where.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The site.
    pub site: std::sync::Arc<SiteFrame>,
    /// The institution's name.
    pub institution: String,
    /// The institution's short name in addresses.
    pub slug: String,
    /// The member's name.
    pub member: String,
    /// What the member may do, in words: "registrar".
    pub role: String,
    /// Everything that the member may do.
    pub rights: Vec<Permission>,
    /// The token that this session's forms carry.
    pub form_token: String,
    /// What was drawn for the forms of this page that make something.
    pub drawn: String,
}

impl Desk {
    /// A working page. `here` is the address of the place in the navigation that it belongs to.
    pub fn page(&self, title: &str, here: &str, main: &Markup) -> Markup {
        self.framed(title, here, None, main)
    }

    /// A working page that a script adds to. Its answer needs the policy that lets the script run.
    pub fn page_with_script(&self, title: &str, here: &str, script: &str, main: &Markup) -> Markup {
        self.framed(title, here, Some(script), main)
    }

    /// Whether the member may do it. Every handler and every button on a page asks here, so that no page offers what is refused.
    pub fn may(&self, permission: Permission) -> bool {
        self.rights.contains(&permission)
    }

    /// The way around, as far as the member may go: address and words.
    fn places(&self) -> Vec<(&'static str, &'static str)> {
        let open = PLACES.iter().filter(|(.., needs)| self.may(*needs));
        open.map(|(href, words, _)| (*href, *words)).collect()
    }

    fn framed(&self, title: &str, here: &str, script: Option<&str>, main: &Markup) -> Markup {
        let places = self.places();
        let person = format!("{}, {}", self.member, self.role);
        let layout = Layout {
            wide: true,
            script,
            nav: Some(Nav {
                places: &places,
                here,
                person: Some(("/me", &person)),
            }),
            ..Layout::reading(title, &self.site)
        };
        page(&layout, main)
    }

    /// A form that changes something.
    pub fn form(&self, action: &str, body: &Markup) -> Markup {
        html! { form action=(action) method="post" { (csrf(&self.form_token)) (body) } }
    }

    /// A form that makes something new: sent a second time as it is, it makes it once ([`Fields::drawn`](crate::signed_in::Fields::drawn)).
    pub fn form_once(&self, action: &str, body: &Markup) -> Markup {
        self.form(
            action,
            &html! { input type="hidden" name="drawn" value=(self.drawn); (body) },
        )
    }

    /// A form that changes something and takes a file.
    pub fn upload(&self, action: &str, body: &Markup) -> Markup {
        html! { form action=(action) method="post" enctype="multipart/form-data" { (csrf(&self.form_token)) (body) } }
    }

    /// A button that is a form by itself.
    pub fn button(&self, action: &str, body: &Markup) -> Markup {
        html! { form.acts action=(action) method="post" { (csrf(&self.form_token)) button { (body) } } }
    }
}

const PLACES: &[(&str, &str, Permission)] = &[
    ("/today", "Today", Permission::Read),
    ("/achievements", "Achievements", Permission::Read),
    ("/cohorts", "Cohorts", Permission::Read),
    ("/credentials", "Credentials", Permission::Read),
    ("/mappings", "Crosswalks", Permission::Read),
    ("/roles", "Roles", Permission::Read),
    ("/deliveries", "Deliveries", Permission::Read),
    ("/audit", "Record", Permission::Audit),
    ("/members", "Members", Permission::Read),
    ("/institution", "Institution", Permission::Read),
];

/// The way back up, before the heading.
pub fn trail(steps: &[(&str, &str)]) -> Markup {
    html! { p { @for (place, (href, words)) in steps.iter().enumerate() {
        @if place > 0 { " / " }
        a href=(href) { (words) }
    } } }
}

/// The way to the next page of a list.
pub fn further(href: Option<&str>) -> Markup {
    html! { @if let Some(href) = href { p.acts { a.button href=(href) { "Show more" } } } }
}

/// One line where a list has nothing in it, with the way to fill it.
pub fn nothing(words: &str, way: Option<(&str, &str)>) -> Markup {
    html! {
        p { (words) }
        @if let Some((href, label)) = way { p.acts { a.button href=(href) { (label) } } }
    }
}
