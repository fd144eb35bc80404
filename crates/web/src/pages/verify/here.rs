//! "Check it yourself, in this browser, without us": the place on a page where the verifier runs.
//!
//! The place is hidden until its script finds that it can work; a reader without script loses nothing, the form does the same.

use axum::response::Response;
use maud::{Markup, html};

use crate::assets::{self, Verifier};
use crate::edge::runs_verifier;
use crate::templates::icon;

/// What is checked here.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// The credential that the page shows, by the link it stands under.
    Shown(&'a str),
    /// A file that the reader chooses.
    File,
}

/// The place; nothing if this build brings no verifier.
pub fn here(verifier: Option<Verifier>, what: What<'_>) -> Markup {
    let Some(verifier) = verifier else {
        return html! {};
    };
    let (documents, credential, whole) = match what {
        What::Shown(link) => (
            format!("/v/{link}/documents.json"),
            Some(format!("/v/{link}/credential.json")),
            None,
        ),
        What::File => (
            "/verify/documents.json".to_owned(),
            None,
            Some(verifier.whole),
        ),
    };
    html! {
        section.noprint #here hidden data-worker=(verifier.worker) data-verifier=(verifier.wasm)
            data-whole=[whole]
            data-documents=(documents) data-credential=[credential] aria-labelledby="here-title" {
            h2 #here-title { "Check it in this browser, without us" }
            @match what {
                What::Shown(_) => {
                    p { "The program that made this page can run in your browser as well. It takes the credential and what the issuer published, both loaded with this page, and judges anew. While it does, nothing is sent or asked." }
                    p.acts { button type="button" { (icon("device")) " Check it here" } }
                }
                What::File => {
                    div.f {
                        label for="here-file" { "Drop the file here, or choose it; it stays on this machine" }
                        span.hint #here-hint { "It is read and judged in this browser, and no byte of it is sent. The issuers of this site are known here; of others, keys and lists of withdrawn credentials may be missing." }
                        input type="file" id="here-file" aria-describedby="here-hint" accept=".json,.jsonld,.jwt,.bundle,.png,.svg,.pdf,application/json,application/vc";
                    }
                    details {
                        summary { "It is a proof bundle, status proofs came with it, or it answers a challenge that I gave" }
                        p { "For these one more part of the program is loaded once the file is chosen; which file it is stays here." }
                        div.f {
                            label for="here-trust" { "Your trust file, for a proof bundle or status proofs" }
                            span.hint #here-trust-hint { "It names the logs and witnesses that you believe. Get it from somebody you trust, not together with the bundle." }
                            input type="file" id="here-trust" aria-describedby="here-trust-hint";
                        }
                        div.f {
                            label for="here-status" { "Status proofs that came with it" }
                            span.hint #here-status-hint { "They say, as of their day, whether it was withdrawn, in place of the issuer’s list. Empty, if you have none." }
                            input type="file" id="here-status" multiple accept=".status-proof" aria-describedby="here-status-hint";
                        }
                        div.f {
                            label for="here-age" { "How old its status may be, in days" }
                            span.hint #here-age-hint { "A bundle or a status proof says whether it was withdrawn as of the day it was made. If that is longer ago, it could not be checked. Empty, if any age will do." }
                            input type="number" id="here-age" min="0" max="36500" step="any" inputmode="decimal" autocomplete="off" aria-describedby="here-age-hint";
                        }
                        div.f {
                            label for="here-challenge" { "The challenge, for what somebody presents" }
                            span.hint #here-challenge-hint { "Exactly as you gave it, and used for nobody else." }
                            input type="text" id="here-challenge" autocomplete="off" aria-describedby="here-challenge-hint";
                        }
                        div.f {
                            label for="here-domain" { "The name under which you asked" }
                            span.hint #here-domain-hint { "Such as the host of your site. Empty, if you gave none." }
                            input type="text" id="here-domain" autocomplete="off" aria-describedby="here-domain-hint";
                        }
                        p { "Fill these in first, then choose the file." }
                    }
                    template {
                        (files_left_out(what))
                        p.acts.noprint { button.main type="button" { (icon("retry")) " Check another" } }
                    }
                }
            }
            div role="status" {
                (states(what))
                @if let What::Shown(_) = what { (files_left_out(what)) }
            }
            div #here-result {}
        }
    }
}

