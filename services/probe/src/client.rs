//! The probe's side of HTTP: bounded in time and size. It follows no redirects, which would carry
//! tokens to other servers.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use serde_json::Value;

use super::address::ServerAddress;

/// The longest answer that is read, in bytes. The largest script of a page is below it.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// The longest time until a connection is established.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFailure {
    /// The code of the server's refusal, or one that begins with `probe.` for what the probe found.
    pub code: String,
    /// What happened, in a sentence.
    pub cause: String,
}

impl StepFailure {
    pub(super) fn new(code: &str, cause: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            cause: cause.into(),
        }
    }

    /// An answer other than the expected one.
    pub(super) fn unexpected_answer(cause: impl Into<String>) -> Self {
        Self::new("probe.unexpected", cause)
    }

    /// Whether the server itself refused, so that it is certain that nothing was changed.
    pub(super) fn is_refusal(&self) -> bool {
        !self.code.starts_with("probe.")
    }
}

/// Sends requests to one server.
pub struct Client {
    http: reqwest::Client,
    address: ServerAddress,
}

/// A server's answer, read to its end.
pub(super) struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    pub text: String,
}

impl Client {
    /// A client of the server at `address`; each answer may take as long as `answer_timeout`.
    ///
    /// # Errors
    /// The address is plain http beyond this machine, or not the address of a server.
    pub fn new(address: &str, answer_timeout: Duration) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT.min(answer_timeout))
            .timeout(answer_timeout)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("tally-probe/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            address: address.parse()?,
        })
    }

    /// The server's address, without a slash at the end.
    pub(super) fn address(&self) -> &str {
        self.address.as_str()
    }

    /// A request to `path_and_query` below the address.
    pub(super) fn request(&self, method: Method, path_and_query: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path_and_query}", self.address))
    }

    /// A request to a file that a page of the server names by a path from the root of its host.
    pub(super) fn request_file(&self, path: &str) -> RequestBuilder {
        self.http
            .request(Method::GET, format!("{}{path}", self.address.origin()))
    }
}

/// Sends a request and reads the answer.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, StepFailure> {
    let mut response = request.send().await.map_err(to_failure)?;
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let (status, mut bytes) = (response.status(), Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(to_failure)? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(StepFailure::unexpected_answer(
                "The answer is longer than 16 MiB.",
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        content_type,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// The address is left out: that of a page holds a token.
fn to_failure(error: reqwest::Error) -> StepFailure {
    let code = if error.is_timeout() {
        "probe.timed_out"
    } else {
        "probe.unreachable"
    };
    StepFailure::new(code, format!("{:#}.", anyhow::Error::from(error.without_url())))
}

impl Answer {
    /// The answer if it has `status`; otherwise the server's refusal.
    pub fn require(self, status: u16) -> Result<Self, StepFailure> {
        if self.status.as_u16() == status {
            return Ok(self);
        }
        Err(self.refusal())
    }

    /// The answer as JSON.
    pub fn parse_json(&self) -> Result<Value, StepFailure> {
        serde_json::from_str(&self.text)
            .map_err(|_| StepFailure::unexpected_answer("The answer is not JSON."))
    }

    /// Why the server refused: from problem details, or from the page for people, which ends with
    /// the code.
    pub fn refusal(&self) -> StepFailure {
        self.read_problem()
            .or_else(|| self.read_page())
            .unwrap_or_else(|| {
                StepFailure::unexpected_answer(format!("The answer is {} without a reason.", self.status))
            })
    }

    fn read_problem(&self) -> Option<StepFailure> {
        let problem: Value = serde_json::from_str(&self.text).ok()?;
        let code = problem.get("code")?.as_str()?;
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
        Some(StepFailure::new(code, detail))
    }

    fn read_page(&self) -> Option<StepFailure> {
        let between = |begin: &str, end: &str| {
            let (_, behind) = self.text.split_once(begin)?;
            Some(behind.split_once(end)?.0.to_owned())
        };
        let code = between("<code>", "</code>")?;
        Some(StepFailure {
            code,
            cause: between("<p class=\"cause\">", "</p>").unwrap_or_default(),
        })
    }
}
