//! Which engine a URL means, to copy from or to.

use crate::error::OpenError;
#[cfg(feature = "kurrent")]
use crate::kurrent;
use crate::open::{Engine, unknown_url};
use crate::postgres;
use crate::sqlite;
use crate::transfer::{TransferSource, TransferTarget};

pub(crate) async fn open_source(url: &str) -> Result<Box<dyn TransferSource>, OpenError> {
    match Engine::of(url)? {
        Engine::Memory => Err(unknown_url(url)),
        Engine::Sqlite(path) => Ok(Box::new(sqlite::SqliteSource::open(path).await?)),
        Engine::Postgres => Ok(Box::new(postgres::PostgresSource::open(url).await?)),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => Ok(Box::new(kurrent::KurrentSource::open(url).await?)),
    }
}

pub(super) async fn open_target(url: &str) -> Result<Box<dyn TransferTarget>, OpenError> {
    match Engine::of(url)? {
        Engine::Memory => Err(unknown_url(url)),
        Engine::Sqlite(path) => Ok(Box::new(sqlite::SqliteTarget::open(path).await?)),
        Engine::Postgres => Ok(Box::new(postgres::PostgresTarget::open(url).await?)),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => Ok(Box::new(kurrent::KurrentTarget::open(url).await?)),
    }
}
