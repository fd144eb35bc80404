//! Renders a [`View`]: meaning first, then the issuer, then the checks one by one. The frame around it is the server's.

use maud::{Markup, html};
use touchstone_vc::{full_stop, in_sentence};

use super::view::{Claim, Evidence, Holder, Level, Stand, View};
use super::whom::whom;
use crate::templates::{
    Act, StreakState, Tone, acts, checks, day, day_text, fact, facts, markdown, minute,
    minute_text, month_span, note, statement, streak, verdict,
};
use crate::text::{Oddity, clean, oddity};
use crate::words::{self, Caller};

/// The main part of the page.
///
/// `here` stands below "Check it yourself".
pub fn main(view: &View, here: &Markup) -> Markup {
    let (tone, words) = words::verdict(view.stand);
    html! {
        (verdict(tone, &words, &html! { (good_until(view)) (tried(view)) " " (minute(view.checked)) }))
        (said(view))
        (level(view))
        (needs_a_word(view))
        (whom_it_is_about(view))
        (body(view, markdown))
        (what_stands_inside(view))
        (what_was_checked(view))
        (way_out(view))
        (check_it_yourself(view))
        (here)
        (who_learns(view))
    }
}

/// The main part of the page, made in the reader's own browser from a file that was not sent.
pub fn main_here(view: &View) -> Markup {
    let (tone, words) = words::verdict(view.stand);
    html! {
        (verdict(tone, &words, &html! { (good_until(view)) (tried(view)) " in this browser " (minute(view.checked)) }))
        (said(view))
        (level(view))
        (needs_a_word(view))
        (whom_it_is_about(view))
        (body(view, paragraphs))
        (what_stands_inside(view))
        (what_was_checked(view))
        @if view.stand == Stand::Unknown {
            (note(None, Some("device"), "Checked without asking anybody", &html! {
                p { "Not all that the issuer publishes was at hand in this browser, and asking for it would have told somebody. Hand the file in with the form, and we ask." }
            }))
        }
        (way_out(view))
        (nobody_learns())
    }
}

/// Who learns of what was judged in the reader's own browser.
pub(super) fn nobody_learns() -> Markup {
    note(
        None,
        Some("lock"),
        "Who learns that you looked",
        &html! {
            p { "Nobody, not even we. The file was read and judged in this browser, and no byte of it was sent." }
        },
    )
}

/// Paragraphs and flat lists of Markdown, the rest as it is: a reader of all of it would add a fifth to what a browser loads.
pub(super) fn paragraphs(text: &str) -> Markup {
    let plain = text.replace("**", "");
    let parts = plain.split("\n\n").filter(|part| !part.trim().is_empty());
    html! { @for part in parts {
        @if part.lines().all(|line| line.starts_with("- ")) {
            ul { @for line in part.lines() { li { (clean(line.trim_start_matches("- "))) } } }
        } @else {
            p { (clean(part)) }
        }
    } }
}

/// What the reader's own browser found out about the credential that the page shows already.
///
/// `page_says` are the words of the verdict on that page.
pub fn result_here(view: &View, page_says: Option<&str>) -> Markup {
    let (tone, words) = words::verdict(view.stand);
    let heading = format!("In this browser: {words}");
    html! {
        (note(Some(tone), Some(tone.icon()), &heading, &html! {
            @match page_says {
                Some(said) if said == words => p { "That is what this page says." },
                Some(said) => p { "This page says “" (said) "”. Load it again, because it may be some seconds old. If the two still differ, rely on neither and ask the issuer." },
                None => {},
            }
            p { (count(view)) }
        }))
        (checks(&view.checks))
        (what_is_not_offered(view))
    }
}

