//! Opening a log by URL.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::contract::Summary;
use crate::engine::{RawReader, RawWriter};
use crate::error::OpenError;
#[cfg(feature = "kurrent")]
use crate::kurrent::{KurrentLog, ReadOnlyKurrentLog};
use crate::memory::MemoryEngine;
use crate::port::{LogReader, LogWriter};
use crate::postgres::{PostgresLog, ReadOnlyPostgresLog};
use crate::sealer::Sealer;
use crate::sealing::{NoKeys, SealingLog};
use crate::sqlite::{ReadOnlySqliteLog, SqliteLog};
use tally_domain::Clock;

/// How to open a log.
#[derive(Clone)]
pub struct Options {
    /// Where `recorded_at` comes from.
    pub clock: Clock,
    /// How long to wait for a server that cannot be reached yet. None by default.
    pub wait: Duration,
    /// What seals and opens events.
    pub sealer: Arc<dyn Sealer>,
}

impl Options {
    /// The system's clock and no wait, with events sealed and opened by `sealer`.
    pub fn sealed_by(sealer: Arc<dyn Sealer>) -> Self {
        Self {
            clock: Clock::default(),
            wait: Duration::ZERO,
            sealer,
        }
    }

    /// The same without keys: what needs a seal is refused.
    pub fn without_keys() -> Self {
        Self::sealed_by(Arc::new(NoKeys))
    }
}

/// Opens the log at `url` for reading and writing: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`
/// or `kurrentdb://HOST,HOST` (made when it is not there), or `memory:` for a new, empty one.
///
/// # Errors
/// See [`OpenError`]; above all that another process has it.
pub async fn open(url: &str, options: Options) -> Result<Arc<dyn LogWriter>, OpenError> {
    let Options { clock, wait, sealer } = options;
    let engine: Box<dyn RawWriter> = match Engine::of(url)? {
        Engine::Memory => Box::new(MemoryEngine::new(clock)),
        Engine::Sqlite(path) => Box::new(SqliteLog::open(path, clock).await?),
        Engine::Postgres => Box::new(PostgresLog::open(url, clock, wait).await?),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => Box::new(KurrentLog::open(url, clock, wait).await?),
    };
    Ok(Arc::new(SealingLog::new(engine, sealer)))
}

/// Opens the log at `url` for reading, beside a process that may be writing to it. `sealer` opens
/// its events.
///
/// # Errors
/// See [`OpenError`]. `memory:` cannot be read from elsewhere, so it is unknown here.
pub async fn open_read_only(url: &str, sealer: Arc<dyn Sealer>) -> Result<Arc<dyn LogReader>, OpenError> {
    Ok(Arc::new(SealingLog::new(open_raw(url).await?, sealer)))
}

/// Opens the log at `url` to read it as it is stored.
///
/// # Errors
/// See [`OpenError`]. `memory:` cannot be read from elsewhere, so it is unknown here.
pub async fn open_raw(url: &str) -> Result<Box<dyn RawReader>, OpenError> {
    Ok(match Engine::of(url)? {
        Engine::Memory => return Err(unknown_url(url)),
        Engine::Sqlite(path) => Box::new(ReadOnlySqliteLog::open(path).await?),
        Engine::Postgres => Box::new(ReadOnlyPostgresLog::open(url).await?),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => Box::new(ReadOnlyKurrentLog::open(url).await?),
    })
}

/// Says whether `url` could be opened, without opening it.
///
/// # Errors
/// What is wrong with it. Never a value out of it: it may hold a password.
pub fn check_url(url: &str) -> Result<(), OpenError> {
    match Engine::of(url)? {
        Engine::Memory | Engine::Sqlite(_) => Ok(()),
        Engine::Postgres => crate::postgres::check_url(url),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => crate::kurrent::check_url(url),
    }
}

/// A log to try an engine in.
pub struct Scratch {
    /// It.
    pub log: Arc<dyn LogWriter>,
    schema: Option<crate::postgres::ScratchSchema>,
}

