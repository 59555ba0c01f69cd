//! A webhook that takes our own JSON.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::channel::{Channel, NotAccepted};
use super::text::AlarmText;

/// How long one delivery may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// Posts JSON to an address.
pub(super) struct Webhook {
    client: Client,
    url: SecretString,
}

impl Webhook {
    /// A channel that posts to `url`.
    pub fn new(url: SecretString, user_agent: &str) -> anyhow::Result<Self> {
        let client = Client::builder()
            .user_agent(user_agent)
            .timeout(TIMEOUT)
            // A redirect would carry the message to an address that is not configured.
            .redirect(Policy::none())
            .build()?;
        Ok(Self { client, url })
    }

    /// Posts `body` as JSON.
    pub async fn post(&self, body: &impl Serialize) -> Result<(), NotAccepted> {
        let sent = self.client.post(self.url.expose_secret()).json(body).send().await;
        let answer = sent.map_err(|cause| NotAccepted(reason(&cause).to_owned()))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(NotAccepted(format!("it answered {}", answer.status().as_u16())))
    }
}

#[async_trait]
impl Channel for Webhook {
    async fn deliver(&self, text: &AlarmText) -> Result<(), NotAccepted> {
        self.post(text).await
    }
}

/// Why a delivery failed. The library's own text may quote the address.
fn reason(cause: &reqwest::Error) -> &'static str {
    if cause.is_timeout() {
        "no answer in time"
    } else if cause.is_connect() {
        "no connection"
    } else if cause.is_builder() {
        "the address cannot be used"
    } else {
        "the connection broke"
    }
}
