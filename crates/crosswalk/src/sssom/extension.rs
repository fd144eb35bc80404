//! Extensions: slots that a set brings along, declared or not.

/// A declared extension (`extension_definitions`).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Extension {
    /// What its values mean; `http://sssom.invalid/NAME` where the file does not say.
    pub property: String,
    /// Its name as key or column.
    pub slot_name: String,
    /// The type of its values, where the file says it.
    pub type_hint: Option<String>,
}

impl Extension {
    /// Whether its values are identifiers, which a file writes with prefixes.
    pub(super) fn is_entity(&self) -> bool {
        self.type_hint.as_deref().is_some_and(|hint| {
            // The schema's own examples write the class with a capital and LinkML with a small letter.
            hint.eq_ignore_ascii_case("https://w3id.org/linkml/uriorcurie")
        })
    }
}

/// What an undeclared extension means: "Undefined extensions".
pub(super) fn default_property(slot_name: &str) -> String {
    format!("http://sssom.invalid/{slot_name}")
}
