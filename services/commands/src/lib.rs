//! Commands: what Tally does on request, from a verified caller to the appended events.
//!
//! [`execute()`] carries out one command on one stream: load, fold, decide, append at the revision
//! that was read; on a conflict, load and decide again. Each other file holds the commands of one
//! aggregate. A refusal keeps the type of its family ([`CommandError`]); only the HTTP edge erases
//! it. Nothing here knows HTTP, a view or a configuration.
//!
//! To add a command: its decision in `domain`, then a function here that names its stream and calls
//! [`execute()`].

pub mod assets;
pub mod claims;
pub mod erasure;
mod error;
mod execute;
mod fence;
mod naming;
mod numbers;
mod origin;
mod people;
mod registrar;
mod schemas;
pub mod tenants;
mod withdrawal;

pub use error::{CommandError, FailedStore, Unavailable};
pub use execute::{Done, Loaded, encode, execute, execute_if_any, execute_prepared, load};
pub use fence::prevent_registration;
pub use naming::{digest_content, name_command};
pub use numbers::Numbers;
pub use origin::Origin;
pub use people::People;
pub use registrar::Registrar;
pub use schemas::Schemas;
pub use withdrawal::withdraw;
