//! The event log: the one truth of Tally, and the only room that knows how it is kept.
//!
//! [`EventLog`] is the port. Behind it stand engines: `memory` for tests, [`sqlite`] for one machine, `postgres` and `kurrent` (cargo features)
//! for several nodes; [`open`] picks one by URL. What every engine promises is written down once, as running sentences, in [`contract`]. [`copy`] brings a whole log to another place. [`codec`] turns the domain's
//! events into stored names, schema versions and JSON, and back.
//!
//! To add an engine: a module that implements [`EventLog`], its scheme in [`open`], and a test that runs [`contract::check`] over it.
//!
//! To add an event: its line in the `families!` list of its house, an example of it in
//! `tests/codec/examples`, and the golden file that the test then asks for. To change the shape of a stored
//! event: a higher schema in that list with a step that lifts the old shape; the old golden file stays.

mod clock;
pub mod codec;
pub mod contract;
pub mod copy;
mod error;
#[cfg(feature = "kurrent")]
pub mod kurrent;
mod limits;
mod load;
mod memory;
mod open;
mod port;
#[cfg(feature = "postgres")]
pub mod postgres;
mod queue;
mod raw;
pub mod sqlite;
mod subscription;

pub use clock::Clock;
pub use error::{AppendError, Failure, LoadError, OpenError, ReadError, StoreError};
pub use limits::{MAX_APPEND, MAX_CONTEXT, MAX_EVENTS, MAX_PAYLOAD};
pub use load::{load, store};
pub use memory::MemoryLog;
pub use open::{Options, Scratch, check_engine, check_url, open, open_read_only};
pub use port::{Appended, EventLog, ExpectedRevision, NewEvent, StoredEvent};
