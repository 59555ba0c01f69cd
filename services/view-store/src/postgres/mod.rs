//! Views in a PostgreSQL database, which any number of processes feed and read.
//!
//! Tenants are split into partitions, each with its own checkpoint, and a process feeds one when it
//! holds its **lease**: an advisory lock of the very connection that writes (`lease.rs`). A process
//! that dies, hangs or is cut off loses the connection and with it the lock; what it does meanwhile
//! has no effect, since it has no connection left to write with. Below that each transaction locks
//! the rows of its checkpoints and skips events at or before them, so that even two processes that
//! feed one partition count every event once.
//!
//! Every set of view versions has a schema of its own (`database.rs`), so that nodes of an old and
//! a new version run side by side, each with the views that it understands. A rebuild is made in a
//! schema beside the live one and takes its place by its name.

mod database;
mod generation;
mod lease;
mod locks;
mod progress;
mod rebuild;
mod schema;
mod shared;
mod statistics;
mod writer;

pub use database::Database;
pub use generation::Generation;
pub use lease::{Lease, Membership};
pub use progress::{Progress, Reached};
pub(crate) use rebuild::PostgresRebuild;
pub use shared::SharedViews;
