//! Configuration: a file, then `TALLY_*` variables over it, then checked as a whole.
//!
//! Every key of the file is a variable's name in lower case without `TALLY_`. In the development profile everything has a
//! default; in production nothing that matters is guessed, and `tally serve` refuses to start without it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_operator::settings::{Detection, NotifySettings, OpsListener, ReleaseTerms};
use thiserror::Error;

use crate::authentication::SecretTerms;

mod nodes;
mod watch;

pub use nodes::{Role, Shared};
pub use watch::ops_access;

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
    /// 32 bytes, base64, as given.
    Value(SecretString),
    /// A file that holds the same.
    File(PathBuf),
    /// A file made on first start. Development only: losing it loses every secret.
    MadeAt(PathBuf),
    /// None: a projector opens no secret.
    Unneeded,
}

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// How strict the checks were.
    pub profile: Profile,
    /// What this node does.
    pub role: Role,
    /// The database of views and data keys that it shares with other nodes; absent where they are files of its own.
    pub shared: Option<Shared>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Our own address as Atlassian and browsers see it.
    pub base_url: AppBaseUrl,
    /// The app key of the descriptor.
    pub app_key: String,
    /// Where the embedded stores are.
    pub data_dir: PathBuf,
    /// The event log: `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`. It may hold a password.
    pub log_url: SecretString,
    /// Where `/{kid}` install keys are fetched.
    pub install_keys_url: String,
    /// Hosts that a tenant may live on.
    pub tenant_hosts: HostAllowList,
    /// The key that wraps data keys.
    pub master_key: MasterKey,
    /// The host's bridge script.
    pub host_script_url: String,
    /// How long a displaced secret stays accepted.
    pub previous_secret_grace: chrono::Duration,
    /// How long opened secrets are kept.
    pub secrets: SecretTerms,
    /// The Jira global permission that makes somebody an agent.
    pub agent_permission: String,
    /// Filter of the structured log.
    pub log_filter: String,
    /// Whether the structured log is JSON.
    pub log_json: bool,
    /// How many HTTP workers.
    pub workers: usize,
    /// How many proxies of ours stand before us: so many last entries of `X-Forwarded-For` are believed. 0: none is.
    pub proxy_hops: usize,
    /// The operator's listener.
    pub ops: OpsListener,
    /// When tenants count as failing.
    pub detection: Detection,
    /// Who is told of alarms.
    pub notify: NotifySettings,
    /// The terms of releases.
    pub release: ReleaseTerms,
    /// The public key, PEM, that the synthetic tenant's installs are signed with; absent where there is to be none.
    pub probe_key_file: Option<PathBuf>,
}

/// What is wrong with the configuration. Never holds a value of a secret.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {cause}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Keys that mean nothing: a typing mistake must not go unseen.
    #[error("unknown configuration: {0}. Known keys: {known}", known = keys().collect::<Vec<_>>().join(", "))]
    UnknownKeys(String),
    /// Something needed is missing.
    #[error("TALLY_{0} must be set in the production profile")]
    Missing(&'static str),
    /// Something is not what it should be.
    #[error("TALLY_{key} is not right: {why}")]
    Invalid {
        /// Which.
        key: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// Every key there is, as in a file.
pub fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.into_iter().chain(nodes::KEYS).chain(watch::KEYS)
}

/// Where the server listens when nothing is said.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

const KEYS: [&str; 19] = [
    "profile",
    "listen",
    "base_url",
    "app_key",
    "data_dir",
    "log_url",
    "install_keys_url",
    "allowed_hosts",
    "master_key",
    "master_key_file",
    "host_script_url",
    "previous_secret_grace_seconds",
    "secret_ttl_seconds",
    "agent_permission",
    "log",
    "log_format",
    "workers",
    "proxy_hops",
    "probe_public_key_file",
];

/// The raw settings: file first, variables over it.
#[derive(Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads `file`, if any, and then the variables, which win. A variable `TALLY_CONFIG` names a file too.
    ///
    /// # Errors
    /// The file cannot be read or parsed, or a key is unknown.
    pub fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut settings = match file {
            Some(path) => read_file(path)?,
            None => BTreeMap::new(),
        };
        let named = variables
            .into_iter()
            .filter_map(|(k, v)| Some((k.strip_prefix("TALLY_")?.to_lowercase(), v)));
        settings.extend(named.filter(|(key, _)| key != "config"));
        let unknown: Vec<&str> = settings
            .keys()
            .map(String::as_str)
            .filter(|k| !keys().any(|known| known == *k))
            .collect();
        if unknown.is_empty() {
            Ok(Self(settings))
        } else {
            Err(ConfigError::UnknownKeys(unknown.join(", ")))
        }
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|v| v.trim()).filter(|v| !v.is_empty())
    }
}

