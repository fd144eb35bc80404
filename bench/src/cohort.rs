//! What a credential of a cohort costs: one issuer and one achievement, 10,000 subjects, from plain values to signed text.

use std::fs;
use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Context, Result};
use aws_lc_rs::signature::Ed25519KeyPair;
use touchstone_adapters::CRYPTO;
use touchstone_canon::Contexts;
use touchstone_canon::json::Value;
use touchstone_vc::model::{
    Achievement, Alignment, Award, AwardStatus, EvidenceItem, HashedIdentity, Image, IssuerProfile,
    Recipient, StatusPosition,
};
use touchstone_vc::{Awarding, Draft, ProofOptions, Signature, Timestamp, badge};

use crate::issue::canonical;
use crate::sample::Unsigned;
use crate::{cpu, floor};

/// Prints the rate of issuing a cohort, of the floor of issuing over the same credentials, and the memory held after the
/// first tenth and at the end.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let cohort = Cohort::new(unsigned)?;
    let mut peaks = [0; 2];
    for number in 0..SUBJECTS {
        black_box(cohort.sign(number)?);
        if number == SUBJECTS / 10 {
            peaks[0] = peak_kilobytes()?;
        }
    }
    peaks[1] = peak_kilobytes()?;
    let text = cohort.draft(0)?.unsigned().to_owned();
    let form = canonical(&text, &cohort.contexts)?;
    let mut numbers = (0..SUBJECTS).cycle();
    let operation = || {
        let number = numbers.next().expect("a cycle has no end");
        black_box(cohort.sign(number).expect("it was signed before"));
    };
    let floor = || floor::issue(&text, &form, &unsigned.signer);
    cpu::compare("cohort", seconds, operation, floor);
    println!("bytes {}", text.len());
    println!("peak_kb_after_1000 {}", peaks[0]);
    println!("peak_kb_after_10000 {}", peaks[1]);
    Ok(())
}

/// What is prepared once for the cohort.
pub(crate) struct Cohort<'a> {
    awarding: Awarding,
    options: ProofOptions,
    contexts: Arc<Contexts>,
    signer: &'a Ed25519KeyPair,
}

impl<'a> Cohort<'a> {
    /// Prepares issuer and achievement of the document, and the proofs of its key.
    pub(crate) fn new(unsigned: &'a Unsigned) -> Result<Self> {
        let document = Value::parse(unsigned.text.as_bytes())?;
        let contexts = Arc::new(Contexts::bundled());
        let awarding = Awarding::new(
            issuer(&document),
            achievement(&document),
            Arc::clone(&contexts),
            &CRYPTO,
        );
        let created = Timestamp::from_unix_seconds(1_793_491_200);
        let method = &unsigned.method;
        let options = ProofOptions::new(&badge::contexts(), method, created, &contexts, &CRYPTO)?;
        Ok(Self {
            awarding,
            options,
            contexts,
            signer: &unsigned.signer,
        })
    }

    /// The credential of one subject, not signed.
    pub(crate) fn draft(&self, number: usize) -> Result<Draft> {
        Ok(self
            .awarding
            .draft(&award(number), &self.options, &CRYPTO)?)
    }

    /// Signs the credential of one subject.
    pub(crate) fn sign(&self, number: usize) -> Result<Vec<u8>> {
        let draft = self.draft(number)?;
        let signature = self.signer.sign(draft.signing_input());
        Ok(draft.seal(&Signature(signature.as_ref().to_vec())))
    }
}

/// The issuer of the document.
fn issuer(document: &Value<'_>) -> IssuerProfile {
    let text = |path: &str| text(document, &["/issuer/", path].concat());
    IssuerProfile {
        id: text("id").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        url: text("url"),
        email: text("email"),
        phone: text("phone"),
        description: text("description"),
        image: text("image/id").map(|id| Image {
            id,
            caption: text("image/caption"),
        }),
        ..IssuerProfile::default()
    }
}

/// The achievement of the document.
fn achievement(document: &Value<'_>) -> Achievement {
    let text = |path: &str| {
        text(
            document,
            &["/credentialSubject/achievement/", path].concat(),
        )
    };
    Achievement {
        id: text("id").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        criteria_narrative: text("criteria/narrative").unwrap_or_default(),
        achievement_type: text("achievementType"),
        image: text("image/id").map(|id| Image {
            id,
            caption: text("image/caption"),
        }),
        alignment: Vec::from([Alignment {
            target_name: text("alignment/0/targetName").unwrap_or_default(),
            target_url: text("alignment/0/targetUrl").unwrap_or_default(),
            target_description: text("alignment/0/targetDescription"),
            target_framework: text("alignment/0/targetFramework"),
            target_type: text("alignment/0/targetType"),
            ..Alignment::default()
        }]),
        ..Achievement::default()
    }
}

/// What one of the subjects is awarded.
fn award(number: usize) -> Award {
    let email = format!("learner{number}@example.org");
    Award {
        id: format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
        name: "Sensor Commissioning Skill Credential".into(),
        recipient: Recipient {
            hashed: Vec::from([HashedIdentity::new(
                "emailAddress",
                &email,
                "Kosher",
                CRYPTO.sha256,
            )]),
            ..Recipient::default()
        },
        valid_from: Timestamp::from_unix_seconds(1_656_633_600),
        valid_until: Some(Timestamp::from_unix_seconds(2_098_483_200)),
        awarded_date: None,
        results: Vec::new(),
        evidence: Vec::from([EvidenceItem {
            id: Some(format!("https://evidence.example/project/{number}")),
            name: Some("Commissioning Record".into()),
            description: Some("The signed record of the two sensors commissioned.".into()),
            ..EvidenceItem::default()
        }]),
        assessor: None,
        narrative: None,
        status: AwardStatus::Revocable {
            revocation: StatusPosition {
                list: "https://poly.example/status/3".into(),
                index: number as u64,
            },
        },
        related_resources: Vec::new(),
    }
}

fn text(document: &Value<'_>, path: &str) -> Option<String> {
    document.pointer(path)?.as_str().map(str::to_owned)
}

/// The most memory this process has held.
fn peak_kilobytes() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    number.context("the kernel's account of memory")
}

const SUBJECTS: usize = 10_000;
