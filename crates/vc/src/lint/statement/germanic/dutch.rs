//! Dutch. Nouns have no capitals, so verbs are known from a list, their prefixes, and *-eren*.

use alloc::format;
use alloc::string::String;

use crate::lint::statement::NoAction;
use crate::lint::statement::words::{Sentence, has};

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
    if has(SUBJECTS, &first.small) {
        return Err(NoAction::NoVerb(first.text.clone()));
    }
    let begin = usize::from(has(BEFORE, sentence.small(at))) + at;
    let told = sentence.small(begin);
    if has(VAGUE, told) {
        return Err(NoAction::Vague(told.into()));
    }
    let is_told = is_third_person(told) && !has("van", sentence.small(begin + 1));
    let mut in_first_clause = true;
    for (place, word) in sentence.words.iter().enumerate().skip(at) {
        if in_first_clause && !is_told && has(VAGUE, &word.small) {
            return Err(NoAction::Vague(word.small.clone()));
        }
        if !is_told && is_infinitive(sentence, place, at) {
            if has(HOLDING, &word.small)
                && let Some(held) = sentence.words[at..place]
                    .iter()
                    .find(|word| has(HELD, &word.small))
            {
                return Err(NoAction::Vague(held.small.clone()));
            }
            if sentence.words.len() == at + 1 {
                return Err(NoAction::NoObject(word.small.clone()));
            }
            return Ok(&word.small);
        }
        in_first_clause &= !word.ends_clause;
    }
    if is_told {
        if let Some(held) = sentence
            .from(begin + 1)
            .take(4)
            .find(|word| has(HOLDING_TOLD, told) && has(HELD, word))
        {
            return Err(NoAction::Vague(held.into()));
        }
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
    );
    if opening > 0
        && let Some(word) = sentence
            .from(opening)
            .take(2)
            .find(|word| has(COURSES, word))
    {
        return Err(NoAction::Course(word.into()));
    }
    let attends = sentence
        .words
        .iter()
        .find(|word| has(ATTENDING, &word.small));
    match attends {
        Some(word)
            if sentence.from(0).any(|word| has(COURSES, word))
                || has("deelnemen bijwonen neemt deelgenomen", &word.small) =>
        {
            Err(NoAction::Course(word.small.clone()))
        }
        _ => Ok(()),
    }
}

fn lead_in(sentence: &Sentence) -> usize {
    let article = sentence.after_any(0, &["de", "het", "elke", "een"]);
    let subject = match has(PEOPLE, sentence.small(article)) {
        true => article + 1,
        false => 0,
    };
    sentence.after_any(
        subject,
        &[
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
    )
}

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

fn is_third_person(word: &str) -> bool {
    has(IRREGULAR, word)
        || word.ends_with("eert") && word.len() > 6
        || VERBS
            .split_whitespace()
            .chain(KNOWLEDGE.split_whitespace())
            .any(|verb| told_of(verb, word))
        || PREFIXES.iter().any(|prefix| {
            let rest = word.strip_prefix(prefix).unwrap_or_default();
            rest.len() > 2 && VERBS.split_whitespace().any(|verb| told_of(verb, rest))
        })
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
const PEOPLE: &str = "deelnemer deelnemers cursist cursisten student studenten persoon personen houder houders kandidaat kandidaten leerling leerlingen afgestudeerde je jij u hij zij wie";
const BEFORE: &str = "zelfstandig veilig ook niet nauwkeurig correct";
const COURSES: &str = "cursus cursussen module modules workshop workshops training trainingen opleiding programma seminar les lessen certificaat badge microcredential bijeenkomst webinar \
    leergang vak";
const ATTENDING: &str = "deelnemen bijwonen neemt volgen volgt afronden rondt voltooien voltooit deelgenomen gevolgd doorlopen doorloopt";
const VAGUE: &str = "begrijpen begrijpt kennen kent weten weet leren leert leer ontdekken ontdekt ontdek verkennen verkent waarderen waardeert beseffen beseft worden wordt word \
    zijn is hebben heeft willen wil verdiepen verdiept beheersen beheerst ervaren ervaart verwerven verwerft krijgen krijgt geloven denken denkt voelen voelt groeien groeit \
    genieten inzien snappen snapt duik bereik haal";
/// How titles begin.
const SUBJECTS: &str = "inleiding introductie basis basisvaardigheden basiskennis grondslagen beginselen kennis vaardigheden theorie certificaat gevorderde praktijk principes";
const HELD: &str = "kennis begrip inzicht vaardigheden competenties basiskennis bewustzijn interesse ervaring houding";
const HOLDING: &str = "tonen aantonen laten bezitten ontwikkelen opdoen opbouwen verbreden";
const HOLDING_TOLD: &str = "toont bezit ontwikkelt verbreedt bouwt doet laat";
const NO_VERBS: &str = "kinderen goederen bladeren eieren liederen volkeren hoenderen anderen manieren papieren spieren dieren jongeren ouderen wederen klinkeren kleuren deuren uren \
    buren leveranciers scharnieren rivieren ingenieuren sectoren";
const IRREGULAR: &str = "doet gaat ziet slaat staat schrijft geeft leest meet weegt stelt houdt biedt snijdt rijdt bereidt leidt begeleidt voert zaagt vijlt legt zet maakt \
    bouwt onderhoudt behandelt verzorgt verbindt sorteert lost vindt wast draait freest boort";
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
