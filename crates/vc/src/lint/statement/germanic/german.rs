//! German. Nouns have capitals, so a word in small letters at the end of a clause that ends in *-en*, *-eln* or *-ern* is an infinitive.

use alloc::format;
use alloc::string::String;

use crate::lint::statement::NoAction;
use crate::lint::statement::words::{Sentence, Word, has};

/// The word that names the action.
pub(in crate::lint::statement) fn action(sentence: &Sentence) -> Result<&str, NoAction> {
    let Some(first) = sentence.words.first() else {
        return Err(NoAction::Empty);
    };
    course(sentence)?;
    let at = lead_in(sentence);
    if at == 0 && has(VAGUE, &first.small) {
        return Err(NoAction::Vague(first.small.clone()));
    }
    let begin = usize::from(has(BEFORE, sentence.small(at))) + at;
    let told = sentence.small(begin);
    let is_told = is_third_person(told);
    if is_told && has(VAGUE, told) {
        return Err(NoAction::Vague(told.into()));
    }
    let mut in_first_clause = true;
    for (place, word) in sentence.words.iter().enumerate().skip(at) {
        if in_first_clause && has(VAGUE, &word.small) && is_small(word) {
            return Err(NoAction::Vague(word.small.clone()));
        }
        if !is_told && is_infinitive(sentence, place) {
            if has(HOLDING, &word.small)
                && let Some(held) = sentence.words[at..place]
                    .iter()
                    .find(|word| has(HELD, &word.small))
            {
                return Err(NoAction::Vague(held.small.clone()));
            }
            if place == at && sentence.words.len() == at + 1 {
                return Err(NoAction::NoObject(word.small.clone()));
            }
            return Ok(&word.small);
        }
        in_first_clause &= !word.ends_clause;
    }
    if is_told {
        return match sentence.words.len() > begin + 1 {
            true => Ok(told),
            false => Err(NoAction::NoObject(told.into())),
        };
    }
    Err(NoAction::NoVerb(first.text.clone()))
}

/// Whether it is a verb of knowing.
pub(in crate::lint::statement) fn is_knowledge(verb: &str) -> bool {
    has(KNOWLEDGE, verb)
        || KNOWLEDGE
            .split_whitespace()
            .any(|known| told_of(known, verb))
}

fn course(sentence: &Sentence) -> Result<(), NoAction> {
    let opening = sentence.after_any(
        0,
        &[
            "dieser",
            "dieses",
            "diese",
            "in diesem",
            "in dieser",
            "im",
            "der",
            "das",
            "die",
            "unser",
            "unsere",
            "während des",
        ],
    );
    let named = |word: &&str| has(COURSES, word);
    if opening > 0
        && let Some(word) = sentence.from(opening).take(2).find(named)
    {
        return Err(NoAction::Course(word.into()));
    }
    let attends = sentence
        .words
        .iter()
        .find(|word| has(ATTENDING, &word.small) && is_small(word));
    match attends {
        Some(word)
            if sentence.from(0).any(|word| {
                COURSES
                    .split_whitespace()
                    .any(|course| word.ends_with(course))
            }) =>
        {
            Err(NoAction::Course(word.small.clone()))
        }
        Some(word) if has("teilnehmen teilgenommen", &word.small) => {
            Err(NoAction::Course(word.small.clone()))
        }
        _ => Ok(()),
    }
}

/// Behind "Die Absolventin kann", "Ist in der Lage,", "Sie".
fn lead_in(sentence: &Sentence) -> usize {
    let article = sentence.after_any(0, &["die", "der", "das", "jede", "jeder", "eine", "ein"]);
    let subject = match has(PEOPLE, sentence.small(article)) {
        true => article + 1,
        false => 0,
    };
    sentence.after_any(
        subject,
        &[
            "kann",
            "können",
            "ist in der lage",
            "sind in der lage",
            "ist fähig",
            "ist befähigt",
            "in der lage",
            "fähig",
            "darf",
        ],
    )
}

/// Whether an infinitive stands here: in small letters, at the end of a clause or before "und".
fn is_infinitive(sentence: &Sentence, place: usize) -> bool {
    let word = &sentence.words[place];
    let next = sentence.words.get(place + 1);
    let at_end = word.ends_clause || next.is_none();
    let joined = next.is_some_and(|next| matches!(&*next.small, "und" | "oder" | "sowie" | "bzw"));
    // "… messen können": the modal verb closes the clause.
    let before_modal = next.is_some_and(|next| has("können kann", &next.small));
    let formed = ["en", "eln", "ern"]
        .iter()
        .any(|end| word.small.ends_with(end))
        || word.small == "tun";
    let starts = place == 0; // "Messen und Prüfen von …" are nouns, "Messen Sie …" is an order.
    if !formed || !(is_small(word) || starts && is_known(&word.small)) || has(NO_VERBS, &word.small)
    {
        return false;
    }
    if starts && !is_small(word) {
        return false;
    }
    at_end || before_modal || joined && is_known(&word.small)
}

fn is_known(word: &str) -> bool {
    word.ends_with("ieren")
        || VERBS.split_whitespace().any(|verb| word.ends_with(verb))
        || has(KNOWLEDGE, word)
}

fn is_small(word: &Word) -> bool {
    word.text.chars().next().is_some_and(char::is_lowercase)
}

fn is_third_person(word: &str) -> bool {
    has(IRREGULAR, word)
        || word.ends_with("iert") && word.len() > 6
        || VERBS
            .split_whitespace()
            .chain(KNOWLEDGE.split_whitespace())
            .any(|verb| told_of(verb, word))
}

