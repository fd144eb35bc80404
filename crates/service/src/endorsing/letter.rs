//! The mail that asks for an endorsement: in the language that the asker chose, as text and as HTML that say the same. It says who asks, for
//! what, by when, and how never to be asked again.

use touchstone_store::{EndorsementRequestRow, InstitutionRow};

use crate::{ports::Message, spoken_or_english, text::escape};

/// What the mail is made of.
pub(super) struct Letter<'a> {
    pub(super) institution: &'a InstitutionRow,
    /// Who asks there, by name.
    pub(super) asker: Option<&'a str>,
    pub(super) request: &'a EndorsementRequestRow,
    /// The day by which an answer is wanted.
    pub(super) ends: &'a str,
    /// Of the secret in the link: a mail with another link is another mail.
    pub(super) token_hash: &'a str,
    pub(super) link: &'a str,
    pub(super) never: &'a str,
    pub(super) operator: &'a str,
}

impl Letter<'_> {
    /// The mail.
    pub(super) fn message(&self) -> Message {
        let words = words(&self.request.language);
        let host = self.link.split('/').nth(2).unwrap_or_default();
        let fill = |text: &str| {
            text.replace("{host}", host)
                .replace("{operator}", self.operator)
                .replace("{ends}", self.ends)
                .replace("{never}", self.never)
                .replace("{asker}", self.asker.unwrap_or(&self.institution.name))
                .replace("{institution}", &self.institution.name)
                .replace("{title}", &self.request.title)
        };
        let asks = match self.asker {
            Some(_) => fill(words.person_asks),
            None => fill(words.asks),
        };
        let message = &self.request.message;
        let quoted = (!message.is_empty()).then(|| fill(words.says));
        let (until, real, never) = (fill(words.until), fill(words.real), fill(words.never));
        let mut text = vec![words.hello.to_owned(), asks.clone()];
        if let Some(says) = &quoted {
            let lines: Vec<String> = message.lines().map(|line| format!("> {line}")).collect();
            text.push(format!("{says}\n\n{}", lines.join("\n")));
        }
        text.extend([words.open.to_owned(), self.link.to_owned()]);
        text.extend([until.clone(), real.clone(), never.clone()]);
        let quoted = quoted.map(|says| {
            let message = escape(message).replace('\n', "<br>");
            format!("<p>{}</p><blockquote>{message}</blockquote>", escape(&says))
        });
        let link = escape(self.link);
        let off = escape(self.never);
        let html = format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"></head><body><p>{}</p><p>{}</p>{}<p>{}<br><a href=\"{link}\">{link}</a></p><p>{}</p><p>{}</p><p>{}</p></body></html>",
            words.language,
            escape(words.hello),
            escape(&asks),
            quoted.unwrap_or_default(),
            escape(words.open),
            escape(&until),
            escape(&real),
            escape(&never).replace(&off, &format!("<a href=\"{off}\">{off}</a>")),
        );
        Message {
            id: format!(
                "endorsement.{}.{}",
                self.request.id,
                self.token_hash.get(..16).unwrap_or_default()
            ),
            to: self.request.email.clone(),
            to_name: String::new(),
            from_name: self.institution.name.clone(),
            reply_to: self.institution.contact_email.clone(),
            subject: fill(words.subject),
            language: words.language.to_owned(),
            text: text.join("\n\n") + "\n",
            html,
            unsubscribe: Some(self.never.to_owned()),
        }
    }
}

/// The language in which somebody is written to for whom `tag` is chosen.
pub(super) fn language(tag: &str) -> &'static str {
    words(tag).language
}

fn words(tag: &str) -> &'static Words {
    spoken_or_english(&LANGUAGES, |words| words.language, tag)
}

struct Words {
    language: &'static str,
    subject: &'static str,
    hello: &'static str,
    person_asks: &'static str,
    asks: &'static str,
    says: &'static str,
    open: &'static str,
    until: &'static str,
    real: &'static str,
    never: &'static str,
}

