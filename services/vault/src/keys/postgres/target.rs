//! What a URL says: which database, and which timeout.

use sqlx::ConnectOptions as _;
use tally_postgres::{BadUrl, CommitAnswer, Defaults, Target};

use crate::VaultError;

/// How many connections a node's calls share.
const CONNECTIONS: u32 = 4;
/// A key must not be lost once something is sealed under it. Statements name their schema.
const DEFAULTS: Defaults = Defaults {
    schema: "tally_keys",
    commits: CommitAnswer::OnDisk,
    settings: "SET default_transaction_isolation = 'read committed';",
};

/// The database at `text`. `schema` and `connections` are for others who are given the same URL.
pub(super) fn parse(text: &str) -> Result<Target, VaultError> {
    let target = Target::parse(text, DEFAULTS).map_err(|BadUrl { why }| VaultError::BadUrl { why })?;
    Ok(Target {
        options: target.options.disable_statement_logging(),
        schema: DEFAULTS.schema.to_owned(),
        connections: CONNECTIONS,
        ..target
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://me:hunter2@db.example:5433/things?sslmode=verify-full";

    #[test]
    fn a_url_names_the_database_and_the_timeout() {
        let target = parse(&format!("{URL}&timeout=7&schema=other&connections=30")).unwrap();
        assert_eq!(target.options.get_host(), "db.example");
        assert_eq!(target.options.get_database(), Some("things"));
        assert_eq!((target.timeout.as_secs(), target.connections), (7, 4));
        assert_eq!(target.schema, "tally_keys");
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
            let refusal = parse(&wrong).unwrap_err();
            assert!(matches!(refusal, VaultError::BadUrl { .. }));
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{refusal}");
        }
    }
}
