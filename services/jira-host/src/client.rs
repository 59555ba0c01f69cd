//! The HTTP client that calls the app.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves `localhost` and every name below it to 127.0.0.1, as RFC 6761 asks for and not every
/// resolver does.
struct LoopbackNames;

impl Resolve for LoopbackNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            if host == "localhost" || host.ends_with(".localhost") {
                let loopback = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
                return Ok(Box::new(std::iter::once(loopback)) as Addrs);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A client that follows no redirects and, like a browser, knows the loopback names.
///
/// # Errors
/// When the TLS backend cannot be set up.
pub fn new() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .dns_resolver(Arc::new(LoopbackNames))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("simulated-jira/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// An error with all its causes in one line, without the URL, which the callback log shows anyway.
#[must_use]
pub fn describe_error(error: &reqwest::Error) -> String {
    let mut text = match error {
        error if error.is_timeout() => "no answer in time".to_owned(),
        error if error.is_connect() => "the app could not be reached".to_owned(),
        _ => "the request failed".to_owned(),
    };
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
