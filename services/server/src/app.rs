//! The app, as the handlers of HTTP see it.

use std::sync::Arc;

use tally_atlassian::install_keys::RemoteInstallKeys;
use tally_commands::{People, Registrar};
use tally_diagnosis::Diagnosis;
use tally_domain::Clock;
use tally_event_log::LogWriter;
use tally_imports::Imports;
use tally_observations::Observations;
use tally_operator::log_health::LogHealth;
use tally_operator::page_refs::PageRefs;
use tally_operator::watch::Watchtower;
use tally_vault::Vault;
use tally_view_store::ViewStore;

use crate::config::Config;
use crate::cursors::Cursors;
use crate::in_flight::InFlight;
use crate::limits::Limits;
use crate::namer::Namer;
use crate::projector::Projected;
use crate::questions::Questions;
use crate::roles::Roles;
use crate::schema_memory::SchemaMemory;
use tally_authentication::{Authenticator, Directory, InstallLog};

/// The version shown to callers.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the handlers of HTTP share. It has no methods: each capability is a struct that owns what
/// it needs.
pub struct App {
    /// The one source of the time.
    pub clock: Clock,
    /// The configuration, checked at the start.
    pub config: Config,
    /// The event log that commands append to.
    pub log: Arc<dyn LogWriter>,
    /// Whether the log does its work.
    pub log_health: Arc<LogHealth>,
    /// Seals the secrets that callbacks bring.
    pub vault: Arc<Vault>,
    /// The views that pages and the API read.
    pub views: Arc<ViewStore>,
    /// Asks the views on behalf of tenants.
    pub questions: Questions,
    /// Binds cursors to their lists.
    pub cursors: Cursors,
    /// Bounds the bodies under way.
    pub uploads: tally_http::uploads::Uploads,
    /// Waits until the views show an event.
    pub projected: Projected,
    /// The tenants and their credentials in memory.
    pub directory: Arc<Directory>,
    /// The people that events name.
    pub people: Arc<People>,
    /// The schemas by which answers name attributes.
    pub schemas: Arc<SchemaMemory>,
    /// Records the names that Jira gives people.
    pub namer: Arc<Namer>,
    /// Registrar for tags that Tally chooses.
    pub registrar: Arc<Registrar>,
    /// Verifies tokens and callbacks.
    pub authenticator: Arc<Authenticator>,
    /// Stores refused callbacks.
    pub install_log: InstallLog,
    /// What was observed of tenants, for alarms and diagnosis.
    pub observations: Arc<Observations>,
    /// References to tenants for browsers.
    pub page_refs: PageRefs,
    /// What callers may do and what people are called.
    pub roles: Arc<Roles>,
    /// The imports under way.
    pub imports: Arc<Imports>,
    /// The platform's keys for installs.
    pub install_keys: Arc<RemoteInstallKeys>,
    /// The commands under way that callers named.
    pub in_flight: InFlight,
    /// Limits how often an unknown caller may send requests.
    pub limits: Arc<Limits>,
    /// Evaluates the alarms and notifies the operator.
    pub watchtower: Arc<Watchtower>,
    /// Diagnoses sites.
    pub diagnosis: Arc<Diagnosis>,
}
