//! Dutch. Nouns have no capitals, so verbs are known from a list, their prefixes, and *-eren*.

use alloc::format;
use alloc::string::String;

use super::Germanic;
use crate::lint::statement::words::{Sentence, has};

pub(in crate::lint::statement) const DUTCH: Germanic = Germanic {
    capital_nouns: false,
    people: "deelnemer deelnemers cursist cursisten student studenten persoon personen houder houders kandidaat kandidaten leerling leerlingen afgestudeerde je jij u hij zij wie",
    articles: &["de", "het", "elke", "een"],
    lead_ins: &[
        "kan",
        "kunnen",
        "kunt",
        "is in staat om",
        "is in staat",
        "zijn in staat om",
        "in staat om",
        "is bekwaam om",
        "mag",
    ],
    before: "zelfstandig veilig ook niet nauwkeurig correct",
    subjects: "inleiding introductie basis basisvaardigheden basiskennis grondslagen beginselen kennis vaardigheden theorie certificaat gevorderde praktijk principes",
    vague: "begrijpen begrijpt kennen kent weten weet leren leert leer ontdekken ontdekt ontdek verkennen verkent waarderen waardeert beseffen beseft worden wordt word \
    zijn is hebben heeft willen wil verdiepen verdiept beheersen beheerst ervaren ervaart verwerven verwerft krijgen krijgt geloven denken denkt voelen voelt groeien groeit \
    genieten inzien snappen snapt duik bereik haal",
    held: "kennis begrip inzicht vaardigheden competenties basiskennis bewustzijn interesse ervaring houding",
    holding: "tonen aantonen laten bezitten ontwikkelen opdoen opbouwen verbreden",
    holding_told: "toont bezit ontwikkelt verbreedt bouwt doet laat",
    of: "van",
    pointing: &[
        "deze",
        "dit",
        "in deze",
        "in dit",
        "de",
        "het",
        "onze",
        "ons",
        "tijdens deze",
        "tijdens de",
    ],
    courses: "cursus cursussen module modules workshop workshops training trainingen opleiding programma seminar les lessen certificaat badge microcredential bijeenkomst webinar \
    leergang vak",
    compounds: false,
    attending: "deelnemen bijwonen neemt volgen volgt afronden rondt voltooien voltooit deelgenomen gevolgd doorlopen doorloopt",
    attending_alone: "deelnemen bijwonen neemt deelgenomen",
    verbs: VERBS,
    prefixes: PREFIXES,
    irregular: "doet gaat ziet slaat staat schrijft geeft leest meet weegt stelt houdt biedt snijdt rijdt bereidt leidt begeleidt voert zaagt vijlt legt zet maakt \
    bouwt onderhoudt behandelt verzorgt verbindt sorteert lost vindt wast draait freest boort",
    loans: "eert",
    knowledge: KNOWLEDGE,
    is_infinitive,
    told_of,
};

/// Whether an infinitive stands here: at the end of a clause, before "en", behind "te", or first with something that it is done to.
fn is_infinitive(sentence: &Sentence, place: usize, begin: usize) -> bool {
    let word = &sentence.words[place];
    let next = sentence.small(place + 1);
    if !is_known(&word.small) {
        return false;
    }
    let at_end = word.ends_clause
        || next.is_empty()
        || has("en of alsook kunnen kan", next)
        || has(
            "met volgens aan op in voor uit door zodat om waarna terwijl als voordat nadat tijdens",
            next,
        ) && place > begin;
    let behind_te = place > 0 && sentence.small(place - 1) == "te";
    let first = place == begin && !has("van", next);
    at_end || behind_te || first
}

fn is_known(word: &str) -> bool {
    if has(NO_VERBS, word) {
        return false;
    }
    has(VERBS, word)
        || has(KNOWLEDGE, word)
        || word.ends_with("eren") && word.len() > 7
        || PREFIXES
            .iter()
            .any(|prefix| has(VERBS, word.strip_prefix(prefix).unwrap_or_default()))
}

