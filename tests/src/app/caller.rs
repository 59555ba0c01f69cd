//! A caller of the API.

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use crate::clock::MovableClock;
use crate::connect::{Site, Token};
use crate::http::{Problem, guarded};

/// A person on a site, with a fresh context token for every call.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    clock: MovableClock,
    app_url: String,
    site: Site,
    account: String,
}

/// A successful answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its `ETag`, with quotes.
    pub etag: Option<String>,
    /// Its JSON, or null where it has none.
    pub body: Value,
}

impl Caller {
    pub(super) fn new(
        (client, clock): (Client, MovableClock),
        app_url: &str,
        site: &Site,
        account: &str,
    ) -> Self {
        Self {
            client,
            clock,
            app_url: app_url.to_owned(),
            site: site.clone(),
            account: account.to_owned(),
        }
    }

    /// The same person after the platform issued another secret.
    #[must_use]
    pub fn on(self, site: &Site) -> Self {
        Self {
            site: site.clone(),
            ..self
        }
    }

    /// The same person at the node with this address.
    #[must_use]
    pub fn at(self, url: &str) -> Self {
        Self {
            app_url: url.to_owned(),
            ..self
        }
    }

    /// A request with a token, to which a test may add what it wants. `path_and_query` begins below
    /// `/api/v1`.
    pub fn request(&self, method: Method, path_and_query: &str) -> RequestBuilder {
        let token = Token::context(&self.site.client_key, &self.account)
            .later(self.clock.seconds_ahead())
            .signed_with(&self.site.secret);
        self.client
            .request(method, format!("{}/api/v1{path_and_query}", self.app_url))
            .header("Authorization", format!("JWT {token}"))
    }

    /// Asks, and is answered.
    pub async fn get(&self, path_and_query: &str) -> Answer {
        answered(self.request(Method::GET, path_and_query)).await
    }

    /// Does something, and it is done.
    pub async fn post(&self, path_and_query: &str, body: &Value) -> Answer {
        answered(self.request(Method::POST, path_and_query).json(body)).await
    }

    /// Changes what stands at `etag`, and it is changed.
    pub async fn patch(&self, path_and_query: &str, etag: &str, body: &Value) -> Answer {
        let request = self.request(Method::PATCH, path_and_query);
        answered(request.header("If-Match", etag).json(body)).await
    }

    /// Asks, and is refused.
    pub async fn get_refused(&self, path_and_query: &str) -> Problem {
        refused(self.request(Method::GET, path_and_query)).await
    }

    /// Wants to do something, and is refused.
    pub async fn post_refused(&self, path_and_query: &str, body: &Value) -> Problem {
        refused(self.request(Method::POST, path_and_query).json(body)).await
    }
}

/// Sends `request`, which must succeed.
///
/// # Panics
/// When it is refused.
pub async fn answered(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    guarded(&response);
    let status = response.status().as_u16();
    let etag = header(&response, "etag");
    let text = response.text().await.unwrap();
    assert!((200..300).contains(&status), "{status}: {text}");
    Answer {
        status,
        etag,
        body: serde_json::from_str(&text).unwrap_or(Value::Null),
    }
}

/// Sends `request`, which is refused.
///
/// # Panics
/// When it is not.
pub async fn refused(request: RequestBuilder) -> Problem {
    Problem::of(request.send().await.unwrap()).await
}

fn header(response: &Response, name: &str) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(value.to_str().unwrap().to_owned())
}
