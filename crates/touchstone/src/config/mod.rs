//! The configuration: one TOML file, one struct per concern, every key also from the environment.
//!
//! **Invariant:** a key that nobody knows is refused, with the nearest one that is known; nothing is silently ignored.
//! The environment (`TOUCHSTONE_SECTION_KEY`) wins over the file, the file over the default.
//!
//! Start at [`Config::read`]; `concern.rs` says how a concern is declared.

mod applications;
mod aws_kms;
mod concern;
mod contexts;
mod database;
mod employers;
mod fetch;
mod files;
mod keys;
mod log;
mod mail;
mod nearest;
mod objects;
mod recognition;
mod reference;
mod reminders;
mod setting;
mod site;
mod witness;
mod work;

use toml::de::{DeTable, DeValue};

pub(crate) use keys::{Keys, Kind};
pub(crate) use log::{AnchorKind, EvmWords, Format};
pub(crate) use reference::reference;
pub(crate) use site::DidMethod;

use concern::{Concern, Given};
use nearest::nearest;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Config {
    pub(crate) site: site::Site,
    pub(crate) database: database::Database,
    pub(crate) keys: keys::Keys,
    pub(crate) mail: mail::Mail,
    pub(crate) objects: objects::Objects,
    pub(crate) fetch: fetch::Fetch,
    pub(crate) contexts: contexts::Contexts,
    pub(crate) log: log::Log,
    pub(crate) work: work::Work,
    pub(crate) reminders: reminders::Reminders,
    pub(crate) applications: applications::Applications,
    pub(crate) employers: employers::Employers,
    pub(crate) witness: witness::Witness,
    pub(crate) recognition: recognition::Recognition,
}

impl Config {
    /// Reads the text of a file called `name` (if there is one), then the environment.
    pub(crate) fn read(
        file: Option<(&str, &str)>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if let Some((name, text)) = file {
            config.read_file(name, text)?;
        }
        for (variable, value) in environment {
            config.read_variable(&variable, value)?;
        }
        match config.keys.clash() {
            Some(why) => Err(ConfigError::Clash(why)),
            None => Ok(config),
        }
    }

    /// Every setting as it is now, as it would stand in the file; passwords in addresses are left out.
    pub(crate) fn settings(&mut self) -> Vec<(String, Option<String>)> {
        let concerns = self.concerns();
        let settings = concerns.iter().flat_map(|concern| {
            let named =
                |key: concern::Key| (format!("{}.{}", concern.section(), key.name), key.default);
            concern.keys().into_iter().map(named).collect::<Vec<_>>()
        });
        settings
            .map(|(name, value)| (name, value.map(|value| without_password(&value))))
            .collect()
    }

