//! Documents of others, over https.
//!
//! **Invariant (threats 5, 34, 58):** a connection is opened only to an address that was checked to be public, and it is that
//! very address: names are resolved by [`PublicOnly`] and nowhere else, addresses written as numbers are checked before, and a
//! redirect leads to the same host or nowhere.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT, CONTENT_TYPE},
    redirect::Policy,
};
use touchstone_service::ports::{AskWitness, Fetch, FetchError, Fetched, Tell, WitnessAnswer};
use url::{Host, Url};

/// Fetches over https from public addresses.
pub struct HttpFetch {
    client: Client,
    /// Follows no redirect, and gives a program its time to take something in.
    telling: Client,
    loopback: bool,
}

impl HttpFetch {
    /// Makes a client. `loopback` also allows plain http to this machine, for trials; nothing else is loosened by it.
    pub fn new(loopback: bool) -> Result<Self, reqwest::Error> {
        let system = Arc::new(|name: String| -> LookingUp { Box::pin(of_system(name)) });
        Self::asking(loopback, system)
    }

    fn asking(loopback: bool, names: Names) -> Result<Self, reqwest::Error> {
        let resolver = Arc::new(PublicOnly { loopback, names });
        let guarded = || {
            Client::builder()
                .https_only(!loopback)
                .dns_resolver(Arc::clone(&resolver))
                .connect_timeout(CONNECT_TIMEOUT)
                .no_proxy()
                .user_agent("Touchstone")
        };
        let client = guarded()
            .redirect(Policy::custom(|attempt| {
                let first = attempt.previous().first().and_then(Url::host_str);
                match first == attempt.url().host_str() && attempt.previous().len() <= 3 {
                    true => attempt.follow(),
                    false => attempt.stop(),
                }
            }))
            .timeout(TOTAL_TIMEOUT)
            .build()?;
        let telling = guarded()
            .redirect(Policy::none())
            .timeout(TELLING_TIMEOUT)
            .build()?;
        Ok(Self {
            client,
            telling,
            loopback,
        })
    }

    /// Asks for a document, and reads at most so many bytes of the answer, whatever its status.
    pub(crate) async fn get(
        &self,
        url: &str,
        accept: &'static str,
        most: usize,
        patience: Duration,
    ) -> Result<(u16, Vec<u8>), FetchError> {
        let request = self.client.get(self.vet(url)?).header(ACCEPT, accept);
        let response = request.timeout(patience).send().await;
        let response = response.map_err(|error| fault(&error))?;
        let status = response.status().as_u16();
        Ok((status, body(response, most).await?))
    }

    /// Posts a question of one media type, to be answered in another, and reads at most so many bytes of the answer, whatever its status.
    pub(crate) async fn post(
        &self,
        url: &str,
        [media_type, accept]: [&'static str; 2],
        question: Vec<u8>,
        most: usize,
        patience: Duration,
    ) -> Result<(u16, Vec<u8>), FetchError> {
        let request = self.client.post(self.vet(url)?).body(question);
        let request = request.header(CONTENT_TYPE, media_type);
        let request = request.header(ACCEPT, accept).timeout(patience);
        let response = request.send().await.map_err(|error| fault(&error))?;
        let status = response.status().as_u16();
        Ok((status, body(response, most).await?))
    }

    fn vet(&self, url: &str) -> Result<Url, FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::NotHttps)?;
        let address = match url.host().ok_or(FetchError::NotHttps)? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        };
        if let Some(address) = address
            && !may_connect(address, self.loopback)
        {
            return Err(FetchError::NotPublic);
        }
        let here = self.loopback
            && (url.host_str() == Some("localhost") || address.is_some_and(|a| a.is_loopback()));
        match url.scheme() {
            "https" => Ok(url),
            "http" if here => Ok(url),
            _ => Err(FetchError::NotHttps),
        }
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
        let url = self.vet(url)?;
        let response = self
            .client
            .get(url)
            .send()
            .await
            .map_err(|error| fault(&error))?;
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let media_type = media_type(&response);
        Ok(Fetched {
            bytes: body(response, MAX_BYTES).await?,
            media_type,
        })
    }
}

