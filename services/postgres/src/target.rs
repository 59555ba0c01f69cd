//! What a URL says: the database, the schema in it, and the timeout.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use thiserror::Error;
use url::Url;

/// The most connections that the readers of a node share.
const CONNECTIONS: u32 = 8;
/// How long a call may take before the server counts as unavailable.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Parameters that the driver understands. It would write the value of any other one into the log,
/// even that of a mistyped `password`.
const DRIVERS: [&str; 9] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "port",
    "user",
    "password",
    "application_name",
];

/// The first half of every advisory lock that is taken for a whole schema: `TLLY`.
const LOCKS: i32 = 0x544C_4C59;

/// Why a URL cannot be used. It never holds a value of the URL, which may be a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct BadUrl {
    /// What is wrong.
    pub why: String,
}

/// When the server answers a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitAnswer {
    /// When it is on disk, also for a role that was set to answer earlier.
    OnDisk,
    /// At once. A crash of the server may lose the last commits.
    Early,
}

impl CommitAnswer {
    /// The statement that sets a connection so.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::OnDisk => {
                "SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') = 'off';"
            }
            Self::Early => "SET synchronous_commit = off;",
        }
    }
}

/// What applies if the URL does not say otherwise, and what applies to every connection.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// The schema.
    pub schema: &'static str,
    /// When commits are answered.
    pub commits: CommitAnswer,
    /// Settings of every connection, each ended by a semicolon.
    pub settings: &'static str,
}

/// A schema in a database, and how to connect to it. Displayed without the password.
#[derive(Clone)]
pub struct Target {
    /// The driver's options.
    pub options: PgConnectOptions,
    /// The schema. It needs no quoting.
    pub schema: String,
    /// The most connections that readers share.
    pub connections: u32,
    /// How long a call may take.
    pub timeout: Duration,
    /// When commits are answered.
    pub commits: CommitAnswer,
    /// Settings of every connection.
    pub settings: &'static str,
}

impl Target {
    /// Reads `postgres://USER:PASSWORD@HOST/DATABASE`, with the driver's parameters (`sslmode`,
    /// `sslrootcert`, ...) and ours: `schema`, `connections`, `timeout` (seconds).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, defaults: Defaults) -> Result<Self, BadUrl> {
        let mut url = Url::parse(text).map_err(|e| bad_url(e.to_string()))?;
        if !["postgres", "postgresql"].contains(&url.scheme()) {
            return Err(bad_url("it is postgres://USER@HOST/DATABASE".to_owned()));
        }
        let (mut schema, mut connections, mut timeout) = (defaults.schema.to_owned(), CONNECTIONS, TIMEOUT);
        let mut drivers = Vec::new();
        for (key, value) in url.query_pairs() {
            match &*key {
                "schema" => schema = identifier(&value)?,
                "connections" => connections = number("connections", &value, 2..=500)?,
                "timeout" => timeout = Duration::from_secs(number("timeout", &value, 1..=600)?.into()),
                known if DRIVERS.contains(&known) => drivers.push((key.into_owned(), value.into_owned())),
                other => return Err(bad_url(format!("{other} is no parameter of it"))),
            }
        }
        url.query_pairs_mut().clear().extend_pairs(drivers);
        let options: PgConnectOptions = url
            .as_str()
            .parse()
            .map_err(|_| bad_url("the driver does not understand it".to_owned()))?;
        let options = match options.get_application_name() {
            Some(_) => options,
            None => options.application_name("tally"),
        };
        Ok(Self {
            options,
            schema,
            connections,
            timeout,
            commits: defaults.commits,
            settings: defaults.settings,
        })
    }

    /// The statement that takes the lock of this schema exclusively, until the transaction ends.
    pub fn lock(&self) -> String {
        format!("SELECT pg_advisory_xact_lock({LOCKS}, {})", self.number())
    }

    /// The statement that takes the lock together with others that do the same.
    pub fn lock_shared(&self) -> String {
        format!("SELECT pg_advisory_xact_lock_shared({LOCKS}, {})", self.number())
    }

    fn number(&self) -> i32 {
        let digest = Sha256::digest(&self.schema);
        i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.options.get_database().unwrap_or_default();
        match self.options.get_socket() {
            Some(folder) => write!(f, "postgres:{}", folder.display())?,
            None => write!(
                f,
                "postgres://{}:{}",
                self.options.get_host(),
                self.options.get_port()
            )?,
        }
        write!(f, "/{database}, schema {}", self.schema)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A name that needs no quoting, so that it can stand in a statement and in an operator's notes.
fn identifier(text: &str) -> Result<String, BadUrl> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let begins = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if begins && text.len() <= 63 && text.bytes().all(allowed) && !text.starts_with("pg_") {
        Ok(text.to_owned())
    } else {
        let why = "schema is 1 to 63 of a-z, 0-9 and _, begins with a letter and not with pg_";
        Err(bad_url(why.to_owned()))
    }
}

fn number(what: &str, text: &str, allowed: std::ops::RangeInclusive<u32>) -> Result<u32, BadUrl> {
    let parsed = u32::from_str(text).ok().filter(|n| allowed.contains(n));
    parsed.ok_or_else(|| bad_url(format!("{what} is from {} to {}", allowed.start(), allowed.end())))
}

fn bad_url(why: String) -> BadUrl {
    BadUrl { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults = Defaults {
        schema: "tally_log",
        commits: CommitAnswer::OnDisk,
        settings: "",
    };
    const URL: &str = "postgres://me:hunter2@db.example:5433/things?sslmode=verify-full";

    fn parse(more: &str) -> Result<Target, BadUrl> {
        Target::parse(&format!("{URL}{more}"), DEFAULTS)
    }

    #[test]
    fn a_url_says_which_database_and_which_schema() {
        let target = parse("&schema=other&connections=3&timeout=7").unwrap();
        assert_eq!(
            target.to_string(),
            "postgres://db.example:5433/things, schema other"
        );
        assert_eq!((target.connections, target.timeout.as_secs()), (3, 7));
        assert_eq!(parse("").unwrap().schema, "tally_log");
    }

    #[test]
    fn no_password_is_shown() {
        let target = parse("").unwrap();
        assert!(!format!("{target} {target:?}").contains("hunter2"));
        for wrong in [
            "pasword=hunter2",
            "schema=hunter2;",
            "timeout=hunter2",
            "connections=0",
            "sslmode=hunter2",
        ] {
            let refusal = parse(&format!("&{wrong}")).unwrap_err();
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{refusal}");
        }
    }

    #[test]
    fn two_schemas_do_not_wait_for_one_another() {
        let lock = |schema: &str| parse(&format!("&schema={schema}")).unwrap().lock();
        assert_eq!(lock("one"), lock("one"));
        assert_ne!(lock("one"), lock("two"));
    }
}
