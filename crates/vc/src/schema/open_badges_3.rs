//! Open Badges 3.0: the classes of `ob_v3p0_achievementcredential_schema.json`.
//!
//! [Open Badges 3.0 §B](https://www.imsglobal.org/spec/ob/v3p0#data-models), as the published schema of version 3.0.3
//! has it. The form for VC 1.1 differs in the first context and in the names of the dates.

use super::form;
use super::{Both, Class, Rule};
use Rule::{
    Contexts, Credential, Form, List, Number, Object, Open, Some, Text, TextOr, Truth, Types, Word,
};

pub(super) static ACHIEVEMENT_CREDENTIAL: Both = Both {
    two: Class {
        members: &[&CONTEXTS_2, &DATES_2, &CREDENTIAL, &ACHIEVEMENT],
        required: &[
            "@context",
            "id",
            "type",
            "credentialSubject",
            "issuer",
            "validFrom",
        ],
        closed: false,
    },
    one: Class {
        members: &[&CONTEXTS_1, &DATES_1, &CREDENTIAL, &ACHIEVEMENT],
        required: &[
            "@context",
            "id",
            "type",
            "credentialSubject",
            "issuer",
            "issuanceDate",
        ],
        closed: false,
    },
};

pub(super) static ENDORSEMENT_CREDENTIAL: Both = Both {
    two: Class {
        members: &[&CONTEXTS_2, &DATES_2, &CREDENTIAL, &ENDORSEMENT],
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
        members: &[&CONTEXTS_1, &DATES_1, &CREDENTIAL, &ENDORSEMENT],
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
    Contexts(&[form::base_2, form::open_badges_context]),
)];
static CONTEXTS_1: [Member; 1] = [(
    "@context",
    Contexts(&[form::base_1, form::open_badges_context]),
)];

pub(super) static DATES_2: [Member; 2] = [
    ("validFrom", Form(form::date_time)),
    ("validUntil", Form(form::date_time)),
];
pub(super) static DATES_1: [Member; 2] = [
    ("issuanceDate", Form(form::date_time)),
    ("expirationDate", Form(form::date_time)),
];

/// What every credential of 1EdTech has.
pub(super) static CREDENTIAL: [Member; 10] = [
    ("id", Text),
    ("name", Text),
    ("description", Text),
    ("awardedDate", Form(form::date_time)),
    ("issuer", TextOr(&PROFILE)),
    ("proof", List(&Object(&PROOF))),
    ("credentialSchema", List(&Object(&IDENTIFIED))),
    ("credentialStatus", Some(&Object(&IDENTIFIED))),
    ("refreshService", Object(&IDENTIFIED)),
    ("termsOfUse", List(&Object(&TERMS_OF_USE))),
];

static ACHIEVEMENT: [Member; 6] = [
    (
        "type",
        Types(&[
            &["VerifiableCredential"],
            &["AchievementCredential", "OpenBadgeCredential"],
        ]),
    ),
    ("image", Object(&IMAGE)),
    ("credentialSubject", Object(&ACHIEVEMENT_SUBJECT)),
    ("endorsement", List(&Credential(&ENDORSEMENT_CREDENTIAL))),
    ("endorsementJwt", List(&Form(form::jws))),
    ("evidence", List(&Object(&EVIDENCE))),
];

static ENDORSEMENT: [Member; 2] = [
    (
        "type",
        Types(&[&["VerifiableCredential"], &["EndorsementCredential"]]),
    ),
    ("credentialSubject", Object(&ENDORSEMENT_SUBJECT)),
];

static ACHIEVEMENT_SUBJECT: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["AchievementSubject"]])),
        ("activityEndDate", Form(form::date_time)),
        ("activityStartDate", Form(form::date_time)),
        ("creditsEarned", Number),
        ("achievement", Object(&ACHIEVEMENT_CLASS)),
        ("identifier", List(&Object(&IDENTITY_OBJECT))),
        ("image", Object(&IMAGE)),
        ("licenseNumber", Text),
        ("narrative", Text),
        ("result", List(&Object(&RESULT))),
        ("role", Text),
        ("source", Object(&PROFILE)),
        ("term", Text),
    ]],
    required: &["type", "achievement"],
    closed: false,
};

