//! The keys along a line of time: from when each was published, signed, and was ended.

use maud::{Markup, html};
use touchstone_service::operations::signing_key::{KeyState, SigningKey};
use touchstone_vc::Timestamp;

use crate::templates::{Moment, day_text};

/// One key in the picture.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub made: Moment,
    /// When it began to sign.
    pub from: Option<Moment>,
    /// When it stopped; now, if it has not.
    pub until: Moment,
    /// It has stopped.
    pub ended: bool,
    /// It was given up.
    pub given_up: bool,
    /// Its state in a few words, for who does not see the picture.
    pub words: &'static str,
}

impl Bar {
    /// The bar of a key, as of `now`.
    pub fn of(key: &SigningKey, now: Timestamp) -> Self {
        let ended = key.ended_at();
        Self {
            id: key.id.clone(),
            made: key.made_at.into(),
            from: key.signed_from().map(Into::into),
            until: ended.unwrap_or(now).into(),
            ended: ended.is_some(),
            given_up: key.compromised_since.is_some(),
            words: match key.state {
                KeyState::Pending => "is announced",
                KeyState::Active => "signs",
                KeyState::Retired => "signs no more",
                KeyState::Compromised => "was given up",
                KeyState::Destroyed => "was destroyed",
            },
        }
    }
}

/// Draws them, the oldest first.
pub fn picture(bars: &[Bar]) -> Markup {
    let Some(begin) = bars.iter().map(|bar| bar.made.0).min() else {
        return html! {};
    };
    let end = bars.iter().map(|bar| bar.until.0).max().unwrap_or(begin);
    let span = (end - begin).max(1);
    // Whole units of the picture; a key of a moment still has a place.
    let across = |at: Moment| LEFT + (at.0 - begin).clamp(0, span) * (RIGHT - LEFT) / span;
    let height = TOP + ROW * i64::try_from(bars.len()).unwrap_or(0) + FOOT;
    let told: Vec<String> = bars
        .iter()
        .map(|bar| format!("{} {}", bar.id, bar.words))
        .collect();
    html! {
        section.scroll tabindex="0" aria-label="Keys along time" {
            figure {
                svg.fig.tree viewBox={ "0 0 640 " (height) } role="img" aria-labelledby="keys-title keys-text" {
                    title id="keys-title" { "When each key signed" }
                    desc id="keys-text" { (told.join("; ")) "." }
                    @for (row, bar) in (0..).zip(bars) {
                        @let y = TOP + ROW * row;
                        @let (made, until) = (across(bar.made), across(bar.until).max(across(bar.made) + 4));
                        text x=(LEFT) y=(y + 14) { (bar.id) }
                        path.l d={ "M" (made) " " (y + 28) "H" (until) } {}
                        @if let Some(from) = bar.from {
                            @let from = across(from);
                            path.p d={ "M" (from) " " (y + 28) "H" (until.max(from + 4)) } {}
                            path.g d={ "M" (from) " " (y + 20) "l8 8-8 8-8-8z" } {}
                        }
                        @if bar.ended {
                            @if bar.given_up { circle.s cx=(until) cy=(y + 28) r="8" {} }
                            @else { path.k d={ "M" (until - 7) " " (y + 21) "h14v14h-14z" } {} }
                        }
                    }
                    text.q x=(LEFT) y=(height - 8) { (day_text(Moment(begin))) }
                    text.q x=(RIGHT) y=(height - 8) text-anchor="end" { (day_text(Moment(end))) }
                }
            }
        }
        ul.plain.row {
            li { svg.i viewBox="0 0 24 24" aria-hidden="true" { path.g d="M12 1l11 11-11 11L1 12z" {} } " begins to sign" }
            li { svg.i viewBox="0 0 24 24" aria-hidden="true" { path.k d="M2 2h20v20H2z" {} } " signs no more" }
            li { svg.i viewBox="0 0 24 24" aria-hidden="true" { circle.s cx="12" cy="12" r="9" {} } " given up" }
        }
    }
}

const LEFT: i64 = 16;
const RIGHT: i64 = 624;
const TOP: i64 = 8;
const ROW: i64 = 52;
const FOOT: i64 = 32;
