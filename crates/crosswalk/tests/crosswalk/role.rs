//! What a credential shows about a task: each claim of the answer, and the question to a wallet.

use touchstone_crosswalk::{
    role::{
        Achievement, Checked, Day, Endorsement, Evidence, Format, Gap, Held, Need, Position,
        ReleasedSet, Role, Task, Verdict, answer, compile, covering,
    },
    sssom::{Mapping, MappingDraft, MappingSet, Relation, Slot},
};

const TASK: &str = "https://employer.example/tasks/weld";
const SKILL: &str = "https://school.example/skills/welding";
const BADGE: &str = "https://school.example/achievements/welder";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn today() -> Day {
    day("2026-06-30")
}

fn task() -> Task {
    Task {
        id: TASK.to_owned(),
        label: "Weld pipes".to_owned(),
        need: Need::Must,
        level: None,
        rubric: None,
        evidence: Vec::new(),
        max_age_days: None,
    }
}

fn role(task: Task) -> Role {
    Role {
        title: "Pipe welder".to_owned(),
        tasks: vec![task],
    }
}

fn held() -> Held {
    Held {
        id: "urn:uuid:1".to_owned(),
        achievement: BADGE.to_owned(),
        addresses: Vec::new(),
        alignments: vec![SKILL.to_owned()],
        rubrics: vec!["https://school.example/competencies/welding/2.json".to_owned()],
        checked: Checked::Valid,
        position: Some(Position {
            rubric: "Welding".to_owned(),
            name: "independent".to_owned(),
            place: 2,
            of: 3,
        }),
        evidence: vec![Evidence {
            kind: "observation".to_owned(),
            genre: true,
            address: None,
        }],
        assessor: Some("Workshop 3".to_owned()),
        awarded: Some(day("2026-01-01")),
    }
}

fn released(mappings: Vec<Mapping>, endorsements: Vec<Endorsement>) -> ReleasedSet {
    let head = "#curie_map:\n#  E: https://employer.example/tasks/\n#  S: https://school.example/skills/\n#  M: https://middle.example/\n#  A: https://school.example/achievements/\n#  O: https://other.example/achievements/\n#  U: 'urn:uuid:'\n#mapping_set_id: https://bloc.example/sets/welding\n#mapping_set_version: '3'\n#license: https://creativecommons.org/licenses/by/4.0/\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n";
    let set = MappingSet::read_tsv(head.as_bytes()).unwrap().set;
    ReleasedSet::new(set.with_mappings(mappings), endorsements).unwrap()
}

fn mapping(relation: &Relation) -> MappingDraft {
    MappingDraft::new(SKILL, relation, TASK)
}

fn sets(draft: MappingDraft) -> Vec<ReleasedSet> {
    vec![released(vec![draft.finish().unwrap()], Vec::new())]
}

#[track_caller]
fn check(task: Task, held: Held, sets: &[ReleasedSet], verdict: Verdict, gaps: &[Gap]) {
    let answers = answer(&role(task), &[held], sets, today(), |_, _| true);
    assert_eq!(answers[0].verdict, verdict);
    let found = answers[0]
        .shown_by
        .first()
        .map_or(&[][..], |showing| &showing.gaps);
    assert_eq!(found, gaps);
}

#[test]
fn an_exact_mapping_shows_the_task_and_a_broader_one_is_related_only() {
    for (relation, verdict, gaps) in [
        (Relation::Exact, Verdict::Met, &[][..]),
        (Relation::Close, Verdict::Met, &[]),
        (Relation::Broad, Verdict::RelatedOnly, &[Gap::OtherScope]),
        (Relation::Narrow, Verdict::RelatedOnly, &[Gap::OtherScope]),
        (Relation::Related, Verdict::RelatedOnly, &[Gap::OtherScope]),
    ] {
        check(task(), held(), &sets(mapping(&relation)), verdict, gaps);
    }
    check(task(), held(), &[], Verdict::NotShown, &[]);
}

