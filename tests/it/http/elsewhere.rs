//! What another node does: an installation that it has verified, and that this one only finds in
//! the log.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use tally_atlassian::install_keys::FixedInstallKeys;
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::signed_install::{InstallVerifier, VerifiedInstall};
use tally_atlassian::token::RawToken;
use tally_commands::tenants;
use tally_domain::Position;
use tally_server::config::Config;
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{APP_KEY, InstallKey, Site, Token};

/// How long the secret before stays accepted.
pub const GRACE: Duration = Duration::days(1);

/// Records the installation of `site`, with the secret it has. Returns its position in the log; the
/// views may not have it yet.
pub async fn install(app: &TestApp, site: &Site) -> Position {
    let (tally, now) = (app.inside(), app.clock.now());
    let install = verify(&tally.config, app.url(), site, now).await;
    let recorded = tenants::record_installation(&*tally.log, &tally.vault, &install, GRACE, None, now);
    recorded.await.unwrap().1.position
}

/// What the other node's verifier makes of the callback. Its token is a second newer than any
/// before.
async fn verify(config: &Config, url: &str, site: &Site, now: DateTime<Utc>) -> VerifiedInstall {
    let (key, path) = (InstallKey::platform(), lifecycle_path("installed"));
    let keys = FixedInstallKeys::new().with(&key.kid, &key.public_pem);
    let rules = LifecycleRules::new(APP_KEY, config.allowed_hosts.clone());
    let verifier = InstallVerifier::new(rules, vec![config.base_url.clone()], Arc::new(keys));
    let token = Token::lifecycle(&site.client_key, url, &path)
        .issued_at(now.timestamp() + 1)
        .signed_by(key);
    let (request, body) = (SignedRequest::new("POST", &path), site.installed().to_string());
    let token = RawToken::new(&token).unwrap();
    let verified = verifier.verify_installed(&token, &request, body.as_bytes(), now);
    verified.await.unwrap()
}
