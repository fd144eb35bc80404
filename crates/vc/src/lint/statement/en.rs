//! English: a verb in its base form ("Measure parts"), after "can", or told of somebody ("Measures parts").

use super::NoAction;
use super::words::{Sentence, has};

/// The word that names the action.
pub(super) fn action(sentence: &Sentence) -> Result<&str, NoAction> {
    if sentence.words.is_empty() {
        return Err(NoAction::Empty);
    }
    course(sentence)?;
    let behind_subject = subject(sentence);
    let mut at = sentence.after_any(behind_subject, LEAD_INS);
    let told = behind_subject > 0 && at == behind_subject;
    while is_adverb(sentence.small(at)) {
        at += 1;
    }
    let verb = sentence.small(at);
    vague(sentence, at)?;
    let none = || {
        NoAction::NoVerb(
            sentence.words[at.min(sentence.words.len() - 1)]
                .text
                .clone(),
        )
    };
    let base = base_of(verb).ok_or_else(none)?;
    if reads_as_title(sentence, at, base, told) {
        return Err(none());
    }
    if sentence.words.len() == at + 1 && !has(ALONE, base) {
        return Err(NoAction::NoObject(verb.into()));
    }
    Ok(verb)
}

/// Whether it is a verb of knowing.
pub(super) fn is_knowledge(verb: &str) -> bool {
    base_of(verb).is_some_and(|base| has(KNOWLEDGE, base))
}

/// "This course introduces", "In this module you will", "Attend all sessions", "Complete a 40-hour course".
fn course(sentence: &Sentence) -> Result<(), NoAction> {
    let no = |word: &str| Err(NoAction::Course(word.into()));
    let opening: usize = sentence.after_any(
        0,
        &[
            "in this",
            "during this",
            "throughout this",
            "this",
            "the",
            "our",
            "these",
        ],
    );
    if opening > 0 {
        let mut early = sentence.from(opening).take(3);
        if let Some(word) = early.find(|word| has(COURSES, word)) {
            return no(word);
        }
    }
    let first = sentence.small(sentence.after_any(subject(sentence), LEAD_INS));
    if has(ATTENDING, first) {
        return no(first);
    }
    if has(
        "complete completes completed finish finishes finished pass passes passed take takes receive receives received obtain obtains earn earns join joins visit visits watch watches sit sits",
        first,
    ) && let Some(word) = sentence.from(1).take(8).find(|word| {
        has(COURSES, word) || has("exam examination test tests quiz lessons hours", word)
    }) {
        return no(word);
    }
    Ok(())
}

/// "understand", "be aware of", "demonstrate knowledge of", "gain insight".
fn vague(sentence: &Sentence, at: usize) -> Result<(), NoAction> {
    let verb = sentence.small(at);
    let no = |word: &str| Err(NoAction::Vague(word.into()));
    if has(VAGUE, verb) || matches!(base_of(verb), Some(base) if has(VAGUE, base)) {
        return no(verb);
    }
    if has(
        "have has show shows demonstrate demonstrates develop develops build builds possess possesses expand expands deepen deepens",
        verb,
    ) && let Some(word) = sentence.from(at + 1).take(5).find(|word| has(HELD, word))
    {
        return no(word);
    }
    Ok(())
}

/// The verb in its base form, if it is one that is known or formed like one.
fn base_of(word: &str) -> Option<&str> {
    if is_verb(word) {
        return Some(word);
    }
    let stems = [word.strip_suffix('s'), word.strip_suffix("es")];
    let third = stems.into_iter().flatten().find(|stem| is_verb(stem));
    let y = || {
        let stem = word.strip_suffix("ies")?;
        VERBS
            .split_whitespace()
            .find(|verb| verb.strip_suffix('y') == Some(stem))
    };
    third.or_else(y)
}

fn is_verb(word: &str) -> bool {
    let formed = |ends: &[&str]| word.len() > 5 && ends.iter().any(|end| word.ends_with(end));
    if has(VERBS, word) || has(VAGUE, word) {
        return true;
    }
    if formed(&["ize", "ise", "ify"]) && !has(NO_VERBS, word)
        || formed(&["ate"]) && !has(NO_VERBS, word)
    {
        return true;
    }
    PREFIXES.iter().any(|prefix| {
        let rest = word.strip_prefix(prefix).unwrap_or_default();
        has(VERBS, rest.trim_start_matches('-'))
    })
}

