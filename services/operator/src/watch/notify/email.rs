//! Mail, by SMTP.

use anyhow::{Context as _, anyhow};
use async_trait::async_trait;
use lettre::message::{Mailbox, Mailboxes, MessageBuilder};
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use tally_operator::settings::EmailSettings;
use url::Url;

use super::text::Told;
use super::way::{NotTaken, Way};
use super::webhook::PATIENCE;
use crate::config;

/// Mails to fixed addresses.
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Mailboxes,
}

impl Email {
    /// One as configured.
    pub fn new(config: &EmailSettings) -> anyhow::Result<Self> {
        let url = guarded(&config.smtp_url)?;
        // The library's words would quote the address, which may hold a password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| anyhow!("TALLY_NOTIFY_SMTP_URL is not smtp:// or smtps:// with a host"))?;
        let to: Vec<Mailbox> = config
            .to
            .iter()
            .map(|address| address.parse())
            .collect::<Result<_, _>>()
            .context("TALLY_NOTIFY_EMAIL_TO holds something that is no address")?;
        Ok(Self {
            transport: builder.timeout(Some(PATIENCE)).build(),
            from: config
                .from
                .parse()
                .context("TALLY_NOTIFY_EMAIL_FROM is no address")?,
            to: to.into_iter().collect(),
        })
    }

    fn message(&self, told: &Told) -> Result<Message, NotTaken> {
        let builder: MessageBuilder = Message::builder()
            .from(self.from.clone())
            .subject(format!("[Tally] {}", told.headline()));
        self.to
            .iter()
            .fold(builder, |builder, receiver| builder.to(receiver.clone()))
            .body(format!("{}\n", told.body()))
            .map_err(|_| NotTaken("the message cannot be built".to_owned()))
    }
}

#[async_trait]
impl Way for Email {
    async fn deliver(&self, told: &Told) -> Result<(), NotTaken> {
        let sent = self.transport.send(self.message(told)?).await;
        sent.map(drop).map_err(|cause| NotTaken(reason(&cause)))
    }
}

/// Beyond this machine mail goes out under TLS, whether or not the address asks for it.
fn guarded(url: &SecretString) -> anyhow::Result<SecretString> {
    let mut parsed: Url = url
        .expose_secret()
        .parse()
        .map_err(|_| anyhow!("TALLY_NOTIFY_SMTP_URL is not an address"))?;
    let host = parsed.host_str().unwrap_or_default();
    let local = config::is_loopback_http(&format!("http://{host}"));
    if parsed.scheme() == "smtp" && !local {
        parsed.set_query(Some("tls=required"));
    }
    Ok(SecretString::from(String::from(parsed)))
}

/// The library's own words may quote addresses.
fn reason(cause: &smtp::Error) -> String {
    match cause.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if cause.is_timeout() => "no answer in time".to_owned(),
        None if cause.is_tls() => "no TLS with the mail server".to_owned(),
        None => "no connection to the mail server".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_leaves_this_machine_under_tls_only() {
        let guarded = |url: &str| {
            let guarded = guarded(&SecretString::from(url.to_owned())).unwrap();
            guarded.expose_secret().to_owned()
        };
        assert_eq!(
            guarded("smtp://user:pass@mail.example:587"),
            "smtp://user:pass@mail.example:587?tls=required"
        );
        assert_eq!(
            guarded("smtp://mail.example?tls=opportunistic"),
            "smtp://mail.example?tls=required"
        );
        assert_eq!(guarded("smtps://mail.example"), "smtps://mail.example");
        assert_eq!(guarded("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525");
    }
}
