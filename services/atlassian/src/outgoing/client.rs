use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tally_domain::Clock;
use url::Url;

use super::{JiraError, TenantAccess, sign_app_token};
use crate::base_url::is_loopback_host;
use crate::http_client::{self, BodyError, Reach, read_bounded};
use crate::qsh::SignedRequest;

/// The answers we ask for are a few kilobytes; this bounds what a broken site can make us hold.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// Who is calling, and how long it may wait.
#[derive(Clone, Debug)]
pub struct JiraClientOptions {
    /// The app's key: issuer of our tokens, and part of the User-Agent.
    pub app_key: String,
    /// The app's version, for the User-Agent.
    pub app_version: String,
    /// The whole time one call may take.
    pub timeout: Duration,
    /// The time, for our tokens.
    pub clock: Clock,
}

/// Calls tenants' REST interfaces. Clones share their connections.
#[derive(Clone, Debug)]
pub struct JiraClient {
    app_key: String,
    clock: Clock,
    world: Client,
    loopback: Client,
}

impl JiraClient {
    /// A client that calls as `options` say.
    ///
    /// # Errors
    /// [`JiraError::Client`] when TLS or the User-Agent cannot be set up.
    pub fn new(options: &JiraClientOptions) -> Result<Self, JiraError> {
        let user_agent = format!("{}/{}", options.app_key, options.app_version);
        let client = |reach| {
            http_client::client(reach, &user_agent, options.timeout).map_err(|error| {
                tracing::error!(%error, "HTTP client for Jira");
                JiraError::Client
            })
        };
        Ok(Self {
            app_key: options.app_key.clone(),
            clock: options.clock.clone(),
            world: client(Reach::World)?,
            loopback: client(Reach::Loopback)?,
        })
    }

    /// Which of the `permissions` global permissions a user has, in one call (`POST
    /// /rest/api/3/permissions/check`).
    ///
    /// # Errors
    /// Any [`JiraError`]; to be taken as "none".
    pub async fn global_permissions(
        &self,
        tenant: &TenantAccess,
        account_id: &str,
        permissions: &[&str],
    ) -> Result<BTreeSet<String>, JiraError> {
        let question = PermissionQuestion {
            account_id,
            global_permissions: permissions,
        };
        let answer: PermissionAnswer = self
            .post(tenant, "/rest/api/3/permissions/check", &question)
            .await?;
        Ok(answer
            .global_permissions
            .into_iter()
            .filter(|granted| permissions.contains(&granted.as_str()))
            .collect())
    }