#[test]
fn a_mapping_that_says_not_shows_nothing_stops_what_it_contradicts_and_is_named() {
    use Relation::{Broad, Close, Exact};
    let one = |relation: &Relation, reviewed: bool, negated: bool| {
        let mut draft = mapping(relation);
        if reviewed {
            draft = draft.and(Slot::ReviewerLabel, "Ana Ruiz");
        }
        if negated {
            draft = draft.with(Slot::PredicateModifier, "Not");
        }
        draft.finish().unwrap()
    };
    // What is said, what is denied, each with whether organizations reviewed it.
    for (said, denied, verdict, named) in [
        ((Exact, false), (Broad, false), Verdict::Met, false),
        ((Broad, false), (Exact, false), Verdict::RelatedOnly, false),
        // What somebody only states does not undo what organizations reviewed.
        ((Exact, true), (Exact, false), Verdict::Met, false),
        ((Exact, true), (Exact, true), Verdict::NotShown, true),
        ((Exact, false), (Exact, false), Verdict::NotShown, true),
        ((Exact, false), (Close, false), Verdict::NotShown, true),
    ] {
        let denial = one(&denied.0, denied.1, true);
        let said = one(&said.0, said.1, false);
        let sets = [vec![said], vec![denial.clone()]].map(|all| released(all, Vec::new()));
        check(task(), held(), &sets[1..], Verdict::NotShown, &[]);
        let answers = answer(&role(task()), &[held()], &sets, today(), |_, _| true);
        assert_eq!(answers[0].verdict, verdict, "{denied:?}");
        let denial = (denial, sets[1].pin().clone());
        let expect = if named { vec![denial] } else { Vec::new() };
        assert_eq!(answers[0].denied_by, expect);
        let mut forged = held();
        forged.checked = Checked::Invalid;
        let answers = answer(&role(task()), &[forged], &sets, today(), |_, _| true);
        assert!(answers[0].denied_by.is_empty(), "nothing that stands");
        // A wallet is asked as the answer will be.
        let known = [Achievement {
            id: "urn:uuid:2".to_owned(),
            addresses: vec![BADGE.to_owned()],
            alignments: vec![SKILL.to_owned()],
            no_longer_used: false,
        }];
        let covered = covering(&role(task()), &known, &sets, |_, _| true);
        assert_eq!(covered[0].len(), usize::from(verdict == Verdict::Met));
    }
}

#[test]
fn a_mapping_that_only_a_program_made_is_never_met() {
    let machine = mapping(&Relation::Exact).justified_by("LexicalMatching");
    check(
        task(),
        held(),
        &sets(machine.clone()),
        Verdict::RelatedOnly,
        &[Gap::SuggestedOnly],
    );
    let reviewed = machine
        .and(Slot::ReviewerLabel, "Ana Ruiz")
        .with(Slot::ReviewerAgreement, "0.9");
    check(task(), held(), &sets(reviewed.clone()), Verdict::Met, &[]);
    let disputed = reviewed.with(Slot::ReviewerAgreement, "-0.9");
    check(task(), held(), &sets(disputed), Verdict::NotShown, &[]);
}

#[test]
fn a_lower_level_is_said_to_be_lower_and_a_level_not_stated_is_not_guessed() {
    let sets = sets(mapping(&Relation::Exact));
    let wants = |level| Task {
        level: Some(level),
        ..task()
    };
    check(wants(2), held(), &sets, Verdict::Met, &[]);
    check(
        wants(3),
        held(),
        &sets,
        Verdict::MetAtLowerLevel,
        &[Gap::LowerLevel],
    );
    let silent = Held {
        position: None,
        ..held()
    };
    check(
        wants(1),
        silent,
        &sets,
        Verdict::RelatedOnly,
        &[Gap::LevelNotStated],
    );
}

#[test]
fn a_level_of_another_rubric_is_no_level_that_was_asked_for() {
    let sets = sets(mapping(&Relation::Exact));
    let wants = |level, rubric: &str| Task {
        level: Some(level),
        rubric: Some(rubric.to_owned()),
        ..task()
    };
    for own in [
        "https://school.example/competencies/welding",
        "https://school.example/competencies/welding/2.json",
    ] {
        check(wants(2, own), held(), &sets, Verdict::Met, &[]);
        let lower = &[Gap::LowerLevel];
        check(
            wants(3, own),
            held(),
            &sets,
            Verdict::MetAtLowerLevel,
            lower,
        );
    }
    for other in [
        "https://school.example/competencies/weld",
        "https://school.example/competencies/welding/1.json",
        "https://other.example/competencies/welding",
    ] {
        let gaps = &[Gap::OtherRubric];
        check(wants(2, other), held(), &sets, Verdict::RelatedOnly, gaps);
    }
    let silent = Held {
        position: None,
        ..held()
    };
    let own = wants(1, "https://school.example/competencies/welding");
    check(
        own,
        silent,
        &sets,
        Verdict::RelatedOnly,
        &[Gap::LevelNotStated],
    );
}

