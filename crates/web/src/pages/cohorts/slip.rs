//! A slip of paper with a code: in the language of whoever gets it, as their mail would be.

use maud::{Markup, PreEscaped, html};
use touchstone_service::holding::{MadeCodes, PaperCode};
use touchstone_service::spoken_or_english;

use crate::state::Web;
use crate::templates::{day_text, day_value, moment};
use crate::text::clean;

pub(super) fn slip(web: &Web, made: &MadeCodes, one: &PaperCode) -> Markup {
    // The address of the offer itself: opening it changes nothing, as with the link of a mail.
    let link = format!("{}/{}", made.enter_at, one.code);
    let words = words(one.language);
    let day = match words.language {
        "en" => day_text(moment(made.expires_at)),
        // As in the mails.
        _ => day_value(moment(made.expires_at)),
    };
    html! {
        li lang=(words.language) {
            p {
                @if !one.person.is_empty() { strong { bdi { (clean(&one.person)) } } }
                @if let Some(number) = &one.identifier { " " small { (words.number) " " bdi { (clean(number)) } } }
            }
            p { bdi { (clean(&made.institution)) } (words.awarded[0]) strong { bdi { (clean(&made.achievement)) } } (words.awarded[1]) }
            p { code { (made.enter_at) } }
            p { (words.code) }
            p.code { code { (one.code) } }
            @if let Ok(svg) = web.world.artwork.qr_svg(&link) {
                div.qr role="img" aria-label=(words.scan) { (PreEscaped(svg)) }
            }
            p.hint { (words.until.replace("{until}", &day)) }
        }
    }
}

struct Words {
    language: &'static str,
    number: &'static str,
    /// Between who awarded and what, and after that.
    awarded: [&'static str; 2],
    code: &'static str,
    scan: &'static str,
    until: &'static str,
}

fn words(language: &str) -> &'static Words {
    spoken_or_english(&LANGUAGES, |words| words.language, language)
}

const LANGUAGES: [Words; 4] = [
    Words {
        language: "en",
        number: "Number",
        awarded: [" awarded you ", ". Take it at"],
        code: "with this code:",
        scan: "The same as a code to scan",
        until: "Until {until}. Keep it to yourself until then.",
    },
    Words {
        language: "de",
        number: "Nummer",
        awarded: [
            " hat Ihnen ",
            " verliehen. Nehmen Sie den Nachweis an unter",
        ],
        code: "mit diesem Code:",
        scan: "Dasselbe als Code zum Scannen",
        until: "Bis {until}. Behalten Sie ihn bis dahin für sich.",
    },
    Words {
        language: "es",
        number: "Número",
        awarded: [" le ha otorgado ", ". Recoja la credencial en"],
        code: "con este código:",
        scan: "Lo mismo, como código para escanear",
        until: "Hasta el {until}. Hasta entonces, guárdelo para usted.",
    },
    Words {
        language: "fr",
        number: "Numéro",
        awarded: [" vous a décerné ", ". Prenez votre attestation à l’adresse"],
        code: "avec ce code :",
        scan: "La même chose, à scanner",
        until: "Jusqu’au {until}. D’ici là, gardez-le pour vous.",
    },
];