    fn read_file(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        let place = |offset: usize| Place::Line {
            file: name.to_owned(),
            line: text.get(..offset).unwrap_or(text).matches('\n').count() + 1,
        };
        let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            place: place(error.span().map_or(0, |span| span.start)),
            why: error.message().to_owned(),
        })?;
        for (section, keys) in table.get_ref() {
            let at = place(section.span().start);
            let section = section.get_ref().as_ref();
            let Some(keys) = keys.get_ref().as_table() else {
                return Err(self.unknown(at, section, None));
            };
            for (key, value) in keys {
                let at = place(key.span().start);
                let key = key.get_ref().as_ref();
                let given = given(value.get_ref()).ok_or_else(|| ConfigError::Value {
                    place: at.clone(),
                    name: format!("{section}.{key}"),
                    why: "write text in quotes, a whole number, true or false, or a list of texts"
                        .into(),
                })?;
                self.set(at, section, key, &given)?;
            }
            if self.concern(section).is_none() {
                return Err(self.unknown(at, section, None));
            }
        }
        Ok(())
    }

    fn read_variable(&mut self, variable: &str, value: String) -> Result<(), ConfigError> {
        let Some(name) = variable.strip_prefix(PREFIX) else {
            return Ok(());
        };
        if NOT_KEYS.contains(&variable) || name.starts_with("TEST_") {
            return Ok(());
        }
        let name = name.to_ascii_lowercase();
        let (section, key) = name.split_once('_').unwrap_or((&name, ""));
        let place = Place::Environment {
            variable: variable.to_owned(),
        };
        self.set(place, section, key, &Given::Text(value))
    }

    fn set(
        &mut self,
        place: Place,
        section: &str,
        key: &str,
        given: &Given,
    ) -> Result<(), ConfigError> {
        let set = self
            .concern(section)
            .and_then(|concern| concern.set(key, given));
        match set {
            Some(Ok(())) => Ok(()),
            Some(Err(why)) => Err(ConfigError::Value {
                place,
                name: format!("{section}.{key}"),
                why,
            }),
            None => Err(self.unknown(place, section, Some(key))),
        }
    }

    fn unknown(&mut self, place: Place, section: &str, key: Option<&str>) -> ConfigError {
        let concerns = self.concerns();
        let known = concerns.iter().any(|concern| concern.section() == section);
        let (name, candidates): (_, Vec<_>) = match key {
            Some(key) => {
                let all = concerns
                    .iter()
                    .filter(|concern| !known || concern.section() == section);
                let names = all.flat_map(|concern| {
                    let section = concern.section();
                    concern
                        .keys()
                        .into_iter()
                        .map(move |key| format!("{section}.{}", key.name))
                });
                (format!("{section}.{key}"), names.collect())
            }
            None => (
                section.to_owned(),
                concerns
                    .iter()
                    .map(|concern| concern.section().to_owned())
                    .collect(),
            ),
        };
        ConfigError::Unknown {
            place,
            nearest: nearest(&name, &candidates),
            name,
        }
    }

    fn concern(&mut self, section: &str) -> Option<&mut dyn Concern> {
        self.concerns()
            .into_iter()
            .find(|concern| concern.section() == section)
    }

    fn concerns(&mut self) -> Vec<&mut dyn Concern> {
        vec![
            &mut self.site,
            &mut self.database,
            &mut self.keys,
            &mut self.mail,
            &mut self.objects,
            &mut self.fetch,
            &mut self.contexts,
            &mut self.log,
            &mut self.work,
            &mut self.reminders,
            &mut self.applications,
            &mut self.employers,
            &mut self.witness,
            &mut self.recognition,
        ]
    }
}

/// Why the configuration was refused.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum ConfigError {
    /// Nobody knows this key.
    #[error("{place}: there is no setting `{name}`{}", suggestion(.nearest.as_deref()))]
    Unknown {
        place: Place,
        name: String,
        nearest: Option<String>,
    },
    /// The key is known, the value is not one of its kind.
    #[error("{place}: `{name}`: {why}")]
    Value {
        place: Place,
        name: String,
        why: String,
    },
    /// Settings that are right alone do not go together.
    #[error("{0}")]
    Clash(&'static str),
    /// The value is one of its kind, and nothing that can be.
    #[error("`{name}`: {why}")]
    Impossible { name: &'static str, why: String },
    /// The file is not TOML.
    #[error("{place}: this is not TOML: {why}")]
    Syntax { place: Place, why: String },
}

/// Where a setting stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// In a line of a file, counted from 1.
    Line { file: String, line: usize },
    /// In an environment variable.
    Environment { variable: String },
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}, line {line}"),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
        }
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None => "; `touchstone config reference` lists them all".into(),
    }
}