/// The title of its window.
pub fn title(view: &View) -> String {
    let what = match &view.claim {
        Claim::Can(task) => clean(task),
        Claim::Earned(name) => clean(name),
        Claim::Endorsed(_) => "Endorsement".into(),
    };
    let who = match &view.holder {
        Holder::Named(name) => format!("{}: ", clean(name)),
        Holder::Unnamed(_) => String::new(),
    };
    match view.stand {
        Stand::Stands => format!("{who}{what}"),
        _ => format!("{}. {who}{what}", words::verdict(view.stand).1),
    }
}

fn good_until(view: &View) -> Markup {
    match (view.stand, view.until) {
        (Stand::Stands | Stand::NotListed | Stand::TakeCare, Some(until)) => {
            html! { "Good until " (day_text(until)) ". " }
        }
        _ => html! {},
    }
}

fn tried(view: &View) -> &'static str {
    if view.stand == Stand::Unknown {
        "Tried"
    } else {
        "Checked"
    }
}

fn said(view: &View) -> Markup {
    let (lead, who, what) = parts_of_statement(view);
    statement(&lead, &who, &what)
}

/// Who says it, of whom, and what.
pub(super) fn parts_of_statement(view: &View) -> (Markup, Markup, String) {
    let sentence = words::sentence(view.stand, &view.claim, view.from);
    let lead = html! {
        (sentence.before)
        @match sentence.caller {
            Caller::Name => bdi { (clean(&view.issuer.name)) },
            Caller::Signature => bdi { (view.issuer.signs_as) },
            Caller::Nobody => {},
        }
        (sentence.after)
    };
    let who = html! {
        @match &view.holder {
            Holder::Named(name) => i { bdi { (clean(name)) } },
            Holder::Unnamed(_) => @if sentence.begins { "The person it was awarded to" } @else { "the person it was awarded to" },
        }
        (sentence.verb)
    };
    let what = match &view.claim {
        Claim::Can(task) => in_sentence(&clean(task)),
        Claim::Earned(name) => format!("“{}”.", clean(name)),
        Claim::Endorsed(comment) if comment.is_empty() => ".".to_owned(),
        Claim::Endorsed(comment) => format!(": “{}”", clean(comment)),
    };
    (lead, who, what)
}

fn level(view: &View) -> Markup {
    let Some(Level { names, reached, .. }) = &view.level else {
        return html! {};
    };
    let state = match view.stand {
        Stand::Withdrawn | Stand::Paused | Stand::Forged | Stand::Broken | Stand::Ended(_) => {
            StreakState::Gone
        }
        Stand::Unknown | Stand::Starts(_) => StreakState::Unsure,
        _ => StreakState::Stands,
    };
    let cleaned: Vec<_> = names.iter().map(|name| clean(name)).collect();
    html! { (level_in_words(view)) (streak(&cleaned, *reached, state)) }
}

/// The level reached, without its streak: that stands once on a page.
pub(super) fn level_in_words(view: &View) -> Markup {
    let Some(Level {
        names,
        reached,
        description,
    }) = &view.level
    else {
        return html! {};
    };
    let words = match (view.stand, description) {
        (Stand::Withdrawn, _) => "This level was withdrawn together with the credential.".into(),
        (Stand::Paused, _) => "This level is paused together with the credential.".into(),
        (Stand::Forged | Stand::Broken, _) => {
            "This level is claimed; nobody is known to stand behind it.".into()
        }
        (_, Some(text)) => full_stop(&clean(text)),
        (_, None) => "The issuer publishes no description of this level.".into(),
    };
    html! { p { "Level " (reached + 1) " of " (names.len()) ": " strong { bdi { (clean(&names[*reached])) "." } } " " bdi { (words) } } }
}

