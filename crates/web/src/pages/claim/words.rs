//! The words of the pages for holders, in the languages in which mails are written to them.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use touchstone_service::holding::ClaimError;
use touchstone_service::{spoken, spoken_or_english};

use crate::templates::{Moment, day_text, day_value};
use crate::text::sentence;

/// What the pages say. A gap in braces is filled; words that stand beside a name bring their own space.
pub(super) struct Words {
    pub(super) language: &'static str,
    /// `{issuer}`
    pub(super) title: &'static str,
    pub(super) offer: Offer,
    pub(super) kept: Kept,
    pub(super) code: Code,
    pub(super) example: [&'static str; 2],
    pub(super) ended: Ended,
}

/// What the link in the mail opens.
pub(super) struct Offer {
    pub(super) ready: &'static str,
    /// `{day}`
    pub(super) take_by: &'static str,
    /// After who issued it.
    pub(super) states: &'static str,
    /// After the name, before what the person can do or has earned.
    pub(super) can: [&'static str; 2],
    /// The same without a name.
    pub(super) you: [&'static str; 2],
    /// Around what was earned.
    pub(super) quotes: [&'static str; 2],
    /// `{place}`, `{of}`
    pub(super) level: &'static str,
    pub(super) right: &'static str,
    pub(super) credential: &'static str,
    pub(super) assessed_by: &'static str,
    pub(super) awarded: &'static str,
    pub(super) until: &'static str,
    pub(super) no_end: &'static str,
    pub(super) name: &'static str,
    pub(super) name_shown: &'static str,
    pub(super) name_hidden: &'static str,
    pub(super) wrong: &'static str,
    /// Before an address.
    pub(super) write_to: &'static str,
    pub(super) tell: &'static str,
    pub(super) take: &'static str,
    pub(super) only_you: [&'static str; 2],
}

/// What was taken.
pub(super) struct Kept {
    pub(super) yours: &'static str,
    pub(super) gone: &'static str,
    /// After who issued it, before the reason.
    pub(super) withdrew: &'static str,
    pub(super) keep: [&'static str; 2],
    /// JSON, PNG, SVG, PDF, bundle: what it is, and what for.
    pub(super) files: [[&'static str; 2]; 5],
    pub(super) bundle: &'static str,
    pub(super) show: &'static str,
    pub(super) off: &'static str,
    pub(super) switch_on: &'static str,
    pub(super) on: &'static str,
    pub(super) address: &'static str,
    pub(super) qr: &'static str,
    pub(super) as_others: &'static str,
    pub(super) linkedin: &'static str,
    pub(super) switch_off: &'static str,
    pub(super) no_way_back: &'static str,
    pub(super) decide: [&'static str; 2],
}

/// The code on paper.
pub(super) struct Code {
    /// Why it leads nowhere.
    pub(super) why: Why,
    pub(super) title: &'static str,
    pub(super) letter: &'static str,
    pub(super) wrong: &'static str,
    pub(super) code: &'static str,
    pub(super) hint: &'static str,
    pub(super) go_on: &'static str,
}

/// A link that leads no further.
pub(super) struct Ended {
    pub(super) title: &'static str,
    pub(super) why: Why,
    pub(super) not_taken: &'static str,
    pub(super) what_to_do: &'static str,
    /// Before the link, its words, and after it.
    pub(super) not_lost: [&'static str; 3],
}

/// Why a link or a code leads nowhere.
pub(super) struct Why {
    unknown: &'static str,
    expired: &'static str,
    superseded: &'static str,
}

impl Words {
    /// Those of a language, or English.
    pub(super) fn of(language: &str) -> &'static Self {
        spoken_or_english(&LANGUAGES, |words| words.language, language)
    }

    /// Those of the language that a tag (BCP 47) names.
    pub(super) fn spoken(tag: &str) -> Option<&'static Self> {
        spoken(&LANGUAGES, |words| words.language, tag)
    }

    /// Those that a browser asks for, where nobody knows whose link it is (RFC 9110 §12.5.4).
    pub(super) fn asked(headers: &HeaderMap) -> &'static Self {
        let asked = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|text| text.to_str().ok());
        let mut best = (&LANGUAGES[0], 0.0);
        for range in asked.unwrap_or_default().split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight
                .trim()
                .strip_prefix("q=")
                .and_then(|q| q.parse().ok());
            let spoken = Self::spoken(tag);
            if let (Some(words), Some(weight)) = (spoken, weight)
                && weight > best.1
            {
                best = (words, weight);
            }
        }
        best.0
    }

    /// A day, as the mails have it.
    pub(super) fn day(&self, at: Moment) -> String {
        match self.language {
            "en" => day_text(at),
            _ => day_value(at),
        }
    }

    /// Why it leads nowhere: a link, or a code.
    pub(super) fn why(&self, why: &Why, error: &ClaimError) -> String {
        match error {
            ClaimError::NoSuchClaim => why.unknown.to_owned(),
            ClaimError::Expired => why.expired.to_owned(),
            ClaimError::Superseded => why.superseded.to_owned(),
            ClaimError::NotClaimed => self.ended.not_taken.to_owned(),
            ClaimError::Store(_) => sentence(&error.to_string()),
        }
    }
}

const LANGUAGES: [Words; 4] = [
    Words {
        language: "en",
        title: "Your credential from {issuer}",
        offer: Offer {
            ready: "Ready for you",
            take_by: "Take it by {day}",
            states: " states that",
            can: ["can", "has earned"],
            you: ["you can", "you have earned"],
            quotes: ["“", "”"],
            level: "Level {place} of {of}: ",
            right: "Is this right?",
            credential: "Credential",
            assessed_by: "Assessed by",
            awarded: "Awarded",
            until: "Good until",
            no_end: "No end date",
            name: "Your name",
            name_shown: "Appears exactly as above",
            name_hidden: "Is not shown. Readers match you by your address",
            wrong: "If something is wrong, do not take it yet.",
            write_to: "Write to ",
            tell: "Tell the institution.",
            take: "Take my credential",
            only_you: [
                "Only you can see it",
                "Nobody else sees this credential until you show it. Opening this page has changed nothing; only the button does.",
            ],
        },
        kept: Kept {
            yours: "It is yours",
            gone: "It no longer stands",
            withdrew: " withdrew it. Reason given: ",
            keep: [
                "Keep it",
                "Download it and put it where you keep important papers. It works without this site and without the school, for as long as you keep it.",
            ],
            files: [
                ["The credential", "JSON, for wallets"],
                ["Picture", "PNG, with the credential in it"],
                ["Drawing", "SVG, with the credential in it"],
                ["Certificate", "PDF, to print"],
                ["Proof for later", "bundle, for when we are gone"],
            ],
            bundle: "The proof for later is one file with the credential, the criteria, the place of both in the issuer’s public log, its keys, and proof of whether it was withdrawn, as of the moment it says. Anyone can check it when the issuer is gone. Download it again when someone asks for a newer one.",
            show: "Show it",
            off: "A public page says what you can do and lets anybody check it. It is off: nobody can see it.",
            switch_on: "Switch the public page on",
            on: "Your public page is on. Whoever has its address sees it; it cannot be guessed, and search engines are asked to leave it out.",
            address: "Address of your public page",
            qr: "QR code of the address of your public page",
            as_others: "See it as others do",
            linkedin: "Add to LinkedIn",
            switch_off: "Switch it off",
            no_way_back: "What others copied before cannot be taken back. Switched on again, it has a new address.",
            decide: [
                "You decide who sees it",
                "Keep the address of the page that you are reading now to yourself: with it, the public page can be switched. Nobody is told when somebody looks.",
            ],
        },
        code: Code {
            why: Why {
                unknown: "There is no such code; check what you typed, or ask the issuer for a new one.",
                expired: "This code was not used in time; ask the issuer for a new one.",
                superseded: "A newer code was made; use the one that you were given last.",
            },
            title: "Take your credential",
            letter: "You received a letter or a slip of paper with a code.",
            wrong: "This code does not work",
            code: "The code",
            hint: "Capitals and hyphens do not matter.",
            go_on: "Go on",
        },
        example: [
            "This was a test",
            "The link in a real mail leads to the credential and is made when the mail goes. This one stands in the mail that an institution sends to itself before it awards a cohort.",
        ],
        ended: Ended {
            title: "This link leads no further",
            why: Why {
                unknown: "There is no such link; check that it is complete, or ask the issuer for a new one.",
                expired: "This link was not used in time; ask the issuer for a new one.",
                superseded: "A newer link was sent; use the one in the latest mail.",
            },
            not_taken: "Take the credential first.",
            what_to_do: "What you can do",
            not_lost: [
                "What was awarded to you is not lost. Look for a newer mail from the institution, or ask it for a new link. With a code on paper, ",
                "enter it here",
                ".",
            ],
        },
    },
    Words {
        language: "de",
        title: "Ihr Nachweis von {issuer}",
        offer: Offer {
            ready: "Liegt für Sie bereit",
            take_by: "Anzunehmen bis {day}",
            states: " bescheinigt:",
            can: ["kann", "hat erworben:"],
            you: ["Sie können", "Sie haben erworben:"],
            quotes: ["„", "“"],
            level: "Stufe {place} von {of}: ",
            right: "Stimmt das?",
            credential: "Nachweis",
            assessed_by: "Beurteilt von",
            awarded: "Verliehen am",
            until: "Gültig bis",
            no_end: "Unbefristet",
            name: "Ihr Name",
            name_shown: "Erscheint genau wie oben",
            name_hidden: "Erscheint nicht. Wer den Nachweis liest, erkennt Sie an Ihrer E-Mail-Adresse",
            wrong: "Wenn etwas nicht stimmt, nehmen Sie ihn noch nicht an.",
            write_to: "Schreiben Sie an ",
            tell: "Sagen Sie es der Einrichtung.",
            take: "Meinen Nachweis annehmen",
            only_you: [
                "Nur Sie können ihn sehen",
                "Niemand sonst sieht diesen Nachweis, bevor Sie ihn zeigen. Dass Sie diese Seite geöffnet haben, hat nichts verändert; das tut nur die Schaltfläche.",
            ],
        },
        kept: Kept {
            yours: "Er gehört Ihnen",
            gone: "Er gilt nicht mehr",
            withdrew: " hat ihn zurückgezogen. Angegebener Grund: ",
            keep: [
                "Aufbewahren",
                "Laden Sie ihn herunter und legen Sie ihn zu Ihren wichtigen Papieren. Er gilt ohne diese Website und ohne die Schule, solange Sie ihn aufbewahren.",
            ],
            files: [
                ["Der Nachweis", "JSON, für Wallets"],
                ["Bild", "PNG, mit dem Nachweis darin"],
                ["Zeichnung", "SVG, mit dem Nachweis darin"],
                ["Urkunde", "PDF, zum Drucken"],
                [
                    "Beweis für später",
                    "Beweisdatei, falls es uns nicht mehr gibt",
                ],
            ],
            bundle: "Der Beweis für später ist eine Datei mit dem Nachweis, den Anforderungen, dem Platz beider im öffentlichen Protokoll des Ausstellers, dessen Schlüsseln und einem Beleg dafür, ob der Nachweis zum angegebenen Zeitpunkt zurückgezogen war. Jeder kann sie prüfen, wenn es den Aussteller nicht mehr gibt. Laden Sie sie erneut herunter, wenn jemand eine neuere verlangt.",
            show: "Zeigen",
            off: "Eine öffentliche Seite sagt, was Sie können, und jeder kann es dort prüfen. Sie ist aus: Niemand sieht sie.",
            switch_on: "Öffentliche Seite einschalten",
            on: "Ihre öffentliche Seite ist an. Wer die Adresse hat, sieht sie; sie lässt sich nicht erraten, und Suchmaschinen werden gebeten, sie auszulassen.",
            address: "Adresse Ihrer öffentlichen Seite",
            qr: "QR-Code der Adresse Ihrer öffentlichen Seite",
            as_others: "So sehen es andere",
            linkedin: "Zu LinkedIn hinzufügen",
            switch_off: "Ausschalten",
            no_way_back: "Was andere vorher kopiert haben, lässt sich nicht zurückholen. Wieder eingeschaltet hat sie eine neue Adresse.",
            decide: [
                "Sie entscheiden, wer ihn sieht",
                "Behalten Sie die Adresse der Seite, die Sie gerade lesen, für sich: Mit ihr lässt sich die öffentliche Seite ein- und ausschalten. Niemand erfährt, wenn jemand nachsieht.",
            ],
        },
        code: Code {
            why: Why {
                unknown: "Diesen Code gibt es nicht; prüfen Sie Ihre Eingabe, oder bitten Sie den Aussteller um einen neuen.",
                expired: "Dieser Code wurde nicht rechtzeitig benutzt; bitten Sie den Aussteller um einen neuen.",
                superseded: "Es gibt einen neueren Code; benutzen Sie den, den Sie zuletzt bekommen haben.",
            },
            title: "Nehmen Sie Ihren Nachweis an",
            letter: "Sie haben einen Brief oder einen Zettel mit einem Code bekommen.",
            wrong: "Dieser Code funktioniert nicht",
            code: "Der Code",
            hint: "Großbuchstaben und Bindestriche spielen keine Rolle.",
            go_on: "Weiter",
        },
        example: [
            "Das war ein Test",
            "Der Link in einer echten Mail führt zum Nachweis und entsteht, wenn die Mail abgeht. Dieser steht in der Mail, die eine Einrichtung an sich selbst schickt, bevor sie einem Jahrgang etwas verleiht.",
        ],
        ended: Ended {
            title: "Dieser Link führt nicht weiter",
            why: Why {
                unknown: "Diesen Link gibt es nicht; prüfen Sie, ob er vollständig ist, oder bitten Sie den Aussteller um einen neuen.",
                expired: "Dieser Link wurde nicht rechtzeitig benutzt; bitten Sie den Aussteller um einen neuen.",
                superseded: "Ein neuerer Link wurde verschickt; benutzen Sie den in der letzten Mail.",
            },
            not_taken: "Nehmen Sie den Nachweis erst an.",
            what_to_do: "Was Sie tun können",
            not_lost: [
                "Was Ihnen verliehen wurde, ist nicht verloren. Suchen Sie nach einer neueren Mail der Einrichtung, oder bitten Sie sie um einen neuen Link. Einen Code auf Papier ",
                "geben Sie hier ein",
                ".",
            ],
        },
    },
    Words {
        language: "es",
        title: "Su credencial – {issuer}",
        offer: Offer {
            ready: "Lista para usted",
            take_by: "Puede recogerla hasta el {day}",
            states: " certifica que",
            can: ["puede", "ha obtenido"],
            you: ["usted puede", "usted ha obtenido"],
            quotes: ["«", "»"],
            level: "Nivel {place} de {of}: ",
            right: "¿Es correcto?",
            credential: "Credencial",
            assessed_by: "Evaluada por",
            awarded: "Otorgada el",
            until: "Válida hasta",
            no_end: "Sin fecha de fin",
            name: "Su nombre",
            name_shown: "Aparece exactamente como arriba",
            name_hidden: "No aparece. Quien la lea podrá reconocerle por su dirección de correo",
            wrong: "Si algo no es correcto, no la recoja todavía.",
            write_to: "Escriba a ",
            tell: "Avise a la institución.",
            take: "Recoger mi credencial",
            only_you: [
                "Solo usted puede verla",
                "Nadie más ve esta credencial hasta que usted la muestre. Abrir esta página no ha cambiado nada; solo lo hace el botón.",
            ],
        },
        kept: Kept {
            yours: "Es suya",
            gone: "Ya no es válida",
            withdrew: " la ha retirado. Motivo indicado: ",
            keep: [
                "Guárdela",
                "Descárguela y guárdela con sus papeles importantes. Vale sin este sitio y sin la escuela mientras usted la conserve.",
            ],
            files: [
                ["La credencial", "JSON, para carteras"],
                ["Imagen", "PNG, con la credencial dentro"],
                ["Dibujo", "SVG, con la credencial dentro"],
                ["Certificado", "PDF, para imprimir"],
                [
                    "Prueba para más adelante",
                    "archivo de prueba, para cuando ya no estemos",
                ],
            ],
            bundle: "La prueba para más adelante es un solo archivo con la credencial, los criterios, el lugar de ambos en el registro público del emisor, sus claves y la prueba de si estaba retirada en el momento que indica. Cualquiera puede comprobarla cuando el emisor ya no exista. Descárguela de nuevo cuando alguien pida una más reciente.",
            show: "Muéstrela",
            off: "Una página pública dice lo que usted puede hacer y permite que cualquiera lo compruebe. Está desactivada: nadie puede verla.",
            switch_on: "Activar la página pública",
            on: "Su página pública está activada. La ve quien tenga su dirección; no se puede adivinar, y se pide a los buscadores que no la incluyan.",
            address: "Dirección de su página pública",
            qr: "Código QR de la dirección de su página pública",
            as_others: "Verla como los demás",
            linkedin: "Añadir a LinkedIn",
            switch_off: "Desactivarla",
            no_way_back: "Lo que otros hayan copiado antes no se puede recuperar. Si la activa de nuevo, tiene otra dirección.",
            decide: [
                "Usted decide quién la ve",
                "No comparta la dirección de la página que está leyendo: con ella se activa y se desactiva la página pública. Nadie se entera cuando alguien la mira.",
            ],
        },
        code: Code {
            why: Why {
                unknown: "Este código no es válido; compruebe lo que ha escrito o pida otro al emisor.",
                expired: "Este código no se usó a tiempo; pida otro al emisor.",
                superseded: "Hay un código más reciente; use el último que le hayan dado.",
            },
            title: "Recoja su credencial",
            letter: "Ha recibido una carta o un papel con un código.",
            wrong: "Este código no funciona",
            code: "El código",
            hint: "Las mayúsculas y los guiones no importan.",
            go_on: "Continuar",
        },
        example: [
            "Esto era una prueba",
            "El enlace de un correo auténtico lleva a la credencial y se crea cuando sale el correo. Este está en el correo que una institución se envía a sí misma antes de otorgar algo a un grupo.",
        ],
        ended: Ended {
            title: "Este enlace ya no sirve",
            why: Why {
                unknown: "Este enlace no es válido; compruebe que está completo o pida otro al emisor.",
                expired: "Este enlace no se usó a tiempo; pida otro al emisor.",
                superseded: "Se envió un enlace más reciente; use el del último correo.",
            },
            not_taken: "Recoja primero la credencial.",
            what_to_do: "Qué puede hacer",
            not_lost: [
                "Lo que se le otorgó no se ha perdido. Busque un correo más reciente de la institución o pídale otro enlace. Si tiene un código en papel, ",
                "escríbalo aquí",
                ".",
            ],
        },
    },
    Words {
        language: "fr",
        title: "Votre attestation – {issuer}",
        offer: Offer {
            ready: "Prête pour vous",
            take_by: "À prendre au plus tard le {day}",
            states: " atteste :",
            can: ["peut", "a obtenu"],
            you: ["vous pouvez", "vous avez obtenu"],
            quotes: ["« ", " »"],
            level: "Niveau {place} sur {of} : ",
            right: "Est-ce exact ?",
            credential: "Attestation",
            assessed_by: "Évaluée par",
            awarded: "Décernée le",
            until: "Valable jusqu’au",
            no_end: "Sans date de fin",
            name: "Votre nom",
            name_shown: "Apparaît exactement comme ci-dessus",
            name_hidden: "N’apparaît pas. Ceux qui la lisent vous reconnaissent à votre adresse électronique",
            wrong: "Si quelque chose est inexact, ne la prenez pas encore.",
            write_to: "Écrivez à ",
            tell: "Dites-le à l’établissement.",
            take: "Prendre mon attestation",
            only_you: [
                "Personne d’autre que vous ne peut la voir",
                "Personne d’autre ne voit cette attestation avant que vous la montriez. Ouvrir cette page n’a rien changé ; seul le bouton le fait.",
            ],
        },
        kept: Kept {
            yours: "Elle est à vous",
            gone: "Elle n’est plus valable",
            withdrew: " l’a retirée. Motif indiqué : ",
            keep: [
                "Gardez-la",
                "Téléchargez-la et rangez-la avec vos papiers importants. Elle vaut sans ce site et sans l’école, aussi longtemps que vous la gardez.",
            ],
            files: [
                ["L’attestation", "JSON, pour les portefeuilles"],
                ["Image", "PNG, avec l’attestation dedans"],
                ["Dessin", "SVG, avec l’attestation dedans"],
                ["Certificat", "PDF, à imprimer"],
                [
                    "Preuve pour plus tard",
                    "fichier de preuve, pour quand nous ne serons plus là",
                ],
            ],
            bundle: "La preuve pour plus tard est un seul fichier avec l’attestation, les critères, la place des deux dans le journal public de l’émetteur, ses clés et la preuve qu’elle était ou non retirée au moment indiqué. N’importe qui peut la vérifier quand l’émetteur n’existe plus. Téléchargez-la à nouveau quand quelqu’un en demande une plus récente.",
            show: "Montrez-la",
            off: "Une page publique dit ce que vous pouvez faire et permet à chacun de le vérifier. Elle est désactivée : personne ne peut la voir.",
            switch_on: "Activer la page publique",
            on: "Votre page publique est activée. Quiconque a son adresse la voit ; on ne peut pas la deviner, et les moteurs de recherche sont priés de l’ignorer.",
            address: "Adresse de votre page publique",
            qr: "Code QR de l’adresse de votre page publique",
            as_others: "La voir comme les autres",
            linkedin: "Ajouter à LinkedIn",
            switch_off: "La désactiver",
            no_way_back: "Ce que d’autres ont copié avant ne peut être repris. Activée de nouveau, elle a une nouvelle adresse.",
            decide: [
                "Vous décidez qui la voit",
                "Gardez pour vous l’adresse de la page que vous lisez : avec elle, on active et désactive la page publique. Personne n’est averti quand quelqu’un regarde.",
            ],
        },
        code: Code {
            why: Why {
                unknown: "Ce code n’est pas valide ; vérifiez votre saisie, ou demandez-en un nouveau à l’émetteur.",
                expired: "Ce code n’a pas été utilisé à temps ; demandez-en un nouveau à l’émetteur.",
                superseded: "Il existe un code plus récent ; utilisez le dernier que vous avez reçu.",
            },
            title: "Prenez votre attestation",
            letter: "Vous avez reçu une lettre ou un papier avec un code.",
            wrong: "Ce code ne fonctionne pas",
            code: "Le code",
            hint: "Les majuscules et les tirets n’ont pas d’importance.",
            go_on: "Continuer",
        },
        example: [
            "C’était un essai",
            "Le lien d’un vrai courriel mène à l’attestation et naît quand le courriel part. Celui-ci se trouve dans le courriel qu’un établissement s’envoie à lui-même avant de décerner quelque chose à un groupe.",
        ],
        ended: Ended {
            title: "Ce lien ne fonctionne plus",
            why: Why {
                unknown: "Ce lien n’est pas valide ; vérifiez qu’il est complet, ou demandez-en un nouveau à l’émetteur.",
                expired: "Ce lien n’a pas été utilisé à temps ; demandez-en un nouveau à l’émetteur.",
                superseded: "Un lien plus récent a été envoyé ; utilisez celui du dernier courriel.",
            },
            not_taken: "Prenez d’abord l’attestation.",
            what_to_do: "Ce que vous pouvez faire",
            not_lost: [
                "Ce qui vous a été décerné n’est pas perdu. Cherchez un courriel plus récent de l’établissement, ou demandez-lui un nouveau lien. Si vous avez un code sur papier, ",
                "saisissez-le ici",
                ".",
            ],
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_answered_in_the_first_language_of_its_own_that_is_spoken() {
        for (asked, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("pl, fr;q=0.5, es;q=0.7", "es"),
            ("FR", "fr"),
            ("ja", "en"),
            ("es;q=0", "en"),
            ("de;q=x,fr;q=0.1", "fr"),
            ("", "en"),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, asked.parse().unwrap())]);
            assert_eq!(Words::asked(&headers).language, language, "{asked}");
        }
        assert_eq!(Words::asked(&HeaderMap::new()).language, "en");
    }
}
