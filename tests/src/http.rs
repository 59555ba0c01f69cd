//! Calling over HTTP, and reading refusals.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, redirect};
use serde_json::Value;
use tally_server::refusals::FAMILIES;

/// A client for which every name below `localhost` is this machine, as RFC 6761 has it, and which
/// follows no redirects.
pub fn client() -> Client {
    Client::builder()
        .dns_resolver(Arc::new(Loopback))
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        let text = name.as_str();
        let local = text == "localhost" || text.ends_with(".localhost");
        let addresses: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        let found = if local {
            Ok(addresses)
        } else {
            Err(format!("{text} is not on this machine").into())
        };
        Box::pin(std::future::ready(found))
    }
}

/// Checks the headers that every answer carries, whatever it says.
///
/// # Panics
/// When one of them is missing or weaker than it must be.
pub fn guarded(response: &Response) {
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or("", |v| v.to_str().unwrap()).to_owned()
    };
    let (status, url) = (response.status(), response.url().path());
    let cache_control = header("cache-control");
    let immutable = cache_control == "public, max-age=31536000, immutable" && url.starts_with("/assets/");
    assert!(
        immutable || (cache_control.contains("no-cache") && cache_control.contains("no-store")),
        "{status} {url}: Cache-Control {cache_control:?}"
    );
    assert_eq!(header("referrer-policy"), "no-referrer", "{status} {url}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{status} {url}");
    let transport = header("strict-transport-security");
    assert!(
        transport.starts_with("max-age=31536000"),
        "{status} {url}: {transport:?}"
    );
    assert!(
        header("x-request-id").len() >= 32,
        "{status} {url}: no request id"
    );
    assert_eq!(header("set-cookie"), "", "{status} {url}");
}

/// A refusal as RFC 9457 has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The status of the answer.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// All of it.
    pub body: Value,
}

impl Problem {
    /// Reads the refusal out of an answer, and checks what holds of every one.
    ///
    /// # Panics
    /// When the answer is not a complete refusal.
    pub async fn of(response: Response) -> Self {
        guarded(&response);
        let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let kind = response
            .headers()
            .get("content-type")
            .map(|v| v.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        assert_eq!(
            kind.as_deref(),
            Some("application/problem+json"),
            "{status}: {text}"
        );
        let body: Value = serde_json::from_str(&text).unwrap();
        for member in ["type", "title", "code", "detail", "remedy", "requestId"] {
            assert!(
                body[member].as_str().is_some_and(|m| !m.is_empty()),
                "no {member}: {text}"
            );
        }
        assert_eq!(body["status"], status, "{text}");
        assert_eq!(body["requestId"], request_id, "{text}");
        let code = body["code"].as_str().unwrap().to_owned();
        assert_eq!(body["type"], format!("urn:tally:problem:{code}"), "{text}");
        let mut rows = FAMILIES.iter().flat_map(|family| family.entries);
        let is_row =
            rows.any(|row| row.code == code && body["title"] == row.title && body["remedy"] == row.remedy);
        assert!(is_row, "no row has these texts: {text}");
        Self { status, code, body }
    }

    /// Status and code: what a caller decides by.
    pub fn status_and_code(&self) -> (u16, &str) {
        (self.status, &self.code)
    }
}