/// "Project management", "Design Thinking", "Control of emissions": a verb by its form, a noun by its place.
fn reads_as_title(sentence: &Sentence, at: usize, base: &str, told: bool) -> bool {
    let verb = sentence.small(at);
    let next = sentence.small(at + 1);
    if at > 0 && !told {
        return false; // Behind "can" it is a verb.
    }
    let rest = &sentence.words[(at + 1).min(sentence.words.len())..];
    let cue = rest
        .iter()
        .take(5)
        .any(|word| has(DETERMINERS, &word.small));
    let plural = verb != base && has(NOUNS_TOO, base);
    if next == "of" && base != "dispose"
        || plural && (matches!(next, "for" | "in" | "with") || next == "and" && !cue)
    {
        return true;
    }
    let capitals = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let big = rest.iter().filter(|word| capitals(&word.text)).count();
    if !rest.is_empty() && big == rest.len() && rest.len() < 5 && sentence.words.len() < 6 {
        return true; // "Master Data Governance"
    }
    if !has(NOUNS_TOO, base) || told {
        return false;
    }
    if rest.len() > 5 && !matches!(next, "for" | "in" | "at" | "on")
        || has(INTRANSITIVE, base) && rest.len() > 2
    {
        return false; // Titles are short.
    }
    let listed = matches!(next, "and" | "or") || sentence.words[at].ends_clause;
    let goes_on = listed
        && rest
            .iter()
            .take(4)
            .any(|word| is_verb(&word.small) && !has(NOUNS_TOO, &word.small));
    if cue || goes_on || matches!(next, "with" | "to") && verb == base && rest.len() > 2 {
        return false;
    }
    let last = rest.last().map_or("", |word| word.small.as_str());
    rest.is_empty()
        || rest.len() == 1 && has(NOUNS_TOO, last)
        || rest.iter().any(|word| has(SUBJECTS, &word.small))
        || rest.len() < 4
            && ["tion", "ment", "ing", "ics", "logy", "ance", "ence", "ship"]
                .iter()
                .any(|end| last.ends_with(end))
        || matches!(next, "for" | "in" | "and" | "&" | "at" | "on")
}

/// "The learner", "Graduates", "You".
fn subject(sentence: &Sentence) -> usize {
    let at = sentence.after_any(
        0,
        &[
            "the",
            "a",
            "an",
            "each",
            "every",
            "successful",
            "the successful",
        ],
    );
    if has(PEOPLE, sentence.small(at)) {
        let after = at + 1;
        return match sentence.small(after) {
            "of" => after, // "Holders of this badge …" is judged by what follows, and fails.
            "who" | "also" => after + 1,
            _ => after,
        };
    }
    0
}

fn is_adverb(word: &str) -> bool {
    word.len() > 4
        && word.ends_with("ly")
        && !has(
            "apply supply rely comply multiply assembly family reply imply ally rally fly anomaly assemble",
            word,
        )
        || matches!(word, "then" | "also" | "not" | "always" | "jointly")
}

const LEAD_INS: &[&str] = &[
    "can",
    "is able to",
    "are able to",
    "able to",
    "will be able to",
    "should be able to",
    "has shown that they can",
    "is capable to",
    "knows how to",
    "know how to",
    "will",
    "can independently",
    "is qualified to",
    "to",
    "must",
    "may",
];
const PEOPLE: &str = "learner learners student students holder holders earner earners candidate candidates participant participants \
    graduate graduates person people trainee trainees you they he she who apprentice apprentices recipient recipients operator operators";
const COURSES: &str = "course courses module modules workshop workshops program programme programs training trainings class classes webinar \
    badge certificate credential micro-credential microcredential bootcamp curriculum seminar session sessions lecture lectures unit";
const ATTENDING: &str = "attend attends attended participate participates participated enrol enroll enrols enrolls enrolled";
const VAGUE: &str = "understand understands know knows appreciate appreciates learn learns explore explores discover discovers grasp grasps realise \
    realize believe believes think thinks remember become becomes gain gains acquire acquires enjoy enjoys unlock unlocks boost boosts master \
    masters value values respect be is are being feel feels familiarise familiarize internalise internalize comprehend comprehends \
    excel excels thrive thrives succeed succeeds unleash unleashes elevate elevates kickstart empower empowers embrace embraces grow grows get gets \
    experience experiences dive delve delves transform strive strives like likes love loves want wants need needs";
