//! Carries events from the log into the views and into the credentials in memory, and wakes the
//! callers that wait for them.
//!
//! A node with views of its own does both in one task (`alone`). Where nodes share their views, the
//! node that holds the lease of a partition feeds it (`feeder`), and every node that verifies
//! tokens follows the log for its own credentials (`credentials`).

mod alone;
mod batch;
mod credentials;
mod erasures;
mod feeder;
mod feeding;
mod memory;
mod progress;

pub use alone::Projector;
pub use credentials::CredentialsFollower;
pub use feeding::FeedingTask;
pub use memory::CredentialMemory;
pub use progress::{Lagging, Projected};
