//! Configuration: a file, then `TALLY_*` variables over it, then checked together.
//!
//! `setting` is the table of all settings. In the development profile each has a default; in
//! production nothing that matters is guessed, and `tally serve` refuses to start without it.

mod address;
mod error;
mod nodes;
mod operations;
mod setting;
mod settings;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_operator::settings::{Detection, NotifySettings, OpsListener, ReleaseTerms};

use crate::authentication::SecretTerms;

pub use address::own_address;
pub use error::ConfigError;
pub use nodes::{Role, SharedDatabase};
pub use operations::ops_access;
pub use setting::{DefaultValue, SETTINGS, Setting};
pub use settings::Settings;

/// How strict the checks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Everything has a default; a master key is made when there is none.
    Development,
    /// What matters must be set.
    Production,
}

/// Where the master key comes from.
#[derive(Clone, Debug)]
pub enum MasterKey {
    /// 32 bytes in base64, given as a value.
    Value(SecretString),
    /// A file that holds the same.
    File(PathBuf),
    /// A file made on first start. Development only: losing it loses every secret.
    MadeAt(PathBuf),
    /// There is none: a projector opens no secret.
    Unneeded,
}

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// How strict the checks were.
    pub profile: Profile,
    /// What this node does.
    pub role: Role,
    /// The database of views and data keys that it shares with other nodes; absent where they are
    /// files of its own.
    pub shared: Option<SharedDatabase>,
    /// The address on which the server listens.
    pub listen: SocketAddr,
    /// Tally's own address as Atlassian and browsers see it.
    pub base_url: AppBaseUrl,
    /// The app key of the descriptor.
    pub app_key: String,
    /// The folder of the embedded stores.
    pub data_dir: PathBuf,
    /// The event log, such as `sqlite:PATH` or `postgres://USER@HOST/DATABASE`. It may hold a
    /// password.
    pub log_url: SecretString,
    /// The server that answers `/{kid}` with an install key.
    pub install_keys_url: String,
    /// Hosts that a tenant may live on.
    pub tenant_hosts: HostAllowList,
    /// The key that wraps data keys.
    pub master_key: MasterKey,
    /// The address of the host's bridge script.
    pub host_script_url: String,
    /// The grace period of a replaced secret.
    pub previous_secret_grace: chrono::Duration,
    /// How long opened secrets are kept.
    pub secrets: SecretTerms,
    /// The global permission in Jira that makes a person an agent.
    pub agent_permission: String,
    /// Filter of the structured log.
    pub log_filter: String,
    /// Whether the structured log is JSON.
    pub log_json: bool,
    /// The number of HTTP workers.
    pub workers: usize,
    /// The number of the operator's own proxies in front of Tally. That many entries at the end of
    /// `X-Forwarded-For` are trusted.
    pub proxy_hops: usize,
    /// The operator's listener: its address and token.
    pub ops: OpsListener,
    /// When tenants count as failing, and how many fire an alarm.
    pub detection: Detection,
    /// Who is notified of alarms.
    pub notify: NotifySettings,
    /// The terms on which releases bake.
    pub release: ReleaseTerms,
    /// The file with the probe's public key (PEM), which verifies the synthetic tenant's installs.
    /// Without it there is no synthetic tenant.
    pub probe_key_file: Option<PathBuf>,
}

impl Config {
    /// Checks `settings` and fills in defaults.
    ///
    /// # Errors
    /// The first setting that is missing or invalid, with what to write.
    pub fn check(settings: &Settings) -> Result<Self, ConfigError> {
        let profile = settings.choose(
            &setting::PROFILE,
            &[
                ("development", Profile::Development),
                ("production", Profile::Production),
            ],
        )?;
        let data_dir = PathBuf::from(required_by_servers(settings, &setting::DATA_DIR)?);
        let log_url = read_log_url(settings, &data_dir)?;
        let (role, shared) = nodes::read_nodes(settings, &log_url)?;
        let text = |setting| settings.required_value(setting).map(str::to_owned);
        Ok(Self {
            profile,
            role,
            shared,
            listen: settings.parse(&setting::LISTEN)?,
            base_url: parse_url(
                &setting::BASE_URL,
                required_by_servers(settings, &setting::BASE_URL)?,
            )?,
            app_key: read_app_key(settings)?,
            log_url,
            install_keys_url: read_install_keys_url(settings)?,
            tenant_hosts: HostAllowList::atlassian().with(settings.list(&setting::ALLOWED_HOSTS)),
            master_key: read_master_key(settings, profile, &data_dir)?,
            host_script_url: text(&setting::HOST_SCRIPT_URL)?,
            previous_secret_grace: read_grace(settings)?,
            secrets: read_secret_terms(settings)?,
            agent_permission: text(&setting::AGENT_PERMISSION)?,
            log_filter: text(&setting::LOG_FILTER)?,
            log_json: settings.choose(&setting::LOG_FORMAT, &[("json", true), ("text", false)])?,
            workers: settings.parse(&setting::WORKERS)?,
            proxy_hops: settings.parse(&setting::PROXY_HOPS)?,
            ops: operations::read_listener(settings)?,
            detection: operations::read_detection(settings)?,
            notify: operations::read_channels(settings)?,
            release: operations::read_release_terms(settings, env!("CARGO_PKG_VERSION"))?,
            probe_key_file: settings
                .given_value(&setting::PROBE_PUBLIC_KEY_FILE)
                .map(PathBuf::from),
            data_dir,
        })
    }
}

