//! Why a document has no canonical form.

use crate::json::pointer_token;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

/// Inside the crate errors are boxed: the successful path then moves one word.
pub(crate) type Result<T> = core::result::Result<T, Box<CanonError>>;

/// Why a document was not canonicalized, what it is about and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CanonError {
    /// What is wrong.
    pub fault: Fault,
    /// JSON pointer to the place, such as `/credentialSubject/achievement/tag/0`.
    pub path: String,
    /// The term, IRI, context or value it is about; empty where the path says it all.
    pub name: String,
}

impl CanonError {
    pub(crate) fn new(fault: Fault, name: &str) -> Box<Self> {
        // A hostile name must not become a hostile log line.
        let name = name.chars().take(200).collect();
        Box::new(Self {
            fault,
            path: String::new(),
            name,
        })
    }

    /// Puts `key` in front of the path, on the way out of a member.
    pub(crate) fn under(mut self: Box<Self>, key: &str) -> Box<Self> {
        self.path = alloc::format!("/{}{}", pointer_token(key), self.path);
        self
    }

    /// Puts an array index in front of the path.
    pub(crate) fn at(mut self: Box<Self>, index: usize) -> Box<Self> {
        self.path = alloc::format!("/{index}{}", self.path);
        self
    }
}

impl fmt::Display for CanonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.as_str())?;
        if !self.name.is_empty() {
            write!(f, " `{}`", self.name.escape_debug())?;
        }
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        Ok(())
    }
}

impl core::error::Error for CanonError {}

