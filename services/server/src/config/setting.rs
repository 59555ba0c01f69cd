//! The table of all settings: the key in a file, the default, and what may be written.
//!
//! The variable of a setting is `TALLY_` and its key in upper case.

use self::DefaultValue::{Absent, Always, ByProfile, Development};

/// A setting: its key, its default and its format.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key in a configuration file.
    pub key: &'static str,
    /// Its value when none is given.
    pub default: DefaultValue,
    /// What may be written: the end of a sentence that begins with "Write".
    pub format: &'static str,
}

impl Setting {
    /// Its variable, without `TALLY_`.
    pub fn variable(&self) -> String {
        self.key.to_uppercase()
    }
}

/// The value of a setting that is not given.
#[derive(Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// There is none; the code that reads the setting decides whether it may be absent.
    Absent,
    /// The same in both profiles.
    Always(&'static str),
    /// Only in the development profile; in production the setting must be given.
    Development(&'static str),
    /// One for each profile.
    ByProfile {
        /// In the development profile.
        development: &'static str,
        /// In the production profile.
        production: &'static str,
    },
}

macro_rules! settings {
    ($($name:ident = $key:literal, $default:expr, $format:literal;)*) => {
        $(pub(super) static $name: Setting = Setting { key: $key, default: $default, format: $format };)*

        /// Every setting that there is.
        pub static SETTINGS: &[&Setting] = &[$(&$name),*];
    };
}

settings! {
    PROFILE = "profile", Always("production"), "development or production";
    ROLE = "role", Always("all"), "web, projector or all";
    LISTEN = "listen", Always("127.0.0.1:8080"), "an address and a port, such as 127.0.0.1:8080";
    BASE_URL = "base_url", Development("http://localhost:8080"),
        "the https address at which Jira reaches Tally, such as https://tally.example; http only on loopback";
    APP_KEY = "app_key", Always("tally-assets"), "1 to 64 letters, digits, and - . _";
    DATA_DIR = "data_dir", Development("data"), "the folder of the log, the views and the keys";
    LOG_URL = "log_url", Absent,
        "sqlite:PATH, postgres://USER@HOST/DATABASE, kurrentdb://USER@HOST,HOST or memory:";
    DATABASE_URL = "database_url", Absent, "postgres://USER@HOST/DATABASE";
    PARTITIONS = "partitions", Always("8"), "a number from 1 to 1024";
    VIEWS_GENERATION = "views_generation", Always("1"), "a number from 1 to 65535";
    INSTALL_KEYS_URL = "install_keys_url", Always("https://connect-install-keys.atlassian.com"),
        "an https address, or an http address on loopback";
    ALLOWED_HOSTS = "allowed_hosts", ByProfile { development: "localhost", production: "" },
        "host names with commas, such as example.net";
    MASTER_KEY = "master_key", Absent, "32 bytes in base64, or set TALLY_MASTER_KEY_FILE";
    MASTER_KEY_FILE = "master_key_file", Absent, "the path of a file with 32 bytes in base64";
    HOST_SCRIPT_URL = "host_script_url", Always("https://connect-cdn.atl-paas.net/all.js"),
        "the address of the host's bridge script";
    PREVIOUS_SECRET_GRACE_SECONDS = "previous_secret_grace_seconds", Always("86400"),
        "a number of seconds, at most 31 days";
    SECRET_TTL_SECONDS = "secret_ttl_seconds", Always("300"), "a number of seconds, 1 to 3600";
    AGENT_PERMISSION = "agent_permission", Always("BULK_CHANGE"), "the key of a global permission in Jira";
    LOG_FILTER = "log", Always("info"), "a filter such as info or tally_server=debug,info";
    LOG_FORMAT = "log_format", ByProfile { development: "text", production: "json" }, "text or json";
    WORKERS = "workers", Always("2"), "the number of HTTP workers";
    PROXY_HOPS = "proxy_hops", Always("0"), "the number of your proxies in front of Tally";
    PROBE_PUBLIC_KEY_FILE = "probe_public_key_file", Absent,
        "the path of the file that tally probe keygen made";
    OPS_LISTEN = "ops_listen", Always("127.0.0.1:8081"), "an address and a port, or off";
    OPS_TOKEN = "ops_token", Absent, "a token of your own, or set TALLY_OPS_TOKEN_FILE";
    OPS_TOKEN_FILE = "ops_token_file", Absent, "the path of a file with the token";
    OPS_URL = "ops_url", Absent, "the address of the operator's listener";
    FAILING_AFTER_SECONDS = "failing_after_seconds", Always("15"), "a number of seconds";
    WATCH_INTERVAL_SECONDS = "watch_interval_seconds", Always("5"), "a number of seconds";
    ALARM_LEAST_TENANTS = "alarm_least_tenants", Always("3"), "a number of tenants";
    ALARM_SHARE_PERCENT = "alarm_share_percent", Always("1"), "a number from 0 to 100";
    NOTIFY_WEBHOOK_URL = "notify_webhook_url", Absent,
        "an https address, or an http address on loopback; or set TALLY_NOTIFY_WEBHOOK_URL_FILE";
    NOTIFY_WEBHOOK_URL_FILE = "notify_webhook_url_file", Absent, "the path of a file with the address";
    NOTIFY_SLACK_URL = "notify_slack_url", Absent,
        "an https address, or an http address on loopback; or set TALLY_NOTIFY_SLACK_URL_FILE";
    NOTIFY_SLACK_URL_FILE = "notify_slack_url_file", Absent, "the path of a file with the address";
    NOTIFY_SMTP_URL = "notify_smtp_url", Absent,
        "smtp:// or smtps:// with user and password, or set TALLY_NOTIFY_SMTP_URL_FILE";
    NOTIFY_SMTP_URL_FILE = "notify_smtp_url_file", Absent, "the path of a file with the address";
    NOTIFY_EMAIL_FROM = "notify_email_from", Absent, "the sender's mail address";
    NOTIFY_EMAIL_TO = "notify_email_to", Absent, "the receivers' mail addresses with commas";
    NOTIFY_REPEAT_SECONDS = "notify_repeat_seconds", Always("14400"), "a number of seconds";
    RELEASE = "release", Absent, "1 to 64 letters, digits, and . - _ +";
    BAKE_SECONDS = "bake_seconds", Always("86400"), "a number of seconds";
    PROBE_GAP_SECONDS = "probe_gap_seconds", Always("900"), "a number of seconds";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_in_the_table_twice() {
        let mut keys: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
    }
}
