//! The slots of SSSOM: what a mapping and a mapping set may say, in canonical order.
//!
//! From the SSSOM 1.1 schema, classes `mapping` and `mapping set`; a test holds this table against the schema itself.

/// What a value of a slot is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// An identifier; a CURIE in a file, an IRI in memory.
    Entity,
    /// A URI with a scheme.
    Uri,
    /// `yyyy-mm-dd`.
    Date,
    /// A number from the first to the second.
    Number(i8, i8),
    /// One of these words.
    Word(&'static [&'static str]),
}

macro_rules! slots {
    ($($(#[$doc:meta])* $slot:ident $name:literal $kind:expr, $many:literal, $shared:literal;)*) => {
        /// A slot of a mapping, of a mapping set, or of both.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[expect(missing_docs)] // The specification's own names.
        pub enum Slot { $($slot,)* }

        impl Slot {
            /// Every slot.
            pub const ALL: &[Self] = &[$(Self::$slot,)*];

            /// Its name in a file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$slot => $name,)* }
            }

            /// What its values are.
            pub fn kind(self) -> Kind {
                match self { $(Self::$slot => $kind,)* }
            }

            /// Whether it may hold several values.
            pub fn is_list(self) -> bool {
                match self { $(Self::$slot => $many,)* }
            }

            /// Whether a set's value stands for that of all its mappings ("propagatable").
            pub fn is_shared(self) -> bool {
                match self { $(Self::$slot => $shared,)* }
            }
        }
    };
}

slots! {
    SssomVersion "sssom_version" Kind::Word(&["1.0", "1.1"]), false, false;
    MappingSetId "mapping_set_id" Kind::Uri, false, false;
    MappingSetVersion "mapping_set_version" Kind::Text, false, false;
    MappingSetSource "mapping_set_source" Kind::Uri, true, false;
    MappingSetTitle "mapping_set_title" Kind::Text, false, false;
    MappingSetDescription "mapping_set_description" Kind::Text, false, false;
    MappingSetConfidence "mapping_set_confidence" Kind::Number(0, 1), false, false;
    RecordId "record_id" Kind::Entity, false, false;
    SubjectId "subject_id" Kind::Entity, false, false;
    SubjectLabel "subject_label" Kind::Text, false, false;
    SubjectCategory "subject_category" Kind::Text, false, false;
    PredicateId "predicate_id" Kind::Entity, false, false;
    PredicateLabel "predicate_label" Kind::Text, false, false;
    PredicateModifier "predicate_modifier" Kind::Word(&["Not"]), false, false;
    ObjectId "object_id" Kind::Entity, false, false;
    ObjectLabel "object_label" Kind::Text, false, false;
    ObjectCategory "object_category" Kind::Text, false, false;
    MappingJustification "mapping_justification" Kind::Entity, false, false;
    AuthorId "author_id" Kind::Entity, true, false;
    AuthorLabel "author_label" Kind::Text, true, false;
    ReviewerId "reviewer_id" Kind::Entity, true, false;
    ReviewerLabel "reviewer_label" Kind::Text, true, false;
    CreatorId "creator_id" Kind::Entity, true, false;
    CreatorLabel "creator_label" Kind::Text, true, false;
    License "license" Kind::Uri, false, false;
    SubjectType "subject_type" Kind::Word(ENTITY_TYPES), false, true;
    SubjectSource "subject_source" Kind::Entity, false, true;
    SubjectSourceVersion "subject_source_version" Kind::Text, false, true;
    ObjectType "object_type" Kind::Word(ENTITY_TYPES), false, true;
    ObjectSource "object_source" Kind::Entity, false, true;
    ObjectSourceVersion "object_source_version" Kind::Text, false, true;
    PredicateType "predicate_type" Kind::Word(ENTITY_TYPES), false, true;
    MappingProvider "mapping_provider" Kind::Uri, false, true;
    MappingSource "mapping_source" Kind::Entity, false, false;
    MappingCardinality "mapping_cardinality" Kind::Word(CARDINALITIES), false, false;
    CardinalityScope "cardinality_scope" Kind::Text, true, true;
    MappingTool "mapping_tool" Kind::Text, false, true;
    MappingToolId "mapping_tool_id" Kind::Entity, false, true;
    MappingToolVersion "mapping_tool_version" Kind::Text, false, true;
    MappingDate "mapping_date" Kind::Date, false, true;
    PublicationDate "publication_date" Kind::Date, false, false;
    ReviewDate "review_date" Kind::Date, false, false;
    Confidence "confidence" Kind::Number(0, 1), false, false;
    ReviewerAgreement "reviewer_agreement" Kind::Number(-1, 1), false, false;
    CurationRule "curation_rule" Kind::Entity, true, true;
    CurationRuleText "curation_rule_text" Kind::Text, true, true;
    SubjectMatchField "subject_match_field" Kind::Entity, true, true;
    ObjectMatchField "object_match_field" Kind::Entity, true, true;
    MatchString "match_string" Kind::Text, true, false;
    SubjectPreprocessing "subject_preprocessing" Kind::Entity, true, true;
    ObjectPreprocessing "object_preprocessing" Kind::Entity, true, true;
    SimilarityScore "similarity_score" Kind::Number(0, 1), false, false;
    SimilarityMeasure "similarity_measure" Kind::Text, false, true;
    SeeAlso "see_also" Kind::Uri, true, false;
    IssueTracker "issue_tracker" Kind::Uri, false, false;
    IssueTrackerItem "issue_tracker_item" Kind::Entity, false, false;
    Other "other" Kind::Text, false, false;
    Comment "comment" Kind::Text, false, false;
}

use Slot::{
    AuthorId, AuthorLabel, CardinalityScope, Comment, Confidence, CreatorId, CreatorLabel,
    CurationRule, CurationRuleText, IssueTracker, IssueTrackerItem, License, MappingCardinality,
    MappingDate, MappingJustification, MappingProvider, MappingSetConfidence,
    MappingSetDescription, MappingSetId, MappingSetSource, MappingSetTitle, MappingSetVersion,
    MappingSource, MappingTool, MappingToolId, MappingToolVersion, MatchString, ObjectCategory,
    ObjectId, ObjectLabel, ObjectMatchField, ObjectPreprocessing, ObjectSource,
    ObjectSourceVersion, ObjectType, Other, PredicateId, PredicateLabel, PredicateModifier,
    PredicateType, PublicationDate, RecordId, ReviewDate, ReviewerAgreement, ReviewerId,
    ReviewerLabel, SeeAlso, SimilarityMeasure, SimilarityScore, SssomVersion, SubjectCategory,
    SubjectId, SubjectLabel, SubjectMatchField, SubjectPreprocessing, SubjectSource,
    SubjectSourceVersion, SubjectType,
};

impl Slot {
    /// The slots of a mapping, in the order in which a canonical file writes its columns.
    #[rustfmt::skip]
    pub const OF_MAPPING: &[Self] = &[
        RecordId, SubjectId, SubjectLabel, SubjectCategory, PredicateId, PredicateLabel, PredicateModifier,
        ObjectId, ObjectLabel, ObjectCategory, MappingJustification, AuthorId, AuthorLabel, ReviewerId, ReviewerLabel, CreatorId,
        CreatorLabel, License, SubjectType, SubjectSource, SubjectSourceVersion, ObjectType, ObjectSource,
        ObjectSourceVersion, PredicateType, MappingProvider, MappingSource, MappingCardinality, CardinalityScope, MappingTool,
        MappingToolId, MappingToolVersion, MappingDate, PublicationDate, ReviewDate, Confidence, ReviewerAgreement,
        CurationRule, CurationRuleText, SubjectMatchField, ObjectMatchField, MatchString, SubjectPreprocessing,
        ObjectPreprocessing, SimilarityScore, SimilarityMeasure, SeeAlso, IssueTrackerItem, Other, Comment,
    ];

    /// The slots of a mapping set, in the order in which a canonical file writes them; its prefixes, mappings and extension
    /// definitions stand apart.
    #[rustfmt::skip]
    pub const OF_SET: &[Self] = &[
        SssomVersion, MappingSetId, MappingSetVersion, MappingSetSource, MappingSetTitle, MappingSetDescription,
        MappingSetConfidence, CreatorId, CreatorLabel, License, SubjectType, SubjectSource, SubjectSourceVersion, ObjectType,
        ObjectSource, ObjectSourceVersion, PredicateType, MappingProvider, CardinalityScope, MappingTool, MappingToolId,
        MappingToolVersion, MappingDate, PublicationDate, SubjectMatchField, ObjectMatchField, SubjectPreprocessing,
        ObjectPreprocessing, SimilarityMeasure, CurationRule, CurationRuleText, SeeAlso, IssueTracker, Other, Comment,
    ];

    /// The slot called `name` among `slots`.
    pub fn find(slots: &[Self], name: &str) -> Option<Self> {
        slots.iter().copied().find(|slot| slot.name() == name)
    }

    /// Whether the slot came with SSSOM 1.1: in a mapping, or, where `in_set`, in a set.
    pub fn is_new(self, in_set: bool) -> bool {
        match self {
            SssomVersion | MappingSetConfidence | RecordId | PredicateType | CardinalityScope
            | MappingToolId | ReviewDate | ReviewerAgreement => true,
            SimilarityMeasure | CurationRule | CurationRuleText => in_set,
            _ => false,
        }
    }
}

/// `entity_type_enum`.
const ENTITY_TYPES: &[&str] = &[
    "owl class",
    "owl object property",
    "owl data property",
    "owl annotation property",
    "owl named individual",
    "skos concept",
    "rdfs resource",
    "rdfs class",
    "rdfs literal",
    "rdfs datatype",
    "rdf property",
    "composed entity expression",
];

/// `mapping_cardinality_enum`.
const CARDINALITIES: &[&str] = &["1:1", "1:n", "n:1", "n:n", "1:0", "0:1", "0:0"];
