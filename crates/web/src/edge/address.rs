//! Where a request comes from. A proxy's word is taken only if its address was configured.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use super::Edge;

/// The client's address, for rate limits only. Never logged, never kept.
#[derive(Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// A range of addresses: `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// The text is no address or range.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an address or range such as 10.0.0.0/8 or ::1")]
pub struct NetworkError;

impl Network {
    /// Whether `address` lies in this range.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(a)) => {
                prefix(u128::from(net.to_bits()) << 96, self.bits)
                    == prefix(u128::from(a.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(net), IpAddr::V6(a)) => {
                prefix(net.to_bits(), self.bits) == prefix(a.to_bits(), self.bits)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits
            .map_or(Ok(most), str::parse)
            .map_err(|_| NetworkError)?;
        if bits > most {
            return Err(NetworkError);
        }
        Ok(Self { address, bits })
    }
}

/// Finds the client's address and hands it on.
pub(super) async fn find(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    if let Some(peer) = peer {
        if is_forwarded_by_a_stranger(peer, request.headers(), &edge.settings.trusted_proxies) {
            edge.metrics.forwarded_by_a_stranger();
        }
        let address = client(peer, request.headers(), &edge.settings.trusted_proxies);
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// Whether somebody says for whom they ask who is not believed: a proxy that is not configured, behind which everybody is one network.
fn is_forwarded_by_a_stranger(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> bool {
    headers.contains_key("x-forwarded-for") && !trusted.iter().any(|one| one.contains(peer))
}

/// Walks `X-Forwarded-For` from the end, as far as trusted proxies vouch for it.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let lines = headers.get_all("x-forwarded-for").iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let mut hops = lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(','))
        .map(str::trim);
    let mut current = peer.to_canonical();
    while is_trusted(current) {
        match hops.next().map(str::parse::<IpAddr>) {
            Some(Ok(hop)) => current = hop.to_canonical(),
            Some(Err(_)) | None => break,
        }
    }
    current
}

fn prefix(address: u128, bits: u32) -> u128 {
    if bits == 0 {
        0
    } else {
        address >> (128 - bits)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &'static str, trusted: &[&str], expect: &str) {
        let headers = HeaderMap::from_iter([(
            "x-forwarded-for".parse().unwrap(),
            HeaderValue::from_static(forwarded),
        )]);
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(
            client(peer.parse().unwrap(), &headers, &trusted),
            expect.parse::<IpAddr>().unwrap()
        );
    }

    #[test]
    fn a_proxy_is_believed_only_if_configured() {
        check("203.0.113.9", "1.2.3.4", &[], "203.0.113.9");
        check("10.0.0.7", "1.2.3.4", &["10.0.0.0/8"], "1.2.3.4");
        check("::ffff:10.0.0.7", "1.2.3.4", &["10.0.0.0/8"], "1.2.3.4");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_believed() {
        check("10.0.0.7", "6.6.6.6, 1.2.3.4", &["10.0.0.0/8"], "1.2.3.4");
        check(
            "10.0.0.7",
            "6.6.6.6, 1.2.3.4, 10.0.0.8",
            &["10.0.0.0/8"],
            "1.2.3.4",
        );
        check("10.0.0.7", "nonsense", &["10.0.0.0/8"], "10.0.0.7");
    }

    #[test]
    fn a_range_has_at_most_the_bits_of_its_kind() {
        assert_eq!("10.0.0.0/33".parse::<Network>(), Err(NetworkError));
        assert_eq!("10.0.0".parse::<Network>(), Err(NetworkError));
        assert!(
            "::/0"
                .parse::<Network>()
                .unwrap()
                .contains("2001:db8::1".parse().unwrap())
        );
    }
}
