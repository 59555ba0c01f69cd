//! Why a worker stops.

use tally_domain::import::ImportRefusal;

/// Why a worker goes no further.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// The import is over, or another worker judges its rows.
    #[error("{0}")]
    Ended(ImportRefusal),
    /// It cannot go on, and trying again would not help.
    #[error("{0:#}")]
    Broken(anyhow::Error),
}
