//! Opening a log by URL.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::Clock;
use crate::error::OpenError;
use crate::memory::MemoryLog;
use crate::port::EventLog;
use crate::sqlite::{ReadOnlyLog, SqliteLog};

/// How to open a log.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where `recorded_at` comes from.
    pub clock: Clock,
}

/// Opens the log at `url` for reading and writing: `sqlite:PATH` (made when it is not there), or `memory:` for a new, empty one.
///
/// # Errors
/// See [`OpenError`]; above all that another process has it.
pub async fn open(url: &str, options: Options) -> Result<Arc<dyn EventLog>, OpenError> {
    match Engine::of(url)? {
        Engine::Memory => Ok(Arc::new(MemoryLog::new(options.clock))),
        Engine::Sqlite(path) => Ok(Arc::new(SqliteLog::open(path, options.clock).await?)),
    }
}

/// Opens the log at `url` for reading, beside a process that may be writing to it. An append is refused as invalid.
///
/// # Errors
/// See [`OpenError`]. `memory:` cannot be read from elsewhere, so it is unknown here.
pub async fn open_read_only(url: &str) -> Result<Arc<dyn EventLog>, OpenError> {
    match Engine::of(url)? {
        Engine::Memory => Err(unknown(url)),
        Engine::Sqlite(path) => Ok(Arc::new(ReadOnlyLog::open(path).await?)),
    }
}

#[derive(Debug, PartialEq)]
enum Engine {
    Memory,
    Sqlite(PathBuf),
}

impl Engine {
    fn of(url: &str) -> Result<Self, OpenError> {
        match url.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.starts_with(':') {
                    return Err(unknown(url));
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            _ => Err(unknown(url)),
        }
    }
}

/// Only the scheme is repeated: what follows it may hold a password, in engines that are reached over a network.
fn unknown(url: &str) -> OpenError {
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
