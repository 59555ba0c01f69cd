//! What a view is to the store that feeds it.

use tally_domain::{AnyEvent, EventId, Position, Recorded, StreamName};

use crate::error::Fault;
use crate::partition::Partition;
use crate::schema::Table;
use crate::sql::Db;
use crate::{
    alarms, asset_history, asset_register, imports, incidents, install_log, releases, tenant_credentials,
    tenant_health, tenant_timeline,
};

/// The views there are. The names never change between releases: a view's checkpoint hangs on its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViewName {
    /// Tenants and their secrets, for verification.
    TenantCredentials,
    /// What happened to a tenant.
    TenantTimeline,
    /// Lifecycle callbacks, accepted and refused.
    InstallLog,
    /// The assets, now and on any day before.
    AssetRegister,
    /// What happened to an asset.
    AssetHistory,
    /// Imports and what came of their rows.
    Imports,
    /// Tenants whose requests are refused, now and before.
    TenantHealth,
    /// When alarms fired.
    Alarms,
    /// Releases and how they bake.
    Releases,
    /// Incidents, what was told of them, and whom they hurt.
    Incidents,
}

impl ViewName {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::TenantCredentials,
        Self::TenantTimeline,
        Self::InstallLog,
        Self::AssetRegister,
        Self::AssetHistory,
        Self::Imports,
        Self::TenantHealth,
        Self::Alarms,
        Self::Releases,
        Self::Incidents,
    ];

    /// The stored and displayed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TenantCredentials => "tenant_credentials",
            Self::TenantTimeline => "tenant_timeline",
            Self::InstallLog => "install_log",
            Self::AssetRegister => "asset_register",
            Self::AssetHistory => "asset_history",
            Self::Imports => "imports",
            Self::TenantHealth => "tenant_health",
            Self::Alarms => "alarms",
            Self::Releases => "releases",
            Self::Incidents => "incidents",
        }
    }

    pub(crate) fn view(self) -> &'static dyn View {
        match self {
            Self::TenantCredentials => &tenant_credentials::Credentials,
            Self::TenantTimeline => &tenant_timeline::Timeline,
            Self::InstallLog => &install_log::Log,
            Self::AssetRegister => &asset_register::Register,
            Self::AssetHistory => &asset_history::History,
            Self::Imports => &imports::Imports,
            Self::TenantHealth => &tenant_health::Health,
            Self::Alarms => &alarms::Alarms,
            Self::Releases => &releases::Releases,
            Self::Incidents => &incidents::Incidents,
        }
    }
}

/// A fold of events into tables. It reads and writes its own tables only, and takes all it stores from the event: no clock, no chance,
/// so that the same events always yield the same rows.
pub(crate) trait View: Sync {
    /// To be raised with every change of the tables or of what an event does to them; the view is then rebuilt.
    fn version(&self) -> u32;
    fn scope(&self) -> Scope {
        Scope::Tenant
    }
    fn tables(&self) -> Vec<Table>;
    /// Takes one event in. Events that do not concern the view change nothing.
    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault>;
    /// Takes several in, in their order. It comes to the same as one after the other; a view that most events concern asks and writes once for
    /// all of them instead.
    fn apply_all(&self, db: Db<'_>, events: &[&Recorded<AnyEvent>]) -> Result<(), Fault> {
        events.iter().try_for_each(|event| self.apply(db, event))
    }
}

/// What an event changes of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Rows of the tenant whose stream it is in, or rows of no other stream: streams of different tenants can be taken in side by side.
    Tenant,
    /// Rows that events of other tenants and of the operator change too: all events are taken in, in the order of the log.
    Operator,
}

/// The event at which a view stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poisoned {
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: EventId,
    /// Its stream.
    pub stream: StreamName,
    /// Why the view could not take it in.
    pub cause: String,
}

/// How a view stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewStatus {
    /// Which view.
    pub view: ViewName,
    /// The version this program folds.
    pub version: u32,
    /// The version of the stored tables; absent when the view has none yet.
    pub stored_version: Option<u32>,
    /// The last event it has taken in; absent when none.
    pub checkpoint: Option<Position>,
    /// How many events of types unknown to this version it has passed. A later version that knows them rebuilds the view.
    pub unknown_events: u64,
    /// The event it stopped at, if it did.
    pub poisoned: Option<Poisoned>,
}

impl ViewStatus {
    /// Whether the view takes events in. Otherwise it has to be rebuilt.
    pub fn running(&self) -> bool {
        self.stored_version == Some(self.version) && self.poisoned.is_none()
    }
}

/// How one partition of the views stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionStatus {
    /// Which.
    pub partition: Partition,
    /// The last event that all its running views have taken in; absent when none.
    pub checkpoint: Option<Position>,
    /// The views that stopped in it.
    pub poisoned: Vec<Poisoned>,
    /// Whether a process feeds it at the moment. Always so where one process feeds all.
    pub fed: bool,
}
