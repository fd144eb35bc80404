//! What can be looked at: badge pictures, certificates on paper, links as QR codes.
//!
//! Pure computation, and slow for a web request (some ten milliseconds): callers run it where blocking is allowed.
//! Words arrive finished and in the reader's language; an implementation draws them and invents none.
//!
//! **Invariant:** a brand mark is somebody else's file. It is never executed, and drawing it reads no file and no URL.

/// Draws pictures and paper.
pub trait Artwork: Send + Sync {
    /// Draws a badge as a square PNG picture, without a credential in it.
    fn badge_png(&self, plate: &Plate) -> Result<Vec<u8>, ArtworkError>;

    /// Draws a badge as an SVG picture, without a credential in it.
    ///
    /// The text is outlined, so that it looks the same everywhere, and stands again in `title` and `desc`.
    fn badge_svg(&self, plate: &Plate) -> Result<String, ArtworkError>;

    /// Typesets a certificate on A4, with `credential_json` attached byte for byte as `credential.json`.
    fn certificate_pdf(
        &self,
        certificate: &Certificate,
        credential_json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError>;

    /// Typesets the first of these answers for a role that fits on one page of A4, with `answer_json` attached byte for byte as `answer.json`.
    fn answer_pdf(
        &self,
        answers: &[Certificate],
        answer_json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError>;

    /// Draws a link as a QR code, dark on light in both colour schemes.
    fn qr_svg(&self, link: &str) -> Result<String, ArtworkError>;
}

/// What a badge picture shows: the issuer's mark, and below it two names.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Plate {
    /// The issuer's brand mark, plainly rendered.
    pub mark: Option<Mark>,
    /// The achievement's name.
    pub achievement: String,
    /// The issuer's name.
    pub issuer: String,
    /// The language of the names (BCP 47).
    pub language: String,
}

/// A brand mark as it was uploaded. Not trusted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mark {
    /// An SVG document. Only its shapes are drawn, to pixels: no script, no animation, nothing it refers to.
    Svg(Vec<u8>),
    /// A PNG picture.
    Png(Vec<u8>),
}

/// The words of a verification page, for paper.
///
/// The large words must be true by themselves for as long as the paper lasts: "X states that NAME can …", not "stands today".
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Certificate {
    /// The language of the words (BCP 47); it decides on which side the labels stand.
    pub language: String,
    /// The title of the document in readers and search: achievement and issuer, never the holder.
    pub title: String,
    /// Who says it: "Riverside Polytechnic states that".
    pub lead: String,
    /// Who can: the name and the words around it. Absent where the achievement does not name its learners; then `task`
    /// carries the whole of the sentence.
    pub who: Option<Who>,
    /// What the person can do: the only other large words.
    pub task: String,
    /// The level reached, if the achievement has levels.
    pub level: Option<Level>,
    /// Label and value in the order of the verification page: assessed by, how, evidence, awarded, good until.
    pub facts: Vec<Fact>,
    /// The last fact, beside the mark: "Issued by".
    pub issuer: Option<Fact>,
    /// The issuer's brand mark.
    pub mark: Option<Mark>,
    /// How to check it.
    pub check: CheckNote,
    /// When the paper is made, in seconds since 1970, UTC. It dates the attachment.
    pub made_at_unix_seconds: i64,
}

/// The holder's name inside the sentence, which other languages build in another order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Who {
    /// The words before the name; empty in English.
    pub before: String,
    /// The name: the only large italic.
    pub name: String,
    /// The words after the name: "can".
    pub after: String,
}

/// A level among all levels.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Level {
    /// The level in words: "Level 3 of 4: Independent. Chooses the instrument …".
    pub words: String,
    /// The names of all levels, lowest first.
    pub names: Vec<String>,
    /// How many of them are reached, counted from the lowest.
    pub reached: usize,
}

/// A label in the margin and what it labels.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Fact {
    /// The label: "Assessed by".
    pub label: String,
    /// One or more paragraphs; a list of evidence is one paragraph each.
    pub lines: Vec<String>,
}

/// The foot of a certificate: how whoever holds the paper checks it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CheckNote {
    /// A heading: "Check it".
    pub heading: String,
    /// What to do, in a sentence or two; says that the credential is attached.
    pub words: String,
    /// The public page, drawn as QR code and as text. Absent while the holder has none.
    pub link: Option<String>,
    /// The credential's id, for the page that has no link.
    pub credential_id: String,
    /// Said at the foot if this installation has no font for some character: "Not every character could be drawn …".
    pub missing_characters: String,
}

/// Why nothing was drawn. Asking again with the same input does not help.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ArtworkError {
    /// The mark is larger than a mark may be.
    #[error("the mark has {bytes} bytes; the most that is drawn is {limit}")]
    MarkTooLarge {
        /// The bytes it has.
        bytes: usize,
        /// The bytes it may have.
        limit: usize,
    },
    /// The mark is not the picture it is said to be.
    #[error("the mark is not a readable {expected} picture")]
    MarkUnreadable {
        /// `SVG` or `PNG`.
        expected: &'static str,
    },
    /// The mark would take too long to draw.
    #[error("the mark uses {what}, which is not drawn; save it again as plain shapes")]
    MarkTooCostly {
        /// What makes it costly.
        what: &'static str,
    },
    /// The text is longer than a QR code can hold.
    #[error("the link has {bytes} bytes, more than a QR code holds")]
    LinkTooLong {
        /// The bytes it has.
        bytes: usize,
    },
    /// The words fill more pages than such a paper may have.
    #[error("the paper is longer than {limit} pages")]
    TooManyPages {
        /// The most pages.
        limit: usize,
    },
    /// The library that writes the file refused; a fault of this program.
    #[error("the {kind} could not be written")]
    Unwritable {
        /// `PDF`, `PNG` or `SVG`.
        kind: &'static str,
    },
}
