//! How Tally watches over its tenants and who is notified: detection, channels, releases, and the
//! operator's own listener.

use std::net::SocketAddr;

use secrecy::{ExposeSecret, SecretString};
use tally_operator::domain::release::ReleaseVersion;
use tally_operator::settings::{
    Detection, EmailSettings, NotifySettings, OpsAccess, OpsListener, ReleaseTerms,
};

use super::address::{is_loopback_http, local_address};
use super::error::ConfigError;
use super::setting::{self, Setting};
use super::settings::Settings;

/// Reads the operator's listener.
pub(super) fn read_listener(settings: &Settings) -> Result<OpsListener, ConfigError> {
    let listen: Option<SocketAddr> = match settings.required_value(&setting::OPS_LISTEN)? {
        "off" => None,
        _ => Some(settings.parse(&setting::OPS_LISTEN)?),
    };
    let token = read_token(settings)?;
    if token.is_none() && listen.is_some_and(|address| !address.ip().is_loopback()) {
        let why = "beyond loopback it needs TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE";
        return Err(ConfigError::invalid(&setting::OPS_LISTEN, why));
    }
    Ok(OpsListener { listen, token })
}

/// How the command line reaches the operator's listener. The rest of the configuration may be
/// absent.
///
/// # Errors
/// The token's file cannot be read, or both the token and its file are given.
pub fn ops_access(settings: &Settings) -> Result<OpsAccess, ConfigError> {
    let near = format!("http://{}", local_address(settings, &setting::OPS_LISTEN));
    Ok(OpsAccess {
        url: settings
            .given_value(&setting::OPS_URL)
            .map_or(near, str::to_owned),
        token: read_token(settings)?,
    })
}

fn read_token(settings: &Settings) -> Result<Option<SecretString>, ConfigError> {
    settings.secret(&setting::OPS_TOKEN, &setting::OPS_TOKEN_FILE)
}

/// Reads when a tenant counts as failing.
pub(super) fn read_detection(settings: &Settings) -> Result<Detection, ConfigError> {
    let interval = settings.seconds(&setting::WATCH_INTERVAL_SECONDS)?;
    let least_tenants: u32 = settings.parse(&setting::ALARM_LEAST_TENANTS)?;
    Ok(Detection {
        failing_after: settings.seconds(&setting::FAILING_AFTER_SECONDS)?,
        interval: interval.max(std::time::Duration::from_secs(1)),
        least_tenants: least_tenants.max(1),
        share_percent: settings.parse_within(&setting::ALARM_SHARE_PERCENT, 0.0..=100.0)?,
    })
}

/// Reads where messages about alarms go.
pub(super) fn read_channels(settings: &Settings) -> Result<NotifySettings, ConfigError> {
    Ok(NotifySettings {
        webhook: read_url(
            settings,
            &setting::NOTIFY_WEBHOOK_URL,
            &setting::NOTIFY_WEBHOOK_URL_FILE,
        )?,
        slack: read_url(
            settings,
            &setting::NOTIFY_SLACK_URL,
            &setting::NOTIFY_SLACK_URL_FILE,
        )?,
        email: read_email(settings)?,
        repeat: settings.seconds(&setting::NOTIFY_REPEAT_SECONDS)?,
    })
}

/// The address of a channel. It never leaves this machine in the clear.
fn read_url(
    settings: &Settings,
    by_value: &'static Setting,
    by_file: &'static Setting,
) -> Result<Option<SecretString>, ConfigError> {
    let is_safe = |url: &str| url.starts_with("https://") || is_loopback_http(url);
    match settings.secret(by_value, by_file)? {
        Some(url) if !is_safe(url.expose_secret()) => {
            Err(ConfigError::invalid(by_value, "the address is not safe"))
        }
        url => Ok(url),
    }
}

fn read_email(settings: &Settings) -> Result<Option<EmailSettings>, ConfigError> {
    let url = settings.secret(&setting::NOTIFY_SMTP_URL, &setting::NOTIFY_SMTP_URL_FILE)?;
    let Some(smtp_url) = url else {
        return Ok(None);
    };
    let to = settings.list(&setting::NOTIFY_EMAIL_TO);
    match settings.given_value(&setting::NOTIFY_EMAIL_FROM) {
        Some(from) if !to.is_empty() => Ok(Some(EmailSettings {
            smtp_url,
            from: from.to_owned(),
            to,
        })),
        _ => Err(ConfigError::invalid(
            &setting::NOTIFY_SMTP_URL,
            "it needs TALLY_NOTIFY_EMAIL_FROM and TALLY_NOTIFY_EMAIL_TO",
        )),
    }
}

/// Reads the terms on which releases bake. Without a setting, `version` is the release that runs.
pub(super) fn read_release_terms(settings: &Settings, version: &str) -> Result<ReleaseTerms, ConfigError> {
    let running = settings.given_value(&setting::RELEASE).unwrap_or(version);
    let invalid = || ConfigError::invalid(&setting::RELEASE, "it is not the name of a release");
    Ok(ReleaseTerms {
        running: ReleaseVersion::parse(running).ok_or_else(invalid)?,
        bake: settings.seconds(&setting::BAKE_SECONDS)?,
        probe_gap: settings.seconds(&setting::PROBE_GAP_SECONDS)?,
    })
}