/// What a reader must know before the facts.
pub(super) fn needs_a_word(view: &View) -> Markup {
    html! {
        @if view.trial {
            (note(Some(Tone::Warn), Some("warn"), "Issued for trial", &html! {
                p { "This comes from an installation that is being tried out. It has no fixed address, so nobody answers for it later. Do not rely on it for a decision." }
            }))
        } @else if view.bare_key {
            (note(Some(Tone::Warn), Some("key"), "Signed with a bare key", &html! {
                p { "The issuer is known by a key alone. No address stands behind it at which the key could be looked up, replaced or withdrawn, and the name is the one it gives itself." }
            }))
        }
        @if view.stand == Stand::Unknown {
            (note(Some(Tone::Unsure), None, if view.missing.len() == 1 { "One answer is missing" } else { "Answers are missing" }, &html! {
                @for why in &view.missing { p { (why) } }
                p { "We do not guess." }
                @if let Some(links) = &view.links {
                    p.acts { a.button href=(links.address) { (crate::templates::icon("retry")) " Try again" } }
                }
            }))
        }
        @if view.stand == Stand::NotListed {
            (note(Some(Tone::Warn), None, "Who is this issuer?", &html! {
                @for said in &view.missing { p { (said) } }
                p { "The signature is good: " bdi { (view.issuer.signs_as) } " did sign this. Whether that is a school you would trust is for you to judge. Look at the site, ask for evidence, or call a number that you found yourself." }
            }))
        }
        @if let Some(oddity) = oddity(&view.issuer.name) {
            (note(Some(Tone::Warn), Some("warn"), "Look at the issuer’s name twice", &html! {
                p { (odd(oddity)) " Go by what it signs as: " code { bdi { (view.issuer.signs_as) } } "." }
            }))
        }
    }
}

fn whom_it_is_about(view: &View) -> Markup {
    html! { @if let Holder::Unnamed(by) = &view.holder { (whom(by, view.matching.as_ref())) } }
}

fn odd(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::MixedScripts => {
            "It mixes letters of different alphabets within a word, which can make it look like another name."
        }
        Oddity::HiddenSigns => {
            "It holds signs that cannot be seen and can make it read as another name. We left them out."
        }
    }
}

/// `criteria` says what had to be done, marked up or plain.
pub(super) fn body(view: &View, criteria: fn(&str) -> Markup) -> Markup {
    let over = matches!(view.stand, Stand::Withdrawn | Stand::Paused);
    let label = |now: &'static str, then: &'static str| if over { then } else { now };
    facts(&html! {
        @if let Some(change) = &view.change {
            (fact(if view.stand == Stand::Paused { "Paused" } else { "Withdrawn" }, &html! { (day(change.at)) ", by " bdi { (clean(&view.issuer.name)) } }))
            (fact("Reason given", &html! { @match &change.reason { Some(reason) => bdi { (clean(reason)) }, None => "None" } }))
        }
        @if matches!(view.claim, Claim::Can(_)) { (fact("Credential", &html! { bdi { (clean(&view.achievement)) } })) }
        @if let Some(text) = &view.description { (fact("About", &html! { bdi { (clean(text)) } })) }
        @if !view.covers.is_empty() { (fact("Covers", &covers(view))) }
        @if let Some(name) = &view.assessor { (fact(label("Assessed by", "Was assessed by"), &html! { bdi { (clean(name)) } @if view.stand == Stand::NotListed { ", named by the issuer" } })) }
        @if let Some(text) = &view.criteria { (fact("How", &html! { div dir="auto" lang=[view.language.as_deref()] { (criteria(text)) } })) }
        @if let Some(text) = &view.narrative { (fact("This time", &html! { bdi { (clean(text)) } })) }
        @for (name, value) in &view.results { (fact(&clean(name), &html! { bdi { (clean(value)) } })) }
        @if let Some(did) = &view.did { (fact("Issued to", &html! { code { (clean(did)) } })) }
        (fact("Evidence", &evidence(&view.evidence)))
        @if let Some(at) = view.awarded.or(view.from) { (fact(label("Awarded", "Was awarded"), &day(at))) }
        @if !over { (fact("Good until", &until(view))) }
        (fact(label("Issued by", "Was issued by"), &issued_by(view)))
    })
}

