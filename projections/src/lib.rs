//! The views: what the log says, in a form that answers questions.
//!
//! A view is a fold of events into tables. It has a folder with its tables (`tables.rs`), what an event does to them (`apply.rs`) and its
//! queries (`queries.rs`). [`ViewStore`] keeps all of them, in a SQLite file or in a PostgreSQL database, and feeds them: each batch of events
//! goes into the views together with their checkpoints, in one transaction, so an event counts exactly once however often it is delivered. A
//! view holds nothing that is not in the log; it can be dropped and built again, and comes out identical, which
//! [`ViewStore::digest`] shows.
//!
//! Every query takes the tenant. The exceptions are [`TenantCredentialsView::load_all`], which verification starts from, and what is
//! named as the operator's or everybody's.
//!
//! To add a view: a folder with a type that implements `View` (its `version` starts at 1), a variant of [`ViewName`], and its query
//! type handed out by [`ViewStore`]. To change one: change its tables or fold and raise its `version`; [`ViewStore::needs_rebuild`]
//! then names it until it is rebuilt.

pub mod alarms;
pub mod asset_history;
pub mod asset_register;
mod error;
mod identity;
pub mod imports;
pub mod incidents;
pub mod install_log;
mod page;
mod partition;
pub mod releases;
mod schema;
mod sql;
mod store;
pub mod tenant_credentials;
pub mod tenant_health;
pub mod tenant_timeline;
mod view;

pub use alarms::{AlarmSpell, AlarmsView};
pub use asset_history::{AssetHistoryView, FieldChange, HistoryEntry};
pub use asset_register::{AssetRegisterView, AssetRow, Facet, FacetValue, Facets, Filter};
pub use error::{QueryError, QueryRefusal, StoreError, SwapError};
pub use imports::{ImportRecord, ImportsView};
pub use incidents::{AffectedTenant, IncidentNotice, IncidentRecord, IncidentUpdate, IncidentsView};
pub use install_log::{InstallLogEntry, InstallLogView, InstallOutcome};
pub use page::{MAX_LIMIT, Page};
pub use partition::Partition;
pub use releases::{ReleaseRecord, ReleasesView, TenantOfBake};
pub use store::{Database, Generation, Lease, Membership, Progress, SharedViews};
pub use store::{Rebuild, Swapped, ViewStore};
pub use tenant_credentials::{Since, TenantCredentials, TenantCredentialsView};
pub use tenant_health::{FailingTenant, HealthSpell, SpellEnd, TenantHealthView};
pub use tenant_timeline::{TenantTimelineView, TimelineEntry};
pub use view::{PartitionStatus, Poisoned, ViewName, ViewStatus};
