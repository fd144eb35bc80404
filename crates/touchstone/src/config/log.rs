//! What is logged, and how; and who vouches for the public log.

use std::{collections::BTreeMap, path::PathBuf};

use touchstone_adapters::{EvmTerms, TLOG_CRYPTO};
use touchstone_anchor::{Kind, hexadecimal};
use touchstone_service::ports::{amount, coins};
use touchstone_tlog::Policy;
use touchstone_vc::multibase::encode_hex;
use url::Url;

use super::concern::{Given, Setting, concern};

concern! {
    /// What is logged, and how: log lines go to standard error and never carry personal data. And who vouches for the public log, the
    /// transparency log of what was issued (`docs/formats/log.md`), and for when it was there.
    Log is "log" {
        /// How a line looks: `text` for people, `json` for machines.
        format: Format = Format::Text, example "\"json\"";

        /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or a filter by module like `info,touchstone_web=debug`.
        level: String = "info".into(), example "\"warn\"";

        /// Who is asked to cosign every checkpoint of the public log, each as a `witness` line of C2SP tlog-policy without that word: a name of
        /// your choice, the witness's key, its address. None of them holds anything up; see `docs/operating.md`.
        witnesses: WitnessLines = WitnessLines(Vec::new()), example "[\"north witness.example.org+0ef52cba+BCq4RT7ObXpRmAeNA0EHOSgtEIc4xpwu/7Arn/3/sIkr https://witness.example.org\"]";

        /// How many of the witnesses must have cosigned a checkpoint before it counts as witnessed: `none`, `any`, `all`, a number, or the
        /// name of one. Needed where there are witnesses. It goes into the trust file that `touchstone log trust` writes.
        quorum: Option<String> = None, example "\"2\"";

        /// Instead of the two: a file in C2SP tlog-policy, with `witness`, `group` and `quorum` lines; `log` lines in it are passed over.
        policy: Option<PathBuf> = None, example "\"/etc/touchstone/witnesses.policy\"";

        /// Who is asked to state when a checkpoint of the public log was there, each as a kind, a name of your choice (`a-z`, `0-9` and `-`) and an
        /// address: `rfc3161 NAME ADDRESS CERTIFICATE`, a time-stamping authority, with the file of the certificate that its own must be or chain to
        /// (PEM or DER; a path inside the data folder, or an absolute one); `opentimestamps NAME ADDRESS`, a calendar of OpenTimestamps; or
        /// `evm NAME ADDRESS chain=NUMBER contract=0x… key=FILE max_fee=COINS`, a node of an EVM chain (JSON-RPC), the chain's number (EIP-155),
        /// the contract there that keeps checkpoints, the file of the key that pays (64 hexadecimal digits; a path like a certificate's), and what
        /// one transaction may cost at most, in coins of the chain (`0.002`); perhaps with `confirmations=BLOCKS`, 64 unless it is set. Nobody is
        /// asked unless this is set. RFC 3161 is free as a protocol, the authority may charge for each request; calendars take nothing; a chain
        /// takes a fee for each transaction, and nothing is sent where it would be more than `max_fee`. None of them holds anything up; see
        /// `docs/operating.md`. `/log` shows the address of an authority or a calendar, without its query; one with a user name or a password in it is
        /// refused.
        anchors: AnchorLines = AnchorLines(Vec::new()), example "[\"rfc3161 notary https://tsa.example.org/tsr tsa-root.pem\"]";

        /// How far apart checkpoints are anchored at the least, in minutes. Each anchor gives one answer in that time at most, and only if the log
        /// has grown or the last checkpoint was not confirmed.
        anchor_every_minutes: usize = 1440, example "60";
    }
}

/// Witnesses, each a line of C2SP tlog-policy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct WitnessLines(pub(crate) Vec<String>);

