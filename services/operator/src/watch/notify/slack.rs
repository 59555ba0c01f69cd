//! A webhook that takes messages in Slack's shape, which others take too.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::json;

use super::text::Told;
use super::way::{NotTaken, Way};
use super::webhook::Webhook;

/// Posts text to an address.
pub struct Slack(Webhook);

impl Slack {
    /// One that posts to `url`.
    pub fn new(url: SecretString, user_agent: &str) -> anyhow::Result<Self> {
        Ok(Self(Webhook::new(url, user_agent)?))
    }
}

#[async_trait]
impl Way for Slack {
    async fn deliver(&self, told: &Told) -> Result<(), NotTaken> {
        let text = format!("*{}*\n{}", plain(&told.headline()), plain(&told.body()));
        self.0.post(&json!({ "text": text })).await
    }
}

/// The three characters that mean something there.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
