//! Why a cluster is not reached. The client says the same of all causes, so each of its hosts is
//! asked here, in HTTP/1.1, which every node speaks beside gRPC: `GET /info` with the credentials.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use eventstore::ClientSettings;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error as TlsError, RootCertStore};

use super::target::Target;

/// How long one host may take.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How much of an answer is read.
const ANSWER: usize = 512;

/// Why a cluster is not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The address does not resolve, or no connection comes about.
    NotReached { host: String, why: String },
    /// The file of the authority cannot be read.
    AuthorityFile { why: String },
    /// The certificate was issued by another authority.
    OtherAuthority { host: String },
    /// The certificate is not valid for another reason.
    Certificate { host: String, why: String },
    /// The server speaks plain HTTP, and TLS was asked for.
    Plain { host: String },
    /// The server speaks TLS, and plain HTTP was asked for.
    Encrypted { host: String },
    /// User or password is wrong.
    Credentials { host: String },
}

impl Cause {
    /// Whether waiting cannot cure it.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::NotReached { .. } => false,
            Self::AuthorityFile { .. }
            | Self::OtherAuthority { .. }
            | Self::Certificate { .. }
            | Self::Plain { .. }
            | Self::Encrypted { .. }
            | Self::Credentials { .. } => true,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReached { host, why } => write!(f, "no connection to {host}: {why}"),
            Self::AuthorityFile { why } => write!(f, "the file of tlsCaFile cannot be used: {why}"),
            Self::OtherAuthority { host } => write!(
                f,
                "the certificate of {host} was issued by an authority that is not trusted: check tlsCaFile"
            ),
            Self::Certificate { host, why } => write!(f, "the certificate of {host} is not valid: {why}"),
            Self::Plain { host } => write!(f, "{host} does not speak TLS: check tls in the log's URL"),
            Self::Encrypted { host } => {
                write!(f, "{host} speaks TLS only: remove tls=false from the log's URL")
            }
            Self::Credentials { host } => write!(f, "{host} denies access: check user and password"),
        }
    }
}

/// The cause that the hosts of the cluster show; `None` when one of them answers as it should.
pub(super) async fn find_cause(target: &Target) -> Option<Cause> {
    let connector = match make_connector(&target.settings) {
        Ok(connector) => connector,
        Err(why) => return Some(Cause::AuthorityFile { why }),
    };
    let mut found: Option<Cause> = None;
    for endpoint in target.settings.hosts() {
        let (name, port) = (endpoint.host.as_str(), endpoint.port);
        let host = Host {
            shown: format!("{name}:{port}"),
            name,
            port: u16::try_from(port).unwrap_or_default(),
        };
        let answer = tokio::time::timeout(TIMEOUT, host.ask(target, connector.as_ref())).await;
        let cause = answer.unwrap_or_else(|_| Err(host.not_reached(&"no answer in time")));
        match cause {
            Ok(()) => return None,
            Err(cause) if found.as_ref().is_none_or(|found| !found.is_lasting()) => found = Some(cause),
            Err(_) => {}
        }
    }
    found
}

/// What speaks TLS as the client does; `None` when it speaks plain HTTP.
fn make_connector(settings: &ClientSettings) -> Result<Option<TlsConnector>, String> {
    if !settings.is_secure_mode_enabled() || !settings.is_tls_certificate_verification_enabled() {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    match settings.tls_ca_file() {
        Some(file) => {
            let certificates = CertificateDer::pem_file_iter(file).map_err(|e| format!("{file}: {e}"))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|e| format!("{file}: {e}"))?;
                roots.add(certificate).map_err(|e| format!("{file}: {e}"))?;
            }
        }
        None => {
            for certificate in rustls_native_certs::load_native_certs().certs {
                // One that cannot be used is not used by the client either.
                drop(roots.add(certificate));
            }
        }
    }
    to_connector(roots).map(Some).map_err(|e| e.to_string())
}

fn to_connector(roots: RootCertStore) -> Result<TlsConnector, TlsError> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