impl Setting for WitnessLines {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given) -> Result<Self, String> {
        let lines = Vec::<String>::read(given)?;
        let mut text = String::new();
        for line in &lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [name, key, url] = words[..] else {
                return Err(format!(
                    "\"{line}\": write a name, the witness's key and its address, with spaces between"
                ));
            };
            if !(url.starts_with("https://") || url.starts_with("http://")) {
                return Err(format!("\"{line}\": the address starts with https://"));
            }
            for_everybody(url).map_err(|error| format!("\"{name} …\": {error}"))?;
            text.push_str(&format!("witness {name} {key} {url}\n"));
            let read = Policy::parse(format!("{text}quorum none\n").as_bytes(), &TLOG_CRYPTO);
            read.map_err(|error| format!("\"{line}\": {}", error.fault))?;
        }
        Ok(Self(lines))
    }

    fn write(&self) -> Option<String> {
        self.0.write()
    }
}

/// Anchors, each a line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct AnchorLines(pub(crate) Vec<AnchorLine>);

/// An anchor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AnchorLine {
    /// What it is called here.
    pub(crate) name: String,
    /// Where it is asked.
    pub(crate) url: String,
    /// What it is, and what that takes.
    pub(crate) kind: AnchorKind,
}

/// What an anchor is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AnchorKind {
    /// A time-stamping authority, and the file of the certificate that is trusted.
    Rfc3161(PathBuf),
    /// A calendar of OpenTimestamps.
    Opentimestamps,
    /// A contract on an EVM chain.
    Evm(EvmWords),
}

/// What the line of a contract on an EVM chain says behind the address of a node.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EvmWords {
    /// The file of the key that pays.
    pub(crate) key: PathBuf,
    /// On what terms.
    pub(crate) terms: EvmTerms,
}

impl EvmWords {
    fn read(words: &[&str]) -> Result<Self, String> {
        let mut given: BTreeMap<&str, &str> = BTreeMap::new();
        for &word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            if !EVM_WORDS.contains(&name) || given.insert(name, value).is_some() {
                return Err(format!(
                    "\"{word}\" is not once one of {}",
                    EVM_WORDS.map(|name| format!("{name}=")).join(", ")
                ));
            }
        }
        let one = |name: &str| {
            let value = given.get(name).copied().filter(|value| !value.is_empty());
            value.ok_or(format!("{name}= is missing"))
        };
        let contract = hexadecimal(one("contract")?);
        let most = amount(one("max_fee")?).filter(|most| *most > 0);
        let confirmations = match given.contains_key("confirmations") {
            true => one("confirmations")?
                .parse()
                .ok()
                .filter(|blocks| *blocks > 0),
            false => Some(CONFIRMATIONS),
        };
        Ok(Self {
            key: PathBuf::from(one("key")?),
            terms: EvmTerms {
                chain: one("chain")?
                    .parse()
                    .map_err(|_| "chain= is the number of a chain, 1 for Ethereum")?,
                contract: contract.ok_or("contract= is 0x and 40 digits of 0-9 and a-f")?,
                most: most.ok_or("max_fee= is a number of coins like 0.002, more than 0")?,
                confirmations: confirmations
                    .ok_or("confirmations= is a number of blocks, more than 0")?,
            },
        })
    }

    fn write(&self) -> String {
        let EvmTerms {
            chain,
            contract,
            most,
            confirmations,
        } = self.terms;
        format!(
            "chain={chain} contract=0x{} key={} max_fee={} confirmations={confirmations}",
            encode_hex(&contract),
            self.key.display(),
            coins(most)
        )
    }
}

