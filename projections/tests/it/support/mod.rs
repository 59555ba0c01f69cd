//! A log in memory, written by the domain's decisions.

pub mod random;
mod world;

pub use crate::temp_store::TempStore;
pub use random::{ops, play};
pub use world::{
    World, account, asset_id, attribute, client_key, fingerprint, import_id, person, sealed, set, some_world,
    tag, tenant_id,
};
