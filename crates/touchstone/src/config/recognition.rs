//! Which registers are asked about issuers.

use std::path::PathBuf;

use super::concern::{Given, Setting, concern};

concern! {
    /// Which registers are asked whether they list an issuer, besides the institutions of this installation. An issuer that none lists is
    /// shown as such: that says nothing against it. See `docs/formats/registry.md`.
    Recognition is "recognition" {
        /// The registers, most authoritative first, each a name of your choice and where it is read: `https://…`, or a file. An address is
        /// read in the background, as often as `every_hours` says and never while somebody waits for a verdict; a file when the program
        /// starts. Both forms are read: a list of your own, and a registry of the Digital Credentials Consortium.
        registries: Registries = Registries(Vec::new()), example "[\"DCC Member Registry https://digitalcredentials.github.io/issuer-registry/registry.json\", \"Our partners /etc/touchstone/partners.json\"]";

        /// Federations of which you know the trust anchor (OpenID Federation 1.0), each a name of your choice, the anchor's entity identifier
        /// and a file with its keys (a JSON Web Key Set), which comes to you another way than over the network. Whoever the anchor, or somebody
        /// under it, has as a subordinate is listed, by its own identifier and the did:web whose document stands below it.
        federations: Federations = Federations(Vec::new()), example "[\"Education federation https://anchor.example /etc/touchstone/anchor.jwks\"]";

        /// The types of trust marks of which an entity of a federation must have one to count as listed. Left empty, none is asked for.
        trust_marks: Vec<String> = Vec::new(), example "[\"https://anchor.example/marks/accredited\"]";

        /// The superiors of the institutions of this installation in federations, each an entity identifier. With any, each institution publishes
        /// what it says about itself at `/i/SLUG/.well-known/openid-federation`, signed with the key that signs its credentials, and anew
        /// after half a week. Needs `site.public_url`. A superior has to be told the keys, also after a rotation.
        authority_hints: Entities = Entities(Vec::new()), example "[\"https://anchor.example\"]";

        /// After how many hours a register is read anew.
        every_hours: usize = 24, example "6";

        /// For how many days the last copy of a register decides while it cannot be read. After that it is told as an old answer.
        max_age_days: usize = 7, example "30";
    }
}

/// Entity identifiers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Entities(pub(crate) Vec<String>);

impl Setting for Entities {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given) -> Result<Self, String> {
        let entities = Vec::<String>::read(given)?;
        match entities.iter().find(|one| !one.starts_with("https://")) {
            Some(other) => Err(format!(
                "\"{other}\": an entity identifier starts with https://"
            )),
            None => Ok(Self(entities)),
        }
    }

    fn write(&self) -> Option<String> {
        self.0.write()
    }
}

/// Registers, each a name and a place.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Registries(pub(crate) Vec<Registry>);

/// A register, as it stands in the configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Registry {
    /// What it is called.
    pub(crate) name: String,
    /// An address, or the path of a file.
    pub(crate) place: String,
}

impl Registry {
    /// Whether it is read over the network.
    pub(crate) fn is_address(&self) -> bool {
        self.place.contains("://")
    }
}

impl Setting for Registries {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given) -> Result<Self, String> {
        let mut registries: Vec<Registry> = Vec::new();
        for line in Vec::<String>::read(given)? {
            let parts = line.trim().rsplit_once(char::is_whitespace);
            let Some((name, place)) = parts else {
                return Err(format!(
                    "\"{line}\": write a name and where it is read, with a space between"
                ));
            };
            let registry = Registry {
                name: name.trim().to_owned(),
                place: place.to_owned(),
            };
            let web = place.starts_with("https://") || place.starts_with("http://");
            if registry.is_address() && !web {
                return Err(format!("\"{line}\": the address starts with https://"));
            }
            if let Some(other) = registries
                .iter()
                .find(|other| other.name == registry.name || other.place == registry.place)
            {
                return Err(format!(
                    "\"{line}\": \"{} {}\" has the same name or place",
                    other.name, other.place
                ));
            }
            registries.push(registry);
        }
        Ok(Self(registries))
    }

    fn write(&self) -> Option<String> {
        let lines = self
            .0
            .iter()
            .map(|one| format!("{} {}", one.name, one.place));
        lines.collect::<Vec<_>>().write()
    }
}