/// A setting that nodes need which serve Jira. A projector serves no site and keeps no file of its
/// own, so for it the default of the development profile is good enough.
fn required_by_servers<'a>(settings: &'a Settings, needed: &'static Setting) -> Result<&'a str, ConfigError> {
    match (settings.required_value(needed), &needed.default) {
        (Err(_), DefaultValue::Development(text)) if nodes::read_role(settings)? == Role::Projector => {
            Ok(text)
        }
        (value, _) => value,
    }
}

fn parse_url(setting: &'static Setting, text: &str) -> Result<AppBaseUrl, ConfigError> {
    AppBaseUrl::parse(text).map_err(|cause| ConfigError::invalid(setting, cause))
}

fn read_app_key(settings: &Settings) -> Result<String, ConfigError> {
    let text = settings.required_value(&setting::APP_KEY)?;
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    if text.len() <= 64 && text.bytes().all(is_allowed) {
        Ok(text.to_owned())
    } else {
        Err(ConfigError::invalid(&setting::APP_KEY, "it is not an app key"))
    }
}

fn read_log_url(settings: &Settings, data_dir: &Path) -> Result<SecretString, ConfigError> {
    let url = match settings.given_value(&setting::LOG_URL) {
        None => format!("sqlite:{}", data_dir.join("events.db").display()),
        Some(url) => url.to_owned(),
    };
    tally_event_log::check_url(&url).map_err(|cause| ConfigError::invalid(&setting::LOG_URL, cause))?;
    Ok(SecretString::from(url))
}

/// Install keys decide who may plant a secret, so they are never fetched in the clear beyond this
/// machine.
fn read_install_keys_url(settings: &Settings) -> Result<String, ConfigError> {
    let text = settings.required_value(&setting::INSTALL_KEYS_URL)?;
    parse_url(&setting::INSTALL_KEYS_URL, text).map(|url| url.as_str().to_owned())
}

fn read_master_key(settings: &Settings, profile: Profile, data_dir: &Path) -> Result<MasterKey, ConfigError> {
    let given = (
        settings.given_value(&setting::MASTER_KEY),
        settings.given_value(&setting::MASTER_KEY_FILE),
    );
    match given {
        (Some(_), Some(_)) => Err(ConfigError::invalid(
            &setting::MASTER_KEY,
            "TALLY_MASTER_KEY_FILE is set too; set one of them",
        )),
        (Some(value), None) => Ok(MasterKey::Value(SecretString::from(value.to_owned()))),
        (None, Some(path)) => Ok(MasterKey::File(PathBuf::from(path))),
        (None, None) if nodes::read_role(settings)? == Role::Projector => Ok(MasterKey::Unneeded),
        (None, None) if profile == Profile::Development => Ok(MasterKey::MadeAt(data_dir.join("master.key"))),
        (None, None) => Err(ConfigError::Missing(&setting::MASTER_KEY)),
    }
}

fn read_grace(settings: &Settings) -> Result<chrono::Duration, ConfigError> {
    const MONTH: u32 = 31 * 24 * 3600;
    let seconds = settings.parse_within(&setting::PREVIOUS_SECRET_GRACE_SECONDS, 0..=MONTH)?;
    Ok(chrono::Duration::seconds(i64::from(seconds)))
}

