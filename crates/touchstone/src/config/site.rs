//! Where this installation is reached, and who runs it.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

use super::concern::{Given, Setting, concern};

concern! {
    /// Where this installation is reached, and who runs it.
    Site is "site" {
        /// The address under which the public documents stand, as others reach it (through the proxy, with TLS; plain http on
        /// localhost only). Its host is also what members' passkeys belong to: under another they open nothing.
        /// It becomes part of every issuer's name (`did:web:HOST:i:SLUG`, `did:webvh:…:HOST:i:SLUG`), so set it before anything is issued: without it
        /// nothing is issued, except in `demo` and with `--local`. After a change nothing is issued either until `touchstone move`
        /// has the institutions go on there, which takes those that are a `did:web`; where they were is remembered, and has to stay (see
        /// `docs/operating.md`).
        public_url: Option<Url> = None, example "\"https://credentials.example.edu\"";

        /// A trial on this machine: issuers are called by their key (`did:key`), which cannot be rotated or moved, and every
        /// credential says that it comes from a trial. `demo` and `init --local` set it.
        local: bool = false, example "true";

        /// What institutions are called that are founded from now on: `web` (did:web), the address of a document that says what holds now, or `webvh`
        /// (did:webvh), which publishes the document's whole history beside it (`did.jsonl`), so that nobody can put another past there, also not who
        /// takes the domain over. It needs a domain name with a dot, stays at it, and is signed with Ed25519 keys of its own: in files, where other keys are in AWS
        /// KMS or of P-256. `touchstone init --did-method` chooses for one institution. An institution keeps the name that it was founded with.
        did_method: DidMethod = DidMethod::Web, example "\"webvh\"";

        /// The name of whoever runs the installation, for the foot of every page.
        operator: String = String::new(), example "\"Example University, Registry\"";

        /// Where the server listens. TLS belongs in front of it, in a proxy.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)), example "\"0.0.0.0:8000\"";

        /// Addresses of proxies, the only ones whose `X-Forwarded-For` is believed. Not guessed: empty means none.
        trusted_proxies: Vec<String> = Vec::new(), example "[\"10.0.0.5\"]";
    }
}

/// What institutions are called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DidMethod {
    /// `did:web`.
    Web,
    /// `did:webvh`.
    Webvh,
}

impl Setting for DidMethod {
    const KIND: &'static str = "\"web\" or \"webvh\"";

    fn read(given: &Given) -> Result<Self, String> {
        match String::read(given)?.as_str() {
            "web" => Ok(Self::Web),
            "webvh" => Ok(Self::Webvh),
            other => Err(format!("\"{other}\" is neither \"web\" nor \"webvh\"")),
        }
    }

    fn write(&self) -> Option<String> {
        let word = match self {
            Self::Web => "\"web\"",
            Self::Webvh => "\"webvh\"",
        };
        Some(word.into())
    }
}