/// Where the server of this configuration is found from this machine. Nothing else of the configuration needs to be there.
pub fn own_address(settings: &Settings) -> String {
    let listen = settings.get("listen").and_then(near);
    format!("http://{}", listen.as_deref().unwrap_or(DEFAULT_LISTEN))
}

/// A listener's address as this machine gets at it: one on every address is on this machine's too.
fn near(address: &str) -> Option<String> {
    let address: SocketAddr = address.parse().ok()?;
    let port = Some(address.port()).filter(|port| *port != 0)?;
    Some(match address.ip().is_unspecified() {
        true => format!("127.0.0.1:{port}"),
        false => address.to_string(),
    })
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let unreadable = |cause: String| ConfigError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    // A parse error's own text quotes the line, which may be the master key's.
    let table: toml::Table = text
        .parse()
        .map_err(|_| unreadable("it is not TOML".to_owned()))?;
    let plain = |value: toml::Value| match value {
        toml::Value::String(text) => text,
        toml::Value::Array(items) => items
            .iter()
            .filter_map(|i| i.as_str())
            .collect::<Vec<_>>()
            .join(","),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => String::new(),
    };
    Ok(table
        .into_iter()
        .map(|(key, value)| (key, plain(value)))
        .collect())
}

impl Config {
    /// Checks `settings` and fills in defaults.
    ///
    /// # Errors
    /// The first thing that is missing or wrong.
    pub fn check(settings: &Settings) -> Result<Self, ConfigError> {
        let profile = profile(settings)?;
        let development = profile == Profile::Development;
        // A projector serves nobody in Jira and keeps nothing on its disk.
        let projector = nodes::role(settings)? == Role::Projector;
        let needed = |key: &'static str, name: &'static str, default: &str| match settings.get(key) {
            Some(value) => Ok(value.to_owned()),
            None if development || projector => Ok(default.to_owned()),
            None => Err(ConfigError::Missing(name)),
        };
        let data_dir = PathBuf::from(needed("data_dir", "DATA_DIR", "data")?);
        let base_url = needed("base_url", "BASE_URL", "http://localhost:8080")?;
        let hosts = settings
            .get("allowed_hosts")
            .unwrap_or(if development { "localhost" } else { "" });
        let log_url = log_url(settings.get("log_url"), &data_dir)?;
        let (role, shared) = nodes::nodes(settings, &log_url)?;
        Ok(Self {
            profile,
            role,
            shared,
            listen: parsed("LISTEN", settings.get("listen").unwrap_or(DEFAULT_LISTEN))?,
            base_url: AppBaseUrl::parse(&base_url).map_err(|e| invalid("BASE_URL", e))?,
            app_key: app_key(settings.get("app_key").unwrap_or("tally-assets"))?,
            log_url,
            install_keys_url: install_keys_url(settings)?,
            tenant_hosts: HostAllowList::atlassian().with(list(hosts)),
            master_key: master_key(settings, development, &data_dir)?,
            host_script_url: settings
                .get("host_script_url")
                .unwrap_or("https://connect-cdn.atl-paas.net/all.js")
                .to_owned(),
            previous_secret_grace: grace(settings)?,
            secrets: secret_terms(settings)?,
            agent_permission: settings
                .get("agent_permission")
                .unwrap_or("BULK_CHANGE")
                .to_owned(),
            log_filter: settings.get("log").unwrap_or("info").to_owned(),
            log_json: log_json(settings, development)?,
            workers: parsed("WORKERS", settings.get("workers").unwrap_or("2"))?,
            proxy_hops: parsed("PROXY_HOPS", settings.get("proxy_hops").unwrap_or("0"))?,
            ops: watch::ops(settings)?,
            detection: watch::detection(settings)?,
            notify: watch::notify(settings)?,
            release: watch::release_terms(settings, env!("CARGO_PKG_VERSION"))?,
            probe_key_file: watch::probe_key_file(settings),
            data_dir,
        })
    }
}

fn profile(settings: &Settings) -> Result<Profile, ConfigError> {
    match settings.get("profile").unwrap_or("production") {
        "development" => Ok(Profile::Development),
        "production" => Ok(Profile::Production),
        _ => Err(invalid("PROFILE", "it is development or production")),
    }
}

fn app_key(text: &str) -> Result<String, ConfigError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let fits = !text.is_empty() && text.len() <= 64 && text.bytes().all(allowed);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(invalid("APP_KEY", "it is 1 to 64 letters, digits, and - . _"))
    }
}

