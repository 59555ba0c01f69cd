//! Mail, sent by SMTP.

use std::net::IpAddr;

use anyhow::{Context as _, anyhow};
use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Mailboxes, MessageBuilder};
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use tally_messages::Texts;
use url::{Host, Url};

use super::channel::{Channel, NotAccepted};
use super::text::AlarmText;
use super::webhook::TIMEOUT;
use crate::settings::EmailSettings;

/// Sends mail to fixed addresses.
pub(super) struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Mailboxes,
    texts: &'static Texts,
}

impl Email {
    /// The configured channel, in the language of `texts`.
    pub fn new(settings: &EmailSettings, texts: &'static Texts) -> anyhow::Result<Self> {
        let url = require_tls(&settings.smtp_url)?;
        // The library's text would quote the address, which may hold a password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| anyhow!("TALLY_NOTIFY_SMTP_URL is not smtp:// or smtps:// with a host"))?;
        let to: Vec<Mailbox> = settings
            .to
            .iter()
            .map(|address| address.parse())
            .collect::<Result<_, _>>()
            .context("TALLY_NOTIFY_EMAIL_TO has an entry that is not a mail address")?;
        Ok(Self {
            transport: builder.timeout(Some(TIMEOUT)).build(),
            from: settings
                .from
                .parse()
                .context("TALLY_NOTIFY_EMAIL_FROM is not a mail address")?,
            to: to.into_iter().collect(),
            texts,
        })
    }

    fn to_mail(&self, text: &AlarmText) -> Result<Message, NotAccepted> {
        let builder: MessageBuilder = Message::builder()
            .from(self.from.clone())
            .header(ContentType::TEXT_PLAIN)
            .subject(format!("[Tally] {}", text.headline(self.texts)));
        self.to
            .iter()
            .fold(builder, |builder, receiver| builder.to(receiver.clone()))
            .body(format!("{}\n", text.body(self.texts)))
            .map_err(|_| NotAccepted("the message cannot be built".to_owned()))
    }
}

#[async_trait]
impl Channel for Email {
    async fn deliver(&self, text: &AlarmText) -> Result<(), NotAccepted> {
        let sent = self.transport.send(self.to_mail(text)?).await;
        sent.map(drop).map_err(|cause| NotAccepted(reason(&cause)))
    }
}

/// Mail leaves this machine under TLS only, whether or not the address asks for it.
fn require_tls(url: &SecretString) -> anyhow::Result<SecretString> {
    let mut parsed: Url = url
        .expose_secret()
        .parse()
        .map_err(|_| anyhow!("TALLY_NOTIFY_SMTP_URL is not an address"))?;
    let local = match parsed.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if parsed.scheme() == "smtp" && !local {
        parsed.set_query(Some("tls=required"));
    }
    Ok(SecretString::from(String::from(parsed)))
}

/// Why a delivery failed. The library's own text may quote addresses.
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
        let address = |url: &str| {
            let guarded = require_tls(&SecretString::from(url.to_owned())).unwrap();
            guarded.expose_secret().to_owned()
        };
        assert_eq!(
            address("smtp://user:pass@mail.example:587"),
            "smtp://user:pass@mail.example:587?tls=required"
        );
        assert_eq!(
            address("smtp://mail.example?tls=opportunistic"),
            "smtp://mail.example?tls=required"
        );
        assert_eq!(address("smtps://mail.example"), "smtps://mail.example");
        assert_eq!(address("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525");
    }
}