/// What the script shows beside an answer about a credential that is bound to files which the browser does not have.
fn files_left_out(what: What<'_>) -> Markup {
    html! {
        p.hint data-evidence hidden {
            "Not every file of evidence is brought to this browser; it did not look at those that are left out. "
            @match what {
                What::Shown(_) => "What this page says of them further up is what our server found.",
                What::File => "Our server looks at those that it keeps, if the credential is handed in with the form, to which “Check another” leads back.",
            }
        }
    }
}

/// The policy of a page with such a place; without the verifier the usual one stays.
pub fn allowed(response: Response) -> Response {
    match assets::verifier() {
        Some(_) => runs_verifier(response),
        None => response,
    }
}

/// One line for each state; the script shows the one that holds.
fn states(what: What<'_>) -> Markup {
    let instead = match what {
        What::Shown(_) => {
            html! { "Download the credential and check it with another program, or hand it in " a href="/verify" { "with the form" } "." }
        }
        What::File => {
            html! { "Use the form above; it needs no script. A proof bundle is checked by " code { "touchstone verify" } "." }
        }
    };
    html! {
        p.hint data-when="loading" hidden { "The program is being loaded." }
        p.hint data-when="busy" hidden { "Checking." }
        p.hint data-when="unsupported" hidden { "This browser cannot run the program: it has no WebAssembly, or it is switched off. " (instead) }
        p.hint data-when="unloaded" hidden { "The program could not be loaded. Load this page again. If that does not help: " (instead) }
        p.hint data-when="broken" hidden { "The check broke off, which says nothing about the credential. " (instead) }
        @if let What::File = what {
            div data-when="large" hidden { p.err { (icon("fail")) " A file of more than 32 MiB is not read. Choose another." } }
        }
        div data-when="refused" hidden { p.err { (icon("fail")) " " span data-words {} } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: Verifier = Verifier {
        script: "/assets/check.js",
        worker: "/assets/check-worker.js",
        wasm: "/assets/touchstone.wasm",
        whole: "/assets/touchstone-whole.wasm",
    };

    #[test]
    fn a_build_without_the_verifier_says_nothing_of_it() {
        assert_eq!(here(None, What::File).0, "");
    }

    #[test]
    fn the_place_is_hidden_until_a_script_shows_it() {
        for what in [What::File, What::Shown("abc")] {
            let html = here(Some(BUILT), what).0;
            assert!(html.starts_with("<section class=\"noprint\" id=\"here\" hidden"));
            assert!(
                !html.contains("<script") && !html.contains("style="),
                "{html}"
            );
        }
    }

    #[test]
    fn that_files_are_not_brought_stands_ready_once_and_hidden() {
        for (what, words) in [
            (What::File, "Our server looks at those that it keeps"),
            (What::Shown("abc"), "is what our server found."),
        ] {
            let html = here(Some(BUILT), what).0;
            let (_, told) = html.split_once("data-evidence hidden>").unwrap();
            let (told, after) = told.split_once("</p>").unwrap();
            assert!(told.contains(words), "{told}");
            assert!(!after.contains("data-evidence"), "{after}");
        }
    }

    #[test]
    fn a_shown_credential_is_judged_from_what_its_own_page_delivers() {
        let html = here(Some(BUILT), What::Shown("abc")).0;
        assert!(html.contains("data-documents=\"/v/abc/documents.json\""));
        assert!(html.contains("data-credential=\"/v/abc/credential.json\""));
    }
}
