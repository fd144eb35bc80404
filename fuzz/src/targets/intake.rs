//! What people and mail servers send: spreadsheets, reports of mail, documents to judge from, achievements.

use touchstone_service::holding::bounce::report::{self, Report};
use touchstone_service::issuing::{
    Definition, Mapping, RequiredEvidence, Rules, Seen, Sheet, definitions_in, escape_formula,
};
use touchstone_service::ports::Spooled;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{Credential, Supplied};

use super::texts;
use crate::Target;
use crate::genuine::{self, NOW};

/// The list of a cohort.
pub(crate) const CSV: Target = Target {
    name: "csv",
    claim: "every line is a row or has a fault with a way out",
    run: sheet,
    seeds: || {
        let mut all = texts(&[
            "name,email,identifier,level,result,evidence,assessor,awarded_on,language\nAda,ada@example.org,4711,2 Good,87,https://example.org/e,Dr. B,2026-11-14,en\n",
            "Vorname;Nachname;E-Mail;Datum\n\"Ada; A.\";L\u{f6}w;ada@example.org;14.11.2026\n;;;\n",
            "name\temail\n\"two\nlines\"\tb@example.org\n=1+1\tc@example.org\n",
            "\u{feff}name,email\r\nZo\u{eb},zoe@example.org\r\nZo\u{eb},zoe@example.org\r\n\"open,x\r\n",
        ]);
        all.push(b"\xff\xfen\0a\0m\0e\0,\0e\0m\0a\0i\0l\0\n\0A\0,\0a\0@\0b\0.\0c\0\n\0".to_vec());
        all.push(b"name,email\nZo\xeb,zoe@example.org\n".to_vec());
        all
    },
};

/// Mail that came back.
pub(crate) const BOUNCE: Target = Target {
    name: "bounce",
    claim: "what a mail server says stays one short line",
    run: bounce,
    seeds: || {
        texts(&[
            "From: MAILER-DAEMON@mx.example.net\r\nTo: credentials@example.edu\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nUndelivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1 (bad)\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n User unknown\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <d-1.2@example.edu>\r\nSubject: Yours\r\n\r\nHello\r\n\r\n--b--\r\n",
            "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n\nAction: failed\n--b\nContent-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\nTWVzc2FnZS1JRDogPGQtMS4yQGV4YW1wbGUuZWR1Pg0K\n--b--\n",
        ])
    },
};

/// Documents handed to a verifier that may ask nobody.
pub(crate) const SUPPLIED: Target = Target {
    name: "supplied",
    claim: "what is read is written and read again as the same",
    run: supplied,
    seeds: || {
        texts(&[
            r#"{"documents":[{"address":"http://127.0.0.1:4599/status/1","fetchedAt":"2026-11-21T14:02:00Z","text":"{}"}],"registers":[{"name":"R","issuers":[{"id":"did:web:riverside.example"},{"id":"did:web:gone.example","removedOn":"2026-11-21T14:02:00Z"}]}],"contexts":[{"url":"https://a.example/v1","text":"{\"@context\":{\"a\":\"https://a.example/#a\"}}"}]}"#,
        ])
    },
};