impl Scratch {
    /// In the database at `url`, a schema of its own; on the cluster at `url`, streams with a
    /// prefix of their own, which stay. Elsewhere the log at `url` itself, where what is tried then
    /// stays too.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if Engine::of(url)? == Engine::Postgres {
            let (schema, log) = crate::postgres::ScratchSchema::make(url).await?;
            return Ok(Self {
                log: plain(log),
                schema: Some(schema),
            });
        }
        #[cfg(feature = "kurrent")]
        if Engine::of(url)? == Engine::Kurrent {
            return Ok(Self {
                log: plain(KurrentLog::open_scratch(url).await?),
                schema: None,
            });
        }
        Ok(Self {
            log: open(url, Options::without_keys()).await?,
            schema: None,
        })
    }

    /// Takes the schema away again. Nothing else may hold the log any more.
    ///
    /// # Errors
    /// It is still there.
    pub async fn remove(self) -> Result<(), OpenError> {
        drop(self.log);
        if let Some(schema) = self.schema {
            schema.remove().await?;
        }
        Ok(())
    }
}

/// A trial appends nothing that needs a seal.
fn plain(engine: impl RawWriter + 'static) -> Arc<dyn LogWriter> {
    Arc::new(SealingLog::new(Box::new(engine), Arc::new(NoKeys)))
}

/// Tries what an engine must do besides the [contract](crate::contract), where there is such a
/// thing: on a cluster, to go on whatever becomes of its clients. `report` is called with each
/// sentence and its outcome.
///
/// # Errors
/// See [`OpenError`].
pub async fn check_engine(
    url: &str,
    report: &mut (dyn FnMut(&str, Result<(), String>) + Send),
) -> Result<Summary, OpenError> {
    match Engine::of(url)? {
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => crate::kurrent::check(url, report).await,
        _ => {
            let _ = report;
            Ok(Summary::default())
        }
    }
}

#[derive(Debug, PartialEq)]
pub(crate) enum Engine {
    Memory,
    Sqlite(PathBuf),
    Postgres,
    #[cfg(feature = "kurrent")]
    Kurrent,
}

impl Engine {
    pub(crate) fn of(url: &str) -> Result<Self, OpenError> {
        match url.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.starts_with(':') {
                    return Err(unknown_url(url));
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            Some((scheme, _)) if KURRENT.contains(&scheme) => Self::kurrent(),
            _ => Err(unknown_url(url)),
        }
    }

    /// Whether its positions are 1, 2, 3, ... without a gap.
    pub(crate) fn is_dense(&self) -> bool {
        match self {
            Self::Memory | Self::Sqlite(_) | Self::Postgres => true,
            #[cfg(feature = "kurrent")]
            Self::Kurrent => false,
        }
    }

    #[cfg(feature = "kurrent")]
    fn kurrent() -> Result<Self, OpenError> {
        Ok(Self::Kurrent)
    }

    #[cfg(not(feature = "kurrent"))]
    fn kurrent() -> Result<Self, OpenError> {
        Err(OpenError::BadUrl {
            why: "this build has no KurrentDB engine".to_owned(),
        })
    }
}

/// The schemes of KurrentDB, and of EventStoreDB as it was called before.
const KURRENT: [&str; 8] = [
    "kurrentdb",
    "kurrentdb+discover",
    "kurrent",
    "kurrent+discover",
    "kdb",
    "kdb+discover",
    "esdb",
    "esdb+discover",
];

/// Only the scheme is repeated: what follows it may hold a password, in engines that are reached
/// over a network.
pub(crate) fn unknown_url(url: &str) -> OpenError {
    let scheme = url.split_once(':').map_or(url, |(scheme, _)| scheme);
    OpenError::UnknownUrl {
        url: format!("{scheme}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_an_engine_and_a_place() {
        let sqlite = |path: &str| Engine::Sqlite(PathBuf::from(path));
        assert_eq!(Engine::of("memory:").unwrap(), Engine::Memory);
        assert_eq!(Engine::of("sqlite:data/log.db").unwrap(), sqlite("data/log.db"));
        assert_eq!(Engine::of("sqlite:///var/log.db").unwrap(), sqlite("/var/log.db"));
    }

    #[test]
    fn a_url_of_no_engine_is_refused_without_repeating_what_it_holds() {
        for url in [
            "",
            "log.db",
            "sqlite:",
            "sqlite::memory:",
            "memory:x",
            "other://me:hunter2@host",
        ] {
            let refusal = Engine::of(url).unwrap_err().to_string();
            assert!(!refusal.contains("hunter2"), "{refusal}");
        }
    }
}
