//! What a URL says: which cluster, which streams in it, and how patient to be.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventstore::ClientSettings;
use url::form_urlencoded::{Serializer, parse};

use crate::error::OpenError;

/// What begins the names of a log's streams, before a dot, where nothing else was said.
const PREFIX: &str = "tally";
/// How long anything asked of the cluster may take, tries and pauses included. An election takes a
/// few seconds.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How many tries fit in.
const TRIES: u32 = 4;

/// Parameters that the client understands, in lower case as it compares them. Any other one would
/// be ignored by it, and said in the log.
const CLIENTS: [&str; 14] = [
    "tls",
    "tlsverifycert",
    "tlscafile",
    "usercertfile",
    "userkeyfile",
    "nodepreference",
    "maxdiscoverattempts",
    "discoveryinterval",
    "gossiptimeout",
    "keepaliveinterval",
    "keepalivetimeout",
    "defaultdeadline",
    "connectionname",
    "throwonappendfailure",
];

/// A log's place. Shown without the password.
#[derive(Clone)]
pub(super) struct Target {
    pub settings: ClientSettings,
    pub prefix: String,
    pub timeout: Duration,
    /// User and password as the URL has them.
    pub credentials: Option<String>,
}

impl Target {
    /// `kurrentdb://USER:PASSWORD@HOST:PORT,HOST:PORT`, or `kurrentdb+discover://` with a DNS name,
    /// with the client's parameters (`tls`, `tlsCaFile`, ...) and ours: `prefix`, `timeout`
    /// (seconds).
    pub(super) fn parse(text: &str) -> Result<Self, OpenError> {
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut prefix, mut timeout) = (PREFIX.to_owned(), TIMEOUT);
        let mut clients = Vec::new();
        for (key, value) in parse(query.as_bytes()) {
            match &*key.to_lowercase() {
                "prefix" => prefix = identifier(&value)?,
                "timeout" => timeout = seconds(&value)?,
                known if CLIENTS.contains(&known) => clients.push((key.into_owned(), value.into_owned())),
                _ => return Err(bad_url(format!("{key} is no parameter of it"))),
            }
        }
        let settings = settings(address, &clients, timeout)?;
        Ok(Self {
            settings,
            prefix,
            timeout,
            credentials: credentials(address),
        })
    }

    /// User and password as HTTP sends them.
    pub(super) fn basic_credentials(&self) -> Option<String> {
        self.credentials.as_ref().map(|given| STANDARD.encode(given))
    }

    /// How long one try may take.
    pub(super) fn deadline(&self) -> Duration {
        self.timeout / TRIES
    }

    /// How long a subscription may hear nothing before the head is looked at.
    pub(super) fn look_every(&self) -> Duration {
        self.timeout / (2 * TRIES)
    }
}

/// What stands before the hosts: user, colon, password.
fn credentials(address: &str) -> Option<String> {
    let (_, location) = address.split_once("://")?;
    let (given, _) = location.rsplit_once('@')?;
    Some(match given.contains(':') {
        true => given.to_owned(),
        false => format!("{given}:"),
    })
}

/// The client's defaults are for programs that connect once. Here a client that fails is replaced
/// by another, so one need not try for long.
fn settings(
    address: &str,
    clients: &[(String, String)],
    timeout: Duration,
) -> Result<ClientSettings, OpenError> {
    let gossip = (timeout / (4 * TRIES)).as_millis().to_string();
    let ours = [
        ("maxDiscoverAttempts", "3"),
        ("discoveryInterval", "100"),
        ("gossipTimeout", &gossip),
        ("connectionName", "tally"),
    ];
    let given = |name: &str| clients.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
    let mut query = Serializer::new(String::new());
    query.extend_pairs(clients);
    query.extend_pairs(ours.into_iter().filter(|(name, _)| !given(name)));
    let url = format!("{address}?{}", query.finish());
    let settings: ClientSettings = url
        .parse()
        .map_err(|_| bad_url("the client does not understand it".to_owned()))?;
    if settings.hosts().iter().all(|host| host.host.is_empty()) {
        return Err(bad_url("it names no host".to_owned()));
    }
    Ok(settings)
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("kurrentdb:")?;
        for (n, host) in self.settings.hosts().iter().enumerate() {
            let before = if n == 0 { "//" } else { "," };
            write!(f, "{before}{}:{}", host.host, host.port)?;
        }
        write!(f, ", streams {}.*", self.prefix)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Without a hyphen, at which the server's category projection would split, and without a dot,
/// which ends it.
fn identifier(text: &str) -> Result<String, OpenError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let begins = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if begins && text.len() <= 63 && text.bytes().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err(bad_url(
            "prefix is 1 to 63 of a-z, 0-9 and _, and begins with a letter".to_owned(),
        ))
    }
}

fn seconds(text: &str) -> Result<Duration, OpenError> {
    let parsed = text.parse().ok().filter(|n| (1..=600).contains(n));
    let seconds = parsed.ok_or_else(|| bad_url("timeout is from 1 to 600".to_owned()))?;
    Ok(Duration::from_secs(seconds))
}

fn bad_url(why: String) -> OpenError {
    OpenError::BadUrl { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "kurrentdb://me:hunter2@one.example:2111,two.example:2112?tls=false";

    #[test]
    fn a_url_says_which_cluster_and_which_streams() {
        let target = Target::parse(&format!("{URL}&prefix=other&timeout=7")).unwrap();
        assert_eq!(
            target.to_string(),
            "kurrentdb://one.example:2111,two.example:2112, streams other.*"
        );
        assert_eq!(target.timeout.as_secs(), 7);
        assert_eq!(Target::parse(URL).unwrap().prefix, "tally");
    }

    #[test]
    fn every_scheme_of_the_client_is_understood() {
        for scheme in ["kurrentdb", "kurrentdb+discover", "esdb", "esdb+discover"] {
            let target = Target::parse(&format!("{scheme}://db.example?tls=false")).unwrap();
            assert_eq!(target.to_string(), "kurrentdb://db.example:2113, streams tally.*");
            assert_eq!(
                target.settings.is_dns_discovery_enabled(),
                scheme.ends_with("discover")
            );
        }
    }

    #[test]
    fn explicit_settings_of_the_client_stay() {
        let settings_of = |query: &str| Target::parse(&format!("{URL}{query}")).unwrap().settings;
        assert_eq!(settings_of("").max_discover_attempts(), 3);
        assert_eq!(settings_of("&maxDiscoverAttempts=9").max_discover_attempts(), 9);
    }

    #[test]
    fn no_password_is_shown() {
        let target = Target::parse(URL).unwrap();
        assert!(!format!("{target} {target:?}").contains("hunter2"));
        for wrong in [
            "pasword=hunter2",
            "prefix=hunter2;",
            "prefix=hunter2.x",
            "timeout=hunter2",
            "tls=hunter2",
            "userCertFile=hunter2",
        ] {
            let refusal = Target::parse(&format!("{URL}&{wrong}")).unwrap_err();
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{refusal}");
        }
        for wrong in [
            "kurrentdb://me:hunter2@one:x,two:y",
            "kurrentdb://me:hunter2@",
            "kurrentdb:hunter2",
        ] {
            let refusal = Target::parse(wrong).unwrap_err();
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{refusal}");
        }
    }
}
