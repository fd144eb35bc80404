//! Endorsements in a proof bundle: who stands behind what was awarded, shown from the file alone, and whom it never names.

use serde_json::Value;
use touchstone_bundle::{Answer, Bundle, Endorsement, Entered, Judged, Policy, Question, Why};
use touchstone_service::endorsing::{
    Hiding, MemberAnswer, answer_as_member, answer_with_wallet, hide, look, withdraw,
};
use touchstone_service::logging::{prove_change, sequence_until_idle};
use touchstone_service::operations::work_until_idle;
use touchstone_service::rows::{CredentialRow, TenantId};
use touchstone_testkit::TestWorld;
use touchstone_vc::Timestamp;

use crate::endorsing_support::{
    BOSS, DAY_MS, asked, neighbour, now, signed_for, site, wallet, with_passkey,
};
use crate::log_files::entries;
use crate::proof_bundle::{bundled, judged, trusted};
use crate::support::{MEASURING, issued};

/// What somebody holds, and whoever awarded it.
struct Awarded {
    test: TestWorld,
    tenant: TenantId,
    row: CredentialRow,
}

/// The id of a request that was answered, and its link.
type Said = (String, String);

async fn awarded() -> Awarded {
    let test = site().await;
    let (tenant, mut credentials) = issued(&test, MEASURING).await;
    Awarded {
        row: credentials.swap_remove(0),
        tenant,
        test,
    }
}

impl Awarded {
    /// Answered in all three ways: with a passkey, by a stranger's own credential and by a member of another institution here.
    async fn endorsed(&self) -> [Said; 3] {
        let test = &self.test;
        let recorded = asked(test, &self.tenant, BOSS).await;
        with_passkey(test, &recorded.1).await.unwrap();
        test.clock.advance_millis(1);
        let brought = self.brought("ceo@other.example", |_| {}).await;
        test.clock.advance_millis(1);
        let (theirs, member) = neighbour(test, "hillside").await;
        let here = asked(test, &self.tenant, "omer@hillside.example").await;
        let order = MemberAnswer {
            tenant: theirs,
            actor: member,
            comment: "Our students go on with it.".into(),
            until: now(test) + 100 * DAY_MS,
        };
        answer_as_member(test, &here.1, &order).await.unwrap();
        self.settled().await;
        [recorded, brought, here]
    }

    /// By a stranger's own credential, which binds the criteria unless that is changed.
    async fn brought(&self, email: &str, change: impl FnOnce(&mut Value)) -> Said {
        let (id, link) = asked(&self.test, &self.tenant, email).await;
        let seen = look(&self.test, &link).await.unwrap().unwrap();
        let text: Value = serde_json::from_str(&seen.to_sign).unwrap();
        let file = signed_for(&self.test, &link, |unsigned| {
            unsigned["relatedResource"] = text["relatedResource"].clone();
            change(unsigned);
        });
        let file = wallet(file.await);
        answer_with_wallet(&self.test, &link, &file).await.unwrap();
        (id, link)
    }

    async fn settled(&self) {
        work_until_idle(&self.test).await.unwrap();
        sequence_until_idle(&self.test).await.unwrap();
    }

    async fn bundle(&self) -> Bundle {
        bundled(&self.test, &self.row).await
    }

    /// One that the program would not put into a bundle, as somebody else may.
    async fn put_in(&self, bundle: &mut Bundle, said: &Said) {
        let reader = self.test.store.read();
        let row = reader.endorsement(&self.tenant, &said.0);
        let proof = prove_change(&self.test, "endorsement.given", &said.0, 1);
        let proof = proof.await.unwrap().unwrap();
        assert_eq!(proof.checkpoint, bundle.checkpoint.as_bytes());
        bundle.endorsements = vec![Endorsement {
            document: String::from_utf8(row.await.unwrap().unwrap().document).unwrap(),
            entry: Entered {
                index: proof.index,
                path: proof.path,
            },
        }];
    }