#[async_trait]
impl AskWitness for HttpFetch {
    async fn ask(&self, url: &str, body: String) -> Result<WitnessAnswer, FetchError> {
        let request = self.client.post(self.vet(url)?).body(body);
        let response = request.send().await.map_err(|error| fault(&error))?;
        Ok(WitnessAnswer {
            status: response.status().as_u16(),
            bytes: self::body(response, MAX_BYTES).await?,
        })
    }
}

#[async_trait]
impl Tell for HttpFetch {
    async fn tell(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<u16, FetchError> {
        let mut request = self.telling.post(self.vet(url)?).body(body);
        request = request.header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.map_err(|error| fault(&error))?;
        Ok(response.status().as_u16())
    }
}

/// Fetches nothing: `--offline`, and whatever must not reach out.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFetch;

#[async_trait]
impl Fetch for NoFetch {
    async fn fetch(&self, _: &str) -> Result<Fetched, FetchError> {
        Err(FetchError::Offline)
    }
}

#[async_trait]
impl Tell for NoFetch {
    async fn tell(
        &self,
        _: &str,
        _: &[(&'static str, String)],
        _: Vec<u8>,
    ) -> Result<u16, FetchError> {
        Err(FetchError::Offline)
    }
}

/// Who says which addresses a name has.
type Names = Arc<dyn Fn(String) -> LookingUp + Send + Sync>;
type LookingUp = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

async fn of_system(name: String) -> io::Result<Vec<SocketAddr>> {
    let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
    Ok(found.collect())
}

/// Resolves names, and keeps back every address that is not public.
struct PublicOnly {
    loopback: bool,
    names: Names,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let loopback = self.loopback;
        let found = (self.names)(name.as_str().to_owned());
        Box::pin(async move {
            let found = found.await.map_err(|_| FetchError::NoSuchHost)?;
            let vetted: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| may_connect(address.ip(), loopback))
                .collect();
            match vetted.is_empty() {
                true => Err(FetchError::NotPublic.into()),
                false => Ok(Box::new(vetted.into_iter()) as Addrs),
            }
        })
    }
}

fn may_connect(address: IpAddr, loopback: bool) -> bool {
    is_public(address) || (loopback && address.is_loopback())
}

/// Whether an address belongs to the public internet
/// ([IANA special-purpose registries](https://www.iana.org/assignments/iana-ipv4-special-registry), RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => is_public_v4(v4),
            None => {
                (v6.segments()[0] & 0xe000) == 0x2000
                    && !v6.segments().starts_with(&[0x2001, 0x0db8])
            }
        },
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224..=255, _, _)
    );
    !special
}

/// The IPv4 address inside an IPv6 one: mapped, compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056).
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let from = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => from(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => from(high, low),
        [0x2002, high, low, ..] => from(high, low),
        _ => None,
    }
}

