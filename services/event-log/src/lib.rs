//! The event log: the one truth of Tally, and the only room that knows how it is kept.
//!
//! The port is two traits, [`LogReader`] and [`LogWriter`]. One layer implements them (`sealing`):
//! it has payloads sealed and opened by a [`Sealer`]. Below it stand engines, which store and
//! return bytes: `memory` for tests, `sqlite` for one machine, `postgres` and `kurrent` (a cargo
//! feature) for several nodes; [`open`] picks one by URL. [`contract`] is a suite that every engine
//! passes. [`copy`] brings a whole log to another place, as it is
//! stored; [`verification`] finds what was altered in one. [`codec`] turns events
//! into stored names, schema versions and JSON, and back.
//!
//! To add an engine: a module that implements `RawReader` and `RawWriter`, its scheme in [`open`],
//! and a test that runs [`contract::check`] over it.
//!
//! The folder `golden` fixes the stored form of the business's events: a file for each event and
//! schema version. To change the shape of a stored event: a higher schema in its `stored_names!`
//! with a step that lifts the old shape; the old golden file stays.

mod answers;
mod chain;
pub mod codec;
pub mod contract;
pub mod copy;
mod digest;
mod engine;
mod error;
mod format;
#[cfg(feature = "kurrent")]
mod kurrent;
mod limits;
mod load;
mod memory;
mod open;
mod port;
mod postgres;
mod queue;
mod raw;
mod recording_time;
mod sealer;
mod sealing;
mod sqlite;
mod stored;
mod subscription;
mod transfer;
pub mod verification;

pub use answers::{ANSWERS_KEPT, AnswerStore, AnswerStored, MAX_ANSWER};
pub use chain::{Chain, Damage, Fault};
pub use engine::RawReader;
pub use error::{AppendError, Failure, OpenError, ReadError};
pub use limits::{MAX_APPEND, MAX_CONTEXT, MAX_EVENTS, MAX_PAYLOAD};
pub use load::{LoadError, StoreError, load, store};
pub use memory::MemoryLog;
pub use open::{Options, Scratch, check_engine, check_url, open, open_raw, open_read_only};
pub use port::{LogReader, LogWriter, ReadThrough};
pub use raw::RawEvent;
pub use sealer::{Item, Location, Opened, Part, SealError, Sealed, Sealer, Subject};
pub use sealing::NoKeys;
pub use stored::{
    Appended, ContextText, ExpectedRevision, MissingPayload, NewEvent, StoredBytes, StoredEvent,
};