/// Federations, each a name, a trust anchor and its keys.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Federations(pub(crate) Vec<Federation>);

/// A federation, as it stands in the configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Federation {
    /// What it is called.
    pub(crate) name: String,
    /// The entity identifier of its trust anchor.
    pub(crate) anchor: String,
    /// The file with the anchor's keys.
    pub(crate) keys: PathBuf,
}

impl Setting for Federations {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given) -> Result<Self, String> {
        let lines = Vec::<String>::read(given)?;
        let federations = lines.iter().map(|line| {
            let mut words = line.trim().rsplitn(3, char::is_whitespace);
            let parts = (words.next(), words.next(), words.next());
            let (Some(keys), Some(anchor), Some(name)) = parts else {
                return Err(format!(
                    "\"{line}\": write a name, the trust anchor and the file of its keys, with spaces between"
                ));
            };
            if !anchor.starts_with("https://") {
                return Err(format!("\"{line}\": the trust anchor starts with https://"));
            }
            Ok(Federation {
                name: name.trim().to_owned(),
                anchor: anchor.to_owned(),
                keys: keys.into(),
            })
        });
        let federations: Vec<_> = federations.collect::<Result<_, String>>()?;
        for (number, one) in federations.iter().enumerate() {
            let before = federations.iter().take(number);
            if before
                .into_iter()
                .any(|other| other.anchor == one.anchor || other.name == one.name)
            {
                return Err(format!(
                    "{}: the same name or trust anchor stands there twice",
                    one.name
                ));
            }
        }
        Ok(Self(federations))
    }

    fn write(&self) -> Option<String> {
        let lines = self.0.iter();
        let lines = lines.map(|one| format!("{} {} {}", one.name, one.anchor, one.keys.display()));
        lines.collect::<Vec<_>>().write()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Registries, String> {
        Registries::read(&Given::List(
            lines.iter().map(|&one| one.to_owned()).collect(),
        ))
    }

    #[test]
    fn a_register_is_a_name_and_a_place() {
        let lines = [
            "DCC Member Registry https://a.example/r.json",
            "Partners partners.json",
        ];
        let registries = read(&lines).unwrap();
        let [first, second] = &registries.0[..] else {
            unreachable!("two");
        };
        assert_eq!(
            (first.name.as_str(), first.is_address()),
            ("DCC Member Registry", true)
        );
        assert_eq!(
            (second.place.as_str(), second.is_address()),
            ("partners.json", false)
        );
        let written = registries.write().unwrap();
        assert!(written.contains("\"Partners partners.json\""), "{written}");
    }

    #[test]
    fn a_federation_is_a_name_an_anchor_and_its_keys() {
        let read = |lines: &[&str]| {
            Federations::read(&Given::List(
                lines.iter().map(|&one| one.to_owned()).collect(),
            ))
        };
        let line = "Education federation https://anchor.example anchor.jwks";
        let federations = read(&[line]).unwrap();
        let one = federations.0.first().unwrap();
        assert_eq!(
            (one.name.as_str(), one.anchor.as_str()),
            ("Education federation", "https://anchor.example")
        );
        assert_eq!(federations.write(), Some(format!("[\"{line}\"]")));
        for bad in [
            vec!["https://anchor.example anchor.jwks"],
            vec!["A http://anchor.example k"],
            vec![line, line],
        ] {
            assert!(read(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_names_no_place_or_one_twice_is_refused() {
        for bad in [
            vec!["https://a.example/r.json"],
            vec!["A ftp://a.example/r.json"],
            vec!["A https://a.example/r.json", "B https://a.example/r.json"],
            vec!["A https://a.example/r.json", "A b.json"],
        ] {
            assert!(read(&bad).is_err(), "{bad:?}");
        }
    }
}
