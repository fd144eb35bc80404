//! Which files settings name: whoever moves an installation needs them, too.

use std::path::Path;

use super::{AnchorKind, Config};

impl Config {
    /// The files that settings name beside the passphrase and the folders of keys, files and mail, each with its setting; relative ones start at the data folder.
    pub(crate) fn files(&self) -> Vec<(&'static str, &Path)> {
        let one = [
            ("keys.pkcs11_pin_file", &self.keys.pkcs11_pin_file),
            (
                "keys.aws_kms_credentials_file",
                &self.keys.aws_kms_credentials_file,
            ),
            ("contexts.list", &self.contexts.list),
            ("log.policy", &self.log.policy),
        ];
        let one = one
            .into_iter()
            .filter_map(|(name, file)| Some((name, file.as_deref()?)));
        let anchors = self
            .log
            .anchors
            .0
            .iter()
            .filter_map(|line| match &line.kind {
                AnchorKind::Rfc3161(file) => Some(("log.anchors", file.as_path())),
                AnchorKind::Opentimestamps => None,
                AnchorKind::Evm(words) => Some(("log.anchors", words.key.as_path())),
            });
        let registries = self.recognition.registries.0.iter();
        let registries = registries
            .filter(|registry| !registry.is_address())
            .map(|registry| ("recognition.registries", Path::new(&registry.place)));
        let federations = self.recognition.federations.0.iter();
        let federations = federations.map(|one| ("recognition.federations", one.keys.as_path()));
        one.chain(anchors)
            .chain(registries)
            .chain(federations)
            .collect()
    }
}
