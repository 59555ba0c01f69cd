//! The settings of the operator's house. The server reads and checks them; here is only their
//! shape.

use std::net::SocketAddr;
use std::time::Duration;

use crate::domain::release::ReleaseVersion;
use secrecy::SecretString;
use tally_messages::Language;

/// The operator's listener.
#[derive(Clone, Debug)]
pub struct OpsListener {
    /// Where it listens; `None` when it is switched off.
    pub listen: Option<SocketAddr>,
    /// The token that callers must show; may be absent only while it listens on loopback.
    pub token: Option<SecretString>,
}

/// How the command line reaches the operator's listener.
#[derive(Clone, Debug)]
pub struct OpsAccess {
    /// The listener's address, such as `http://127.0.0.1:8081`.
    pub url: String,
    /// The token to show.
    pub token: Option<SecretString>,
}

/// When a tenant counts as failing, and how many failing tenants fire an alarm.
#[derive(Clone, Debug)]
pub struct Detection {
    /// How long requests of a tenant must have been refused, with none verified since the first.
    pub failing_after: Duration,
    /// The time from one tick of the watch to the next.
    pub interval: Duration,
    /// The least number of failing tenants that fires an alarm.
    pub least_tenants: u32,
    /// The share of the installed tenants, in percent, that fires an alarm.
    pub share_percent: f64,
}

/// Where messages about alarms are sent. The addresses are secrets: they let anyone write there.
#[derive(Clone, Debug)]
pub struct NotifySettings {
    /// The address that takes our own JSON.
    pub webhook: Option<SecretString>,
    /// The address that takes messages in Slack's format.
    pub slack: Option<SecretString>,
    /// The mail server and its receivers.
    pub email: Option<EmailSettings>,
    /// The language of mail and of messages in Slack's format. Our own JSON is in English.
    pub language: Language,
    /// How long after a message the next one follows while the alarm still fires; zero for never.
    pub repeat: Duration,
}

/// Where mail goes.
#[derive(Clone, Debug)]
pub struct EmailSettings {
    /// `smtp://` or `smtps://`, with user and password where the server needs them.
    pub smtp_url: SecretString,
    /// The sender's address.
    pub from: String,
    /// The receivers' addresses.
    pub to: Vec<String>,
}

/// The terms on which releases bake.
#[derive(Clone, Debug)]
pub struct ReleaseTerms {
    /// The version that runs here.
    pub running: ReleaseVersion,
    /// How long a release bakes when its stage command does not say.
    pub bake: Duration,
    /// The longest time between two probes that counts as baking.
    pub probe_gap: Duration,
}
