//! What the mails say: in the learner's language where we speak it, else in English, as text and as HTML that say the same.
//!
//! No pictures, nothing that tells anybody that the mail was opened.

use touchstone_store::{InstitutionRow, LearnerRow};
use touchstone_vc::View;

use crate::{ports::Message, spoken_or_english, text::escape};

/// What a mail to a learner is made of.
pub(super) struct Letter<'a> {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) institution: &'a InstitutionRow,
    pub(super) learner: &'a LearnerRow,
    pub(super) language: Option<&'a str>,
    pub(super) view: &'a View<'a>,
    pub(super) link: Option<&'a str>,
}

/// Why a credential takes the place of one that the learner was awarded before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Instead {
    /// Something in that one was wrong.
    Corrected,
    /// The key that signed that one was given up.
    KeyGivenUp,
}

/// The mail that brings the claim link; where the credential takes the place of another, with the reason.
pub(super) fn claim(letter: &Letter<'_>, instead: Option<Instead>) -> Message {
    let words = words(letter.language);
    let (subject, said, out) = match instead {
        None => (words.claim_subject, words.claim, None),
        Some(Instead::Corrected) => (
            words.corrected_subject,
            words.corrected,
            Some(words.instead),
        ),
        Some(Instead::KeyGivenUp) => (words.anew_subject, words.anew, Some(words.instead)),
    };
    let more: Vec<&str> = out.into_iter().chain([words.yours, words.real]).collect();
    compose(letter, words, subject, said, &more)
}

/// What a reminder says besides.
pub(super) struct Ending<'a> {
    /// The last day.
    pub(super) until: &'a str,
    /// How it is renewed, in the issuer's words.
    pub(super) renewal: Option<&'a str>,
    /// Where reminders are switched off.
    pub(super) off: &'a str,
}

/// The mail that says that a credential is about to end.
pub(super) fn ending(letter: &Letter<'_>, ending: &Ending<'_>) -> Message {
    let words = words(letter.language);
    let said = words.ending.replace("{until}", ending.until);
    let renewal = ending
        .renewal
        .map(|renewal| format!("{} {renewal}", words.renewal));
    let mut more: Vec<&str> = renewal.as_deref().into_iter().collect();
    more.push(words.ask);
    let off = words.off.replace("{off}", ending.off);
    more.push(&off);
    Message {
        unsubscribe: Some(ending.off.to_owned()),
        ..compose(letter, words, words.ending_subject, &said, &more)
    }
}

fn compose(
    letter: &Letter<'_>,
    words: &Words,
    subject: &str,
    said: &str,
    more: &[&str],
) -> Message {
    let fill = |text: &str| {
        text.replace("{issuer}", &letter.institution.name)
            .replace("{title}", letter.view.title().unwrap_or_default())
    };
    let name = letter.learner.name.trim();
    let greeting = if name.is_empty() {
        words.hello.to_owned()
    } else {
        words.dear.replace("{name}", name)
    };
    let (said, more): (String, Vec<String>) =
        (fill(said), more.iter().map(|text| fill(text)).collect());
    Message {
        id: letter.id.clone(),
        to: letter.address.clone(),
        to_name: letter.learner.name.clone(),
        from_name: letter.institution.name.clone(),
        reply_to: letter.institution.contact_email.clone(),
        subject: fill(subject),
        language: words.language.to_owned(),
        text: text(&greeting, &said, letter.link, &more),
        html: html(words, &greeting, &said, letter.link, &more),
        unsubscribe: None,
    }
}

fn text(greeting: &str, said: &str, link: Option<&str>, more: &[String]) -> String {
    let mut parts = vec![greeting.to_owned(), said.to_owned()];
    parts.extend(link.map(str::to_owned));
    parts.extend(more.iter().cloned());
    parts.join("\n\n") + "\n"
}

fn html(words: &Words, greeting: &str, said: &str, link: Option<&str>, more: &[String]) -> String {
    let button = link.map(|link| {
        let link = escape(link);
        format!(
            "<p><a class=\"go\" href=\"{link}\">{}</a></p>\n<p class=\"s\">{}<br>{link}</p>\n",
            words.button, words.no_button
        )
    });
    let more: String = more
        .iter()
        .map(|text| format!("<p class=\"s\">{}</p>\n", linked(&escape(text))))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<style>{STYLE}</style>\n</head>\n<body>\n<div class=\"sheet\">\n<p>{}</p>\n<h1>{}</h1>\n{}{more}</div>\n</body>\n</html>\n",
        words.language,
        escape(greeting),
        escape(said),
        button.unwrap_or_default(),
    )
}

