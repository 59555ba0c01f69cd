//! What a URL says: which database, and how patient to be.

use std::fmt;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use crate::VaultError;

/// How many connections a node's calls share.
const CONNECTIONS: u32 = 4;
/// How long a call may take. Callers block for as long.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest that may be asked for.
const LONGEST: u64 = 60;

/// Parameters that the driver understands. It would print the value of any other one into the log, also a mistyped password's.
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
/// Parameters for others who are given the same URL.
const OTHERS: [&str; 2] = ["schema", "connections"];

/// A database.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) options: PgConnectOptions,
    pub(super) connections: u32,
    pub(super) patience: Duration,
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, VaultError> {
        let mut url = Url::parse(text).map_err(|e| bad(e.to_string()))?;
        if !["postgres", "postgresql"].contains(&url.scheme()) {
            return Err(bad("it begins with postgres://".to_owned()));
        }
        let (mut patience, mut drivers) = (PATIENCE, Vec::new());
        for (key, value) in url.query_pairs() {
            match &*key {
                "timeout" => patience = seconds(&value)?,
                known if DRIVERS.contains(&known) => drivers.push((key.into_owned(), value.into_owned())),
                other if OTHERS.contains(&other) => {}
                other => return Err(bad(format!("{other} is no parameter of it"))),
            }
        }
        url.query_pairs_mut().clear().extend_pairs(drivers);
        let options: Result<PgConnectOptions, _> = url.as_str().parse();
        let options = options.map_err(|_| bad("the driver does not understand it".to_owned()))?;
        Ok(Self {
            options: named(options).disable_statement_logging(),
            connections: CONNECTIONS,
            patience,
        })
    }
}

/// The server's list of connections says whose these are.
fn named(options: PgConnectOptions) -> PgConnectOptions {
    match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("tally"),
    }
}

fn seconds(text: &str) -> Result<Duration, VaultError> {
    let seconds = text.parse().ok().filter(|s| (1..=LONGEST).contains(s));
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| bad(format!("timeout is from 1 to {LONGEST}")))
}

fn bad(why: String) -> VaultError {
    VaultError::BadUrl { why }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Target")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://me:hunter2@db.example:5433/things?sslmode=verify-full";

    #[test]
    fn a_url_says_which_database_and_how_patient_to_be() {
        let target = Target::parse(&format!("{URL}&timeout=7&schema=other&connections=30")).unwrap();
        assert_eq!(target.options.get_host(), "db.example");
        assert_eq!(target.options.get_database(), Some("things"));
        assert_eq!((target.patience.as_secs(), target.connections), (7, 4));
        assert_eq!(Target::parse(URL).unwrap().patience, PATIENCE);
    }

    #[test]
    fn a_url_that_is_not_right_is_refused_without_its_values() {
        for wrong in [
            format!("{URL}&pasword=hunter2"),
            format!("{URL}&timeout=hunter2"),
            format!("{URL}&timeout=0"),
            format!("{URL}&sslmode=hunter2"),
            "mysql://me:hunter2@db".to_owned(),
            "postgres://me:hunter2@db:hunter2/".to_owned(),
            "hunter2".to_owned(),
        ] {
            let refusal = Target::parse(&wrong).unwrap_err();
            assert!(matches!(refusal, VaultError::BadUrl { .. }));
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{refusal}");
        }
    }
}
