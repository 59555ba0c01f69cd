//! Sites as the control interface shows them: all but the secrets.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::act::Act;
use crate::callback::CallbackRecord;
use crate::people::Person;
use crate::platform::Platform;
use crate::secret::Secret;
use crate::site::{Site, SiteState};

/// JSON of one site.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteView {
    /// Stays the same over renames and imports.
    id: Uuid,
    name: String,
    base_url: String,
    client_key: String,
    state: SiteState,
    secret_fingerprint: Option<String>,
    /// Whether the app acknowledged the secret now in use; absent without a secret.
    secret_known_to_app: Option<bool>,
    handshake_failed: bool,
    rest_down: bool,
    rest_forbids: bool,
    callbacks_swallowed: bool,
    version: u32,
    /// Names of the acts that apply now.
    can: Vec<&'static str>,
    app_key: Option<String>,
    /// Path of the app's first page on the site, when it can be opened.
    app_page: Option<String>,
    users: Vec<Person>,
    last_callbacks: Vec<CallbackRecord>,
}

impl SiteView {
    /// Makes the view of one site.
    pub fn of(platform: &Platform, site: &Site) -> Self {
        let fingerprint = site.secret.as_ref().map(Secret::fingerprint);
        Self {
            id: site.id,
            name: site.name.clone(),
            base_url: platform.origin.site(&site.name),
            client_key: site.client_key.clone(),
            state: site.state,
            secret_known_to_app: fingerprint
                .as_ref()
                .map(|print| site.acknowledged.as_ref() == Some(print)),
            secret_fingerprint: fingerprint,
            handshake_failed: site.handshake_failed,
            rest_down: site.rest_down,
            rest_forbids: site.rest_forbids,
            callbacks_swallowed: site.callbacks_swallowed,
            version: site.version,
            can: Act::ALL
                .into_iter()
                .filter(|act| act.applies_to(site.state))
                .map(Act::name)
                .collect(),
            app_key: site.descriptor.as_ref().map(|descriptor| descriptor.key.clone()),
            app_page: app_page(site),
            users: site.people(),
            last_callbacks: site.callbacks.iter().cloned().collect(),
        }
    }
}

fn app_page(site: &Site) -> Option<String> {
    let app = site
        .descriptor
        .as_ref()
        .filter(|_| site.state == SiteState::Installed)?;
    let first = app.modules.general_pages.first()?;
    Some(format!("/plugins/servlet/ac/{}/{}", app.key, first.key))
}

/// The state of the platform: app, acts and sites.
pub fn platform_state(platform: &Platform) -> Value {
    let sites = platform.sites();
    let key = sites
        .iter()
        .find_map(|site| site.descriptor.as_ref())
        .map(|descriptor| descriptor.key.clone());
    let acts: Vec<Value> = Act::ALL
        .into_iter()
        .map(|act| json!({"name": act, "meaning": act.meaning()}))
        .collect();
    json!({
        "app": {"baseUrl": platform.app(), "key": key},
        "acts": acts,
        "sites": sites.iter().map(|site| SiteView::of(platform, site)).collect::<Vec<_>>(),
    })
}
