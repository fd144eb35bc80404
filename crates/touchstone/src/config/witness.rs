//! What this installation vouches for as a witness.

use std::net::{Ipv4Addr, SocketAddr};

use super::concern::concern;

concern! {
    /// What this installation vouches for as a witness of other installations' logs: `touchstone witness serve`.
    Witness is "witness" {
        /// The name that it signs under, an address without scheme. Left out, it is that of `site.public_url` with `/witness` behind it.
        name: Option<String> = None, example "\"witness.example.edu\"";

        /// The logs that it cosigns, each by its key: name+id+base64, where the name is the log's origin.
        logs: Vec<String> = Vec::new(), example "[\"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\"]";

        /// Where it listens. A proxy with TLS belongs in front of it.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8081)), example "\"0.0.0.0:8081\"";
    }
}
