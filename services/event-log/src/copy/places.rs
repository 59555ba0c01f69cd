//! Which engine a URL means, to copy from or to.

use super::{Source, Target};
use crate::error::OpenError;
#[cfg(feature = "kurrent")]
use crate::kurrent;
use crate::open::{Engine, unknown};
#[cfg(feature = "postgres")]
use crate::postgres;
use crate::sqlite;

pub(super) async fn source(url: &str) -> Result<Box<dyn Source>, OpenError> {
    match Engine::of(url)? {
        Engine::Memory => Err(unknown(url)),
        Engine::Sqlite(path) => Ok(Box::new(sqlite::CopySource::open(path).await?)),
        #[cfg(feature = "postgres")]
        Engine::Postgres => Ok(Box::new(postgres::CopySource::open(url).await?)),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => Ok(Box::new(kurrent::CopySource::open(url).await?)),
    }
}

pub(super) async fn target(url: &str) -> Result<Box<dyn Target>, OpenError> {
    match Engine::of(url)? {
        Engine::Memory => Err(unknown(url)),
        Engine::Sqlite(path) => Ok(Box::new(sqlite::CopyTarget::open(path).await?)),
        #[cfg(feature = "postgres")]
        Engine::Postgres => Ok(Box::new(postgres::CopyTarget::open(url).await?)),
        #[cfg(feature = "kurrent")]
        Engine::Kurrent => Ok(Box::new(kurrent::CopyTarget::open(url).await?)),
    }
}
