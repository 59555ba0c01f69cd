//! A webhook that takes messages in Slack's format, which other services take too.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::json;
use tally_messages::Texts;

use super::channel::{Channel, NotAccepted};
use super::text::AlarmText;
use super::webhook::Webhook;

/// Posts text to an address.
pub(super) struct Slack {
    webhook: Webhook,
    texts: &'static Texts,
}

impl Slack {
    /// A channel that posts to `url`, in the language of `texts`.
    pub fn new(url: SecretString, user_agent: &str, texts: &'static Texts) -> anyhow::Result<Self> {
        let webhook = Webhook::new(url, user_agent)?;
        Ok(Self { webhook, texts })
    }
}

#[async_trait]
impl Channel for Slack {
    async fn deliver(&self, text: &AlarmText) -> Result<(), NotAccepted> {
        let (headline, body) = (text.headline(self.texts), text.body(self.texts));
        let text = format!("*{}*\n{}", escape(&headline), escape(&body));
        self.webhook.post(&json!({ "text": text })).await
    }
}

/// Escapes the three characters that have a meaning in Slack.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