struct Host<'a> {
    shown: String,
    name: &'a str,
    port: u16,
}

impl Host<'_> {
    fn not_reached(&self, why: &dyn fmt::Display) -> Cause {
        Cause::NotReached {
            host: self.shown.clone(),
            why: why.to_string(),
        }
    }

    async fn connect(&self) -> Result<TcpStream, Cause> {
        let connected = TcpStream::connect((self.name, self.port)).await;
        connected.map_err(|e| self.not_reached(&e))
    }

    async fn ask(&self, target: &Target, connector: Option<&TlsConnector>) -> Result<(), Cause> {
        let stream = self.connect().await?;
        let Some(connector) = connector else {
            if target.settings.is_secure_mode_enabled() {
                // The certificate is not to be verified, so there is nothing to find in it.
                return Ok(());
            }
            return match ask_info(stream, self.name, target.basic_credentials()).await {
                Ok(answer) if answer.starts_with(b"HTTP/") => self.judge(&answer),
                Ok(_) => Err(self.judge_silence("it does not speak HTTP").await),
                Err(why) => Err(self.judge_silence(&why.to_string()).await),
            };
        };
        let name = ServerName::try_from(self.name.to_owned()).map_err(|e| self.not_reached(&e))?;
        match connector.connect(name, stream).await {
            Ok(stream) => {
                let answer = ask_info(stream, self.name, target.basic_credentials()).await;
                self.judge(&answer.map_err(|e| self.not_reached(&e))?)
            }
            Err(why) => Err(self.judge_handshake(&why).await),
        }
    }

    fn judge(&self, answer: &[u8]) -> Result<(), Cause> {
        let is_denied = answer.starts_with(b"HTTP/1.1 401") || answer.starts_with(b"HTTP/1.1 403");
        let host = self.shown.clone();
        if is_denied {
            Err(Cause::Credentials { host })
        } else {
            Ok(())
        }
    }

    /// No answer to plain HTTP: a server that speaks TLS has a certificate to show.
    async fn judge_silence(&self, why: &str) -> Cause {
        let trusts_no_one = to_connector(RootCertStore::empty());
        if let (Ok(connector), Ok(stream), Ok(name)) = (
            trusts_no_one,
            self.connect().await,
            ServerName::try_from(self.name.to_owned()),
        ) && let Err(refused) = connector.connect(name, stream).await
            && matches!(to_tls_error(&refused), Some(TlsError::InvalidCertificate(_)))
        {
            let host = self.shown.clone();
            return Cause::Encrypted { host };
        }
        self.not_reached(&why)
    }

    async fn judge_handshake(&self, why: &io::Error) -> Cause {
        let host = self.shown.clone();
        match to_tls_error(why) {
            // Another authority may have the same name, and then its signature is the wrong one.
            Some(TlsError::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::BadSignature,
            )) => Cause::OtherAuthority { host },
            Some(TlsError::InvalidCertificate(why)) => Cause::Certificate {
                host,
                why: why.to_string(),
            },
            _ => {
                let plain = match self.connect().await {
                    Ok(stream) => ask_info(stream, self.name, None).await,
                    Err(cause) => return cause,
                };
                match plain {
                    Ok(answer) if answer.starts_with(b"HTTP/") => Cause::Plain { host },
                    _ => self.not_reached(why),
                }
            }
        }
    }
}

fn to_tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

/// The beginning of the answer to `GET /info`. The password goes to no host that did not prove who
/// it is, unless the URL asks for plain HTTP.
async fn ask_info<S>(mut stream: S, host: &str, credentials: Option<String>) -> io::Result<Vec<u8>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let authorization =
        credentials.map_or_else(String::new, |basic| format!("Authorization: Basic {basic}\r\n"));
    let request = format!("GET /info HTTP/1.1\r\nHost: {host}\r\n{authorization}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = vec![0; ANSWER];
    let read = stream.read(&mut answer).await?;
    answer.truncate(read);
    match read {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(answer),
    }
}
