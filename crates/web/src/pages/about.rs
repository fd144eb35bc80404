//! How checking works, and what is kept of visitors: two pages of plain words that every foot links to.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use crate::answer::{Cache, public};
use crate::edge::Edge;
use crate::templates::{Layout, Robots, SiteFrame, Tone, fact, facts, outcome, page};

/// `GET /how`
pub async fn how(State(edge): State<Edge>, asked: HeaderMap) -> Response {
    public(
        &asked,
        "text/html; charset=utf-8",
        how_page(&edge.site).into_string().into(),
        Cache::Seconds(3600),
    )
}

/// `GET /privacy`
pub async fn privacy(State(edge): State<Edge>, asked: HeaderMap) -> Response {
    public(
        &asked,
        "text/html; charset=utf-8",
        privacy_page(&edge.site).into_string().into(),
        Cache::Seconds(3600),
    )
}

/// What each outcome means; also stands on the page where credentials are handed in.
pub fn legend() -> Markup {
    let line = |tone: Tone, word: &str, meaning: &str| {
        html! { div { dt { span class=(tone.class()) { (outcome(tone, word)) } } dd { (meaning) } } }
    };
    facts(&html! {
        (line(Tone::Pass, "Passed", "We looked, and it is so."))
        (line(Tone::Fail, "Failed", "We looked, and it is not so. The page says what is wrong."))
        (line(Tone::Unsure, "Unknown", "We could not look, for example because a server did not answer. That is neither good nor bad; the page says why and when we last knew."))
        (line(Tone::Warn, "Not listed", "It is genuine, but no register we consult lists the issuer. You decide."))
    })
}

fn how_page(site: &SiteFrame) -> Markup {
    let main = html! {
        h1 { "How checking works" }
        p { "A credential is a statement that an institution signed. Checking it means asking a few questions, one by one, and telling you the answer to each." }
        (facts(&html! {
            (fact("Signature", &html! { "Was a single word changed since it was signed?" }))
            (fact("Issuer", &html! { "Did the institution’s own key sign it? That shows who signed, not whether you would trust them." }))
            (fact("Register", &html! { "Does a register that we consult list this institution? If none does, you decide." }))
            (fact("Dates", &html! { "Has it begun, and has it ended?" }))
            (fact("Withdrawal", &html! { "Is it on the issuer’s list of withdrawn or paused credentials? The whole list is read, so the issuer does not learn which one you looked at." }))
            (fact("Evidence", &html! { "Are the attached files the ones that were assessed? Each has a fingerprint that was signed with the credential." }))
        }))
        h2 { "The four answers" }
        (legend())
        h2 { "Without us" }
        p { "You need not take our word. Download the credential and check it with any program that reads Open Badges 3.0, or with " code { "touchstone verify FILE --offline" } ", which contacts nobody." }
        p.acts { a.button.main href="/verify" { "Check a credential" } }
    };
    let layout = Layout {
        robots: Robots::Index,
        ..Layout::reading("How checking works", site)
    };
    page(&layout, &main)
}

fn privacy_page(site: &SiteFrame) -> Markup {
    let main = html! {
        h1 { "Privacy" }
        h2 { "If you look at a credential" }
        p { "We do not record who looked, nor whose credential it was. The issuer is not told. It can see on how many occasions a day its credentials of one kind were checked, once enough people hold one." }
        p { "What you upload or paste to check is read, and forgotten when the answer is sent. The public lists and keys of its issuer, which say nothing about a person, are kept as a copy. An address that you compare with one that names nobody is compared, and forgotten as well." }
        p { "Your network address is used in memory to hold back floods of requests. It is not written down." }
        h2 { "If a credential is about you" }
        p { "You decide who sees it. Its page exists only after you switch it on, at an address that nobody can guess, and it is gone when you switch it off. Mail that reminds you of its end has a link that switches such mail off. What others have copied before cannot be taken back." }
        h2 { "If you apply with credentials" }
        p { "What you hand in to look is read and forgotten. What you then send is kept for the employer you send it to, for as long as the page says, and read by nobody else here. With your own link you delete all of it at any time. Neither your name nor your address stands in a record or in a log." }
        h2 { "If you are asked to endorse something" }
        p { "Your mail address is kept for the institution that asked you and shown to nobody else; if you answer with a passkey, its domain is public. Your name and your words are public until you take them back, with the same link. A public log keeps a hash of what you signed for good. If you want to be asked no more, a hash of your address is kept for that." }
        h2 { "If you are signed in" }
        p { "One cookie keeps you signed in. There is no other cookie, no tracking, and nothing is loaded from other sites. What members do is written to the audit record of their institution." }
    };
    let layout = Layout {
        robots: Robots::Index,
        ..Layout::reading("Privacy", site)
    };
    page(&layout, &main)
}