const HELD: &str = "knowledge understanding awareness familiarity insight insights appreciation skills skill competence competency competencies \
    expertise experience basics fundamentals interest confidence proficiency mindset mastery";
const SUBJECTS: &str = "basics fundamentals principles essentials foundations skills concepts techniques methods management thinking training \
    engineering analysis development certificate course workshop program bootcamp introduction beginner beginners level badge theory studies \
    research practice practices systems technology operations i ii iii overview strategy";
const DETERMINERS: &str =
    "a an the their all each any its own this that these those his her your new such various";
const ALONE: &str = "weld swim drive cook translate interpret type solder code juggle";
const INTRANSITIVE: &str = "work travel train care respond collaborate communicate research";
const PREFIXES: &[&str] = &[
    "re", "un", "de", "dis", "mis", "over", "out", "pre", "co", "inter", "under", "up", "off",
    "sub", "cross-", "fine-", "hand", "spot-",
];
const NO_VERBS: &str = "certificate climate private adequate corporate candidate template chocolate appropriate accurate immediate intermediate senate \
    estate undergraduate graduate ultimate intimate expertise enterprise exercise otherwise likewise concise precise franchise premise \
    surprise merchandise delicate moderate associate separate elaborate alternate electorate doctorate inadequate paradise";
const NOUNS_TOO: &str = "design project market process program test plan research support control report record cut file ship train network audit map \
    model document exercise access finance work study review sample schedule score screen service ship sketch sort stock store structure supply \
    survey table tag tape target task trade transport treat use view voice watch weld paint dye pack post print press rank rate share shape sign \
    sound staff stage start state step stamp solder saw sand seal benchmark budget bill brand broadcast call care cast catalog catalogue change \
    charge check claim code coach coat color colour comment contract counsel cover craft credit culture cure deal debug delay demand diet display \
    drill drive drop edit estimate escort estimate experiment export fashion feed field film filter finish fit fix flag focus force form format \
    frame fuel function fund gauge grade graph grind group guard guide guarantee handle harvest host house import index influence input inventory \
    invoice issue judge label land laser lead level lift light link list load loan lock log lubricate machine mail measure mentor mill mine monitor mount \
    mold mould notice nurse offer order package pattern permit photograph pilot pipe pitch place plant plot polish practice preview price prime profile \
    prompt protest prototype pump purchase question quote ration reason rebuild reform release repair request rescue respond result retail return risk \
    roll route sail sale schedule season secure sequence set sew shadow shield shop shred signal slice slot smoke source space spray spread square stack \
    stain standard steam stitch strip summary surface switch talk tax team thread tile time tool touch trace track transfer transition trap travel trend \
    trim tune tutor update upgrade video visit volunteer walk wash waste water weight wire witness wrap data act advance answer balance dress lathe";
const KNOWLEDGE: &str = "explain describe name list identify define state summarize summarise outline compare contrast classify distinguish recognise \
    recognize discuss interpret recall recite label cite illustrate differentiate paraphrase give";
