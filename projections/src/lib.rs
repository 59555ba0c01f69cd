//! The views of the business: what the log says, in a form that answers queries.
//!
//! A view is a fold of events into tables. It has a folder with its tables (`tables.rs`), what an
//! event does to them (`apply.rs`) and its queries (`queries.rs`), which are made over a
//! [`ViewStore`](tally_view_store::ViewStore): `AssetRegister::of(&store)`. [`VIEWS`] lists the
//! views that a store is opened with.
//!
//! Every query takes the tenant. The exceptions are [`CredentialList::load_all`], from which
//! verification starts, and the queries that are described as the operator's or public.
//!
//! To add a view: a folder with a type that implements `View` (its `version` starts at 1), a line
//! in `list.rs`, and its query type. To change one: change its tables or its fold and raise its
//! `version`; `ViewStore::needs_rebuild` then names it until it is rebuilt.

pub mod asset_history;
pub mod asset_register;
mod error;
mod identity;
pub mod imports;
pub mod install_log;
mod list;
pub mod people;
pub mod recorded_times;
pub mod schema_attributes;
pub mod tenant_credentials;
pub mod tenant_timeline;

pub use asset_history::{AssetHistory, HistoryEntry};
pub use asset_register::{AssetRegister, AssetRow, AssetSelection, HeldAsset, TenantRegister};
pub use error::{QueryError, QueryRefusal};
pub use imports::{ImportList, ImportRecord};
pub use install_log::{InstallLog, InstallLogEntry, InstallOutcome};
pub use list::VIEWS;
pub use people::{AccountsFound, PeopleList, PersonRow};
pub use recorded_times::{PastState, RecordedTimes};
pub use schema_attributes::Schemas;
pub use tenant_credentials::{CredentialList, Since, TenantCredentials};
pub use tenant_timeline::{TenantTimeline, TimelineEntry};
