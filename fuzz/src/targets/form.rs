//! How documents are built: the published schemas as tables, and the data model.

use touchstone_canon::json::Value;
use touchstone_vc::Timestamp;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::data_model;
use touchstone_vc::lint::{Facts, Profile, lint};
use touchstone_vc::schema::{self, Misfit, Rules};

use crate::{Target, seeds};

/// Open Badges 3.0, endorsements and CLR 2.0.
pub(crate) const SCHEMA: Target = Target {
    name: "schema",
    claim: "a misfit stands at a place of the document, or where something is missing",
    run: tables,
    seeds: || seeds::files(&seeds::CREDENTIALS, &[".json"]),
};

/// W3C VC Data Model 1.1 and 2.0.
pub(crate) const DATA_MODEL: Target = Target {
    name: "data-model",
    claim: "a misfit stands at a place of the document, or where something is missing",
    run: model,
    seeds: || {
        seeds::files(
            &[
                "vcdm2-input",
                "vc-di-eddsa",
                "jose-cose-input",
                "sample-shapes",
            ],
            &[".json"],
        )
    },
};

/// What is looked at before something is issued.
pub(crate) const LINT: Target = Target {
    name: "lint",
    claim: "whatever can be looked at gets a report that is JSON, in every profile",
    run: look,
    seeds: || seeds::files(&seeds::CREDENTIALS, &[".json"]),
};

fn look(bytes: &[u8]) {
    let at = Timestamp::from_unix_millis(1_800_000_000_000);
    let Ok(facts) = Facts::of_document(bytes, None, Some(bytes), at, &CRYPTO)
        .or_else(|_| Facts::of_document(bytes, Some(bytes), None, at, &CRYPTO))
    else {
        return;
    };
    for profile in Profile::ALL {
        let report = lint(&facts, profile).to_json().to_string();
        assert!(Value::parse(report.as_bytes()).is_ok());
    }
}

fn tables(bytes: &[u8]) {
    let Ok(value) = Value::parse(bytes) else {
        return;
    };
    let _ = Rules::of(&value);
    for rules in [
        Rules::OpenBadge,
        Rules::Endorsement,
        Rules::Clr,
        Rules::OpenBadge2,
    ] {
        stands(&value, schema::check(&value, rules));
    }
    if let Some(address) = value.get("id").and_then(Value::as_str) {
        let _ = Rules::published(address);
    }
}

fn model(bytes: &[u8]) {
    let Ok(value) = Value::parse(bytes) else {
        return;
    };
    let _ = data_model::version(&value);
    stands(&value, data_model::credential(&value));
    stands(&value, data_model::presentation(&value));
}

/// The place of a misfit is there, or its parent is.
fn stands(document: &Value<'_>, fits: Result<(), Misfit>) {
    let Err(misfit) = fits else {
        return;
    };
    let parent = misfit
        .path
        .rsplit_once('/')
        .map_or("", |(parent, _)| parent);
    assert!(document.pointer(parent).is_some(), "{misfit:?}");
}