static ENDORSEMENT_SUBJECT: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["EndorsementSubject"]])),
        ("endorsementComment", Text),
    ]],
    required: &["id", "type"],
    closed: false,
};

pub(super) static ACHIEVEMENT_CLASS: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["Achievement"]])),
        ("alignment", List(&Object(&ALIGNMENT))),
        ("achievementType", Open(ACHIEVEMENT_TYPES)),
        ("creator", Object(&PROFILE)),
        ("creditsAvailable", Number),
        ("criteria", Object(&CRITERIA)),
        ("description", Text),
        ("endorsement", List(&Credential(&ENDORSEMENT_CREDENTIAL))),
        ("endorsementJwt", List(&Form(form::jws))),
        ("fieldOfStudy", Text),
        ("humanCode", Text),
        ("image", Object(&IMAGE)),
        ("inLanguage", Form(form::language)),
        ("name", Text),
        ("otherIdentifier", List(&Object(&IDENTIFIER_ENTRY))),
        ("related", List(&Object(&RELATED))),
        ("resultDescription", List(&Object(&RESULT_DESCRIPTION))),
        ("specialization", Text),
        ("tag", List(&Text)),
        ("version", Text),
    ]],
    required: &["id", "type", "criteria", "description", "name"],
    closed: false,
};

pub(super) static PROFILE: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["Profile"]])),
        ("name", Text),
        ("url", Text),
        ("phone", Text),
        ("description", Text),
        ("endorsement", List(&Credential(&ENDORSEMENT_CREDENTIAL))),
        ("endorsementJwt", List(&Form(form::jws))),
        ("image", Object(&IMAGE)),
        ("email", Text),
        ("address", Object(&ADDRESS)),
        ("otherIdentifier", List(&Object(&IDENTIFIER_ENTRY))),
        ("official", Text),
        ("parentOrg", Object(&PROFILE)),
        ("familyName", Text),
        ("givenName", Text),
        ("additionalName", Text),
        ("patronymicName", Text),
        ("honorificPrefix", Text),
        ("honorificSuffix", Text),
        ("familyNamePrefix", Text),
        ("dateOfBirth", Form(form::date)),
    ]],
    required: &["id", "type"],
    closed: false,
};

static ADDRESS: Class = Class {
    members: &[&[
        ("type", Types(&[&["Address"]])),
        ("addressCountry", Text),
        ("addressCountryCode", Text),
        ("addressRegion", Text),
        ("addressLocality", Text),
        ("streetAddress", Text),
        ("postOfficeBoxNumber", Text),
        ("postalCode", Text),
        ("geo", Object(&GEO_COORDINATES)),
    ]],
    required: &["type"],
    closed: false,
};

static GEO_COORDINATES: Class = Class {
    members: &[&[
        ("type", Word(&["GeoCoordinates"])),
        ("latitude", Number),
        ("longitude", Number),
    ]],
    required: &["type", "latitude", "longitude"],
    closed: false,
};

static ALIGNMENT: Class = Class {
    members: &[&[
        ("type", Types(&[&["Alignment"]])),
        ("targetCode", Text),
        ("targetDescription", Text),
        ("targetName", Text),
        ("targetFramework", Text),
        ("targetType", Open(TARGET_TYPES)),
        ("targetUrl", Text),
    ]],
    required: &["type", "targetName", "targetUrl"],
    closed: false,
};

static CRITERIA: Class = Class {
    members: &[&[("id", Text), ("narrative", Text)]],
    required: &[],
    closed: false,
};

static EVIDENCE: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["Evidence"]])),
        ("narrative", Text),
        ("name", Text),
        ("description", Text),
        ("genre", Text),
        ("audience", Text),
    ]],
    required: &["type"],
    closed: false,
};

pub(super) static IDENTITY_OBJECT: Class = Class {
    members: &[&[
        ("type", Word(&["IdentityObject"])),
        ("hashed", Truth),
        ("identityHash", Text),
        ("identityType", Open(IDENTIFIER_TYPES)),
        ("salt", Text),
    ]],
    required: &["type", "hashed", "identityHash", "identityType"],
    closed: true,
};