/// Whether `word` is the third person of `verb`: "lassen", "last"; "meten", "meet"; "schrijven", "schrijft".
fn told_of(verb: &str, word: &str) -> bool {
    let Some(stem) = verb.strip_suffix("en") else {
        return false;
    };
    let hard = match stem.chars().last() {
        Some('v') => format!("{}f", &stem[..stem.len() - 1]),
        Some('z') => format!("{}s", &stem[..stem.len() - 1]),
        _ => String::from(stem),
    };
    let letters: alloc::vec::Vec<char> = hard.chars().collect();
    let formed = match letters.as_slice() {
        [start @ .., one, other] if one == other && !is_vowel(*one) => {
            start.iter().chain([one]).collect()
        }
        [start @ .., before, vowel, last]
            if !is_vowel(*before) && "aeou".contains(*vowel) && !is_vowel(*last) =>
        {
            let long: String = start.iter().chain([before, vowel, vowel, last]).collect();
            return with_t(&long) == word || with_t(&hard) == word;
        }
        [vowel, last] if "aeou".contains(*vowel) && !is_vowel(*last) => {
            [vowel, vowel, last].into_iter().collect()
        }
        _ => hard.clone(),
    };
    with_t(&formed) == word
}

fn with_t(stem: &str) -> String {
    match stem.ends_with('t') {
        true => stem.into(),
        false => format!("{stem}t"),
    }
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

const PREFIXES: &[&str] = &[
    "be", "ver", "ont", "her", "af", "uit", "in", "op", "aan", "voor", "na", "over", "door", "bij",
    "om", "toe", "mee", "samen", "vast", "onder", "weg", "terug", "los", "klaar",
];
const NO_VERBS: &str = "kinderen goederen bladeren eieren liederen volkeren hoenderen anderen manieren papieren spieren dieren jongeren ouderen wederen klinkeren kleuren deuren uren \
    buren leveranciers scharnieren rivieren ingenieuren sectoren";
const KNOWLEDGE: &str = "uitleggen beschrijven benoemen noemen opsommen definiëren samenvatten vergelijken classificeren onderscheiden herkennen toelichten interpreteren weergeven";
const VERBS: &str = "meten maken bouwen leggen zetten stellen schrijven lezen rekenen tekenen snijden lassen solderen boren frezen draaien slijpen vijlen zagen \
    buigen lijmen schilderen verven reinigen schoonmaken onderhouden repareren monteren demonteren plannen sturen regelen leiden bedienen inrichten kiezen \
    vergelijken beoordelen berekenen bepalen opstellen ontwikkelen ontwerpen vormen bewerken verwerken bereiden koken bakken serveren verkopen \
    adviseren begeleiden ondersteunen verzorgen behandelen verbinden onderzoeken bewaken controleren documenteren registreren noteren \
    verzamelen ordenen sorteren opslaan verpakken vervoeren rijden laden lossen tillen verplaatsen zaaien oogsten snoeien lesgeven instrueren trainen \
    presenteren onderhandelen bemiddelen vertalen tolken programmeren testen installeren configureren beveiligen beschermen blussen redden melden rapporteren \
    informeren aansluiten bedraden isoleren scheiden mengen doseren wegen tellen kalibreren afstellen zoeken analyseren optimaliseren organiseren coördineren \
    beheren boeken factureren bestellen leveren inkopen naaien strijken wassen desinfecteren steriliseren verbeteren uitvoeren toepassen gebruiken voorbereiden \
    opbouwen formuleren wisselen vervangen helpen handelen wijzen zorgen geven nemen houden werken openen sluiten stapelen vullen hijsen invoeren voeren voorkomen oplossen opvolgen afnemen aanleggen \
    inspecteren evalueren schatten vastleggen kappen metselen stukadoren bevestigen tonen spreken antwoorden reageren verhelpen inplannen";
