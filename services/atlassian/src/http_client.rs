//! How our HTTP clients are built, and how they find hosts under `.localhost`.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

/// Resolves `localhost` and every name under `.localhost` to 127.0.0.1, and everything else as the
/// system does.
///
/// RFC 6761 makes these names loopback and browsers treat them so, but system resolvers often know
/// only the bare one.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoopbackResolver;

impl Resolve for LoopbackResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
            if host == "localhost" || host.ends_with(".localhost") {
                let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                return Ok(Box::new(std::iter::once(loopback)) as Addrs);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Which way a client's requests go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// To this machine: plain http is fine, a proxy is not.
    Loopback,
    /// To the world: https only, through the proxy of the environment if there is one.
    World,
}

/// A client that follows no redirects (a token must not travel to where a server points), sends no
/// Referer and gives up after `timeout`.
pub(crate) fn client(reach: Reach, user_agent: &str, timeout: Duration) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(user_agent)
        .timeout(timeout)
        .connect_timeout(timeout)
        .redirect(Policy::none())
        .referer(false)
        .dns_resolver(LoopbackResolver);
    match reach {
        Reach::Loopback => builder.no_proxy().build(),
        Reach::World => builder.https_only(true).build(),
    }
}

/// Why a body was not read.
pub(crate) enum BodyError {
    TooLong,
    Transport(reqwest::Error),
}

/// The body, unless it is longer than `limit` bytes.
pub(crate) async fn read_bounded(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Transport)? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