fn covers(view: &View) -> Markup {
    html! { ul { @for item in &view.covers { li {
        @match &item.href {
            Some(href) => a href=(href) rel="noreferrer" { bdi { (clean(&item.name)) } },
            None => bdi { (clean(&item.name)) },
        }
        @if let Some(source) = &item.source { " " small { (clean(source)) } }
    } } } }
}

fn evidence(pieces: &[Evidence]) -> Markup {
    if pieces.is_empty() {
        return html! { "None attached" };
    }
    html! { ul { @for piece in pieces { li {
        @match &piece.href {
            Some(href) => a href=(href) rel="noreferrer" { bdi { (clean(&piece.name)) } },
            None => bdi { (clean(&piece.name)) },
        }
        @if let Some(about) = &piece.about { " " small { (clean(about)) } }
        @if !piece.bound { " " small { "(has no fingerprint, so it may have changed since)" } }
    } } } }
}

fn until(view: &View) -> Markup {
    match view.until {
        None => html! { "No end date" },
        Some(until) if until > view.checked => {
            html! { (day(until)) ", for another " (month_span(view.checked, until)) }
        }
        Some(until) => day(until),
    }
}

fn issued_by(view: &View) -> Markup {
    let issuer = &view.issuer;
    let name = html! { strong { bdi { (clean(&issuer.name)) } } };
    html! {
        @match &issuer.listed_by {
            Some(register) => {
                @if let Some(mark) = &issuer.mark { img.mark src=(mark) alt="" width="56" height="56"; }
                @match &issuer.page { Some(page) => a href=(page) { (name) }, None => (name) }
                br;
                bdi { (issuer.signs_as) } ". " (listed(register))
            }
            None => {
                (name) ", the name it gives itself" br;
                "Signed as " bdi { (issuer.signs_as) } ". Its mark is shown once a register lists it."
            }
        }
    }
}

/// A register may be called "The list kept by …".
fn listed(register: &str) -> String {
    match register.strip_prefix("The ") {
        Some(list) if list.starts_with("list ") => format!("On the {list}."),
        Some(name) => format!("Listed by the {name}."),
        None => format!("Listed by {register}."),
    }
}

fn what_stands_inside(view: &View) -> Markup {
    if view.inside.is_empty() && view.associations.is_empty() {
        return html! {};
    }
    html! {
        h2 { "What stands inside" }
        @if !view.inside.is_empty() {
            p { "Each of these is somebody’s own statement. It was judged on its own, and changes nothing in the verdict above." }
            (checks(&view.inside))
        }
        @if !view.associations.is_empty() {
            h3 { "How the parts belong together" }
            ul { @for line in &view.associations { li { bdi { (line) } } } }
        }
    }
}

fn what_was_checked(view: &View) -> Markup {
    html! {
        h2 { "What was checked" }
        p { (count(view)) }
        (checks(&view.checks))
        (what_is_not_offered(view))
    }
}

pub(super) fn what_is_not_offered(view: &View) -> Markup {
    html! {
        @if !view.not_offered.is_empty() {
            h3 { "Not offered" }
            ul { @for line in &view.not_offered { li { (line) } } }
        }
    }
}

pub(super) fn count(view: &View) -> String {
    let tally = |tone: Tone| view.checks.iter().filter(|line| line.tone == tone).count();
    let total = view.checks.len();
    let plural = if total == 1 { "" } else { "s" };
    let made = format!(
        "{total} check{plural}, made on {}.",
        minute_text(view.checked)
    );
    if tally(Tone::Pass) == total {
        return format!("{made} All passed.");
    }
    let parts = [
        (tally(Tone::Pass), "passed", "passed"),
        (tally(Tone::Fail), "failed", "failed"),
        (tally(Tone::Unsure), "is unknown", "are unknown"),
        (
            tally(Tone::Warn),
            "needs your judgement",
            "need your judgement",
        ),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|&(count, ..)| count > 0)
        .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }))
        .collect();
    format!("{made} {}.", told.join(", "))
}

