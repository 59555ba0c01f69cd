//! Several nodes: what this one does, and what it shares with the others.

use secrecy::{ExposeSecret, SecretString};

use super::error::ConfigError;
use super::setting;
use super::settings::Settings;

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Serves Jira and feeds the views.
    All,
    /// Serves Jira, and leaves the views to projectors.
    Web,
    /// Feeds the views, and answers only health checks.
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

    /// The word in the configuration.
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
pub struct SharedDatabase {
    /// Its address, such as `postgres://USER@HOST/DATABASE`. It may hold a password.
    pub url: SecretString,
    /// The number of partitions when the views are made, 1 to 1024.
    pub partitions: u16,
    /// The number of these views, 1 to 65,535. Views of another number are rebuilt beside them.
    pub generation: u16,
}

/// Reads what the node does, and the database if it shares one.
pub(super) fn read_nodes(
    settings: &Settings,
    log_url: &SecretString,
) -> Result<(Role, Option<SharedDatabase>), ConfigError> {
    let (role, shared) = (read_role(settings)?, read_database(settings)?);
    if role == Role::All {
        return Ok((role, shared));
    }
    if shared.is_none() {
        return Err(ConfigError::invalid(
            &setting::ROLE,
            "a web node or a projector shares its views: set TALLY_DATABASE_URL",
        ));
    }
    let log = log_url.expose_secret();
    if log.starts_with("sqlite:") || log.starts_with("memory:") {
        return Err(ConfigError::invalid(
            &setting::ROLE,
            "a web node or a projector shares its log: set TALLY_LOG_URL to a server's",
        ));
    }
    Ok((role, shared))
}

/// Reads what the node does.
pub(super) fn read_role(settings: &Settings) -> Result<Role, ConfigError> {
    let roles = [Role::All, Role::Web, Role::Projector].map(|role| (role.as_str(), role));
    settings.choose(&setting::ROLE, &roles)
}

fn read_database(settings: &Settings) -> Result<Option<SharedDatabase>, ConfigError> {
    let partitions = settings.parse_within(&setting::PARTITIONS, 1..=1024)?;
    let generation = settings.parse_within(&setting::VIEWS_GENERATION, 1..=u16::MAX)?;
    let Some(url) = settings.given_value(&setting::DATABASE_URL) else {
        return Ok(None);
    };
    tally_view_store::Database::parse(url, partitions)
        .map_err(|cause| ConfigError::invalid(&setting::DATABASE_URL, cause))?;
    Ok(Some(SharedDatabase {
        url: SecretString::from(url.to_owned()),
        partitions,
        generation,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, MasterKey};

    const DATABASE: (&str, &str) = ("TALLY_DATABASE_URL", "postgres://me:hunter2@db.example/tally");
    const LOG: (&str, &str) = ("TALLY_LOG_URL", "postgres://me:hunter2@db.example/tally");

    fn check(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let all = [&[("TALLY_PROFILE", "development")], pairs].concat();
        let variables = all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::check(&Settings::read(None, variables)?)
    }

    #[test]
    fn a_node_does_everything_and_shares_nothing_by_default() {
        let config = check(&[]).unwrap();
        assert_eq!(config.role, Role::All);
        assert!(config.shared.is_none());
    }

    #[test]
    fn a_web_node_needs_shared_views_and_a_shared_log() {
        let role = ("TALLY_ROLE", "web");
        assert_eq!(check(&[role, DATABASE, LOG]).unwrap().role, Role::Web);
        for missing in [&[role, LOG][..], &[role, DATABASE]] {
            let refused = check(missing);
            assert!(
                matches!(&refused, Err(ConfigError::Invalid { setting, .. }) if *setting == &setting::ROLE),
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
        assert!(matches!(config.master_key, MasterKey::Unneeded));
    }

    #[test]
    fn the_generation_of_views_is_a_number_from_1() {
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
    fn there_are_1_to_1024_partitions() {
        for wrong in ["0", "1025", "many"] {
            let refused = check(&[("TALLY_PARTITIONS", wrong)]);
            assert!(
                matches!(&refused, Err(ConfigError::Invalid { setting, .. }) if *setting == &setting::PARTITIONS),
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