/// Escaped text, with an address at its end as a link.
fn linked(text: &str) -> String {
    match text.rfind("http").map(|place| text.split_at(place)) {
        Some((words, address)) if words.ends_with(' ') && !address.contains(' ') => {
            format!("{words}<a href=\"{address}\">{address}</a>")
        }
        _ => text.to_owned(),
    }
}

struct Words {
    language: &'static str,
    dear: &'static str,
    hello: &'static str,
    claim_subject: &'static str,
    claim: &'static str,
    corrected_subject: &'static str,
    corrected: &'static str,
    anew_subject: &'static str,
    anew: &'static str,
    instead: &'static str,
    button: &'static str,
    no_button: &'static str,
    yours: &'static str,
    real: &'static str,
    ending_subject: &'static str,
    ending: &'static str,
    ask: &'static str,
    renewal: &'static str,
    off: &'static str,
}

/// The language in which a mail to somebody who asks for `tag` is written.
pub(super) fn language(tag: Option<&str>) -> &'static str {
    words(tag).language
}

/// The words of the language that `tag` (BCP 47) names, or English.
fn words(tag: Option<&str>) -> &'static Words {
    spoken_or_english(&LANGUAGES, |words| words.language, tag.unwrap_or_default())
}

const LANGUAGES: [Words; 4] = [
    Words {
        language: "en",
        dear: "Dear {name},",
        hello: "Hello,",
        claim_subject: "Your credential from {issuer} is ready",
        claim: "{issuer} has awarded you “{title}”. You can now take it.",
        corrected_subject: "Your credential from {issuer} was corrected",
        corrected: "{issuer} has corrected your credential “{title}”. You can now take the new one.",
        anew_subject: "Your credential from {issuer} was issued anew",
        anew: "{issuer} has issued “{title}” to you anew, because the key that had signed it may have been in other hands. What it says of you is the same. You can now take the new one.",
        instead: "The one before was withdrawn: whoever has a copy of it needs the new one. Where you gave it to somebody, hand the new one in as well.",
        button: "See it and take it",
        no_button: "If the button does not work, open this address:",
        yours: "It is yours. You can keep it in any wallet, show it to whom you choose, and take it back from view at any time. You need no account at {issuer}.",
        real: "Is this mail real? The page behind the link asks for no password. This mail has no tracking picture. The link works for 30 days; after that, ask {issuer} for a new one.",
        ending_subject: "Your credential from {issuer} ends soon",
        ending: "your credential “{title}” from {issuer} is good until {until}.",
        ask: "After that day it no longer stands. Ask {issuer} how to renew it; answer to this mail.",
        renewal: "How it is renewed:",
        off: "You want no more reminders? Switch them off here: {off}",
    },
    Words {
        language: "de",
        dear: "Guten Tag {name},",
        hello: "Guten Tag,",
        claim_subject: "Ihr Nachweis von {issuer} liegt bereit",
        claim: "{issuer} hat Ihnen „{title}“ verliehen. Sie können den Nachweis jetzt annehmen.",
        corrected_subject: "Ihr Nachweis von {issuer} wurde berichtigt",
        corrected: "{issuer} hat Ihren Nachweis „{title}“ berichtigt. Sie können den neuen jetzt annehmen.",
        anew_subject: "Ihr Nachweis von {issuer} wurde neu ausgestellt",
        anew: "{issuer} hat Ihnen „{title}“ neu ausgestellt, weil der Schlüssel, mit dem der Nachweis unterschrieben war, in fremde Hände gekommen sein kann. Was er über Sie sagt, ist dasselbe. Sie können den neuen jetzt annehmen.",
        instead: "Der frühere wurde zurückgezogen: Wer eine Kopie davon hat, braucht den neuen. Wo Sie ihn vorgelegt haben, legen Sie bitte auch den neuen vor.",
        button: "Ansehen und annehmen",
        no_button: "Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:",
        yours: "Er gehört Ihnen. Sie können ihn in jeder Wallet aufbewahren, zeigen, wem Sie wollen, und jederzeit wieder verbergen. Ein Konto bei {issuer} brauchen Sie nicht.",
        real: "Ist diese Mail echt? Die Seite hinter dem Link fragt nach keinem Passwort. Diese Mail enthält kein Zählbild. Der Link gilt 30 Tage; danach bitten Sie {issuer} um einen neuen.",
        ending_subject: "Ihr Nachweis von {issuer} endet bald",
        ending: "Ihr Nachweis „{title}“ von {issuer} gilt bis {until}.",
        ask: "Nach diesem Tag gilt er nicht mehr. Fragen Sie {issuer}, wie Sie ihn erneuern; antworten Sie auf diese Mail.",
        renewal: "So wird er erneuert:",
        off: "Sie möchten keine Erinnerungen mehr? Hier schalten Sie sie ab: {off}",
    },
    Words {
        language: "es",
        dear: "Hola, {name}:",
        hello: "Hola:",
        claim_subject: "Su credencial de {issuer} está lista",
        claim: "{issuer} le ha otorgado «{title}». Ya puede recogerla.",
        corrected_subject: "Su credencial de {issuer} se ha corregido",
        corrected: "{issuer} ha corregido su credencial «{title}». Ya puede recoger la nueva.",
        anew_subject: "Su credencial de {issuer} se ha emitido de nuevo",
        anew: "{issuer} le ha emitido de nuevo «{title}», porque la clave con la que se firmó pudo haber estado en otras manos. Lo que dice de usted es lo mismo. Ya puede recoger la nueva.",
        instead: "La anterior se ha retirado: quien tenga una copia necesita la nueva. Donde la haya presentado, presente también la nueva.",
        button: "Verla y recogerla",
        no_button: "Si el botón no funciona, abra esta dirección:",
        yours: "Es suya. Puede guardarla en cualquier cartera, mostrarla a quien quiera y dejar de mostrarla cuando quiera. No necesita una cuenta en {issuer}.",
        real: "¿Es auténtico este correo? La página del enlace no pide ninguna contraseña. Este correo no lleva imágenes de seguimiento. El enlace sirve durante 30 días; después, pida otro a {issuer}.",
        ending_subject: "Su credencial de {issuer} termina pronto",
        ending: "su credencial «{title}» de {issuer} es válida hasta el {until}.",
        ask: "Después de ese día deja de valer. Pregunte a {issuer} cómo renovarla; responda a este correo.",
        renewal: "Así se renueva:",
        off: "¿No quiere más recordatorios? Desactívelos aquí: {off}",
    },
    Words {
        language: "fr",
        dear: "Bonjour {name},",
        hello: "Bonjour,",
        claim_subject: "Votre attestation de {issuer} est prête",
        claim: "{issuer} vous a décerné « {title} ». Vous pouvez maintenant la prendre.",
        corrected_subject: "Votre attestation de {issuer} a été corrigée",
        corrected: "{issuer} a corrigé votre attestation « {title} ». Vous pouvez maintenant prendre la nouvelle.",
        anew_subject: "Votre attestation de {issuer} a été délivrée à nouveau",
        anew: "{issuer} vous a délivré « {title} » à nouveau, parce que la clé qui l’avait signée a pu se trouver en d’autres mains. Ce qu’elle dit de vous est inchangé. Vous pouvez maintenant prendre la nouvelle.",
        instead: "La précédente a été retirée : qui en a une copie a besoin de la nouvelle. Là où vous l’avez remise, remettez aussi la nouvelle.",
        button: "La voir et la prendre",
        no_button: "Si le bouton ne fonctionne pas, ouvrez cette adresse :",
        yours: "Elle est à vous. Vous pouvez la garder dans le portefeuille de votre choix, la montrer à qui vous voulez et cesser de la montrer à tout moment. Il ne vous faut pas de compte chez {issuer}.",
        real: "Ce courriel est-il authentique ? La page du lien ne demande aucun mot de passe. Ce courriel ne contient aucune image de suivi. Le lien sert 30 jours ; ensuite, demandez-en un nouveau à {issuer}.",
        ending_subject: "Votre attestation de {issuer} prend bientôt fin",
        ending: "votre attestation « {title} » de {issuer} est valable jusqu’au {until}.",
        ask: "Après ce jour, elle n’est plus valable. Demandez à {issuer} comment la renouveler ; répondez à ce courriel.",
        renewal: "Comment la renouveler :",
        off: "Vous ne voulez plus de rappels ? Désactivez-les ici : {off}",
    },
];