const VERBS: &str = "separate apprehend bag bundle cleanse key rule skim sponsor stencil wind download highlight transpose dispose obtain earn join sit study immerse rent receive visit watch abide abstract accept access accompany account achieve acknowledge act activate adapt add address adhere adjust administer admit adopt \
    advance advertise advise advocate aid aim align alert allocate allot alter amend analyse analyze anchor annotate announce answer anticipate appear apply \
    appoint appraise approach approve arbitrate arm arrange articulate ascertain ask assay assemble assess assign assist assure attach attain attract audit \
    authenticate author authorize avert avoid award back bake balance bandage bargain batch bathe beat benchmark bend bid bill bind blast bleach blend \
    block blow boil bolt bond book bore borrow braze break brew bridge brief bring broadcast brush buff budget build bulk burn buy calculate calibrate call \
    calm camouflage cancel capture carry carve cast catalog catalogue catch categorize caulk center chair change channel charge chart check chip chisel choose cite \
    claim clamp clarify classify clean clear climb clip close coach coat code collaborate collate collect color colour combine command comment \
    commission commit communicate compare compete compile complete comply compose compost compound compress compute conceive conceptualize conclude condition \
    conduct confer configure confirm conform connect conserve consider consolidate construct consult contact contain contract contrast contribute \
    control convene convert convey cook cool coordinate cope copy correct correlate correspond counsel count counter cover craft create credit crimp \
    critique crop cross crush cultivate cure curate customize cut dampen deal debate debug decide deburr decorate decrease defend define deliver \
    demolish demonstrate deploy depict derive describe design detach detail detect determine develop devise diagnose diagram dictate differentiate dig \
    digitize dilute dip direct disassemble discard discharge discipline disclose discuss disinfect dismantle dispatch dispense display dispose dissect \
    disseminate distil distill distinguish distribute dive divide document double draft drain draw dress drill drive drop dry dub dump dye \
    edit educate effect elicit eliminate embalm embed embroider emboss employ enable enact encode encourage encrypt enforce engage engineer engrave enhance \
    enlarge enlist enrich ensure enter entertain equip erase erect escort establish estimate etch evacuate evaluate examine exchange excavate execute exercise \
    exhibit expand expedite experiment explain export expose express extend extinguish extract extrude fabricate facilitate farm fasten feed fell \
    fertilize field file fill film filter finance find fine finish fire fit fix flag flatten float flush fly focus fold follow force forecast forge form \
    format formulate forward foster frame freeze fry fuel fulfil fulfill function fund furnish fuse gather gauge generate give glaze glue govern grade \
    graft grant graph grasp graze grease greet grill grind groom group guard guide hammer handle hang harden harvest haul heal hear heat help hire hoist hold host \
    house hunt identify ignite illustrate implement import improve improvise incorporate increase index induce infer influence inform initiate inject ink \
    inoculate input inquire insert inspect inspire install instruct insulate insure integrate interact intercept interface interpret interrogate intervene \
    interview introduce inventory invent invest investigate invite invoice iron irrigate isolate issue join judge justify keep knead knit label lacquer land \
    lash launch launder lay lead lease lecture level leverage liaise lift light limit line link liquidate list listen litigate load loan lobby localize \
    locate lock log lower lubricate machine mail maintain make manage maneuver manipulate manufacture map margin mark market marshal massage match measure \
    mediate meet melt mend mentor merge mill mine minimize mix mobilize model moderate modify mold monitor motivate mould mount move mow name narrate navigate \
    negotiate nominate notarize notify nurse nurture obey observe offer open operate orchestrate order organise organize orient originate outline \
    oversee pack package paint participate partition patrol pattern pave pay peel perform permit persuade photograph pick pilot pipe pitch plan plane plant \
    plaster play plot plow plug point polish pollinate pose position post pour practice practise pray predict prepare prescribe present preserve press pressurize prevent price \
    prime print prioritize probe process procure produce profile program project promote prompt proofread propagate propose prosecute protect prototype prove provide prune \
    publicize publish pull pump punch purchase purify push put qualify quantify quarry query question quote raise rake rank rate reach react read reason \
    rebuild recall receive recharge recite recognise recognize recommend reconcile reconstruct record recover recruit rectify recycle reduce refer refill refine \
    reform refuel refute register regulate rehabilitate rehearse reinforce reject relate relay release relieve relocate remedy remove render renew repair repeat replace reply \
    report represent reproduce request requisition rescue research reserve resolve respond restock restore restrain restrict retain retrieve retrofit return \
    reuse reveal review revise rewrite rig ring rinse roast roll rotate route run sail salvage sample sand satisfy saw scaffold scan schedule score scrape screen \
    screw script scrub sculpt seal search season secure select sell send sequence serve service set settle sew shape share sharpen shear \
    shelve ship shoot shop shovel show shred shut sift sign signal simplify simulate sing sketch slaughter slice smooth soak socialize solder solicit solve sort source space speak \
    specify spin splice split spot spray spread square stack staff stage stain stamp standardize start state steam steer sterilize stir stitch stock stop \
    store straighten strengthen stretch string strip structure submit substitute suggest summarise summarize supervise supply support survey suspend sustain swab switch \
    synthesize systematize tabulate tag tailor take talk tamp tan tap tape taste teach tend terminate test testify thin thread throw tie tighten tile till time \
    touch trace track trade train transcribe transfer translate transmit transplant transport trap traverse treat triage trim troubleshoot tune turn tutor twist type unclog \
    uncover uncrate unify unload unpack untangle update upgrade upholster upload use utilize vaccinate validate vary ventilate verbalize verify view \
    visualize voice volunteer wash watch water wax wear weave weigh weld wipe wire withdraw witness wrap write zone";