impl AnchorLine {
    fn read(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [kind, name, url, rest @ ..] = &words[..] else {
            return Err("write a kind, a name and an address, with spaces between".into());
        };
        if !touchstone_anchor::is_name(name) {
            return Err(format!(
                "the name \"{name}\" is not 1 to 32 of a-z, 0-9 and -"
            ));
        }
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err("the address starts with https://, or for a trial on this machine (fetch.loopback) with http://".into());
        }
        let kind = match (Kind::parse(kind), rest) {
            (Some(Kind::Rfc3161), [file]) => AnchorKind::Rfc3161(PathBuf::from(file)),
            (Some(Kind::Rfc3161), _) => {
                return Err(
                    "behind the address stands the file of the authority's certificate, and nothing else".into(),
                );
            }
            (Some(Kind::Opentimestamps), []) => AnchorKind::Opentimestamps,
            (Some(Kind::Opentimestamps), _) => {
                return Err("behind the address of a calendar stands nothing".into());
            }
            (Some(Kind::Evm), words) => AnchorKind::Evm(EvmWords::read(words)?),
            (None, _) => {
                return Err(format!(
                    "the kind \"{kind}\" is none of rfc3161, opentimestamps and evm"
                ));
            }
        };
        if !matches!(kind, AnchorKind::Evm(_)) {
            for_everybody(url)?;
        }
        Ok(Self {
            name: (*name).to_owned(),
            url: (*url).to_owned(),
            kind,
        })
    }

    /// The address without its query, which may be a key.
    pub(crate) fn shown(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or(&self.url)
    }

    fn write(&self) -> String {
        let Self { name, url, kind } = self;
        let shown = match self.shown() {
            all if all == url => all.to_owned(),
            part => format!("{part}?…"),
        };
        match kind {
            AnchorKind::Rfc3161(file) => format!("rfc3161 {name} {shown} {}", file.display()),
            AnchorKind::Opentimestamps => format!("opentimestamps {name} {shown}"),
            // Providers take a key as a part of the path.
            AnchorKind::Evm(words) => format!("evm {name} {} {}", origin(url), words.write()),
        }
    }
}

/// Refuses an address with something in it that is not for everybody: the page of the log shows it.
fn for_everybody(url: &str) -> Result<(), String> {
    let url = Url::parse(url).map_err(|error| format!("the address cannot be read: {error}"))?;
    match url.username().is_empty() && url.password().is_none() {
        true => Ok(()),
        false => Err(
            "a user name or a password is in the address, which everybody reads at /log: leave it out".into(),
        ),
    }
}

/// An address without what stands behind the host.
fn origin(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => format!("{}/…", url.origin().ascii_serialization()),
        Err(_) => "…".to_owned(),
    }
}

impl Setting for AnchorLines {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given) -> Result<Self, String> {
        let mut anchors: Vec<AnchorLine> = Vec::new();
        for line in Vec::<String>::read(given)? {
            let anchor = AnchorLine::read(&line);
            // What stands behind the name may be a secret of whoever provides a node.
            let named: Vec<&str> = line.split_whitespace().take(2).collect();
            let named = named.join(" ");
            let anchor = anchor.map_err(|error| format!("\"{named} …\": {error}"))?;
            if anchors.iter().any(|one| one.name == anchor.name) {
                return Err(format!(
                    "\"{named} …\": there is an anchor of this name already"
                ));
            }
            anchors.push(anchor);
        }
        Ok(Self(anchors))
    }

    fn write(&self) -> Option<String> {
        let lines: Vec<String> = self.0.iter().map(AnchorLine::write).collect();
        lines.write()
    }
}

impl Log {
    /// The witnesses and their quorum as C2SP tlog-policy. The file of `policy` is read by `read`.
    pub(crate) fn witnessing(
        &self,
        read: impl FnOnce(&std::path::Path) -> anyhow::Result<Vec<u8>>,
    ) -> anyhow::Result<Policy> {
        use anyhow::{Context as _, bail};
        let Self {
            witnesses, quorum, ..
        } = self;
        if let Some(path) = &self.policy {
            if !witnesses.0.is_empty() || quorum.is_some() {
                bail!(
                    "log.policy says who the witnesses are: leave out log.witnesses and log.quorum"
                );
            }
            let named = || format!("log.policy: {}", path.display());
            let policy = Policy::parse(&read(path)?, &TLOG_CRYPTO).with_context(named)?;
            for one in policy.witnesses() {
                if let Some(Err(error)) = one.url.as_deref().map(for_everybody) {
                    bail!("{}: witness {}: {error}", named(), one.name);
                }
            }
            return Ok(policy);
        }
        let mut text = String::new();
        let mut names = Vec::new();
        for line in &witnesses.0 {
            text.push_str(&format!("witness {line}\n"));
            names.extend(line.split_whitespace().next());
        }
        let quorum = match (quorum.as_deref(), names.is_empty()) {
            (None, true) => "none",
            (None, false) => bail!(
                "log.quorum is not set: say how many of log.witnesses must have cosigned: any, all, a number, or none"
            ),
            (Some(quorum), _) => quorum,
        };
        match quorum {
            "none" => text.push_str("quorum none\n"),
            name if names.contains(&name) => text.push_str(&format!("quorum {name}\n")),
            count if count == "any" || count == "all" || count.parse::<u64>().is_ok() => {
                let names = names.join(" ");
                text.push_str(&format!("group {GROUP} {count} {names}\nquorum {GROUP}\n"));
            }
            other => bail!(
                "log.quorum: \"{other}\" is no number, no witness of log.witnesses, and none of any, all, none"
            ),
        }
        Policy::parse(text.as_bytes(), &TLOG_CRYPTO)
            .with_context(|| format!("log.witnesses and log.quorum = \"{quorum}\""))
    }
}

