//! A webhook that takes messages in Slack's format, which other services take too.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::json;

use super::channel::{Channel, NotAccepted};
use super::text::AlarmText;
use super::webhook::Webhook;

/// Posts text to an address.
pub(super) struct Slack(Webhook);

impl Slack {
    /// A channel that posts to `url`.
    pub fn new(url: SecretString, user_agent: &str) -> anyhow::Result<Self> {
        Ok(Self(Webhook::new(url, user_agent)?))
    }
}

#[async_trait]
impl Channel for Slack {
    async fn deliver(&self, text: &AlarmText) -> Result<(), NotAccepted> {
        let text = format!("*{}*\n{}", escape(&text.headline()), escape(&text.body()));
        self.0.post(&json!({ "text": text })).await
    }
}

/// Escapes the three characters that have a meaning in Slack.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
