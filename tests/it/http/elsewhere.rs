//! What another node does: an installation that it has verified, and that this one only finds in
//! the log.

use chrono::{DateTime, Duration, Utc};
use tally_atlassian::Digest;
use tally_atlassian::base_url::TenantBaseUrl;
use tally_atlassian::install_keys::KeyId;
use tally_atlassian::lifecycle::LifecyclePayload;
use tally_atlassian::signed_install::{CallbackProof, VerifiedInstall};
use tally_domain::Position;
use tally_server::application::tenants;
use tally_tests::app::TestApp;
use tally_tests::connect::Site;
use uuid::Uuid;

/// For how long the secret before stays accepted.
pub const GRACE: Duration = Duration::days(1);

/// Takes in the installation of `site`, with the secret it has, as if it were `then`. Where it is
/// in the log; the views may not have it yet.
pub async fn handled(app: &TestApp, site: &Site, then: DateTime<Utc>) -> Position {
    let (tally, unique) = (app.inside(), Uuid::new_v4());
    let install = VerifiedInstall {
        payload: LifecyclePayload {
            client_key: site.client_key.clone(),
            ..LifecyclePayload::default()
        },
        base_url: TenantBaseUrl::parse(&site.base_url, &tally.config.tenant_hosts).unwrap(),
        shared_secret: site.secret.clone().into(),
        proof: CallbackProof {
            issued_at: Utc::now() + Duration::seconds(1),
            expires_at: Utc::now() + Duration::minutes(3),
            token_digest: Digest::of(unique.as_bytes()),
            body_digest: Digest::of(unique.as_bytes()),
            key_id: KeyId::parse(&unique.to_string()).unwrap(),
        },
    };
    let recorded = tenants::record_installation(&*tally.log, &tally.vault, &install, GRACE, None, then);
    recorded.await.unwrap().1.position
}
