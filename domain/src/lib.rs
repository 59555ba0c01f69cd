//! The domain: what Tally is about, and nothing about how it is stored or asked for.
//!
//! Every aggregate has the same five files in the same order: `event` (what happened), `command`
//! (what is wanted), `state` (the fold: only what a decision asks about), `decide` (state and
//! command to events or a refusal) and `error` (the refusals). A decision is a pure function: time
//! and ids are arguments, there is no store, clock or network here, and `clippy.toml` of this crate
//! keeps it so.
//!
//! To add an event: add a variant with its stored name to the aggregate's `event.rs`, its fold to
//! `state.rs` and its decision to `decide.rs`. ARCHITECTURE.md has the whole list.

// A new event or refusal does not compile silently into the last arm of a match.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod actor;
pub mod as_of;
pub mod asset;
mod business_families;
mod catalogue;
pub mod claim;
pub mod clock;
pub mod decision;
pub mod event;
pub mod ids;
pub mod import;
pub mod person;
pub mod recorded;
pub mod refusal;
pub mod register;
pub mod schema;
pub mod stream;
pub mod tenant;
pub mod text;
pub mod value;

pub use actor::{Actor, Via};
pub use as_of::AsOf;
pub use business_families::FAMILIES;
pub use catalogue::REFUSALS;
pub use clock::Clock;
pub use decision::Decision;
pub use event::AnyEvent;
pub use ids::{
    AccountId, AssetId, ClientKey, CommandId, EventId, ImportId, PersonId, RegisterId, RequestId, TenantId,
    TextId,
};
pub use recorded::{Context, Position, Recorded, Revision};
pub use refusal::Refused;
pub use stream::StreamName;
