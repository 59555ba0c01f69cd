//! The event types of the operator.

use super::alarm::AlarmEvent;
use super::health::HealthEvent;
use super::incident::IncidentEvent;
use super::keys::KeysEvent;
use super::log::LogEvent;
use super::notice::NoticeEvent;
use super::release::ReleaseEvent;
use tally_domain::families;

families! {
    /// The families of the operator.
    pub const FAMILIES;
    plain HealthEvent,
    plain AlarmEvent,
    plain NoticeEvent,
    plain ReleaseEvent,
    plain IncidentEvent,
    plain KeysEvent,
    plain LogEvent,
}
