//! How Tally watches over its tenants, and whom it tells: detection, notifications, releases, the operator's own listener.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use tally_domain::release::ReleaseVersion;
use tally_operator::settings::{
    Detection, EmailSettings, NotifySettings, OpsAccess, OpsListener, ReleaseTerms,
};

use super::{ConfigError, Settings, invalid, list, near, parsed};

/// Where the operator's listener is when nothing is said.
const DEFAULT_OPS: &str = "127.0.0.1:8081";

/// The keys of this part, as in a file.
pub(super) const KEYS: [&str; 20] = [
    "ops_listen",
    "ops_token",
    "ops_token_file",
    "ops_url",
    "failing_after_seconds",
    "watch_interval_seconds",
    "alarm_least_tenants",
    "alarm_share_percent",
    "notify_webhook_url",
    "notify_webhook_url_file",
    "notify_slack_url",
    "notify_slack_url_file",
    "notify_smtp_url",
    "notify_smtp_url_file",
    "notify_email_from",
    "notify_email_to",
    "notify_repeat_seconds",
    "release",
    "bake_seconds",
    "probe_gap_seconds",
];

pub(super) fn ops(settings: &Settings) -> Result<OpsListener, ConfigError> {
    let listen: Option<SocketAddr> = match settings.get("ops_listen").unwrap_or(DEFAULT_OPS) {
        "off" => None,
        address => Some(parsed("OPS_LISTEN", address)?),
    };
    let token = secret(settings, "OPS_TOKEN", "ops_token", "ops_token_file")?;
    if token.is_none() && listen.is_some_and(|address| !address.ip().is_loopback()) {
        let why = "beyond loopback it needs TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE";
        return Err(invalid("OPS_LISTEN", why));
    }
    Ok(OpsListener { listen, token })
}

/// How to get at the operator's listener. Nothing else of the configuration needs to be there.
///
/// # Errors
/// A value is wrong.
pub fn ops_access(settings: &Settings) -> Result<OpsAccess, ConfigError> {
    let near = settings.get("ops_listen").and_then(near);
    let near = near.as_deref().unwrap_or(DEFAULT_OPS);
    Ok(OpsAccess {
        url: settings
            .get("ops_url")
            .map_or_else(|| format!("http://{near}"), str::to_owned),
        token: secret(settings, "OPS_TOKEN", "ops_token", "ops_token_file")?,
    })
}

pub(super) fn detection(settings: &Settings) -> Result<Detection, ConfigError> {
    let share: f64 = parsed(
        "ALARM_SHARE_PERCENT",
        settings.get("alarm_share_percent").unwrap_or("1"),
    )?;
    if !(0.0..=100.0).contains(&share) {
        return Err(invalid("ALARM_SHARE_PERCENT", "it is 0 to 100"));
    }
    let least: u32 = parsed(
        "ALARM_LEAST_TENANTS",
        settings.get("alarm_least_tenants").unwrap_or("3"),
    )?;
    Ok(Detection {
        failing_after: seconds(settings, "FAILING_AFTER_SECONDS", "failing_after_seconds", 15)?,
        interval: seconds(settings, "WATCH_INTERVAL_SECONDS", "watch_interval_seconds", 5)?
            .max(Duration::from_secs(1)),
        least_tenants: least.max(1),
        share_percent: share,
    })
}

pub(super) fn notify(settings: &Settings) -> Result<NotifySettings, ConfigError> {
    let url = |name, key, file| {
        let found = secret(settings, name, key, file)?;
        let https = |text: &str| text.starts_with("https://") || super::is_loopback_http(text);
        match found {
            Some(url) if !https(secrecy::ExposeSecret::expose_secret(&url)) => {
                Err(invalid(name, "it is an https address, or http on loopback"))
            }
            found => Ok(found),
        }
    };
    Ok(NotifySettings {
        webhook: url(
            "NOTIFY_WEBHOOK_URL",
            "notify_webhook_url",
            "notify_webhook_url_file",
        )?,
        slack: url("NOTIFY_SLACK_URL", "notify_slack_url", "notify_slack_url_file")?,
        email: email(settings)?,
        repeat: seconds(
            settings,
            "NOTIFY_REPEAT_SECONDS",
            "notify_repeat_seconds",
            4 * 3600,
        )?,
    })
}

fn email(settings: &Settings) -> Result<Option<EmailSettings>, ConfigError> {
    let smtp = secret(
        settings,
        "NOTIFY_SMTP_URL",
        "notify_smtp_url",
        "notify_smtp_url_file",
    )?;
    let Some(smtp_url) = smtp else {
        return Ok(None);
    };
    let from = settings.get("notify_email_from");
    let to = list(settings.get("notify_email_to").unwrap_or_default());
    match from {
        Some(from) if !to.is_empty() => Ok(Some(EmailSettings {
            smtp_url,
            from: from.to_owned(),
            to,
        })),
        _ => Err(invalid(
            "NOTIFY_SMTP_URL",
            "it needs TALLY_NOTIFY_EMAIL_FROM and TALLY_NOTIFY_EMAIL_TO",
        )),
    }
}

pub(super) fn release_terms(settings: &Settings, version: &str) -> Result<ReleaseTerms, ConfigError> {
    let running = settings.get("release").unwrap_or(version);
    let why = "it is 1 to 64 letters, digits, and . - _ +";
    Ok(ReleaseTerms {
        running: ReleaseVersion::parse(running).ok_or_else(|| invalid("RELEASE", why))?,
        bake: seconds(settings, "BAKE_SECONDS", "bake_seconds", 24 * 3600)?,
        probe_gap: seconds(settings, "PROBE_GAP_SECONDS", "probe_gap_seconds", 900)?,
    })
}

fn seconds(
    settings: &Settings,
    name: &'static str,
    key: &str,
    default: u32,
) -> Result<Duration, ConfigError> {
    let seconds: u32 = settings.get(key).map_or(Ok(default), |text| parsed(name, text))?;
    Ok(Duration::from_secs(u64::from(seconds)))
}

/// A secret by value or by file, not both.
fn secret(
    settings: &Settings,
    name: &'static str,
    key: &str,
    file: &str,
) -> Result<Option<SecretString>, ConfigError> {
    match (settings.get(key), settings.get(file)) {
        (Some(_), Some(_)) => Err(invalid(name, "set the value or the file, not both")),
        (Some(value), None) => Ok(Some(SecretString::from(value.to_owned()))),
        (None, Some(path)) => read(name, Path::new(path)).map(Some),
        (None, None) => Ok(None),
    }
}

fn read(name: &'static str, path: &Path) -> Result<SecretString, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| invalid(name, format!("its file cannot be read: {cause}")))?;
    Ok(SecretString::from(text.trim().to_owned()))
}

/// The public key of the synthetic tenant, if there is one.
pub(super) fn probe_key_file(settings: &Settings) -> Option<PathBuf> {
    settings.get("probe_public_key_file").map(PathBuf::from)
}