/// Declares [`Fault`] with each fault's words in one place.
macro_rules! faults {
    ($($(#[doc = $doc:literal])* $name:ident = $words:literal,)*) => {
        /// What keeps a document from having a canonical form.
        ///
        /// The first group loses nothing in plain JSON-LD but would lose something in a signature; the second are the
        /// errors of JSON-LD 1.1, under their own names; the third are the limits.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Fault { $($(#[doc = $doc])* $name,)* }

        impl Fault {
            /// The fault in words; for JSON-LD's own errors, its error code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

faults! {
    /// A key that no context defines.
    UndefinedTerm = "undefined term",
    /// A type that no context defines.
    UndefinedType = "undefined type",
    /// An IRI that is relative, with nothing to resolve it against.
    RelativeIri = "relative IRI",
    /// Not an IRI at all.
    InvalidIri = "invalid IRI",
    /// A key or value that looks like a keyword and is none.
    ReservedTerm = "reserved term",
    /// A value that belongs to no subject.
    FreeFloatingValue = "free-floating value",
    /// An object that says nothing.
    EmptyObject = "empty object",
    /// A value object whose value is null.
    NullValue = "null value object",
    /// An index, which no RDF statement carries.
    IndexDropped = "index would be lost",
    /// Not a language tag.
    InvalidLanguage = "invalid language tag",
    /// A blank node used as a property.
    BlankNodeProperty = "blank node as property",
    /// An integer that no double equals, or that is written otherwise than its double is; write it as a string.
    NumberNotExact = "integer has no exact double",

    /// A context that is not among those given. Nothing is fetched.
    UnknownContext = "loading remote context failed",
    /// JSON-LD: a context document without `@context`.
    InvalidRemoteContext = "invalid remote context",
    /// JSON-LD: contexts that include one another.
    RecursiveContextInclusion = "recursive context inclusion",
    /// JSON-LD: a context that is neither a map, a string nor null.
    InvalidLocalContext = "invalid local context",
    /// JSON-LD: a context entry that may not stand there.
    InvalidContextEntry = "invalid context entry",
    /// JSON-LD: protected terms cannot be cleared away.
    InvalidContextNullification = "invalid context nullification",
    /// JSON-LD: `@version` is not 1.1.
    InvalidVersionValue = "invalid @version value",
    /// JSON-LD: `@import` is not a string.
    InvalidImportValue = "invalid @import value",
    /// JSON-LD: `@base` is not an IRI.
    InvalidBaseIri = "invalid base IRI",
    /// JSON-LD: `@vocab` is not an IRI.
    InvalidVocabMapping = "invalid vocab mapping",
    /// JSON-LD: the default language is not a string.
    InvalidDefaultLanguage = "invalid default language",
    /// JSON-LD: a direction other than `ltr` and `rtl`.
    InvalidBaseDirection = "invalid base direction",
    /// JSON-LD: `@propagate` is not a boolean.
    InvalidPropagateValue = "invalid @propagate value",
    /// JSON-LD: `@protected` is not a boolean.
    InvalidProtectedValue = "invalid @protected value",
    /// JSON-LD: a protected term was given another meaning.
    ProtectedTermRedefinition = "protected term redefinition",
    /// JSON-LD: a keyword was given another meaning.
    KeywordRedefinition = "keyword redefinition",
    /// JSON-LD: terms defined by one another.
    CyclicIriMapping = "cyclic IRI mapping",
    /// JSON-LD: a term definition that says something impossible.
    InvalidTermDefinition = "invalid term definition",
    /// JSON-LD: a term that maps to no IRI.
    InvalidIriMapping = "invalid IRI mapping",
    /// JSON-LD: an alias of a keyword that has none.
    InvalidKeywordAlias = "invalid keyword alias",
    /// JSON-LD: a type mapping that is no IRI.
    InvalidTypeMapping = "invalid type mapping",
    /// JSON-LD: a reverse property that cannot be one.
    InvalidReverseProperty = "invalid reverse property",
    /// JSON-LD: an unknown container or combination.
    InvalidContainerMapping = "invalid container mapping",
    /// JSON-LD: a language mapping that is neither string nor null.
    InvalidLanguageMapping = "invalid language mapping",
    /// JSON-LD: `@nest` that cannot be unfolded.
    InvalidNestValue = "invalid @nest value",
    /// JSON-LD: `@prefix` is not a boolean.
    InvalidPrefixValue = "invalid @prefix value",
    /// JSON-LD: a scoped context with an error in it.
    InvalidScopedContext = "invalid scoped context",
    /// JSON-LD: a keyword inside `@reverse`.
    InvalidReversePropertyMap = "invalid reverse property map",
    /// JSON-LD: one keyword twice in an object.
    CollidingKeywords = "colliding keywords",
    /// JSON-LD: `@id` is not a string.
    InvalidIdValue = "invalid @id value",
    /// JSON-LD: a type that is not a string.
    InvalidTypeValue = "invalid type value",
    /// JSON-LD: `@included` holds something else than node objects.
    InvalidIncludedValue = "invalid @included value",
    /// JSON-LD: `@value` holds a map or an array.
    InvalidValueObjectValue = "invalid value object value",
    /// JSON-LD: `@language` is not a string.
    InvalidLanguageTaggedString = "invalid language-tagged string",
    /// JSON-LD: only strings have a language.
    InvalidLanguageTaggedValue = "invalid language-tagged value",
    /// JSON-LD: a language map holds something else than strings.
    InvalidLanguageMapValue = "invalid language map value",
    /// JSON-LD: a datatype that is no IRI.
    InvalidTypedValue = "invalid typed value",
    /// JSON-LD: a value object with something else in it.
    InvalidValueObject = "invalid value object",
    /// JSON-LD: a list or set object with something else in it.
    InvalidSetOrListObject = "invalid set or list object",
    /// JSON-LD: `@index` is not a string.
    InvalidIndexValue = "invalid @index value",
    /// JSON-LD: `@reverse` is not a map.
    InvalidReverseValue = "invalid @reverse value",
    /// JSON-LD: a literal or list as the subject of a reverse property.
    InvalidReversePropertyValue = "invalid reverse property value",

    /// A line that is not an N-Quads statement.
    NotNQuads = "not N-Quads",

    /// The document is nested deeper than [`Limits::depth`](crate::Limits).
    TooDeep = "nested too deeply",
    /// More statements than [`Limits::quads`](crate::Limits).
    TooManyQuads = "too many statements",
    /// More text than [`Limits::bytes`](crate::Limits).
    TooLarge = "too large",
    /// Contexts cost more work than [`Limits::context_work`](crate::Limits).
    ContextOverflow = "context overflow",
    /// Blank nodes cannot be told apart within [`Limits::rdfc_work`](crate::Limits).
    PoisonGraph = "blank nodes cannot be told apart within the work budget",
}
