//! The probe's side of HTTP: bounded in time and size, and deaf to redirects, which would carry tokens elsewhere.

use std::time::Duration;

use anyhow::ensure;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use serde_json::Value;
use tally_atlassian::base_url::AppBaseUrl;

/// The longest answer that is read. The largest script of a page is below it.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// How long a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(5);

/// Why a step did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code of the refusal, or one that begins with `probe.` for what the probe itself found wrong.
    pub code: String,
    /// What happened, in a sentence.
    pub cause: String,
}

impl Failure {
    pub(super) fn new(code: &str, cause: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            cause: cause.into(),
        }
    }

    /// An answer that is not what was to come.
    pub(super) fn unexpected(cause: impl Into<String>) -> Self {
        Self::new("probe.unexpected", cause)
    }

    /// Whether the server itself said no, so that it is certain that nothing was done.
    pub(super) fn is_refusal(&self) -> bool {
        !self.code.starts_with("probe.")
    }
}

/// Checks that an address is https, or http that stays on this machine, and gives it without a slash at the end.
///
/// # Errors
/// It is neither.
pub fn check_address(text: &str) -> anyhow::Result<String> {
    let parsed = AppBaseUrl::parse(text);
    ensure!(
        parsed.is_ok(),
        "{text} is not an https address, nor an http one of this machine"
    );
    Ok(parsed.map(|url| url.as_str().to_owned()).unwrap_or_default())
}

/// Calls one server.
pub struct Client {
    http: reqwest::Client,
    address: String,
}

/// What it answered.
pub(super) struct Answer {
    pub status: StatusCode,
    pub kind: String,
    pub text: String,
}

impl Client {
    /// Of the server at `address`, each of whose answers may take as long as `patience`.
    ///
    /// # Errors
    /// The address is not allowed.
    pub fn new(address: &str, patience: Duration) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECTING.min(patience))
            .timeout(patience)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("tally-probe/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            address: check_address(address)?,
        })
    }

    /// Where the server is, without a slash at the end.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// A request to `path_and_query` below the address.
    pub(super) fn to(&self, method: Method, path_and_query: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path_and_query}", self.address))
    }

    /// A request to a file that a page of the server names: by an address from the root of its host.
    pub(super) fn file(&self, path: &str) -> RequestBuilder {
        let origin = AppBaseUrl::parse(&self.address).map(|url| url.origin().to_owned());
        self.http
            .request(Method::GET, format!("{}{path}", origin.unwrap_or_default()))
    }
}

/// Sends a request and reads the answer.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, Failure> {
    let mut response = request.send().await.map_err(unreachable)?;
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let (status, mut bytes) = (response.status(), Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(Failure::unexpected("The answer is longer than 16 MiB."));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        kind,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// The address is left out: a page's holds a token.
fn unreachable(error: reqwest::Error) -> Failure {
    let code = if error.is_timeout() {
        "probe.timed_out"
    } else {
        "probe.unreachable"
    };
    Failure::new(code, format!("{:#}.", anyhow::Error::from(error.without_url())))
}

impl Answer {
    /// The answer if it has `status`, else why not, in the server's own words where it gave any.
    pub fn expect(self, status: u16) -> Result<Self, Failure> {
        if self.status.as_u16() == status {
            return Ok(self);
        }
        Err(self.refusal())
    }

    /// The JSON of an answer.
    pub fn json(&self) -> Result<Value, Failure> {
        serde_json::from_str(&self.text).map_err(|_| Failure::unexpected("The answer is not JSON."))
    }

    /// Why the server said no: problem details to callers, and to people a page that ends with the code.
    pub fn refusal(&self) -> Failure {
        self.problem().or_else(|| self.explained()).unwrap_or_else(|| {
            Failure::unexpected(format!("The answer is {} and does not say why.", self.status))
        })
    }

    fn problem(&self) -> Option<Failure> {
        let problem: Value = serde_json::from_str(&self.text).ok()?;
        let code = problem.get("code")?.as_str()?;
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
        Some(Failure::new(code, detail))
    }

    fn explained(&self) -> Option<Failure> {
        let between = |begin: &str, end: &str| {
            let (_, behind) = self.text.split_once(begin)?;
            Some(behind.split_once(end)?.0.to_owned())
        };
        let code = between("<code>", "</code>")?;
        Some(Failure {
            code,
            cause: between("<p class=\"cause\">", "</p>").unwrap_or_default(),
        })
    }
}
