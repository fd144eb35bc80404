//! The page that an error becomes in a browser: what happened, and the way out.

use maud::{Markup, html};

use crate::error::ApiError;
use crate::templates::{Act, Layout, SiteFrame, acts, page};

/// Renders an error. `request` is the number under which our log knows it.
pub fn problem(site: &SiteFrame, error: &ApiError, request: &str) -> Markup {
    let main = html! {
        h1 { (error.title()) }
        p { (error.detail) }
        @if !error.fields.is_empty() {
            ul { @for field in &error.fields { li { (field.detail) } } }
        }
        @if let Some(seconds) = error.retry_after_seconds {
            p { "Try again in " (seconds) " seconds." }
        }
        (acts(&[way_out(error)]))
        p.hint { "Error " code { (error.code) } ", request " code { (request) } }
    };
    page(&Layout::reading(error.title(), site), &main)
}

fn way_out(error: &ApiError) -> Act<'static> {
    if error.status.as_u16() == 401 {
        Act {
            href: "/signin",
            icon: Some("key"),
            label: "Sign in",
            main: true,
            ..Act::default()
        }
    } else {
        Act {
            href: "/verify",
            label: "Check a credential",
            ..Act::default()
        }
    }
}
