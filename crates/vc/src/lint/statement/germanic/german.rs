//! German. Nouns have capitals, so a word in small letters at the end of a clause that ends in *-en*, *-eln* or *-ern* is an infinitive.

use alloc::format;
use alloc::string::String;

use super::{Germanic, is_small};
use crate::lint::statement::words::{Sentence, has};

pub(in crate::lint::statement) const GERMAN: Germanic = Germanic {
    capital_nouns: true,
    people: "absolvent absolventin absolventen absolventinnen lernende lernender lernenden teilnehmende teilnehmer teilnehmerin teilnehmenden person personen \
    inhaber inhaberin kandidat kandidatin auszubildende auszubildenden studierende studierenden sie er wer",
    articles: &["die", "der", "das", "jede", "jeder", "eine", "ein"],
    lead_ins: &[
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
    before: "sicher selbstständig selbständig eigenständig fachgerecht auch nicht präzise zuverlässig",
    subjects: "",
    vague: "verstehen versteht kennen kennt wissen weiß lernen lernt lernst erlernen erlernt kennenlernen erwerben erwirbt erhalten erhält entdecken entdeckt \
    entdecke erleben erlebt verinnerlichen schätzen begreifen begreift nachvollziehen werden wird sein ist sind haben hat wollen möchten \
    vertiefen vertieft beherrschen beherrscht steigern steigere meistern meistere verfügen verfügt interessieren glauben denken fühlen gewinnen gewinnt profitieren \
    durchstarten aneignen wachsen verwirklichen",
    held: "kenntnisse wissen verständnis grundkenntnisse grundlagenwissen kompetenz kompetenzen interesse fähigkeiten bewusstsein einblick einblicke erfahrung",
    holding: "zeigen nachweisen mitbringen besitzen entwickeln aufweisen sammeln",
    holding_told: "",
    of: "",
    pointing: &[
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
    courses: "kurs kurses modul moduls seminar seminars workshop workshops lehrgang lehrgangs weiterbildung schulung schulungen fortbildung programm \
    zertifikat abzeichen badge microcredential lehrveranstaltung vorlesung webinar ausbildung",
    compounds: true,
    attending: "teilnehmen teilgenommen besuchen besucht absolvieren absolviert abschließen abgeschlossen",
    attending_alone: "teilnehmen teilgenommen",
    verbs: VERBS,
    prefixes: &[],
    irregular: "misst liest schreibt gibt nimmt hält trägt fährt lädt bläst schneidet sägt schweißt lötet gießt zieht hebt wiegt trifft spricht \
    berät brät stellt legt führt nimmt entwirft wirft hilft behandelt wechselt bohrt fräst dreht schleift setzt bringt erstellt übernimmt erkennt benennt vergleicht \
    unterscheidet beschreibt vermittelt handelt sammelt feilt leitet bereitet richtet arbeitet wartet bewertet wertet berechnet zeichnet öffnet ordnet rechnet \
    schließt baut pflegt dokumentiert wählt plant kontrolliert unterhält verhandelt verwaltet beurteilt",
    loans: "iert",
    knowledge: KNOWLEDGE,
    is_infinitive,
    told_of,
};

/// Whether an infinitive stands here: in small letters, at the end of a clause or before "und".
fn is_infinitive(sentence: &Sentence, place: usize, _begin: usize) -> bool {
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

const NO_VERBS: &str = "den einen ihren seinen deinen meinen unseren euren diesen jenen allen können kann sollen müssen dürfen mögen neuen alten guten großen kleinen \
    technischen verschiedenen anderen eigenen einzelnen gegen wegen neben zwischen oben unten außen innen hinten vorn vorne gestern morgen sondern \
    zusammen dagegen daneben deswegen ihnen denen deren intern extern modern gern fern insofern einen keinen vielen wenigen beiden meisten ersten zweiten dritten \
    letzten vorhandenen gegebenen folgenden geltenden laufenden";
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
