//! A person of a tenant: the account behind a [`PersonId`](crate::PersonId), and the name.
//!
//! All other events name people by their id alone. What identifies a person stands in the person's
//! own stream, sealed under the person's key; erasing the person is destroying that key.

mod decide;
mod event;
mod state;

pub use decide::{MAX_NAME, erase, erase_again, know, name_first, rename, stored_name};
pub use event::PersonEvent;
pub use state::PersonState;