/// Whether `word` is the third person of `verb`: "prüfen", "prüft"; "arbeiten", "arbeitet".
fn told_of(verb: &str, word: &str) -> bool {
    let stem = verb
        .strip_suffix("en")
        .or_else(|| verb.strip_suffix('n'))
        .unwrap_or(verb);
    let formed: String = match stem.ends_with(['t', 'd'])
        || ["chn", "ffn", "dn", "gn", "tm"]
            .iter()
            .any(|end| stem.ends_with(end))
    {
        true => format!("{stem}et"),
        false => format!("{stem}t"),
    };
    formed == word
}

const PEOPLE: &str = "absolvent absolventin absolventen absolventinnen lernende lernender lernenden teilnehmende teilnehmer teilnehmerin teilnehmenden person personen \
    inhaber inhaberin kandidat kandidatin auszubildende auszubildenden studierende studierenden sie er wer";
const BEFORE: &str =
    "sicher selbstständig selbständig eigenständig fachgerecht auch nicht präzise zuverlässig";
const COURSES: &str = "kurs kurses modul moduls seminar seminars workshop workshops lehrgang lehrgangs weiterbildung schulung schulungen fortbildung programm \
    zertifikat abzeichen badge microcredential lehrveranstaltung vorlesung webinar ausbildung";
const ATTENDING: &str =
    "teilnehmen teilgenommen besuchen besucht absolvieren absolviert abschließen abgeschlossen";
const VAGUE: &str = "verstehen versteht kennen kennt wissen weiß lernen lernt lernst erlernen erlernt kennenlernen erwerben erwirbt erhalten erhält entdecken entdeckt \
    entdecke erleben erlebt verinnerlichen schätzen begreifen begreift nachvollziehen werden wird sein ist sind haben hat wollen möchten \
    vertiefen vertieft beherrschen beherrscht steigern steigere meistern meistere verfügen verfügt interessieren glauben denken fühlen gewinnen gewinnt profitieren \
    durchstarten aneignen wachsen verwirklichen";
const HELD: &str = "kenntnisse wissen verständnis grundkenntnisse grundlagenwissen kompetenz kompetenzen interesse fähigkeiten bewusstsein einblick einblicke erfahrung";
const HOLDING: &str = "zeigen nachweisen mitbringen besitzen entwickeln aufweisen sammeln";
const NO_VERBS: &str = "den einen ihren seinen deinen meinen unseren euren diesen jenen allen können kann sollen müssen dürfen mögen neuen alten guten großen kleinen \
    technischen verschiedenen anderen eigenen einzelnen gegen wegen neben zwischen oben unten außen innen hinten vorn vorne gestern morgen sondern \
    zusammen dagegen daneben deswegen ihnen denen deren intern extern modern gern fern insofern einen keinen vielen wenigen beiden meisten ersten zweiten dritten \
    letzten vorhandenen gegebenen folgenden geltenden laufenden";
const IRREGULAR: &str = "misst liest schreibt gibt nimmt hält trägt fährt lädt bläst schneidet sägt schweißt lötet gießt zieht hebt wiegt trifft spricht \
    berät brät stellt legt führt nimmt entwirft wirft hilft behandelt wechselt bohrt fräst dreht schleift setzt bringt erstellt übernimmt erkennt benennt vergleicht \
    unterscheidet beschreibt vermittelt handelt sammelt feilt leitet bereitet richtet arbeitet wartet bewertet wertet berechnet zeichnet öffnet ordnet rechnet \
    schließt baut pflegt dokumentiert wählt plant kontrolliert unterhält verhandelt verwaltet beurteilt";
const KNOWLEDGE: &str = "erklären beschreiben benennen nennen aufzählen definieren zusammenfassen vergleichen einordnen unterscheiden erkennen erläutern \
    interpretieren wiedergeben darstellen";
const VERBS: &str = "prüfen messen bauen führen stellen legen setzen machen schreiben lesen rechnen zeichnen schneiden schweißen löten bohren fräsen drehen \
    schleifen feilen sägen biegen kleben streichen lackieren reinigen warten pflegen reparieren montieren planen steuern regeln leiten bedienen einrichten \
    einstellen auswählen wählen vergleichen bewerten beurteilen berechnen bestimmen ermitteln erstellen entwickeln entwerfen gestalten anfertigen fertigen \
    herstellen bearbeiten verarbeiten zubereiten kochen backen servieren verkaufen beraten betreuen begleiten unterstützen versorgen behandeln \
    verbinden untersuchen überwachen kontrollieren dokumentieren protokollieren erfassen auswerten sammeln ordnen sortieren lagern verpacken \
    transportieren fahren laden entladen heben bewegen säen ernten gießen beschneiden unterrichten anleiten schulen moderieren präsentieren vortragen \
    verhandeln vermitteln übersetzen dolmetschen programmieren testen installieren konfigurieren sichern schützen löschen retten melden berichten \
    informieren anschließen verlegen verdrahten isolieren entsorgen trennen mischen dosieren wiegen zählen kalibrieren justieren eichen beheben suchen \
    analysieren optimieren organisieren koordinieren verwalten buchen abrechnen kassieren bestellen liefern beschaffen einkaufen nähen bügeln waschen \
    desinfizieren sterilisieren verbessern umsetzen durchführen ausführen anwenden nutzen verwenden einsetzen vorbereiten nachbereiten aufbauen abbauen zerlegen formulieren wechseln \
    handeln arbeiten öffnen schließen halten geben nehmen";
