//! The views of the business.

use tally_view_store::View;

use crate::asset_history::AssetHistoryView;
use crate::asset_register::AssetRegisterView;
use crate::imports::ImportsView;
use crate::install_log::InstallLogView;
use crate::people::PeopleView;
use crate::recorded_times::RecordedTimesView;
use crate::schema_attributes::SchemaAttributesView;
use crate::tenant_credentials::TenantCredentialsView;
use crate::tenant_timeline::TenantTimelineView;

/// The views of the business. In a shared database their order is part of the schema's name.
pub static VIEWS: &[&dyn View] = &[
    &TenantCredentialsView,
    &TenantTimelineView,
    &InstallLogView,
    &AssetRegisterView,
    &AssetHistoryView,
    &ImportsView,
    &RecordedTimesView,
    &SchemaAttributesView,
    &PeopleView,
];
