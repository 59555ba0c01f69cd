//! The rotation of the master key: that it began, and what it wrapped again. Its stream is the
//! record of who can read what is sealed: once a rotation is recorded as finished, the older master
//! key opens nothing that the key store holds.

mod decide;
mod event;
mod state;

pub use decide::{finish_rotation, start_rotation};
pub use event::{KeysEvent, Rotation};
pub use state::KeysState;