const LANGUAGES: [Words; 4] = [
    Words {
        language: "en",
        subject: "{institution} asks you to endorse “{title}”",
        hello: "Hello,",
        person_asks: "{asker} at {institution} asks you to endorse “{title}”: to say in public that you stand behind what it certifies.",
        asks: "{institution} asks you to endorse “{title}”: to say in public that you stand behind what it certifies.",
        says: "{asker} writes:",
        open: "Read exactly what you would endorse, and say yes or no:",
        until: "An answer is wanted by {ends}. You need no account, and you can take your answer back with the same link. Keep the link to yourself: whoever has it answers for you.",
        real: "Is this mail real? It comes from {host}, which {operator} runs. The page asks for no password, and opening it says nothing to anybody.",
        never: "You do not want to be asked by anybody on {host} again? Say so here: {never}",
    },
    Words {
        language: "de",
        subject: "{institution} bittet Sie, „{title}“ zu befürworten",
        hello: "Guten Tag,",
        person_asks: "{asker} von {institution} bittet Sie, „{title}“ zu befürworten: öffentlich zu sagen, dass Sie hinter dem stehen, was damit bescheinigt wird.",
        asks: "{institution} bittet Sie, „{title}“ zu befürworten: öffentlich zu sagen, dass Sie hinter dem stehen, was damit bescheinigt wird.",
        says: "{asker} schreibt:",
        open: "Lesen Sie genau, was Sie befürworten würden, und sagen Sie Ja oder Nein:",
        until: "Um Antwort wird bis {ends} gebeten. Sie brauchen kein Konto und können Ihre Antwort mit demselben Link zurücknehmen. Behalten Sie den Link für sich: Wer ihn hat, antwortet für Sie.",
        real: "Ist diese Mail echt? Sie kommt von {host}, betrieben von {operator}. Die Seite fragt nach keinem Passwort, und wer sie öffnet, sagt damit niemandem etwas.",
        never: "Sie möchten von niemandem auf {host} mehr gefragt werden? Sagen Sie es hier: {never}",
    },
    Words {
        language: "es",
        subject: "{institution} le pide que respalde «{title}»",
        hello: "Hola:",
        person_asks: "{asker}, de {institution}, le pide que respalde «{title}»: que diga en público que está de acuerdo con lo que certifica.",
        asks: "{institution} le pide que respalde «{title}»: que diga en público que está de acuerdo con lo que certifica.",
        says: "{asker} escribe:",
        open: "Lea exactamente lo que respaldaría y diga sí o no:",
        until: "Se espera una respuesta hasta el {ends}. No necesita una cuenta y puede retirar su respuesta con el mismo enlace. No comparta el enlace: quien lo tiene responde por usted.",
        real: "¿Es auténtico este correo? Viene de {host}, a cargo de {operator}. La página no pide ninguna contraseña, y abrirla no dice nada a nadie.",
        never: "¿No quiere que nadie en {host} le vuelva a preguntar? Dígalo aquí: {never}",
    },
    Words {
        language: "fr",
        subject: "{institution} vous demande de soutenir « {title} »",
        hello: "Bonjour,",
        person_asks: "{asker}, de {institution}, vous demande de soutenir « {title} » : de dire publiquement que vous approuvez ce qui est certifié.",
        asks: "{institution} vous demande de soutenir « {title} » : de dire publiquement que vous approuvez ce qui est certifié.",
        says: "{asker} écrit :",
        open: "Lisez exactement ce que vous soutiendriez, et dites oui ou non :",
        until: "Une réponse est attendue avant le {ends}. Il ne vous faut pas de compte, et vous pouvez retirer votre réponse avec le même lien. Gardez le lien pour vous : qui l’a répond à votre place.",
        real: "Ce courriel est-il authentique ? Il vient de {host}, géré par {operator}. La page ne demande aucun mot de passe, et l’ouvrir ne dit rien à personne.",
        never: "Vous ne voulez plus qu’on vous demande rien sur {host} ? Dites-le ici : {never}",
    },
];

#[cfg(test)]
mod tests {
    use touchstone_store::{EndorsedKind, TenantId};

    use super::*;

    fn message(language: &str, name: &str, said: &str) -> Message {
        let tenant = TenantId::new("t");
        let institution = InstitutionRow {
            id: tenant.clone(),
            slug: "r".into(),
            name: name.into(),
            country: None,
            legal_id: None,
            website: None,
            contact_email: None,
            mark: None,
            did: None,
            public_url: None,
            created_at: 0,
        };
        let request = EndorsementRequestRow {
            id: "e1".into(),
            tenant,
            kind: EndorsedKind::Achievement,
            thing: "a".into(),
            version: 1,
            subject: "urn:x".into(),
            title: "Measuring".into(),
            sha256: String::new(),
            email: "boss@celik.example".into(),
            language: language.into(),
            message: said.into(),
            asked_at: 0,
            asked_by: "m".into(),
            ends_at: 0,
            token_hash: None,
            mails: 1,
            mailed_at: 0,
            answered_at: None,
            declined: None,
            refused_at: None,
        };
        let letter = Letter {
            institution: &institution,
            asker: Some("Ines"),
            request: &request,
            ends: "2026-12-31",
            token_hash: "0123456789abcdef0123456789abcdef",
            link: "https://v.example/endorse/x",
            never: "https://v.example/endorse/x/never",
            operator: "Example",
        };
        letter.message()
    }

    #[test]
    fn it_says_who_asks_for_what_by_when_and_how_to_be_asked_no_more() {
        for tag in ["en", "de-AT", "ES", "fr", "tlh"] {
            let mail = message(tag, "Riverside", "Please\nlook.");
            assert_eq!(mail.language, language(tag));
            for part in [
                "Ines",
                "Riverside",
                "Measuring",
                "2026-12-31",
                "https://v.example/endorse/x/never",
                "v.example",
            ] {
                assert!(mail.text.contains(part), "{tag}: {part}\n{}", mail.text);
                assert!(mail.html.contains(part), "{tag}: {part}\n{}", mail.html);
            }
            assert!(mail.text.contains("> Please\n> look."));
            assert!(!mail.text.contains('{'), "a gap was left open");
            let off = mail.unsubscribe.as_deref();
            assert_eq!(off, Some("https://v.example/endorse/x/never"));
        }
        assert_eq!(language("tlh"), "en");
    }

    #[test]
    fn t56_names_and_messages_make_no_markup_in_the_mail() {
        let mail = message("en", "<b>R</b>", "<script>alert(1)</script>");
        for tag in ["<script", "<b>"] {
            assert!(!mail.html.contains(tag), "{tag}");
        }
    }
}
