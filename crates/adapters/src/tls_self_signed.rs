//! TLS with a certificate that nobody vouches for, made at start: for conformance suites, which want https and look at no
//! certificate. What serves people has its TLS in a proxy.

use std::{sync::Arc, time::Duration};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{self, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
    server::TlsStream,
};
use tracing::debug;

/// A certificate and its key, in memory only.
pub struct SelfSigned {
    /// The certificate as PEM, for whoever wants to trust it.
    pub certificate: String,
    acceptor: TlsAcceptor,
}

/// A connection.
pub type Secured = TlsStream<TcpStream>;

impl SelfSigned {
    /// Makes a certificate for these host names and addresses.
    pub fn new(hosts: Vec<String>) -> Result<Self, SelfSignedError> {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(hosts)?;
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(vec![cert.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            certificate: cert.pem(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }

    /// Shakes hands with whoever connects, several at once and none for long, and hands on the connections.
    pub fn accept(&self, listener: TcpListener) -> mpsc::Receiver<Secured> {
        let (hand_on, connections) = mpsc::channel(1);
        let acceptor = self.acceptor.clone();
        tokio::spawn(async move {
            let places = Arc::new(Semaphore::new(AT_ONCE));
            while let Ok(place) = Arc::clone(&places).acquire_owned().await {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = hand_on.closed() => return,
                };
                let Ok((stream, _)) = accepted else {
                    // No file descriptor is free, say: the next try may do better, but not at once.
                    tokio::time::sleep(AFTER_ERROR).await;
                    continue;
                };
                let (acceptor, hand_on) = (acceptor.clone(), hand_on.clone());
                tokio::spawn(async move {
                    match tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => {
                            // The server stopped: nobody takes it.
                            let _ = hand_on.send(stream).await;
                        }
                        Ok(Err(error)) => debug!(%error, "no TLS"),
                        Err(_) => debug!("no TLS in time"),
                    }
                    drop(place);
                });
            }
        });
        connections
    }
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum SelfSignedError {
    /// It could not be made.
    #[error("making a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// It cannot be used.
    #[error("preparing TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// Handshakes at a time.
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(10);
const AFTER_ERROR: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::{
        TlsConnector,
        rustls::{
            ClientConfig, RootCertStore,
            pki_types::{CertificateDer, ServerName, pem::PemObject},
        },
    };

    use super::*;

    #[tokio::test]
    async fn who_trusts_the_certificate_talks_and_who_says_nothing_keeps_nobody_waiting() {
        let secure = SelfSigned::new(vec!["localhost".into()]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut connections = secure.accept(listener);
        let silent = TcpStream::connect(address).await.unwrap();

        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_slice(secure.certificate.as_bytes()).unwrap();
        roots.add(certificate).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let (client, server) = tokio::join!(connector.connect(name, stream), connections.recv());
        let (mut client, mut server) = (client.unwrap(), server.unwrap());
        client.write_all(b"good day").await.unwrap();
        let mut heard = [0; 8];
        server.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"good day");
        drop(silent);
    }
}