static IDENTIFIER_ENTRY: Class = Class {
    members: &[&[
        ("type", Word(&["IdentifierEntry"])),
        ("identifier", Text),
        ("identifierType", Open(IDENTIFIER_TYPES)),
    ]],
    required: &["type", "identifier", "identifierType"],
    closed: true,
};

pub(super) static IMAGE: Class = Class {
    members: &[&[("id", Text), ("type", Word(&["Image"])), ("caption", Text)]],
    required: &["id", "type"],
    closed: true,
};

static RELATED: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["Related"]])),
        ("inLanguage", Form(form::language)),
        ("version", Text),
    ]],
    required: &["id", "type"],
    closed: false,
};

static RESULT: Class = Class {
    members: &[&[
        ("type", Types(&[&["Result"]])),
        ("achievedLevel", Text),
        ("alignment", List(&Object(&ALIGNMENT))),
        ("resultDescription", Text),
        ("status", Word(RESULT_STATUSES)),
        ("value", Text),
    ]],
    required: &["type"],
    closed: false,
};

static RESULT_DESCRIPTION: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["ResultDescription"]])),
        ("alignment", List(&Object(&ALIGNMENT))),
        ("allowedValue", List(&Text)),
        ("name", Text),
        ("requiredLevel", Text),
        ("requiredValue", Text),
        ("resultType", Open(RESULT_TYPES)),
        ("rubricCriterionLevel", List(&Object(&RUBRIC_LEVEL))),
        ("valueMax", Text),
        ("valueMin", Text),
    ]],
    required: &["id", "type", "name", "resultType"],
    closed: false,
};

static RUBRIC_LEVEL: Class = Class {
    members: &[&[
        ("id", Text),
        ("type", Types(&[&["RubricCriterionLevel"]])),
        ("alignment", List(&Object(&ALIGNMENT))),
        ("description", Text),
        ("level", Text),
        ("name", Text),
        ("points", Text),
    ]],
    required: &["id", "type", "name"],
    closed: false,
};

/// `credentialSchema`, `credentialStatus`, `refreshService`.
static IDENTIFIED: Class = Class {
    members: &[&[("id", Text), ("type", Text)]],
    required: &["id", "type"],
    closed: false,
};

static TERMS_OF_USE: Class = Class {
    members: &[&[("id", Text), ("type", Text)]],
    required: &["type"],
    closed: false,
};

static PROOF: Class = Class {
    members: &[&[
        ("type", Text),
        ("created", Form(form::date_time)),
        ("cryptosuite", Text),
        ("challenge", Text),
        ("domain", Text),
        ("nonce", Text),
        ("proofPurpose", Text),
        ("proofValue", Text),
        ("verificationMethod", Text),
    ]],
    required: &["type"],
    closed: false,
};

/// What can be earned: [AchievementType](https://www.imsglobal.org/spec/ob/v3p0#achievementtype-enumeration); others begin with `ext:`.
pub const ACHIEVEMENT_TYPES: &[&str] = &[
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
];

const IDENTIFIER_TYPES: &[&str] = &[
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "isbn",
    "issn",
    "lisSourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "ltiContextId",
    "ltiDeploymentId",
    "ltiToolId",
    "ltiPlatformId",
    "ltiUserId",
    "identifier",
];

const RESULT_STATUSES: &[&str] = &[
    "Completed",
    "Enrolled",
    "Failed",
    "InProgress",
    "OnHold",
    "Provisional",
    "Withdrew",
];

const RESULT_TYPES: &[&str] = &[
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricCriterion",
    "RubricCriterionLevel",
    "RubricScore",
    "ScaledScore",
    "Status",
];

/// What an alignment can point to: [AlignmentTargetType](https://www.imsglobal.org/spec/ob/v3p0#alignmenttargettype-enumeration); others
/// begin with `ext:`.
pub const TARGET_TYPES: &[&str] = &[
    "ceasn:Competency",
    "ceterms:Credential",
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
];
