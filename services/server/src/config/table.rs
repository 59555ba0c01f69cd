//! The table of all settings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_messages::Language;
use tally_operator::domain::release::ReleaseVersion;

use super::error::{ConfigError, ConfigErrors};
use super::given::Given;
use super::setting::DefaultValue::{Absent, AbsentSecret, Always, ByProfile, Development};
use super::setting::{Setting, settings};
use super::settings::Settings;
use super::values::{
    LogFormat, MasterKey, Profile, Role, read_app_key, read_channel, read_database_url, read_hosts,
    read_language, read_log_url, read_master_key, read_other_master_key, read_release, read_url,
};

const HOUR: u32 = 3600;
const MONTH: u32 = 31 * 24 * HOUR;

settings! {
    /// How strict the checks are.
    profile: Profile = Always("production"), Given::parse_word, "development or production";
    /// What this node does.
    role: Role = Always("all"), Given::parse_word, "web, projector or all";
    /// The address on which the server listens.
    listen: SocketAddr = Always("127.0.0.1:8080"), Given::parse,
        "an address and a port, such as 127.0.0.1:8080";
    /// Tally's own address as Atlassian and browsers see it.
    base_url: AppBaseUrl = Development("http://localhost:8080"), read_url,
        "the https address at which Jira reaches Tally, such as https://tally.example; http only on loopback";
    /// The app key of the descriptor.
    app_key: String = Always("tally-assets"), read_app_key, "1 to 64 letters, digits, and - . _";
    /// The folder of the embedded stores.
    data_dir: PathBuf = Development("data"), Given::parse, "the folder of the log, the views and the keys";
    /// The event log; in the data folder when it is not given. It may hold a password.
    log_url: SecretString = Absent, read_log_url,
        "sqlite:PATH, postgres://USER@HOST/DATABASE, kurrentdb://USER@HOST,HOST or memory:";
    /// The database of views and data keys that this node shares with others; absent where they are
    /// files of its own. It may hold a password.
    database_url: Option<SecretString> = Absent, read_database_url, "postgres://USER@HOST/DATABASE";
    /// The number of partitions when shared views are made.
    partitions: u16 = Always("8"), |given| given.parse_within(1..=1024), "a number from 1 to 1024";
    /// The number of the shared views. Views of another number are rebuilt beside them.
    views_generation: u16 = Always("1"), |given| given.parse_within(1..=u16::MAX),
        "a number from 1 to 65535";
    /// The server that answers `/{kid}` with an install key. Install keys decide who may plant a
    /// secret, so they are never fetched in the clear beyond this machine.
    install_keys_url: AppBaseUrl = Always("https://connect-install-keys.atlassian.com"), read_url,
        "an https address, or an http address on loopback";
    /// Hosts that a tenant may live on, including Atlassian's.
    allowed_hosts: HostAllowList = ByProfile { development: "localhost", production: "" }, read_hosts,
        "host names with commas, such as example.net";
    /// The key that wraps data keys.
    master_key: MasterKey = AbsentSecret, read_master_key, "32 bytes in base64";
    /// A second key that opens data keys and wraps none: during a rotation, the one that is
    /// replaced, or on the way there the one to come.
    other_master_key: Option<MasterKey> = AbsentSecret, read_other_master_key, "32 bytes in base64";
    /// The address of the host's bridge script.
    host_script_url: String = Always("https://connect-cdn.atl-paas.net/all.js"), Given::parse,
        "the address of the host's bridge script";
    /// The grace period of a replaced secret.
    previous_secret_grace_seconds: TimeDelta = Always("86400"), |given| given.seconds_within(0..=MONTH),
        "a number of seconds, at most 31 days";
    /// How long a secret stays open before the next use opens it again.
    secret_ttl_seconds: TimeDelta = Always("300"), |given| given.seconds_within(1..=HOUR),
        "a number of seconds, 1 to 3600";
    /// The global permission in Jira that makes a person an agent.
    agent_permission: String = Always("BULK_CHANGE"), Given::parse,
        "the key of a global permission in Jira";
    /// Filter of the structured log.
    log: String = Always("info"), Given::parse, "a filter such as info or tally_server=debug,info";
    /// How the structured log is written.
    log_format: LogFormat = ByProfile { development: "text", production: "json" }, Given::parse_word,
        "text or json";
    /// The number of HTTP workers.
    workers: usize = Always("2"), Given::parse, "the number of HTTP workers";
    /// How long a question of a site to the views may wait for its turn, and how long it may take
    /// then.
    query_seconds: Duration = Always("5"), Given::seconds, "a number of seconds";
    /// The number of the operator's own proxies in front of Tally. That many entries at the end of
    /// `X-Forwarded-For` are trusted.
    proxy_hops: usize = Always("0"), Given::parse, "the number of your proxies in front of Tally";
    /// The file with the probe's public key (PEM), which verifies the synthetic tenant's installs.
    /// Without it there is no synthetic tenant.
    probe_public_key_file: Option<PathBuf> = Absent, Given::parse_optional,
        "the path of the file that tally probe keygen made";
    /// The address of the operator's listener; none when it is switched off.
    ops_listen: Option<SocketAddr> = Always("127.0.0.1:8081"), Given::parse_unless_off,
        "an address and a port, or off";
    /// The token that the operator's callers must show.
    ops_token: Option<SecretString> = AbsentSecret, Given::secret, "a token of your own";
    /// Where the command line finds the operator's listener.
    ops_url: Option<String> = Absent, Given::parse_optional, "the address of the operator's listener";
    /// How long requests of a tenant must have been refused before it counts as failing.
    failing_after_seconds: Duration = Always("15"), Given::seconds, "a number of seconds";
    /// The time from one tick of the watch to the next.
    watch_interval_seconds: Duration = Always("5"), Given::seconds, "a number of seconds";
    /// The least number of failing tenants that fires an alarm.
    alarm_least_tenants: u32 = Always("3"), Given::parse, "a number of tenants";
    /// The share of the installed tenants that fires an alarm.
    alarm_share_percent: f64 = Always("1"), |given| given.parse_within(0.0..=100.0),
        "a number from 0 to 100";
    /// Receives messages about alarms as our own JSON.
    notify_webhook_url: Option<SecretString> = AbsentSecret, read_channel,
        "an https address, or an http address on loopback";
    /// Receives messages about alarms in Slack's format.
    notify_slack_url: Option<SecretString> = AbsentSecret, read_channel,
        "an https address, or an http address on loopback";
    /// The mail server.
    notify_smtp_url: Option<SecretString> = AbsentSecret, Given::secret,
        "smtp:// or smtps:// with user and password";
    /// The sender of mails.
    notify_email_from: Option<String> = Absent, Given::parse_optional, "the sender's mail address";
    /// The receivers of mails.
    notify_email_to: Vec<String> = Absent, Given::list, "the receivers' mail addresses with commas";
    /// The language of mail and of messages in Slack's format.
    notify_language: Language = Always("en"), read_language, "en or de";
    /// How long after a message the next one follows while the alarm still fires; zero for never.
    notify_repeat_seconds: Duration = Always("14400"), Given::seconds, "a number of seconds";
    /// The release that runs here.
    release: ReleaseVersion = Always(env!("CARGO_PKG_VERSION")), read_release,
        "1 to 64 letters, digits, and . - _ +";
    /// How long a release bakes.
    bake_seconds: Duration = Always("86400"), Given::seconds, "a number of seconds";
    /// The longest time between two probes that counts as baking.
    probe_gap_seconds: Duration = Always("900"), Given::seconds, "a number of seconds";
}
