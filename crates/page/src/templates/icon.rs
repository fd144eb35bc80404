//! An icon of the sprite, always beside a word.

use maud::{Markup, html};

use crate::sprite;

/// Draws the icon called `name`. Readers that do not see it lose nothing.
pub fn icon(name: &str) -> Markup {
    html! { svg.i aria-hidden="true" { use href={ (sprite::href()) "#" (name) } {} } }
}