fn read_secret_terms(settings: &Settings) -> Result<SecretTerms, ConfigError> {
    const HOUR: u32 = 3600;
    let seconds = settings.parse_within(&setting::SECRET_TTL_SECONDS, 1..=HOUR)?;
    Ok(SecretTerms {
        time_to_live: chrono::Duration::seconds(i64::from(seconds)),
        ..SecretTerms::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::check(&Settings::read(None, variables)?)
    }

    fn is_invalid(result: &Result<Config, ConfigError>, refused: &Setting) -> bool {
        matches!(result, Err(ConfigError::Invalid { setting, .. }) if *setting == refused)
    }

    #[test]
    fn an_error_names_the_variable_and_the_key_and_says_what_to_write() {
        let wrong = [("TALLY_PROFILE", "development"), ("TALLY_PARTITIONS", "many")];
        assert_eq!(
            check(&wrong).unwrap_err().to_string(),
            "TALLY_PARTITIONS is invalid (in a file: partitions): invalid digit found in string. \
             Write a number from 1 to 1024."
        );
        assert_eq!(
            check(&[("TALLY_DATA_DIR", "/d")]).unwrap_err().to_string(),
            "TALLY_BASE_URL must be set in the production profile (in a file: base_url). Write the https \
             address at which Jira reaches Tally, such as https://tally.example; http only on loopback."
        );
    }

    #[test]
    fn development_needs_nothing_but_its_name() {
        let config = check(&[("TALLY_PROFILE", "development")]).unwrap();
        assert_eq!(config.base_url.as_str(), "http://localhost:8080");
        assert!(config.tenant_hosts.permits("acme.localhost"));
    }

    #[test]
    fn production_refuses_to_guess() {
        for missing in ["TALLY_DATA_DIR", "TALLY_BASE_URL", "TALLY_MASTER_KEY"] {
            let all = [
                ("TALLY_DATA_DIR", "/d"),
                ("TALLY_BASE_URL", "https://t.example"),
                ("TALLY_MASTER_KEY", "x"),
            ];
            let rest: Vec<_> = all.into_iter().filter(|(k, _)| *k != missing).collect();
            assert!(
                matches!(check(&rest), Err(ConfigError::Missing(_))),
                "without {missing}"
            );
        }
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let with = |url| check(&[("TALLY_PROFILE", "development"), ("TALLY_BASE_URL", url)]);
        assert!(with("http://127.0.0.1:9").is_ok());
        assert!(is_invalid(&with("http://tally.example"), &setting::BASE_URL));
        let keys = check(&[
            ("TALLY_PROFILE", "development"),
            ("TALLY_INSTALL_KEYS_URL", "http://keys.example"),
        ]);
        assert!(is_invalid(&keys, &setting::INSTALL_KEYS_URL));
    }

    #[test]
    fn a_server_is_found_on_its_own_machine_wherever_it_listens() {
        let found = |address: &str| {
            let listen = ("TALLY_LISTEN".to_owned(), address.to_owned());
            own_address(&Settings::read(None, [listen]).unwrap())
        };
        assert_eq!(found(""), "http://127.0.0.1:8080");
        assert_eq!(found("0.0.0.0:9000"), "http://127.0.0.1:9000");
        assert_eq!(found("[::1]:9000"), "http://[::1]:9000");
    }

    #[test]
    fn the_operators_listener_needs_a_token_beyond_loopback() {
        let with = |address, token| {
            let profile = ("TALLY_PROFILE", "development");
            check(&[profile, ("TALLY_OPS_LISTEN", address), ("TALLY_OPS_TOKEN", token)])
        };
        assert!(with("127.0.0.1:0", "").is_ok());
        assert!(with("0.0.0.0:8081", "a token").is_ok());
        assert!(with("off", "").unwrap().ops.listen.is_none());
        let refused = with("0.0.0.0:8081", "");
        assert!(is_invalid(&refused, &setting::OPS_LISTEN));
    }

    #[test]
    fn alarms_are_never_sent_in_the_clear_beyond_this_machine() {
        let with = |url| check(&[("TALLY_PROFILE", "development"), ("TALLY_NOTIFY_SLACK_URL", url)]);
        assert!(with("https://hooks.example/T/B/x").is_ok());
        assert!(with("http://127.0.0.1:9/x").is_ok());
        let error = with("http://hooks.example/T/B/x").unwrap_err();
        assert!(!error.to_string().contains("hooks.example"), "{error}");
    }

    #[test]
    fn the_logs_password_is_never_printed() {
        let with = |url| check(&[("TALLY_PROFILE", "development"), ("TALLY_LOG_URL", url)]);
        let config = with("postgres://me:hunter2@db.example/tally?sslmode=verify-full").unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        for wrong in [
            "postgres://me:hunter2@db.example/tally?pasword=hunter2",
            "mysql://me:hunter2@db",
        ] {
            let error = with(wrong).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn the_master_key_is_never_printed() {
        let config = check(&[("TALLY_PROFILE", "development"), ("TALLY_MASTER_KEY", "c2VjcmV0")]).unwrap();
        assert!(!format!("{config:?}").contains("c2VjcmV0"));
    }
}
