//! A webhook that takes our own JSON.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::text::Told;
use super::way::{NotTaken, Way};

/// How long a delivery may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Posts JSON to an address.
pub struct Webhook {
    client: Client,
    url: SecretString,
}

impl Webhook {
    /// One that posts to `url`.
    pub fn new(url: SecretString, user_agent: &str) -> anyhow::Result<Self> {
        let client = Client::builder()
            .user_agent(user_agent)
            .timeout(PATIENCE)
            // A redirect would carry the message to an address that nobody configured.
            .redirect(Policy::none())
            .build()?;
        Ok(Self { client, url })
    }

    /// Posts any body.
    pub async fn post(&self, body: &impl Serialize) -> Result<(), NotTaken> {
        let sent = self.client.post(self.url.expose_secret()).json(body).send().await;
        let answer = sent.map_err(|cause| NotTaken(reason(&cause).to_owned()))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(NotTaken(format!("it answered {}", answer.status().as_u16())))
    }
}

#[async_trait]
impl Way for Webhook {
    async fn deliver(&self, told: &Told) -> Result<(), NotTaken> {
        self.post(told).await
    }
}

/// The library's own words may quote the address.
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
