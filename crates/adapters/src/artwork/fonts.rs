//! Which font has a character: first our own, then the machine's.
//!
//! The machine's folders are read only once a character needs them, and each answer is kept.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use parley::fontique::{Blob, Collection, CollectionOptions, FamilyId, SourceCache};
use parley::{FontContext, LayoutContext};
use skrifa::{FontRef, MetadataProvider};

/// The fonts of a press and what has been learned about them.
pub(super) struct Fonts {
    pub(super) context: FontContext,
    pub(super) layouts: LayoutContext<()>,
    own: Vec<FamilyId>,
    folders: Vec<PathBuf>,
    candidates: Vec<(String, FamilyId)>,
    known: HashMap<(char, Han), Option<FamilyId>>,
}

impl Fonts {
    pub(super) fn new(folders: Vec<PathBuf>) -> Self {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        for font in typst_assets::fonts() {
            collection.register_fonts(Blob::new(Arc::new(font)), None);
        }
        let own = [SERIF, MONO].map(|name| collection.family_id(name));
        Self {
            context: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            own: own.into_iter().flatten().collect(),
            folders,
            candidates: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// Names the families that `text` needs besides `first`, and the characters that none has.
    pub(super) fn cover(
        &mut self,
        first: &str,
        text: &str,
        language: &str,
    ) -> (Vec<String>, Vec<char>) {
        let han = Han::of(language);
        let mut families = vec![first.to_owned()];
        let mut missing = Vec::new();
        for character in text.chars().filter(|c| !c.is_ascii() && !is_ignorable(*c)) {
            match self.family_with(character, han) {
                Some(id) => {
                    let name = self.context.collection.family_name(id).unwrap_or_default();
                    if !families.iter().any(|family| family == name) {
                        families.push(name.to_owned());
                    }
                }
                None if !missing.contains(&character) => missing.push(character),
                None => {}
            }
        }
        (families, missing)
    }

    fn family_with(&mut self, character: char, han: Han) -> Option<FamilyId> {
        if let Some(known) = self.known.get(&(character, han)) {
            return *known;
        }
        let own = self.own.clone();
        let found = own
            .into_iter()
            .take(1)
            .find(|family| self.has(*family, character))
            .or_else(|| self.machine_family_with(character, han))
            .or_else(|| {
                let last = self.own.last().copied();
                last.filter(|family| self.has(*family, character))
            });
        self.known.insert((character, han), found);
        found
    }

    fn machine_family_with(&mut self, character: char, han: Han) -> Option<FamilyId> {
        self.read_folders();
        let mut candidates = self.candidates.clone();
        candidates.sort_by_key(|(name, _)| han.rank(name));
        candidates
            .into_iter()
            .map(|(_, id)| id)
            .find(|family| self.has(*family, character))
    }

    fn read_folders(&mut self) {
        if self.folders.is_empty() {
            return;
        }
        let folders = std::mem::take(&mut self.folders);
        let collection = &mut self.context.collection;
        collection.load_fonts_from_paths(folders.iter().filter(|folder| folder.is_dir()));
        let ids: Vec<FamilyId> = collection.family_ids().collect();
        for id in ids.into_iter().filter(|id| !self.own.contains(id)) {
            let name = collection.family_name(id).unwrap_or_default().to_owned();
            if !UNSUITABLE.iter().any(|word| name.contains(word)) {
                self.candidates.push((name, id));
            }
        }
        // Stable order whatever the file system says; serif faces first, as on the pages.
        self.candidates
            .sort_by_key(|(name, _)| (likeness(name), name.clone()));
    }

    fn has(&mut self, family: FamilyId, character: char) -> bool {
        let Some(family) = self.context.collection.family(family) else {
            return false;
        };
        let Some(font) = family.default_font() else {
            return false;
        };
        let Some(data) = font.load(Some(&mut self.context.source_cache)) else {
            return false;
        };
        FontRef::from_index(data.as_ref(), font.index())
            .is_ok_and(|font| font.charmap().map(character).is_some())
    }
}

/// One Chinese character has several national forms: the language of the text decides.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Han {
    Japanese,
    Korean,
    Simplified,
    Traditional,
}

impl Han {
    fn of(language: &str) -> Self {
        let tag = language.to_ascii_lowercase();
        let has = |part: &str| tag.split('-').any(|subtag| subtag == part);
        match tag.split('-').next().unwrap_or_default() {
            "ja" => Self::Japanese,
            "ko" => Self::Korean,
            "zh" | "yue" if has("hant") || has("tw") || has("hk") => Self::Traditional,
            _ => Self::Simplified,
        }
    }

    /// Sorts families made for another country behind the rest.
    fn rank(self, family: &str) -> u8 {
        let suffix = match self {
            Self::Japanese => " JP",
            Self::Korean => " KR",
            Self::Simplified => " SC",
            Self::Traditional => " TC",
        };
        u8::from(family.contains("CJK") && !family.ends_with(suffix))
    }
}

/// How far a family is from the look of the pages; less is nearer.
fn likeness(family: &str) -> u8 {
    match family {
        _ if family.starts_with("Noto Serif") => 0,
        _ if family.starts_with("Noto Naskh Arabic") => 1,
        _ if family.contains("Serif") => 2,
        _ if family.starts_with("Noto Sans") => 3,
        _ => 4,
    }
}

/// Whether a character is there to steer the text and is never drawn: joiners, marks of direction, variation selectors.
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
        || character.is_control()
}

/// What is stated.
pub(super) const SERIF: &str = "Libertinus Serif";
/// Identifiers and addresses.
pub(super) const MONO: &str = "DejaVu Sans Mono";

/// Colour glyphs have no outline; a last-resort font has a box for everything.
const UNSUITABLE: [&str; 4] = ["Emoji", "Last Resort", "LastResort", "Symbols"];