#[test]
fn what_is_too_old_is_stale_from_the_day_after() {
    let sets = sets(mapping(&Relation::Exact));
    let age = today().days_since(day("2026-01-01"));
    let wants = |days: i64| Task {
        max_age_days: Some(u32::try_from(days).unwrap()),
        ..task()
    };
    check(wants(age), held(), &sets, Verdict::Met, &[]);
    check(
        wants(age - 1),
        held(),
        &sets,
        Verdict::Stale,
        &[Gap::TooOld],
    );
    let silent = Held {
        awarded: None,
        ..held()
    };
    check(
        wants(age),
        silent,
        &sets,
        Verdict::RelatedOnly,
        &[Gap::DayNotStated],
    );
}

#[test]
fn evidence_of_another_kind_does_not_show_the_task() {
    let wants = Task {
        evidence: vec!["written-test".to_owned()],
        ..task()
    };
    check(
        wants,
        held(),
        &sets(mapping(&Relation::Exact)),
        Verdict::RelatedOnly,
        &[Gap::OtherEvidence],
    );
}

#[test]
fn what_could_not_be_checked_is_neither_shown_nor_refuted() {
    let sets = sets(mapping(&Relation::Exact));
    for (checked, unchecked) in [(Checked::Unknown, &[0][..]), (Checked::Invalid, &[])] {
        let held = Held { checked, ..held() };
        let answers = answer(&role(task()), &[held], &sets, today(), |_, _| true);
        assert_eq!(answers[0].verdict, Verdict::NotShown);
        assert_eq!(answers[0].unchecked, unchecked);
        assert!(answers[0].shown_by.is_empty());
    }
}

#[test]
fn the_answer_names_evidence_assessor_position_mapping_and_who_still_stands_by_it() {
    let endorsements = vec![
        Endorsement {
            by: "Guild of welders".to_owned(),
            until: Some(today()),
        },
        Endorsement {
            by: "Gone".to_owned(),
            until: Some(day("2026-06-29")),
        },
    ];
    let set = released(
        vec![mapping(&Relation::Exact).finish().unwrap()],
        endorsements,
    );
    let pin = set.pin().clone();
    assert_eq!(pin.sha256.len(), 64);
    let answers = answer(&role(task()), &[held()], &[set], today(), |_, _| true);
    let showing = &answers[0].shown_by[0];
    assert_eq!(showing.evidence, held().evidence);
    assert_eq!(showing.assessor.as_deref(), Some("Workshop 3"));
    assert_eq!(showing.position, held().position);
    assert_eq!(showing.via.from, SKILL);
    assert_eq!(showing.via.endorsed_by, ["Guild of welders"]);
    let [(mapping, found)] = &showing.via.mappings[..] else {
        panic!("{:?}", showing.via);
    };
    assert_eq!(
        (mapping.subject(), mapping.object(), found),
        (SKILL, TASK, &pin)
    );
}

#[test]
fn what_only_its_issuer_says_that_a_credential_is_about_is_told_apart() {
    let own = Held {
        addresses: vec![SKILL.to_owned()],
        ..held()
    };
    let itself = Task {
        id: SKILL.to_owned(),
        ..task()
    };
    for (asked, mapped) in [(task(), sets(mapping(&Relation::Exact))), (itself, vec![])] {
        for (held, own_word) in [(held(), true), (own.clone(), false)] {
            let answers = answer(&role(asked.clone()), &[held], &mapped, today(), |_, _| true);
            assert_eq!(answers[0].shown_by[0].via.own_word, own_word, "{asked:?}");
        }
    }
}

#[test]
fn of_equal_ways_the_one_that_is_more_than_its_issuers_word_is_told() {
    // The achievement itself is mapped to the task, and the issuer says besides that it aligns with what is mapped just so, or with the task.
    let mapped = |subject: &str| {
        let draft = MappingDraft::new(subject, &Relation::Exact, TASK);
        draft.finish().unwrap()
    };
    for alignment in [SKILL, TASK] {
        let held = Held {
            addresses: vec!["https://school.example/skills/zz".to_owned()],
            alignments: vec![alignment.to_owned()],
            ..held()
        };
        let set = released(
            vec![mapped(SKILL), mapped("https://school.example/skills/zz")],
            Vec::new(),
        );
        let answers = answer(&role(task()), &[held], &[set], today(), |_, _| true);
        let via = &answers[0].shown_by[0].via;
        assert_eq!(answers[0].verdict, Verdict::Met);
        assert!(!via.own_word && via.mappings.len() == 1, "{via:?}");
    }
    // Of two credentials as well, wherever they stand among those held.
    let own = Held {
        alignments: vec![TASK.to_owned()],
        ..held()
    };
    let itself = Held {
        addresses: vec![TASK.to_owned()],
        alignments: Vec::new(),
        ..held()
    };
    let answers = answer(&role(task()), &[own, itself], &[], today(), |_, _| true);
    let order: Vec<usize> = (answers[0].shown_by.iter())
        .map(|showing| showing.credential)
        .collect();
    assert_eq!(order, [1, 0]);
}

