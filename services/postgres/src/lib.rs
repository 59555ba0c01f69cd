//! What everything on PostgreSQL shares: reading a URL, opening connections, and distinguishing a
//! broken connection from a refused statement. Each room stores its own data in its own way.
//!
//! Async callers use [`pool`], or [`connect`] for a connection of their own. Callers that block
//! use a [`BlockingPool`], or a [`Session`] of their own.

mod blocking;
mod connect;
mod listen;
mod pauses;
mod target;

pub use blocking::{BlockingPool, BlockingRuntime, Lent, Session};
pub use connect::{
    Access, connect, connect_within, in_time, is_broken, is_contended, is_data_refused, is_disk_full,
    is_stopped, pool,
};
pub use listen::listen;
pub use pauses::Pauses;
pub use target::{BadUrl, CommitAnswer, Defaults, Target};