/// Achievements to take in: our own documents, and those of the European Learning Model.
pub(crate) const DEFINITION: Target = Target {
    name: "definition",
    claim: "what is read is written and read again as the same",
    run: definition,
    seeds: || {
        texts(&[
            r#"{"slug":"forklift","name":"Forklift operation","description":"Loads and moves pallets.","achievementType":"Certificate","criteria":{"narrative":"Drive."},"assessmentMethod":"Observation","workloadHours":1.5,"rubric":{"name":"R","levels":[{"name":"1","points":"1"},{"name":"2"}]},"alignment":[{"targetName":"Forklift","targetUrl":"https://example.org/t/1"}],"requires":["safety"],"namesLearner":true,"validForMonths":24}"#,
            r#"[{"slug":"a","name":"A","description":"Does a.","criteria":{"narrative":"A."}},{"type":"Qualification","title":{"en":"B"}}]"#,
            r#"{"id":"https://school.example/a/1","type":"LearningAchievementSpecification","title":{"en":["Soldering"],"de":["Löten"]},"description":{"en":"Joins copper pipes."},"identifier":{"type":"Identifier","notation":"soldering"},"homepage":{"type":"WebResource","contentUrl":"https://school.example/a/1"},"volumeOfLearning":"PT25H30M","creditPoint":{"point":"1","framework":{"type":"Concept"}},"EQFLevel":{"id":"http://data.europa.eu/snb/eqf/25831c2","type":"Concept","prefLabel":{"en":"Level 4"},"altLabel":{"en":["Four","4"]}},"mode":{"type":"Concept","prefLabel":{"en":"Presential"}},"learningOutcome":[{"type":"LearningOutcome","title":{"en":"Solders copper pipes."},"relatedESCOSkill":{"id":"http://data.europa.eu/esco/skill/1","type":"Concept","prefLabel":{"en":"solder"}}}],"provenBy":{"type":"LearningAssessmentSpecification","title":{"en":"Work sample"},"gradingScheme":{"description":{"en":"Ten joints hold."}},"idVerification":{"prefLabel":{"en":"Passport"}}},"additionalNote":{"noteLiteral":{"en":"Bring gloves."},"subject":{"notation":"participation"}}}"#,
            r#"{"type":["VerifiableCredential","EuropeanDigitalCredential"],"credentialSubject":{"type":"Person","hasClaim":[{"type":"LearningAchievement","title":{"en":"Weld"},"provenBy":{"type":"LearningAssessment","title":{"en":"Exam"},"specifiedBy":{"type":"LearningAssessmentSpecification","description":{"en":"By hand."}}},"specifiedBy":{"type":"Qualification","title":{"en":"Welding"},"learningOutcome":{"title":{"en":"Welds."}}}}]}}"#,
            r#"{"payload":"eyJ0eXBlIjoiUXVhbGlmaWNhdGlvbiIsInRpdGxlIjp7ImVuIjoiQiJ9fQ","signatures":[{"protected":"e30","signature":""}]}"#,
        ])
    },
};

fn definition(bytes: &[u8]) {
    for read in definitions_in(bytes).into_iter().flatten() {
        let again = Definition::from_json(read.to_json().as_bytes());
        assert_eq!(again.as_ref(), Ok(&read));
    }
}

fn sheet(bytes: &[u8]) {
    let (file, mapping) = (Spooled::in_memory(bytes, &CRYPTO), Mapping::new());
    let photo = RequiredEvidence {
        name: "Photo".into(),
        description: None,
    };
    for (names_learner, asked) in [(true, &[][..]), (false, &[photo][..])] {
        let rules = Rules {
            names_learner,
            rubric: None,
            evidence_required: asked,
            now: NOW,
        };
        let Ok(mut sheet) = Sheet::open(&file, &mapping, &rules) else {
            continue;
        };
        let mut seen = Seen::new(&CRYPTO);
        while let Ok(Some(line)) = sheet.next_line() {
            assert!(line.number > 0);
            match rules.judge(&line) {
                Ok(row) => {
                    let name = row.name.as_deref().unwrap_or_default();
                    assert!(!name.contains(char::is_control), "{name:?}");
                    let escaped = escape_formula(name);
                    assert_eq!(escape_formula(&escaped), escaped);
                    let _ = seen.note(line.number, &row);
                }
                Err(faults) => {
                    assert!(!faults.is_empty(), "neither a row nor a fault");
                    for fault in faults {
                        assert!(
                            !fault.message.contains(char::is_control),
                            "{:?}",
                            fault.message
                        );
                    }
                }
            }
        }
    }
}

fn bounce(mail: &[u8]) {
    if let Some(Report { status, reason, .. }) = report::read(mail) {
        assert!(
            reason.chars().count() <= 400 && !reason.contains(char::is_control),
            "{reason:?}"
        );
        assert!(status.is_none_or(|status| status.len() <= 11));
    }
}

fn supplied(bytes: &[u8]) {
    let Ok(supplied) = Supplied::parse(bytes) else {
        return;
    };
    let written = supplied.to_json().to_string();
    assert_eq!(Supplied::parse(written.as_bytes()).as_ref(), Ok(&supplied));
    let sample: Credential<'_> = genuine::sample();
    let _ = supplied.evidence(&sample);
    if let Ok(contexts) = supplied.contexts() {
        for url in supplied.contexts.keys() {
            assert!(contexts.contains(url));
            let _ = contexts.compile(url);
        }
    }
}
