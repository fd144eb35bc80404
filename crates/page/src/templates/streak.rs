//! The level that was reached, rubbed on the stone beside the other levels; always after a line that says it in words.

use maud::{Markup, html};

/// How the streak stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StreakState {
    /// As rubbed.
    Stands,
    /// Washed away: the level was withdrawn.
    Gone,
    /// Not rubbed yet: nobody could look.
    Unsure,
}

/// All levels in order, with the one that was reached (from 0).
pub fn streak(levels: &[impl AsRef<str>], reached: usize, state: StreakState) -> Markup {
    let class = match state {
        StreakState::Stands => "streak",
        StreakState::Gone => "streak gone",
        StreakState::Unsure => "streak unsure",
    };
    html! {
        ol class=(class) {
            @for (place, name) in levels.iter().enumerate() {
                li aria-current=[(place == reached).then_some("true")] { (place + 1) " " span { bdi { (name.as_ref()) } } }
            }
        }
    }
}

/// The same in a list, small. It says nothing that the words beside it do not.
pub fn mini(reached: usize, levels: usize) -> Markup {
    html! {
        svg.mini viewBox={ "0 0 " (levels) " 1" } preserveAspectRatio="none" aria-hidden="true" {
            path d={ "M0 .25h" (reached + 1) "v.5H0z" } stroke="none" {}
        }
    }
}
