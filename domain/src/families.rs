//! Every event of the business with its stored name and schema version: a contract with every log
//! ever written.

use crate::asset::AssetEvent;
use crate::claim::ClaimEvent;
use crate::families;
use crate::import::ImportEvent;
use crate::register::RegisterEvent;
use crate::tenant::{RefusedCallback, TenantEvent};

families! {
    /// The families of the business.
    pub const FAMILIES;
    Tenant(TenantEvent) {
        Installed = "tenant.installed" @ 1,
        SharedSecretRotated = "tenant.shared_secret_rotated" @ 1,
        Reinstalled = "tenant.reinstalled" @ 1,
        InstallationConfirmed = "tenant.installation_confirmed" @ 1,
        CandidateSecretReceived = "tenant.candidate_secret_received" @ 1,
        CandidateSecretPromoted = "tenant.candidate_secret_promoted" @ 1,
        CandidateSecretDiscarded = "tenant.candidate_secret_discarded" @ 1,
        BaseUrlChanged = "tenant.base_url_changed" @ 1,
        Enabled = "tenant.enabled" @ 1,
        Disabled = "tenant.disabled" @ 1,
        Uninstalled = "tenant.uninstalled" @ 1,
    }
    Asset(AssetEvent) {
        Registered = "asset.registered" @ 1,
        RegistrationAbandoned = "asset.registration_abandoned" @ 1,
        AttributesEdited = "asset.attributes_edited" @ 1,
        CheckedOut = "asset.checked_out" @ 1,
        CheckedIn = "asset.checked_in" @ 1,
        Transferred = "asset.transferred" @ 1,
        Retired = "asset.retired" @ 1,
        Restored = "asset.restored" @ 1,
        Corrected = "asset.corrected" @ 1,
    }
    Claim(ClaimEvent) {
        Claimed = "claim.claimed" @ 1,
        Released = "claim.released" @ 1,
    }
    Register(RegisterEvent) {
        NumbersReserved = "register.numbers_reserved" @ 1,
    }
    Import(ImportEvent) {
        Started = "import.started" @ 1,
        RowsJudged = "import.rows_judged" @ 1,
        CancelRequested = "import.cancel_requested" @ 1,
        Ended = "import.ended" @ 1,
    }
    RefusedCallback(struct RefusedCallback) = "connect.callback_refused" @ 1;
}