fn media_type(response: &Response) -> String {
    let value = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? {
        if bytes.len() + chunk.len() > most {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What went wrong, found by walking down the causes: our own resolver's verdict is among them.
fn fault(error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(fault) = error.downcast_ref::<FetchError>() {
            return *fault;
        }
        cause = error.source();
    }
    if error.is_timeout() {
        FetchError::TimedOut
    } else {
        FetchError::Broken
    }
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(8);
/// As long as the Standard Webhooks specification (§ Request timeouts) asks to wait at least.
const TELLING_TIMEOUT: Duration = Duration::from_secs(15);
/// A list of 2²⁰ random bits is 175 kB of base64url; nothing honest comes near this.
const MAX_BYTES: usize = 10 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn t05_addresses_that_are_not_public_are_never_connected_to() {
        let fetch = HttpFetch::new(false).unwrap();
        for url in [
            "https://127.0.0.1/x",
            "https://169.254.169.254/latest",
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://0/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://localhost/",
        ] {
            assert_eq!(fetch.fetch(url).await, Err(FetchError::NotPublic), "{url}");
        }
    }

    #[tokio::test]
    async fn t58_a_webhook_goes_to_no_address_that_is_not_public_and_follows_nobody() {
        let fetch = HttpFetch::new(false).unwrap();
        for url in [
            "https://127.0.0.1/x",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://localhost/",
        ] {
            let told = fetch.tell(url, &[], b"{}".to_vec()).await;
            assert_eq!(told, Err(FetchError::NotPublic), "{url}");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4_096];
            let length = stream.read(&mut request).await.unwrap();
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{address}/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let trial = HttpFetch::new(true).unwrap();
        let headers = [("webhook-id", "msg_1".to_owned())];
        let url = format!("http://{address}/hook");
        let told = trial.tell(&url, &headers, b"{\"a\":1}".to_vec()).await;
        assert_eq!(told, Ok(307), "a redirect is an answer like any other");
        let request = served.await.unwrap().to_lowercase();
        assert!(request.starts_with("post /hook "), "{request}");
        assert!(request.contains("webhook-id: msg_1"), "{request}");
        assert!(
            request.contains("content-type: application/json"),
            "{request}"
        );
    }

    #[tokio::test]
    async fn t58_a_name_is_looked_up_once_and_leads_to_the_address_that_was_vetted() {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4_096]).await.unwrap() > 0);
            let answer = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        // Whoever asks again, here or by the system, is led to 127.0.0.1, where nobody answers.
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let names = Arc::new(move |_: String| -> LookingUp {
            let again = counted.fetch_add(1, Ordering::SeqCst) > 0;
            let address = [127_u8, 0, 0, if again { 1 } else { 2 }];
            Box::pin(async move { Ok(vec![SocketAddr::from((address, 0))]) })
        });
        let trial = HttpFetch::asking(true, names).unwrap();
        let url = format!("http://localhost:{port}/hook");
        assert_eq!(trial.tell(&url, &[], b"{}".to_vec()).await, Ok(202));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        served.await.unwrap();
    }

    #[tokio::test]
    async fn t58_a_name_of_an_address_that_is_not_public_is_connected_to_by_nobody() {
        for inside in [
            "127.0.0.1:0",
            "169.254.169.254:0",
            "10.0.0.1:0",
            "[::1]:0",
            "[fd00::1]:0",
        ] {
            let address: SocketAddr = inside.parse().unwrap();
            let names = Arc::new(move |_: String| -> LookingUp {
                Box::pin(async move { Ok(vec![address]) })
            });
            let fetch = HttpFetch::asking(false, names).unwrap();
            let url = "https://hooks.example/x";
            let told = fetch.tell(url, &[], b"{}".to_vec()).await;
            assert_eq!(told, Err(FetchError::NotPublic), "{inside}");
            let fetched = fetch.fetch(url).await;
            assert_eq!(fetched, Err(FetchError::NotPublic), "{inside}");
        }
    }

    #[tokio::test]
    async fn only_https_is_fetched() {
        let fetch = HttpFetch::new(false).unwrap();
        for url in [
            "http://example.org/",
            "file:///etc/passwd",
            "ftp://example.org/",
            "not a url",
        ] {
            assert_eq!(fetch.fetch(url).await, Err(FetchError::NotHttps), "{url}");
        }
        let trial = HttpFetch::new(true).unwrap();
        assert_eq!(
            trial.fetch("http://example.org/").await,
            Err(FetchError::NotHttps)
        );
    }

    #[tokio::test]
    async fn a_redirect_to_another_host_is_not_followed() {
        let (url, _task) = answer(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
        let fetched = HttpFetch::new(true).unwrap().fetch(&url).await;
        assert_eq!(fetched, Err(FetchError::Status(302)));
    }

    #[tokio::test]
    async fn an_answer_without_end_is_cut_off() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/vc; x=y\r\nContent-Length: 20000000\r\n\r\n";
        let (url, _task) = answer(&format!("{head}{}", "x".repeat(20_000_000))).await;
        let fetched = HttpFetch::new(true).unwrap().fetch(&url).await;
        assert_eq!(fetched, Err(FetchError::TooLarge));
    }

    /// Serves one raw answer on loopback.
    async fn answer(raw: &str) -> (String, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let raw = raw.to_owned();
        let task = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let _read = stream.read(&mut head).await.unwrap();
            let _sent = stream.write_all(raw.as_bytes()).await;
        });
        (url, task)
    }
}