#[test]
fn sets_of_two_regions_are_chained_and_endorsed_only_by_whom_both_are() {
    let middle = "https://middle.example/1";
    let by = |name: &str| Endorsement {
        by: name.to_owned(),
        until: None,
    };
    let one = MappingDraft::new(SKILL, &Relation::Exact, middle)
        .finish()
        .unwrap();
    let other = MappingDraft::new(middle, &Relation::Exact, TASK)
        .finish()
        .unwrap();
    let sets = [
        released(vec![one], vec![by("A"), by("B")]),
        released(vec![other], vec![by("B"), by("C")]),
    ];
    let answers = answer(&role(task()), &[held()], &sets, today(), |_, _| true);
    assert_eq!(answers[0].verdict, Verdict::Met);
    assert_eq!(answers[0].shown_by[0].via.mappings.len(), 2);
    assert_eq!(answers[0].shown_by[0].via.endorsed_by, ["B"]);
}

#[test]
fn the_best_credential_decides_and_the_others_are_shown_too() {
    let old = Held {
        awarded: Some(day("2010-01-01")),
        ..held()
    };
    let wants = Task {
        max_age_days: Some(730),
        ..task()
    };
    let answers = answer(
        &role(wants),
        &[old, held()],
        &sets(mapping(&Relation::Exact)),
        today(),
        |_, _| true,
    );
    let order: Vec<(usize, Verdict)> = answers[0]
        .shown_by
        .iter()
        .map(|showing| (showing.credential, showing.verdict))
        .collect();
    assert_eq!(order, [(1, Verdict::Met), (0, Verdict::Stale)]);
}

#[test]
fn a_set_without_a_version_was_never_released() {
    assert!(ReleasedSet::new(MappingSet::default(), Vec::new()).is_err());
}

#[test]
fn a_role_compiles_to_one_credential_set_per_task_over_concrete_achievements() {
    let nice = Task {
        id: BADGE.to_owned(),
        need: Need::Nice,
        ..task()
    };
    let nobody = Task {
        id: "https://employer.example/tasks/unknown".to_owned(),
        ..task()
    };
    let role = Role {
        title: "Pipe welder".to_owned(),
        tasks: vec![task(), nice, nobody],
    };
    let known = [
        Achievement {
            id: "urn:uuid:2".to_owned(),
            addresses: vec![BADGE.to_owned()],
            alignments: vec![SKILL.to_owned()],
            no_longer_used: false,
        },
        Achievement {
            id: "urn:uuid:3".to_owned(),
            addresses: vec!["https://school.example/achievements/cook".to_owned()],
            alignments: Vec::new(),
            no_longer_used: false,
        },
    ];
    let sets = sets(mapping(&Relation::Exact));
    let formats = [Format::LdpVc, Format::JwtVcJson];
    let compiled = compile(&role, &known, &sets, &formats, |_, _| true);
    assert_eq!(compiled.uncovered, [2]);
    assert_eq!(compiled.sets, [sets[0].pin().clone()]);
    let query = &compiled.query;
    assert_eq!(query["credentials"].as_array().unwrap().len(), 4);
    assert_eq!(
        query["credentials"][0]["claims"][0]["values"],
        serde_json::json!([known[0].id])
    );
    assert_eq!(
        query["credentials"][0]["meta"]["type_values"],
        serde_json::json!([[
            "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
        ]])
    );
    assert_eq!(
        query["credential_sets"],
        serde_json::json!([
            { "options": [["task1-ldp_vc"], ["task1-jwt_vc_json"]], "required": true },
            { "options": [["task2-ldp_vc"], ["task2-jwt_vc_json"]], "required": false },
        ])
    );
    for credential in query["credentials"].as_array().unwrap() {
        // Left out it is true (§6.1), which what names its learner by name and mail cannot give.
        assert_eq!(credential["require_cryptographic_holder_binding"], false);
        // Identifiers of DCQL: letters, digits, `_` and `-` (§6.1).
        let id = credential["id"].as_str().unwrap();
        assert!(
            id.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
        );
    }
    // Who earned what is no longer used can show it: it is asked for, behind the others.
    let later = |no_longer_used| Achievement {
        id: "urn:uuid:1".to_owned(),
        addresses: Vec::new(),
        alignments: vec![SKILL.to_owned()],
        no_longer_used,
    };
    for (over, order) in [
        (true, ["urn:uuid:2", "urn:uuid:1"]),
        (false, ["urn:uuid:1", "urn:uuid:2"]),
    ] {
        let known = [known[0].clone(), later(over)];
        let compiled = compile(&role, &known, &sets, &[Format::LdpVc], |_, _| true);
        let asked = &compiled.query["credentials"][0]["claims"][0]["values"];
        assert_eq!(*asked, serde_json::json!(order));
        let told: &[&[&str]] = match over {
            true => &[&[order[1]], &[], &[]],
            false => &[&[], &[], &[]],
        };
        assert_eq!(compiled.no_longer_used, told);
        assert_eq!(covering(&role, &known, &sets, |_, _| true)[0], [0, 1]);
    }
    // A machine's suggestion is no ground for asking.
    let machine = mapping(&Relation::Exact).justified_by("LexicalMatching");
    let suggested = vec![released(vec![machine.finish().unwrap()], Vec::new())];
    assert_eq!(
        compile(&role, &known, &suggested, &[Format::LdpVc], |_, _| true).uncovered,
        [0, 2]
    );
}

