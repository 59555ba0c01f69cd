//! Base URLs: ours, which install tokens are made for, and the tenants', which we talk to.
//!
//! A tenant's base URL comes in the body of a callback, and bodies are not signed. The host is
//! therefore held against a list before anything is sent there.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::Refusal;

/// Hosts below these suffixes are Atlassian's production and government sites. Staging ones are not
/// among them: an operator who needs those names them in the configuration.
pub const ATLASSIAN_HOST_SUFFIXES: [&str; 3] = ["atlassian.net", "jira.com", "atlassian-us-gov-mod.net"];

/// Atlassian documents 200 characters for a descriptor's base URL; sites have shorter ones.
const MAX_URL_BYTES: usize = 2048;

/// Why a text is not a base URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BaseUrlError {
    /// Not a URL with a host.
    #[error("not a URL with a host")]
    NotAUrl,
    /// A URL with user information, a query or a fragment.
    #[error("a base URL has no user, query or fragment")]
    NotABase,
    /// Plain http beyond this machine, or another scheme.
    #[error("must be https, or http on a loopback host")]
    Insecure,
}

/// Whether a host is this machine: `localhost`, any name under `.localhost` (RFC 6761),
/// `127.0.0.0/8`, `::1`.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost"),
    }
}

/// The origin (`https://host[:port]`) of a URL we may name in a header, `None` when the text is not
/// such a URL. Its host is a name with a dot or this machine: a URL may also have `*` as a host,
/// which stands for every host in a header.
#[must_use]
pub fn web_origin(text: &str) -> Option<String> {
    let url = parse_base(text).ok()?;
    let host = url.host_str()?;
    (is_loopback_host(host) || is_domain_name(host)).then(|| url.origin().ascii_serialization())
}

/// Whether a host is a name of two labels or more, as RFC 1123 has them.
fn is_domain_name(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_address = host.parse::<IpAddr>().is_ok();
    !is_address && host.contains('.') && host.split('.').all(is_label)
}

/// Our own base URL, as published in the descriptor: https, or http on a loopback host; no slash at
/// the end.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct AppBaseUrl {
    text: String,
    origin: String,
}

impl AppBaseUrl {
    /// Reads and normalises a base URL.
    ///
    /// # Errors
    /// [`BaseUrlError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = parse_base(text)?;
        Ok(Self {
            text: without_slash(url.as_str()),
            origin: url.origin().ascii_serialization(),
        })
    }

    /// The URL without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path part: empty, or with a leading and no trailing slash.
    #[must_use]
    pub fn base_path(&self) -> &str {
        self.text.strip_prefix(&self.origin).unwrap_or_default()
    }

    /// Whether an `aud` claim names this URL: exactly, ignoring one slash at the end of the claim.
    /// Anything looser (a prefix, say) would accept tokens made for a neighbour.
    #[must_use]
    pub fn is_named_by(&self, audience: &str) -> bool {
        audience.strip_suffix('/').unwrap_or(audience) == self.text
    }
}

impl fmt::Display for AppBaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The base URL of a tenant's site, on a host that is allowed. A site is the root of its host, so
/// there is no path.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct TenantBaseUrl {
    base: AppBaseUrl,
    host: String,
}

impl TenantBaseUrl {
    /// Reads a tenant's base URL and holds its host against the list.
    ///
    /// # Errors
    /// [`Refusal::BaseUrlNotAllowed`], for whatever reason.
    pub fn parse(text: &str, allowed: &HostAllowList) -> Result<Self, Refusal> {
        let url = parse_base(text).map_err(|_| Refusal::BaseUrlNotAllowed)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if url.path() != "/" || !allowed.permits(&host) {
            return Err(Refusal::BaseUrlNotAllowed);
        }
        let base = AppBaseUrl {
            text: without_slash(url.as_str()),
            origin: url.origin().ascii_serialization(),
        };
        Ok(Self { base, host })
    }

    /// The URL without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.base.as_str()
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.base.origin()
    }

    /// The host, in lower case, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for TenantBaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The hosts a tenant's site may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostAllowList {
    extra: Vec<String>,
}

impl HostAllowList {
    /// Every site below Atlassian's own suffixes.
    #[must_use]
    pub fn atlassian() -> Self {
        Self { extra: Vec::new() }
    }

    /// Allows further hosts: each entry stands for itself and for every name below it. Empty
    /// entries are passed over.
    #[must_use]
    pub fn with(mut self, entries: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        for entry in entries {
            let entry = entry
                .as_ref()
                .trim()
                .trim_start_matches("*.")
                .trim_matches('.')
                .to_ascii_lowercase();
            if !entry.is_empty() {
                self.extra.push(entry);
            }
        }
        self
    }

    /// Whether a host (without port) is on the list.
    #[must_use]
    pub fn permits(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let is_below = |suffix: &str| {
            host.strip_suffix(suffix)
                .and_then(|name| name.strip_suffix('.'))
                .is_some_and(|name| !name.is_empty())
        };
        ATLASSIAN_HOST_SUFFIXES.iter().any(|suffix| is_below(suffix))
            || self.extra.iter().any(|entry| host == *entry || is_below(entry))
    }
}

fn parse_base(text: &str) -> Result<Url, BaseUrlError> {
    if text.len() > MAX_URL_BYTES {
        return Err(BaseUrlError::NotAUrl);
    }
    let url = Url::parse(text).map_err(|_| BaseUrlError::NotAUrl)?;
    let host = url.host().ok_or(BaseUrlError::NotAUrl)?;
    let is_loopback = match host {
        Host::Domain(name) => is_loopback_host(name),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        _ => return Err(BaseUrlError::Insecure),
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(BaseUrlError::NotABase);
    }
    Ok(url)
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// Whether a URL that was parsed before points at this machine.
pub(crate) fn web_host_is_loopback(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(is_loopback_host))
}