/// What stands behind the address of a node.
const EVM_WORDS: [&str; 5] = ["chain", "contract", "key", "max_fee", "confirmations"];
/// On Ethereum two epochs, after which a block stays.
const CONFIRMATIONS: u64 = 64;

/// What the group of all witnesses is called in a trust file.
const GROUP: &str = "witnesses-of-log";

/// How a log line looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Setting for Format {
    const KIND: &'static str = "\"text\" or \"json\"";

    fn read(given: &Given) -> Result<Self, String> {
        match String::read(given)?.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("\"{other}\" is neither \"text\" nor \"json\"")),
        }
    }

    fn write(&self) -> Option<String> {
        let word = match self {
            Self::Text => "\"text\"",
            Self::Json => "\"json\"",
        };
        Some(word.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORTH: &str = "north witness.example.org+";

    /// Two witnesses with keys of their own.
    fn lines() -> Vec<String> {
        let key = |name: &str, byte: u8| {
            let key = touchstone_tlog::PublicKey::CosignatureEd25519([byte; 32]);
            touchstone_tlog::VerifierKey::new(name, key, &TLOG_CRYPTO).unwrap()
        };
        vec![
            format!(
                "north {} https://north.example.org",
                key("north.example.org", 1)
            ),
            format!(
                "south {} https://south.example.org",
                key("south.example.org", 2)
            ),
        ]
    }

    fn policy(witnesses: Vec<String>, quorum: Option<&str>) -> Result<String, String> {
        let log = Log {
            witnesses: WitnessLines(witnesses),
            quorum: quorum.map(str::to_owned),
            ..Log::default()
        };
        let read = log.witnessing(|_| Ok(Vec::new()));
        read.map(|policy| policy.to_string())
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn witnesses_and_a_quorum_are_a_policy() {
        assert_eq!(policy(Vec::new(), None).unwrap(), "quorum none\n");
        for (quorum, end) in [
            (
                "all",
                "group witnesses-of-log 2 north south\nquorum witnesses-of-log\n",
            ),
            (
                "any",
                "group witnesses-of-log 1 north south\nquorum witnesses-of-log\n",
            ),
            (
                "2",
                "group witnesses-of-log 2 north south\nquorum witnesses-of-log\n",
            ),
            ("south", "quorum south\n"),
            ("none", "quorum none\n"),
        ] {
            let text = policy(lines(), Some(quorum)).unwrap();
            assert!(text.ends_with(end), "{text}");
        }
    }

    #[test]
    fn an_anchor_is_a_kind_a_name_an_address_and_what_its_kind_takes() {
        let notary =
            "rfc3161 notary https://tsa.example.org/tsr tsa root.pem".replace("tsa root", "root");
        let read = |lines: &[&str]| {
            AnchorLines::read(&Given::List(
                lines.iter().map(|line| (*line).to_owned()).collect(),
            ))
        };
        let lines = read(&[&notary]).unwrap();
        assert_eq!(lines.write().unwrap(), format!("[\"{notary}\"]"));
        for (line, told) in [
            ("rfc3161 notary", "write a kind, a name and an address"),
            (
                "rfc3161 Notary https://a.example.org a.pem",
                "the name \"Notary\"",
            ),
            (
                "rfc3161 notary ftp://a.example.org a.pem",
                "starts with https://",
            ),
            (
                "rfc3161 notary https://a.example.org",
                "the file of the authority's certificate",
            ),
            (
                "notary notary https://a.example.org",
                "the kind \"notary\" is none of",
            ),
        ] {
            let refused = read(&[line]).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
        let twice = read(&[&notary, &notary]).unwrap_err();
        assert!(twice.contains("of this name already"), "{twice}");
    }

    /// The page of the log shows where witnesses and anchors are asked.
    #[test]
    fn what_opens_an_anchor_or_a_witness_is_not_in_its_address() {
        let north = lines()
            .remove(0)
            .replace("https://", "https://user:SECRET@");
        let log = Log {
            policy: Some("witnesses.policy".into()),
            ..Log::default()
        };
        let text = format!("witness {north}\nquorum north\n");
        let read = log.witnessing(|_| Ok(text.into_bytes()));
        let refused = [
            AnchorLine::read("rfc3161 a https://user:SECRET@tsa.example.org a.pem").unwrap_err(),
            AnchorLine::read("opentimestamps a https://SECRET@calendar.example.org").unwrap_err(),
            WitnessLines::read(&Given::List(vec![north])).unwrap_err(),
            format!("{:#}", read.unwrap_err()),
        ];
        for told in refused {
            assert!(told.contains("a user name or a password"), "{told}");
            assert!(!told.contains("SECRET"), "{told}");
        }
        let read = AnchorLine::read("opentimestamps a https://calendar.example.org/x?k=SECRET");
        let read = read.unwrap();
        assert_eq!(read.shown(), "https://calendar.example.org/x");
        assert_eq!(
            read.write(),
            "opentimestamps a https://calendar.example.org/x?…"
        );
    }

    #[test]
    fn an_anchor_on_a_chain_says_what_it_may_cost() {
        let read = |words: &str| {
            let line = format!("evm chain https://node.example.org/key {words}");
            AnchorLine::read(&line)
        };
        let contract = format!("contract=0x{}", "c0".repeat(20));
        let whole = format!("chain=1 {contract} key=evm.key max_fee=0.002");
        let line = read(&whole).unwrap();
        let written = format!("evm chain https://node.example.org/… {whole} confirmations=64");
        assert_eq!(line.write(), written);
        let AnchorKind::Evm(words) = &line.kind else {
            panic!("{line:?}");
        };
        assert_eq!(words.terms.most, 2_000_000_000_000_000);
        let twelve = read(&format!("{whole} confirmations=12")).unwrap();
        assert!(twelve.write().ends_with(" confirmations=12"));
        for (words, told) in [
            (whole.replace(" max_fee=0.002", ""), "max_fee= is missing"),
            (whole.replace("0.002", "0"), "max_fee= is a number"),
            (whole.replace("0.002", "lots"), "max_fee= is a number"),
            (whole.replace("0xc0", "0x"), "contract= is 0x and 40 digits"),
            (
                whole.replace("chain=1", "chain=main"),
                "chain= is the number",
            ),
            (whole.replace("key=evm.key", "key="), "key= is missing"),
            (format!("{whole} chain=2"), "\"chain=2\" is not once one of"),
            (format!("{whole} fee=1"), "\"fee=1\" is not once one of"),
            (
                format!("{whole} confirmations=0"),
                "confirmations= is a number",
            ),
        ] {
            let refused = read(&words).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn what_is_no_witness_or_no_quorum_is_refused_with_what_to_write() {
        for (quorum, told) in [
            (None, "log.quorum is not set"),
            (Some("3"), "a group asks for 1 to all of its members"),
            (Some("0"), "a group asks for 1 to all of its members"),
            (Some("east"), "\"east\" is no number"),
        ] {
            let refused = policy(lines(), quorum).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
        let [north, south] = &lines()[..] else {
            unreachable!("two");
        };
        let twice = format!("again {}", north.split_once(' ').unwrap().1);
        for bad in [
            vec!["north".to_owned()],
            vec![format!("{NORTH}00000000+AAAA https://a.example.org")],
            vec![south.replace("https://", "ftp://")],
            vec![north.clone(), twice],
        ] {
            assert!(
                WitnessLines::read(&Given::List(bad.clone())).is_err(),
                "{bad:?}"
            );
        }
        assert!(WitnessLines::read(&Given::List(lines())).is_ok());
        assert!(WitnessLines::read(&Given::Text(lines().join(", "))).is_ok());
    }
}