const STYLE: &str = "body{margin:0;background:#fff;color:#151a19;font:17px/1.5 Palatino,'Palatino Linotype',P052,Georgia,serif}.sheet{max-width:36rem;margin:0 auto;padding:24px 16px}h1{font-size:25px;line-height:1.25;font-weight:normal;margin:16px 0}.go{display:inline-block;background:#1a201f;color:#fff;padding:14px 22px;border-bottom:4px solid #dcae3e;text-decoration:none}.s{font-size:15px;color:#4a5553}@media (prefers-color-scheme:dark){body{background:#181d1c;color:#e9eeeb}.s{color:#a9b5b1}a.go{color:#fff;background:#070a09}}";

#[cfg(test)]
mod tests {
    use super::*;

    fn letter<'a>(
        institution: &'a InstitutionRow,
        learner: &'a LearnerRow,
        language: Option<&'a str>,
        view: &'a View<'a>,
    ) -> Letter<'a> {
        Letter {
            id: "d1.1".into(),
            address: "a@b.example".into(),
            institution,
            learner,
            language,
            view,
            link: Some("https://v.example/claim/x"),
        }
    }

    fn rows(issuer: &str, name: &str) -> (InstitutionRow, LearnerRow) {
        let tenant = touchstone_store::TenantId::new("t");
        let institution = InstitutionRow {
            id: tenant.clone(),
            slug: "r".into(),
            name: issuer.into(),
            country: None,
            legal_id: None,
            website: None,
            contact_email: None,
            mark: None,
            did: None,
            public_url: None,
            created_at: 0,
        };
        let learner = LearnerRow {
            id: "l".into(),
            tenant,
            name: name.into(),
            email: None,
            identifier: None,
            did: None,
            language: None,
            search: String::new(),
            created_at: 0,
        };
        (institution, learner)
    }

    #[test]
    fn the_learners_language_is_spoken_or_else_english() {
        let (institution, learner) = rows("Riverside", "Amara");
        let view = View {
            name: Some("Measuring"),
            ..View::default()
        };
        for (tag, language) in [
            (Some("de-AT"), "de"),
            (Some("ES"), "es"),
            (Some("fr"), "fr"),
            (Some("tlh"), "en"),
            (None, "en"),
        ] {
            let mut said = Vec::new();
            for instead in [None, Some(Instead::Corrected), Some(Instead::KeyGivenUp)] {
                let mail = claim(&letter(&institution, &learner, tag, &view), instead);
                assert_eq!(mail.language, language);
                assert!(
                    mail.text.contains("https://v.example/claim/x")
                        && mail.html.contains("https://v.example/claim/x")
                );
                assert!(
                    !mail.text.contains('{') && !mail.html.replace(STYLE, "").contains('{'),
                    "a gap was left open"
                );
                assert!(mail.text.contains("Measuring"));
                said.extend([mail.subject, mail.text]);
            }
            said.sort();
            said.dedup();
            assert_eq!(said.len(), 6, "each reason has words of its own");
        }
    }

    #[test]
    fn a_reminder_says_how_to_renew_and_where_to_switch_it_off() {
        let (institution, learner) = rows("Riverside", "Amara");
        let view = View {
            name: Some("Measuring"),
            ..View::default()
        };
        let off = "https://v.example/reminders/x";
        for tag in ["en", "de", "es", "fr"] {
            let said = Ending {
                until: "2026-12-31",
                renewal: Some("Come & show it <again>."),
                off,
            };
            let letter = Letter {
                link: None,
                ..letter(&institution, &learner, Some(tag), &view)
            };
            let mail = ending(&letter, &said);
            assert_eq!(mail.language, tag);
            assert_eq!(mail.unsubscribe.as_deref(), Some(off));
            assert!(
                mail.text.contains("2026-12-31") && mail.text.contains("Come & show it <again>.")
            );
            assert!(mail.text.contains(off));
            assert!(mail.html.contains(&format!("<a href=\"{off}\">{off}</a>")));
            assert!(mail.html.contains("Come &amp; show it &lt;again&gt;."));
            assert!(!mail.text.contains('{'), "a gap was left open");
        }
    }

    #[test]
    fn t56_names_make_no_markup_in_mails() {
        let (institution, learner) = rows("<b>R</b>", "<script>alert(1)</script>");
        let view = View {
            name: Some("<img src=x>"),
            ..View::default()
        };
        let mail = claim(&letter(&institution, &learner, None, &view), None);
        for tag in ["<script", "<img", "<b>"] {
            assert!(!mail.html.contains(tag), "{tag}");
        }
    }
}
