//! Several nodes: what this one does, and what it shares with the others.

use secrecy::{ExposeSecret, SecretString};

use super::{ConfigError, Settings, invalid, parsed};

/// The keys of this part.
pub(super) const KEYS: [&str; 4] = ["role", "database_url", "partitions", "views_generation"];

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    All,
    /// Serves Jira, and leaves the views to projectors.
    Web,
    /// Feeds the views, and serves nobody but who asks how it is doing.
    Projector,
}

impl Role {
    /// Whether it serves Jira.
    pub fn serves(self) -> bool {
        self != Self::Projector
    }

    /// Whether it feeds views that nodes share.
    pub fn feeds(self) -> bool {
        self != Self::Web
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Web => "web",
            Self::Projector => "projector",
        }
    }
}

/// The database that nodes share. Its URL may hold a password.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Where it is.
    pub url: SecretString,
    /// How many ways tenants are split when the views are made, 1 to 1024.
    pub partitions: u16,
    /// Which views, 1 to 65,535: those of another number are built anew, beside those that are there.
    pub generation: u16,
}

/// What the node does, with a database if it shares one.
pub(super) fn nodes(
    settings: &Settings,
    log_url: &SecretString,
) -> Result<(Role, Option<Shared>), ConfigError> {
    let (role, shared) = (role(settings)?, shared(settings)?);
    if role == Role::All {
        return Ok((role, shared));
    }
    if shared.is_none() {
        return Err(invalid(
            "ROLE",
            "a web node or a projector shares its views: set TALLY_DATABASE_URL",
        ));
    }
    let log = log_url.expose_secret();
    if log.starts_with("sqlite:") || log.starts_with("memory:") {
        return Err(invalid(
            "ROLE",
            "a web node or a projector shares its log: set TALLY_LOG_URL to a server's",
        ));
    }
    Ok((role, shared))
}

pub(super) fn role(settings: &Settings) -> Result<Role, ConfigError> {
    match settings.get("role").unwrap_or("all") {
        "all" => Ok(Role::All),
        "web" => Ok(Role::Web),
        "projector" => Ok(Role::Projector),
        _ => Err(invalid("ROLE", "it is web, projector or all")),
    }
}

fn shared(settings: &Settings) -> Result<Option<Shared>, ConfigError> {
    let partitions: u16 = parsed("PARTITIONS", settings.get("partitions").unwrap_or("8"))?;
    if !(1..=1024).contains(&partitions) {
        return Err(invalid("PARTITIONS", "it is 1 to 1024"));
    }
    let generation: u16 = parsed(
        "VIEWS_GENERATION",
        settings.get("views_generation").unwrap_or("1"),
    )?;
    if generation == 0 {
        return Err(invalid("VIEWS_GENERATION", "it is 1 to 65535"));
    }
    let Some(url) = settings.get("database_url") else {
        return Ok(None);
    };
    check(url, partitions)?;
    Ok(Some(Shared {
        url: SecretString::from(url.to_owned()),
        partitions,
        generation,
    }))
}

#[cfg(feature = "postgres")]
fn check(url: &str, partitions: u16) -> Result<(), ConfigError> {
    let parsed = tally_view_store::Database::parse(url, partitions);
    parsed.map(drop).map_err(|e| invalid("DATABASE_URL", e))
}

#[cfg(not(feature = "postgres"))]
fn check(_: &str, _: u16) -> Result<(), ConfigError> {
    Err(invalid(
        "DATABASE_URL",
        "this binary was built without PostgreSQL",
    ))
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use crate::config::{Config, ConfigError, Settings};

    use super::*;

    const DATABASE: (&str, &str) = ("TALLY_DATABASE_URL", "postgres://me:hunter2@db.example/tally");
    const LOG: (&str, &str) = ("TALLY_LOG_URL", "postgres://me:hunter2@db.example/tally");

    fn check(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let all = [&[("TALLY_PROFILE", "development")], pairs].concat();
        let variables = all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::check(&Settings::read(None, variables)?)
    }

    #[test]
    fn a_node_does_everything_and_shares_nothing_unless_it_is_told() {
        let config = check(&[]).unwrap();
        assert_eq!(config.role, Role::All);
        assert!(config.shared.is_none());
    }

    #[test]
    fn a_role_of_its_own_needs_views_and_a_log_that_are_shared() {
        let role = ("TALLY_ROLE", "web");
        assert_eq!(check(&[role, DATABASE, LOG]).unwrap().role, Role::Web);
        for missing in [&[role, LOG][..], &[role, DATABASE]] {
            let refused = check(missing);
            assert!(
                matches!(refused, Err(ConfigError::Invalid { key: "ROLE", .. })),
                "{refused:?}"
            );
        }
        assert!(check(&[("TALLY_ROLE", "webb"), DATABASE, LOG]).is_err());
    }

    #[test]
    fn a_projector_in_production_needs_no_key_and_no_address() {
        let all = [("TALLY_ROLE", "projector"), DATABASE, LOG];
        let variables = all.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let config = Config::check(&Settings::read(None, variables).unwrap()).unwrap();
        assert!(matches!(config.master_key, crate::config::MasterKey::Unneeded));
    }

    #[test]
    fn views_have_a_number() {
        let generation = |pairs: &[(&str, &str)]| check(&[&[DATABASE], pairs].concat());
        assert_eq!(generation(&[]).unwrap().shared.unwrap().generation, 1);
        let given = generation(&[("TALLY_VIEWS_GENERATION", "7")]).unwrap();
        assert_eq!(given.shared.unwrap().generation, 7);
        for wrong in ["0", "65536", "new"] {
            assert!(
                generation(&[("TALLY_VIEWS_GENERATION", wrong)]).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn tenants_are_split_into_something() {
        for wrong in ["0", "1025", "many"] {
            let refused = check(&[("TALLY_PARTITIONS", wrong)]);
            assert!(
                matches!(
                    refused,
                    Err(ConfigError::Invalid {
                        key: "PARTITIONS",
                        ..
                    })
                ),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn the_databases_password_is_never_printed() {
        assert!(!format!("{:?}", check(&[DATABASE]).unwrap()).contains("hunter2"));
        for wrong in [
            "mysql://me:hunter2@db",
            "postgres://me:hunter2@db/x?pasword=hunter2",
        ] {
            let error = check(&[("TALLY_DATABASE_URL", wrong)]).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
