//! How a concern of the configuration is written down: once, with its documentation, its default and an example.
//!
//! [`concern!`] turns one declaration into a struct, its defaults, the table of its keys (for the reference page) and the
//! reading of each key, so that none of them can forget another.

/// What came for a key: from the file with its TOML type, from the environment as text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    /// Text, in quotes in the file.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Flag(bool),
    /// A list of texts.
    List(Vec<String>),
}

/// A type that a key can have.
pub(crate) trait Setting: Sized {
    /// The type in words, for the reference page and for refusals.
    const KIND: &'static str;

    /// Reads what was given, or says what is wrong with it.
    fn read(given: &Given) -> Result<Self, String>;

    /// The value as it would stand in the file; `None` where nothing is set.
    fn write(&self) -> Option<String>;
}

/// One key, for the reference page.
pub(crate) struct Key {
    /// Its name inside the section.
    pub(crate) name: &'static str,
    /// What it means, line by line.
    pub(crate) doc: &'static [&'static str],
    /// Its type in words.
    pub(crate) kind: &'static str,
    /// Its default as it would stand in the file.
    pub(crate) default: Option<String>,
    /// A value somebody might write.
    pub(crate) example: &'static str,
}

/// One section of the file.
pub(crate) trait Concern {
    /// Its name.
    fn section(&self) -> &'static str;

    /// What it is about.
    fn about(&self) -> &'static [&'static str];

    /// Its keys, in the order of declaration.
    fn keys(&self) -> Vec<Key>;

    /// Sets a key; `None` if there is no such key.
    fn set(&mut self, key: &str, given: &Given) -> Option<Result<(), String>>;
}

/// Declares a concern: `key: Type = default, example "…",`.
macro_rules! concern {
    (
        $(#[doc = $about:literal])+
        $name:ident is $section:literal {
            $(
                $(#[doc = $doc:literal])+
                $key:ident: $type:ty = $default:expr, example $example:literal;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name {
            $( $(#[doc = $doc])+ pub(crate) $key: $type, )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $key: $default, )+ }
            }
        }

        impl $crate::config::concern::Concern for $name {
            fn section(&self) -> &'static str {
                $section
            }

            fn about(&self) -> &'static [&'static str] {
                &[$($about),+]
            }

            fn keys(&self) -> Vec<$crate::config::concern::Key> {
                use $crate::config::concern::{Key, Setting};
                vec![$(
                    Key {
                        name: stringify!($key),
                        doc: &[$($doc),+],
                        kind: <$type as Setting>::KIND,
                        default: Setting::write(&self.$key),
                        example: $example,
                    },
                )+]
            }

            fn set(
                &mut self,
                key: &str,
                given: &$crate::config::concern::Given,
            ) -> Option<Result<(), String>> {
                use $crate::config::concern::Setting;
                match key {
                    $( stringify!($key) => Some(Setting::read(given).map(|value| self.$key = value)), )+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use concern;