/// `postgres://user:…@host/name` for `postgres://user:secret@host/name`.
fn without_password(value: &str) -> String {
    let Some((before, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    match rest
        .split_once('@')
        .and_then(|(user, host)| Some((user.split_once(':')?.0, host)))
    {
        Some((user, host)) => format!("{before}://{user}:…@{host}"),
        None => value.to_owned(),
    }
}

fn given(value: &DeValue<'_>) -> Option<Given> {
    Some(match value {
        DeValue::String(text) => Given::Text(text.to_string()),
        DeValue::Integer(number) => {
            Given::Number(i64::from_str_radix(number.as_str(), number.radix()).ok()?)
        }
        DeValue::Boolean(flag) => Given::Flag(*flag),
        DeValue::Array(list) => {
            let texts = list
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned));
            Given::List(texts.collect::<Option<_>>()?)
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

/// What the environment's names start with.
pub(crate) const PREFIX: &str = "TOUCHSTONE_";

/// Holds the passphrase of the keys. Not a key of the file: a secret does not belong there.
pub(crate) const PASSPHRASE: &str = "TOUCHSTONE_KEYS_PASSPHRASE";

/// Holds what opens the token of a security module. No more a key of the file than the passphrase.
pub(crate) const PIN: &str = "TOUCHSTONE_KEYS_PKCS11_PIN";

/// Variables with the prefix that are read elsewhere.
const NOT_KEYS: &[&str] = &["TOUCHSTONE_DATA", "TOUCHSTONE_CONFIG", PASSPHRASE, PIN];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        Config::read(Some(("touchstone.toml", text)), [])
    }

    fn from_environment(variable: &str, value: &str) -> Result<Config, ConfigError> {
        Config::read(None, [(variable.to_owned(), value.to_owned())])
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(Config::read(None, []), Ok(Config::default()));
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let at = |url| from_environment("TOUCHSTONE_SITE_PUBLIC_URL", url);
        for here in [
            "http://localhost:8000",
            "http://127.0.0.1:8000",
            "http://[::1]:8000",
            "https://a.example",
        ] {
            assert!(at(here).is_ok(), "{here}");
        }
        for elsewhere in [
            "http://a.example",
            "http://localhost.a.example",
            "http://192.0.2.1",
        ] {
            let refused = at(elsewhere).unwrap_err().to_string();
            assert!(refused.contains("is not https"), "{refused}");
        }
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = Some(("f", "[site]\noperator = \"A\"\nlisten = \"127.0.0.1:1\""));
        let config = Config::read(file, [("TOUCHSTONE_SITE_OPERATOR".into(), "B".into())]).unwrap();
        assert_eq!(config.site.operator, "B");
        assert_eq!(config.site.listen.port(), 1);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_nearest_known_key() {
        let error =
            read("[site]\noperator = \"A\"\npublik_url = \"https://a.example\"").unwrap_err();
        let expect = "touchstone.toml, line 3: there is no setting `site.publik_url`; did you mean `site.public_url`?";
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn an_unknown_section_is_refused_even_when_it_is_empty() {
        let error = read("[databse]").unwrap_err();
        let expect =
            "touchstone.toml, line 1: there is no setting `databse`; did you mean `database`?";
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn a_key_in_the_wrong_section_is_found_in_the_right_one() {
        let error = read("[server]\nlisten = \"127.0.0.1:1\"").unwrap_err();
        assert!(
            error.to_string().ends_with("did you mean `site.listen`?"),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_variable_is_refused() {
        let error = from_environment("TOUCHSTONE_MAIL_SMPT_URL", "smtp://a").unwrap_err();
        assert!(
            error.to_string().ends_with("did you mean `mail.smtp_url`?"),
            "{error}"
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_with_the_way_out() {
        for (text, expect) in [
            (
                "[work]\nthreads = \"two\"",
                "`work.threads`: write a whole number",
            ),
            (
                "[work]\nthreads = -1",
                "`work.threads`: write a whole number",
            ),
            ("[fetch]\nallow = 1", "`fetch.allow`: write true or false"),
            (
                "[site]\nlisten = \"8000\"",
                "`site.listen`: \"8000\" is not an address and a port",
            ),
            (
                "[site]\npublic_url = \"example.edu\"",
                "`site.public_url`: \"example.edu\" is not an address",
            ),
            (
                "[log]\nformat = \"xml\"",
                "`log.format`: \"xml\" is neither",
            ),
            (
                "[site]\noperator = 1.5",
                "`site.operator`: write text in quotes",
            ),
            ("[site]\noperator", "this is not TOML"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expect), "{text}: {error}");
            assert!(
                error.starts_with("touchstone.toml, line 2"),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn the_passphrase_and_the_pin_cannot_stand_in_the_file() {
        for name in ["passphrase", "pkcs11_pin"] {
            assert!(matches!(
                read(&format!("[keys]\n{name} = \"secret\"")),
                Err(ConfigError::Unknown { .. })
            ));
        }
        assert!(from_environment(PASSPHRASE, "secret").is_ok());
        assert!(from_environment(PIN, "secret").is_ok());
    }

    #[test]
    fn showing_what_is_set_leaves_passwords_out() {
        let mut config = read("[database]\nurl = \"postgres://a:b@c/d\"").unwrap();
        let shown = config.settings();
        assert!(shown.contains(&("database.url".into(), Some("\"postgres://a:…@c/d\"".into()))));
        assert_eq!(
            without_password("https://a.example/@b"),
            "https://a.example/@b"
        );
    }

    #[test]
    fn every_example_means_the_same_in_the_environment() {
        for concern in Config::default().concerns() {
            for key in concern.keys() {
                let (section, name) = (concern.section(), key.name);
                let text = format!("[{section}]\n{name} = {}", key.example);
                let variable = format!("{PREFIX}{section}_{name}").to_uppercase();
                let value = key.example.trim_matches(['[', ']']);
                let value = value.replace("\", \"", ",").replace('"', "");
                match (read(&text), from_environment(&variable, &value)) {
                    (Ok(mut file), Ok(mut environment)) => {
                        assert_eq!(file.settings(), environment.settings(), "{variable}");
                    }
                    (Err(ConfigError::Clash(file)), Err(ConfigError::Clash(environment))) => {
                        assert_eq!(file, environment, "{variable}");
                    }
                    other => panic!("{variable}={value}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn every_example_is_accepted_in_the_file() {
        for concern in Config::default().concerns() {
            for key in concern.keys() {
                let text = format!("[{}]\n{} = {}", concern.section(), key.name, key.example);
                match read(&text) {
                    // It needs another setting beside it.
                    Ok(_) | Err(ConfigError::Clash(_)) => {}
                    Err(error) => panic!("{text}: {error}"),
                }
            }
        }
    }

    #[test]
    fn keys_are_made_in_one_place_and_what_would_be_ignored_is_refused() {
        let region = "aws_kms_region = \"eu-west-1\"\n";
        let module = "pkcs11_module = \"/m.so\"\n";
        let endpoint = "aws_kms_endpoint = \"https://kms.example\"\n";
        let file = "aws_kms_credentials_file = \"aws\"\n";
        let keys = |lines: &[&str]| read(&format!("[keys]\n{}", lines.concat()));
        for (lines, expect) in [
            (&[region, module][..], "are both set"),
            (
                &[endpoint][..],
                "keys.aws_kms_endpoint is set and keys.aws_kms_region is not",
            ),
            (
                &[file][..],
                "keys.aws_kms_credentials_file is set and keys.aws_kms_region is not",
            ),
        ] {
            let refused = keys(lines).unwrap_err().to_string();
            assert!(refused.contains(expect), "{refused}");
        }
        let at = |lines: &[&str]| {
            let config = keys(lines).unwrap();
            let (region, endpoint) = config.keys.aws_kms().unwrap();
            (region.to_owned(), endpoint.to_string())
        };
        let here = "eu-west-1".to_owned();
        assert_eq!(
            at(&[region, file]),
            (
                here.clone(),
                "https://kms.eu-west-1.amazonaws.com/".to_owned()
            )
        );
        assert_eq!(
            at(&[endpoint, region]),
            (here, "https://kms.example/".to_owned())
        );
        assert_eq!(keys(&[module]).unwrap().keys.aws_kms(), None);
    }

    #[test]
    fn what_cannot_be_of_aws_kms_is_refused_with_the_way_out() {
        for (line, expect) in [
            (
                "aws_kms_region = \"eu west\"",
                "is not a region, like \"eu-west-1\"",
            ),
            ("aws_kms_region = \"a.example/\"", "is not a region"),
            ("aws_kms_endpoint = \"http://kms.example\"", "is not https"),
            (
                "aws_kms_endpoint = \"http://localhost.example:1\"",
                "is not https",
            ),
            (
                "aws_kms_endpoint = \"https://id:secret@kms.example\"",
                "nothing before the host",
            ),
            (
                "aws_kms_endpoint = \"https://kms.example/v1\"",
                "nothing behind it",
            ),
            ("aws_kms_endpoint = \"kms.example\"", "is not an address"),
            ("aws_kms_prefix = \"aws/mine\"", "not aws/ before them"),
            ("aws_kms_prefix = \"a:b\"", "cannot stand in an alias"),
            ("aws_kms_prefix = \"\"", "cannot stand in an alias"),
            ("aws_kms_deletion_days = 6", "is not a number from 7 to 30"),
            ("aws_kms_deletion_days = 31", "is not a number from 7 to 30"),
        ] {
            let error = read(&format!("[keys]\n{line}")).unwrap_err().to_string();
            assert!(error.contains(expect), "{line}: {error}");
            assert!(
                error.starts_with("touchstone.toml, line 2"),
                "{line}: {error}"
            );
            assert!(!error.contains("secret"), "{error}");
        }
        let region = "[keys]\naws_kms_region = \"eu-west-1\"\n";
        for line in [
            "aws_kms_endpoint = \"http://127.0.0.1:5000\"",
            "aws_kms_prefix = \"a/b-1_c\"",
        ] {
            read(&format!("{region}{line}")).unwrap();
        }
    }
}
