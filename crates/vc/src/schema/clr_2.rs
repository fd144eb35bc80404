//! Comprehensive Learner Record 2.0: what it adds to Open Badges 3.0.
//!
//! [CLR 2.0 §B](https://www.imsglobal.org/spec/clr/v2p0#data-models).

use super::form;
use super::open_badges_3::{
    ACHIEVEMENT_CLASS, CREDENTIAL, DATES_1, DATES_2, ENDORSEMENT_CREDENTIAL, IDENTITY_OBJECT, IMAGE,
};
use super::{Both, Class, Rule};
use Rule::{Contexts, Credential, Form, List, Object, Text, Truth, Types, Word};

pub(super) static CLR_CREDENTIAL: Both = Both {
    two: Class {
        members: &[&CONTEXTS_2, &DATES_2, &CREDENTIAL, &CLR],
        required: &[
            "@context",
            "type",
            "id",
            "name",
            "credentialSubject",
            "issuer",
            "validFrom",
        ],
        closed: false,
    },
    one: Class {
        members: &[&CONTEXTS_1, &DATES_1, &CREDENTIAL, &CLR],
        required: &[
            "@context",
            "type",
            "id",
            "name",
            "credentialSubject",
            "issuer",
            "issuanceDate",
        ],
        closed: false,
    },
};

type Member = (&'static str, Rule);

static CONTEXTS_2: [Member; 1] = [(
    "@context",
    Contexts(&[form::base_2, form::clr_context, form::open_badges_context]),
)];
static CONTEXTS_1: [Member; 1] = [(
    "@context",
    Contexts(&[form::base_1, form::clr_context, form::open_badges_context]),
)];

static CLR: [Member; 6] = [
    (
        "type",
        Types(&[&["VerifiableCredential"], &["ClrCredential"]]),
    ),
    ("image", Object(&IMAGE)),
    ("partial", Truth),
    ("credentialSubject", Object(&CLR_SUBJECT)),
    ("endorsement", List(&Credential(&ENDORSEMENT_CREDENTIAL))),
    ("endorsementJwt", List(&Form(form::jws))),
];

static CLR_SUBJECT: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["ClrSubject"]])),
        ("identifier", List(&Object(&IDENTITY_OBJECT))),
        ("achievement", List(&Object(&ACHIEVEMENT_CLASS))),
        ("verifiableCredential", List(&Object(&ANY_CREDENTIAL))),
        ("association", List(&Object(&ASSOCIATION))),
    ]],
    required: &["type", "verifiableCredential"],
    closed: false,
};

/// A credential inside is judged on its own; here it is only known by its members.
static ANY_CREDENTIAL: Class = Class {
    members: &[&[("type", Types(&[&["VerifiableCredential"]]))]],
    required: &["@context", "type", "issuer", "credentialSubject"],
    closed: false,
};

static ASSOCIATION: Class = Class {
    members: &[&[
        ("type", Word(&["Association"])),
        ("associationType", Word(ASSOCIATION_TYPES)),
        ("sourceId", Text),
        ("targetId", Text),
    ]],
    required: &["type", "associationType", "sourceId", "targetId"],
    closed: false,
};

const ASSOCIATION_TYPES: &[&str] = &[
    "exactMatchOf",
    "isChildOf",
    "isParentOf",
    "isPartOf",
    "isPeerOf",
    "isRelatedTo",
    "precedes",
    "replacedBy",
];