    async fn policy(&self) -> Policy {
        trusted(&self.test).await
    }

    async fn judged(&self, bundle: &Bundle, at: Option<Timestamp>) -> Judged {
        judged(&self.test, bundle, Some(&self.policy().await), at)
    }
}

/// Why each does not stand; `None` where it does.
fn whys(judged: &Judged) -> Vec<Option<Why>> {
    judged.endorsements.iter().map(|one| one.why).collect()
}

#[tokio::test]
async fn whoever_stands_behind_it_is_shown_from_the_file_alone() {
    let awarded = awarded().await;
    let before = awarded.bundle().await;
    assert!(before.endorsements.is_empty());
    awarded.endorsed().await;
    let bundle = awarded.bundle().await;
    let found = awarded.judged(&bundle, None).await;
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    // The newest first. What the institution recorded of a passkey is its own word, and not here.
    assert_eq!(whys(&found), [None, None], "{:?}", found.endorsements);
    let by = found
        .endorsements
        .iter()
        .map(|one| one.by.as_ref().unwrap());
    let by: Vec<_> = by.collect();
    assert_eq!(by[0].issuer, "did:web:verify.example.edu:i:hillside");
    assert_eq!(
        by[0].comment.as_deref(),
        Some("Our students go on with it.")
    );
    assert!(found.endorsements[0].until.is_some());
    assert!(by[1].issuer.starts_with("did:key:"));
    // Who signed elsewhere may be a person: the log has that the issuer took it in, and nothing that identifies them.
    for entry in entries(&awarded.test).await {
        let text = String::from_utf8(entry).unwrap();
        assert!(!text.contains(&by[1].issuer), "{text}");
    }
    assert_eq!(by[1].name.as_deref(), Some("Çelik Makina"));
    assert_eq!(found.of(Question::Endorsement), Some(Answer::Pass));
    let json = found.to_json().to_string();
    assert!(json.contains(r#""stands":true"#), "{json}");

    // What it costs: two to four kilobytes for each.
    let more = bundle.encode().len() - before.encode().len();
    assert!(more < 2 * 4096, "{more} bytes");
}

#[tokio::test]
async fn an_endorsement_that_ended_decides_nothing() {
    let awarded = awarded().await;
    awarded.endorsed().await;
    let bundle = awarded.bundle().await;
    awarded.test.clock.advance_millis(101 * DAY_MS);
    let found = awarded.judged(&bundle, None).await;
    // That of the member ended after a hundred days, and the one that was brought names no end.
    assert_eq!(whys(&found), [Some(Why::EndorsementEnded), None]);
    assert!(found.endorsements[0].by.is_some(), "it was given");
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    // A fresh file has it no more.
    assert_eq!(awarded.bundle().await.endorsements.len(), 1);
}

#[tokio::test]
async fn what_was_taken_back_is_not_shown_or_names_no_version_is_in_no_new_bundle() {
    let awarded = awarded().await;
    let [_, brought, here] = awarded.endorsed().await;
    awarded.test.clock.advance_millis(1);
    let late = awarded.brought("late@celik.example", |_| {}).await;
    // Said, and not in the log yet.
    assert_eq!(awarded.bundle().await.endorsements.len(), 2);
    awarded.settled().await;
    assert_eq!(awarded.bundle().await.endorsements.len(), 3);
    withdraw(&awarded.test, &late.1, "We merged.")
        .await
        .unwrap();
    assert_eq!(awarded.bundle().await.endorsements.len(), 2);
    for (id, _) in [brought, here] {
        let order = Hiding {
            tenant: awarded.tenant.clone(),
            actor: "registrar".into(),
            id,
        };
        hide(&awarded.test, &order).await.unwrap();
    }
    let unbound = |unsigned: &mut Value| {
        unsigned.as_object_mut().unwrap().remove("relatedResource");
    };
    let vague = awarded.brought("vague@celik.example", unbound).await;
    awarded.settled().await;
    let mut bundle = awarded.bundle().await;
    assert!(bundle.endorsements.is_empty());
    // Put there by somebody else, it may be about another version.
    awarded.put_in(&mut bundle, &vague).await;
    let found = awarded.judged(&bundle, None).await;
    assert_eq!(whys(&found), [Some(Why::EndorsesOther)]);
}

#[tokio::test]
async fn t45_nobody_is_said_to_endorse_whose_word_is_not_shown() {
    let awarded = awarded().await;
    let [recorded, ..] = awarded.endorsed().await;
    let whole = awarded.bundle().await;
    let with = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = whole.clone();
        change(&mut bundle);
        bundle
    };
    let first = |document: &dyn Fn(&str) -> String| {
        with(&|bundle| {
            let one = &mut bundle.endorsements[0];
            one.document = document(&one.document);
        })
    };
    let changed = |text: &str| text.replace("go on with it", "love it");
    let cases = [
        (first(&changed), Why::NotInLog),
        // At another place of the log.
        (
            with(&|bundle| bundle.endorsements[0].entry.index += 1),
            Why::NotInLog,
        ),
        // Something else that the log has.
        (
            with(&|bundle| {
                let other = &bundle.credentials[0];
                bundle.endorsements[0] = Endorsement {
                    document: other.document.clone(),
                    entry: other.entry.clone(),
                };
            }),
            Why::Endorsement,
        ),
        (first(&|_| "not one".to_owned()), Why::Endorsement),
        // Nothing shows whose key signed it.
        (
            with(&|bundle| {
                let other = |did: &str| !did.ends_with(":hillside");
                bundle.did_documents.retain(|one| other(&one.name));
            }),
            Why::EndorsementChecks,
        ),
        // Or a document does that the log does not have: the credential stands without it.
        (
            with(&|bundle| {
                let mut documents = bundle.did_documents.iter_mut();
                let theirs = documents.find(|one| one.name.ends_with(":hillside"));
                theirs.unwrap().entry.index += 1;
            }),
            Why::EndorsementChecks,
        ),
    ];
    for (bundle, why) in cases {
        let bundle = Bundle::parse(&bundle.encode()).unwrap();
        let found = awarded.judged(&bundle, None).await;
        assert_eq!(whys(&found), [Some(why), None]);
        assert_eq!(found.endorsements[0].by, None);
        assert_eq!(found.answer(), Answer::Pass, "it decides nothing: {why:?}");
    }

    // Without the criteria nothing shows which version was endorsed.
    let bare = with(&|bundle| bundle.achievements.clear());
    let found = awarded.judged(&bare, None).await;
    assert_eq!(whys(&found), [Some(Why::EndorsesOther); 2]);

    // A log that the reader does not trust says nothing about anybody.
    let found = judged(&awarded.test, &whole, None, None);
    assert_eq!(whys(&found), [Some(Why::NoTrust); 2]);
    assert!(found.endorsements.iter().all(|one| one.by.is_none()));

    // Nor does the issuer about itself, whatever it recorded.
    let mut own = whole.clone();
    awarded.put_in(&mut own, &recorded).await;
    let found = awarded.judged(&own, None).await;
    assert_eq!(whys(&found), [Some(Why::EndorsesItself)]);
}

#[tokio::test]
async fn an_older_reader_is_told_that_it_does_not_do() {
    let awarded = awarded().await;
    awarded.endorsed().await;
    let text = String::from_utf8(awarded.bundle().await.encode()).unwrap();
    assert!(text.starts_with(r#"{"format":"touchstone-bundle/4""#));
    let third = text.replacen("touchstone-bundle/4", "touchstone-bundle/3", 1);
    let refused = Bundle::parse(third.as_bytes()).unwrap_err();
    assert!(
        refused.to_string().contains("a member of the bundle"),
        "{refused}"
    );
}