    /// Whether a user has one global permission.
    ///
    /// # Errors
    /// Any [`JiraError`]; to be taken as "no".
    pub async fn is_permitted(
        &self,
        tenant: &TenantAccess,
        account_id: &str,
        global_permission: &str,
    ) -> Result<bool, JiraError> {
        let granted = self
            .global_permissions(tenant, account_id, &[global_permission])
            .await?;
        Ok(granted.contains(global_permission))
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        tenant: &TenantAccess,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, JiraError> {
        let mut url = target(tenant, path)?;
        url.query_pairs_mut().extend_pairs(query);
        self.send(tenant, Method::GET, url, None).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        tenant: &TenantAccess,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, JiraError> {
        let body =
            serde_json::to_value(body).map_err(|_| JiraError::UnexpectedAnswer("unwritable question"))?;
        self.send(tenant, Method::POST, target(tenant, path)?, Some(body))
            .await
    }

    /// Sends a call signed with the secret in force, once more when the connection failed, and,
    /// where Jira does not accept that secret, with each other one it may hold.
    async fn send<T: DeserializeOwned>(
        &self,
        tenant: &TenantAccess,
        method: Method,
        url: Url,
        body: Option<serde_json::Value>,
    ) -> Result<T, JiraError> {
        let mut answer = self
            .send_once(tenant, method.clone(), url.clone(), body.clone())
            .await;
        // A server may let go of an idle connection just as it is used. All calls here are
        // questions: to ask once more changes nothing.
        if matches!(answer, Err(JiraError::NoConnection)) {
            answer = self
                .send_once(tenant, method.clone(), url.clone(), body.clone())
                .await;
        }
        for secret in &tenant.others {
            if !matches!(answer, Err(JiraError::Unauthorized)) {
                break;
            }
            let tenant = TenantAccess {
                secret: secret.clone(),
                ..tenant.clone()
            };
            answer = self
                .send_once(&tenant, method.clone(), url.clone(), body.clone())
                .await;
        }
        answer
    }

    async fn send_once<T: DeserializeOwned>(
        &self,
        tenant: &TenantAccess,
        method: Method,
        url: Url,
        body: Option<serde_json::Value>,
    ) -> Result<T, JiraError> {
        let token = self.authorization(tenant, &method, &url)?;
        let client = if is_loopback_host(tenant.base_url.host()) {
            &self.loopback
        } else {
            &self.world
        };
        let mut request = client
            .request(method, url)
            .header(AUTHORIZATION, token)
            .header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = check_status(request.send().await.map_err(|error| transport(&error))?)?;
        let bytes = read_bounded(response, MAX_ANSWER_BYTES)
            .await
            .map_err(|error| match error {
                BodyError::TooLong => JiraError::UnexpectedAnswer("longer than 2 MiB"),
                BodyError::Transport(error) => transport(&error),
            })?;
        serde_json::from_slice(&bytes).map_err(|_| JiraError::UnexpectedAnswer("not the JSON expected"))
    }

    fn authorization(
        &self,
        tenant: &TenantAccess,
        method: &Method,
        url: &Url,
    ) -> Result<HeaderValue, JiraError> {
        let path_and_query = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let request = SignedRequest::new(method.as_str(), &path_and_query);
        let token = sign_app_token(&self.app_key, tenant, &request, self.clock.now())?;
        let mut header = HeaderValue::from_str(&format!("JWT {}", token.expose_secret()))
            .map_err(|_| JiraError::Signing)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PermissionQuestion<'a> {
    account_id: &'a str,
    global_permissions: &'a [&'a str],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermissionAnswer {
    global_permissions: Vec<String>,
}

/// The address of a path on the tenant's site. Checked again although it is built from the base
/// URL: a path that is put together carelessly must not carry the tenant's token elsewhere.
fn target(tenant: &TenantAccess, path: &str) -> Result<Url, JiraError> {
    let url = Url::parse(&format!("{}{path}", tenant.base_url)).map_err(|_| JiraError::TargetNotAllowed)?;
    let stays = url.origin().ascii_serialization() == tenant.base_url.origin();
    if stays {
        Ok(url)
    } else {
        Err(JiraError::TargetNotAllowed)
    }
}

fn check_status(response: Response) -> Result<Response, JiraError> {
    let retry_after = || {
        let seconds = response
            .headers()
            .get(RETRY_AFTER)?
            .to_str()
            .ok()?
            .trim()
            .parse()
            .ok()?;
        Some(Duration::from_secs(seconds))
    };
    match response.status() {
        StatusCode::OK => Ok(response),
        StatusCode::BAD_REQUEST => Err(JiraError::BadRequest),
        StatusCode::UNAUTHORIZED => Err(JiraError::Unauthorized),
        StatusCode::FORBIDDEN => Err(JiraError::Forbidden),
        StatusCode::NOT_FOUND => Err(JiraError::NotFound),
        StatusCode::TOO_MANY_REQUESTS => Err(JiraError::RateLimited {
            retry_after: retry_after(),
        }),
        status if status.is_server_error() => Err(JiraError::Unavailable {
            status: status.as_u16(),
            retry_after: retry_after(),
        }),
        status if status.is_redirection() => Err(JiraError::Redirected),
        _ => Err(JiraError::UnexpectedAnswer("an unexpected HTTP status")),
    }
}

fn transport(error: &reqwest::Error) -> JiraError {
    if error.is_timeout() {
        JiraError::TimedOut
    } else {
        JiraError::NoConnection
    }
}