fn log_url(given: Option<&str>, data_dir: &Path) -> Result<SecretString, ConfigError> {
    let url = match given {
        None => format!("sqlite:{}", data_dir.join("events.db").display()),
        Some(url) => url.to_owned(),
    };
    tally_event_log::check_url(&url).map_err(|e| invalid("LOG_URL", e))?;
    Ok(SecretString::from(url))
}

/// Install keys decide who may plant a secret, so they are never fetched in the clear beyond this machine.
fn install_keys_url(settings: &Settings) -> Result<String, ConfigError> {
    let text = settings
        .get("install_keys_url")
        .unwrap_or("https://connect-install-keys.atlassian.com");
    AppBaseUrl::parse(text)
        .map(|url| url.as_str().to_owned())
        .map_err(|e| invalid("INSTALL_KEYS_URL", e))
}

fn master_key(settings: &Settings, development: bool, data_dir: &Path) -> Result<MasterKey, ConfigError> {
    match (settings.get("master_key"), settings.get("master_key_file")) {
        (Some(_), Some(_)) => Err(invalid("MASTER_KEY", "set it or TALLY_MASTER_KEY_FILE, not both")),
        (Some(value), None) => Ok(MasterKey::Value(SecretString::from(value.to_owned()))),
        (None, Some(path)) => Ok(MasterKey::File(PathBuf::from(path))),
        (None, None) if nodes::role(settings)? == Role::Projector => Ok(MasterKey::Unneeded),
        (None, None) if development => Ok(MasterKey::MadeAt(data_dir.join("master.key"))),
        (None, None) => Err(ConfigError::Missing("MASTER_KEY or TALLY_MASTER_KEY_FILE")),
    }
}

fn grace(settings: &Settings) -> Result<chrono::Duration, ConfigError> {
    const MONTH: u32 = 31 * 24 * 3600;
    let seconds: u32 = parsed(
        "PREVIOUS_SECRET_GRACE_SECONDS",
        settings.get("previous_secret_grace_seconds").unwrap_or("86400"),
    )?;
    if seconds > MONTH {
        return Err(invalid("PREVIOUS_SECRET_GRACE_SECONDS", "it is at most 31 days"));
    }
    Ok(chrono::Duration::seconds(i64::from(seconds)))
}

fn secret_terms(settings: &Settings) -> Result<SecretTerms, ConfigError> {
    const HOUR: u32 = 3600;
    let seconds: u32 = parsed(
        "SECRET_TTL_SECONDS",
        settings.get("secret_ttl_seconds").unwrap_or("300"),
    )?;
    if !(1..=HOUR).contains(&seconds) {
        return Err(invalid("SECRET_TTL_SECONDS", "it is from 1 to 3600"));
    }
    Ok(SecretTerms {
        time_to_live: chrono::Duration::seconds(i64::from(seconds)),
        ..SecretTerms::default()
    })
}

fn log_json(settings: &Settings, development: bool) -> Result<bool, ConfigError> {
    match settings
        .get("log_format")
        .unwrap_or(if development { "text" } else { "json" })
    {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err(invalid("LOG_FORMAT", "it is text or json")),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn parsed<T: std::str::FromStr>(key: &'static str, text: &str) -> Result<T, ConfigError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e: T::Err| invalid(key, e))
}

/// Whether `text` is plain http that stays on this machine.
pub(crate) fn is_loopback_http(text: &str) -> bool {
    text.starts_with("http://") && AppBaseUrl::parse(text).is_ok()
}

fn invalid(key: &'static str, why: impl std::fmt::Display) -> ConfigError {
    ConfigError::Invalid {
        key,
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::check(&Settings::read(None, variables)?)
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
        assert!(matches!(
            with("http://tally.example"),
            Err(ConfigError::Invalid { key: "BASE_URL", .. })
        ));
        let keys = check(&[
            ("TALLY_PROFILE", "development"),
            ("TALLY_INSTALL_KEYS_URL", "http://keys.example"),
        ]);
        assert!(matches!(
            keys,
            Err(ConfigError::Invalid {
                key: "INSTALL_KEYS_URL",
                ..
            })
        ));
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
        assert!(matches!(
            refused,
            Err(ConfigError::Invalid {
                key: "OPS_LISTEN",
                ..
            })
        ));
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
    fn a_misspelt_variable_is_named() {
        let error = check(&[("TALLY_PROFIL", "development")]).unwrap_err();
        assert!(error.to_string().contains("profil"), "{error}");
    }

    #[test]
    fn a_broken_file_is_reported_without_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tally.toml");
        std::fs::write(&path, "master_key = \"c2VjcmV0\" oops").unwrap();
        let error = Settings::read(Some(&path), []).err().unwrap();
        assert!(!error.to_string().contains("c2VjcmV0"), "{error}");
    }

    #[cfg(feature = "postgres")]
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