#[test]
fn a_wallet_is_not_asked_by_an_identifier_that_anybody_can_write() {
    let one = |addresses: &[&str]| Achievement {
        id: "urn:uuid:2".to_owned(),
        addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
        alignments: Vec::new(),
        no_longer_used: false,
    };
    let named = MappingDraft::new("urn:uuid:2", &Relation::Exact, TASK);
    let addressed = MappingDraft::new(BADGE, &Relation::Exact, TASK);
    for (draft, known, count) in [(named, one(&[BADGE]), 0), (addressed, one(&[BADGE]), 1)] {
        let found = covering(&role(task()), &[known], &sets(draft), |_, _| true);
        assert_eq!(found[0].len(), count, "{found:?}");
    }
}

#[test]
fn t69_what_was_reviewed_of_anothers_achievement_is_not_reached_through_a_skill() {
    let other = "https://other.example/achievements/welder";
    let pair = |subject: &str, relation: &Relation, object: &str| {
        let draft = MappingDraft::new(subject, relation, object);
        draft.finish().unwrap()
    };
    let sets = [released(
        vec![
            pair(other, &Relation::Exact, SKILL),
            pair(other, &Relation::Close, TASK),
        ],
        Vec::new(),
    )];
    // Only who is awarded for it may go through it: who names the skill alone borrows nothing.
    let may_pass = |_: &str, node: &str| !node.contains("/achievements/");
    let owner = Held {
        addresses: vec![other.to_owned()],
        ..held()
    };
    for (one, verdict) in [(held(), Verdict::NotShown), (owner, Verdict::Met)] {
        let answers = answer(&role(task()), &[one], &sets, today(), may_pass);
        assert_eq!(answers[0].verdict, verdict, "{answers:?}");
    }
    let known = |addresses| Achievement {
        id: "urn:uuid:2".to_owned(),
        addresses,
        alignments: vec![SKILL.to_owned()],
        no_longer_used: false,
    };
    for (addresses, uncovered) in [
        (vec![BADGE.to_owned()], &[0][..]),
        (vec![other.to_owned()], &[]),
    ] {
        let known = [known(addresses)];
        let compiled = compile(&role(task()), &known, &sets, &[Format::LdpVc], may_pass);
        assert_eq!(compiled.uncovered, uncovered);
    }
    // What organizations reviewed of its own achievement leads on through another's.
    let of_its_own = pair(BADGE, &Relation::Exact, other);
    let mut all = sets.to_vec();
    all.push(released(vec![of_its_own], Vec::new()));
    let answers = answer(&role(task()), &[held()], &all, today(), may_pass);
    assert_eq!(answers[0].verdict, Verdict::Met, "{answers:?}");
    assert!(!answers[0].shown_by[0].via.own_word);
}