pub(super) fn way_out(view: &View) -> Markup {
    let who = match &view.holder {
        Holder::Named(name) => clean(name).into_owned(),
        Holder::Unnamed(_) => "the person".to_owned(),
    };
    let (you, holder) = match view.stand {
        Stand::Withdrawn => (
            format!("ask {who} for a newer credential. A withdrawal alone says nothing about a person’s honesty."),
            "ask the issuer to review it. A withdrawn credential is not restored; if it was a mistake, a new one is issued.",
        ),
        Stand::Paused => (
            "wait, or ask the issuer. A pause says that something is being looked at, not what was found.".to_owned(),
            "ask the issuer why. If it is settled, the same credential stands again.",
        ),
        Stand::Ended(_) => (
            format!("ask {who} for a newer credential, or to show the skill."),
            "ask the issuer how to renew it.",
        ),
        Stand::Forged | Stand::Broken => (
            format!("do not rely on any word above. Ask {who} for the original file, or check the link that the issuer sent."),
            "check the file that you received from the issuer. A copy that passed through other programs may have been changed by them.",
        ),
        _ => return html! {},
    };
    note(
        Some(Tone::Fail),
        None,
        "What you can do",
        &html! {
            p {
                strong { "If you are deciding on an application:" } " " (you) br;
                strong { "If it is about you:" } " " (holder)
            }
        },
    )
}

fn check_it_yourself(view: &View) -> Markup {
    let Some(links) = &view.links else {
        return html! {
            h2 { "Check it yourself" }
            p { "You need not take our word. Any program that reads Open Badges 3.0 can do the same checks; " code { "touchstone verify FILE --offline" } " does them on your own machine and contacts nobody." }
        };
    };
    let json = Act {
        href: &links.json,
        icon: Some("download"),
        label: "Download the credential",
        main: true,
        download: true,
        ..Act::default()
    };
    let paper = links.pdf.as_deref().map(|href| Act {
        href,
        icon: Some("print"),
        label: "Certificate on paper",
        small: Some("PDF"),
        ..Act::default()
    });
    let list: Vec<Act<'_>> = std::iter::once(json).chain(paper).collect();
    html! {
        h2 { "Check it yourself" }
        p { "You need not take our word. Any program that reads Open Badges 3.0 can do the same checks; " code { "touchstone verify FILE --offline" } " does them on your own machine and contacts nobody." }
        (acts(&list))
        div.f.noprint {
            label for="addr" { "Address of this page" }
            span.hint id="addr-h" { "Copy it to share what you see here. Nothing more can be reached through it." }
            input id="addr" readonly aria-describedby="addr-h" value=(links.address);
        }
        p.print { (links.address) }
    }
}

fn who_learns(view: &View) -> Markup {
    let holder = match &view.holder {
        Holder::Named(name) => clean(name).into_owned(),
        Holder::Unnamed(_) => "the person it is about".to_owned(),
    };
    note(
        None,
        Some("lock"),
        "Who learns that you looked",
        &html! {
            p {
                "Nobody. " bdi { @if view.issuer.listed_by.is_some() { (clean(&view.issuer.name)) } @else { "The issuer" } } " is not told, and neither is " bdi { (holder) } ". "
                "We do not record who looks."
                @if view.links.is_some() { " The person it is about chose to open this page, and can close it at any time." }
                @else {
                    " What had to be read to judge it, such as a list of withdrawn credentials, came from the server that publishes it; it saw "
                    "that this site asked, not that you did. What you handed in was read and is already forgotten."
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_paragraphs_are_kept_without_their_marks() {
        assert_eq!(
            paragraphs("**How:** in a test\n\n- one\n- <two>\n").0,
            "<p>How: in a test</p><ul><li>one</li><li>&lt;two&gt;</li></ul>"
        );
    }
}
