//! The simulated platform: all sites, the install key and the app.
//!
//! Every change of a site goes through [`Platform::perform`], one act at a time per site.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use crate::act::{self, Act, ActOptions, ActRefusal, Plan};
use crate::callback::{CallbackKind, CallbackRecord};
use crate::descriptor::{Descriptor, DescriptorError};
use crate::secret::Secret;
use crate::site::{Origin, Site, SiteState, is_site_name};
use crate::token::{InstallKey, SigningError};
use crate::{client, clock, lifecycle, snapshot};

/// Path of the descriptor below the app's address.
const DESCRIPTOR_PATH: &str = "/atlassian-connect.json";

/// Reason why the platform did not do what a request asked for.
#[derive(Debug, Error)]
pub enum Refusal {
    /// No site has the requested name.
    #[error("there is no site named {0}")]
    UnknownSite(String),
    /// No act has the requested name.
    #[error("there is no act named {0}")]
    UnknownAct(String),
    /// The name for a site is taken or cannot be a label of a host name.
    #[error("a site's name must be free and 1 to 40 of a-z, 0-9 and '-': {0}")]
    SiteName(String),
    /// The act does not apply to the site's state or lacks an option.
    #[error(transparent)]
    ActRefusal(#[from] ActRefusal),
    /// The app's descriptor could not be read.
    #[error("the descriptor at {url} could not be read: {cause}")]
    Descriptor {
        /// Address that was fetched.
        url: String,
        /// The error of the fetch, or the rule that the descriptor breaks.
        cause: String,
    },
    /// The site has no secret to sign a token with, or no such person or page.
    #[error("{0}")]
    NoToken(String),
    /// The key or the random source failed.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

/// The answer to the callback that decided an act, as the control interface shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CallbackAnswer {
    /// Address it was sent to, or would have been sent to.
    pub url: Option<String>,
    /// HTTP status of the answer; `None` when nothing was sent or no answer came.
    pub status: Option<u16>,
    /// Whether a proxy answered in place of the app.
    pub swallowed: bool,
    /// The beginning of the answer's body, or the reason why there was no answer.
    pub body: Option<String>,
}

impl From<&CallbackRecord> for CallbackAnswer {
    fn from(record: &CallbackRecord) -> Self {
        let body = record.body.clone().or_else(|| record.error.clone());
        Self {
            url: Some(record.url.clone()),
            status: record.status,
            swallowed: record.swallowed,
            body,
        }
    }
}

/// All simulated sites, and the app that they install.
pub struct Platform {
    /// Address of this host.
    pub origin: Origin,
    /// The key behind signed installs.
    pub install_key: InstallKey,
    client: reqwest::Client,
    app: Mutex<String>,
    sites: Mutex<Vec<Site>>,
    site_locks: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
    state_file: Option<PathBuf>,
}

impl Platform {
    /// A platform with these sites that calls the app at the address `app`.
    #[must_use]
    pub fn new(
        origin: Origin,
        install_key: InstallKey,
        client: reqwest::Client,
        app: &str,
        sites: Vec<Site>,
        state_file: Option<PathBuf>,
    ) -> Self {
        let app = Mutex::new(app.trim_end_matches('/').to_owned());
        Self {
            origin,
            install_key,
            client,
            app,
            sites: Mutex::new(sites),
            site_locks: Mutex::default(),
            state_file,
        }
    }

    /// The address of the app.
    #[must_use]
    pub fn app(&self) -> String {
        self.app.lock().clone()
    }

    /// Changes the app's address; installations stay as they are.
    pub fn set_app(&self, app: &str) {
        *self.app.lock() = app.trim_end_matches('/').to_owned();
    }

    /// Copies of all sites, in the order they were made.
    #[must_use]
    pub fn sites(&self) -> Vec<Site> {
        self.sites.lock().clone()
    }

    /// The site that has this name now.
    ///
    /// # Errors
    /// [`Refusal::UnknownSite`] when no site has it.
    pub fn site(&self, name: &str) -> Result<Site, Refusal> {
        let sites = self.sites.lock();
        let found = sites.iter().find(|site| site.name == name);
        found
            .cloned()
            .ok_or_else(|| Refusal::UnknownSite(name.to_owned()))
    }

    /// The present name of the site that once had this one.
    #[must_use]
    pub fn moved_to(&self, former: &str) -> Option<String> {
        let sites = self.sites.lock();
        let moved = sites
            .iter()
            .find(|site| site.former_names.iter().any(|name| name == former));
        moved.map(|site| site.name.clone())
    }

    /// Adds a site without the app.
    ///
    /// # Errors
    /// [`Refusal::SiteName`] when the name is taken or cannot be a host name.
    pub fn add_site(&self, name: &str) -> Result<Site, Refusal> {
        let site = Site::new(name);
        {
            let mut sites = self.sites.lock();
            if !is_site_name(name) || sites.iter().any(|site| site.name == name) {
                return Err(Refusal::SiteName(name.to_owned()));
            }
            sites.push(site.clone());
        }
        self.save();
        Ok(site)
    }

    /// Fetches the app's descriptor.
    ///
    /// # Errors
    /// [`Refusal::Descriptor`] when it cannot be fetched or breaks a rule of the platform.
    pub async fn fetch_descriptor(&self) -> Result<Descriptor, Refusal> {
        let url = format!("{}{DESCRIPTOR_PATH}", self.app());
        let refusal = |cause: String| Refusal::Descriptor {
            url: url.clone(),
            cause,
        };
        let request = self.client.get(&url).timeout(lifecycle::CALLBACK_TIMEOUT);
        let answer = request
            .send()
            .await
            .map_err(|error| refusal(client::describe_error(&error)))?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(refusal(format!("status {}", answer.status().as_u16())));
        }
        let text = answer
            .text()
            .await
            .map_err(|error| refusal(client::describe_error(&error)))?;
        Descriptor::parse(&text).map_err(|error: DescriptorError| refusal(error.to_string()))
    }

    /// Performs an act on a site and returns the answer to the deciding callback and the site
    /// afterwards. A callback that the app refused is such an answer, not an error.
    ///
    /// # Errors
    /// [`Refusal`] when the act does not apply, or the app's descriptor is needed and cannot be
    /// read.
    pub async fn perform(
        &self,
        name: &str,
        act: Act,
        options: &ActOptions,
    ) -> Result<(CallbackAnswer, Site), Refusal> {
        let id = self.site(name)?.id;
        let site_lock = self.site_locks.lock().entry(id).or_default().clone();
        let _guard = site_lock.lock().await;
        self.check_name_is_free(id, act, options)?;
        let site = self.by_id(id)?;
        if act == Act::Reinstall && site.has_app() {
            self.step(&site, Act::Uninstall, options).await?;
        }
        let answer = self.step(&self.by_id(id)?, act, options).await?;
        self.save();
        Ok((answer, self.by_id(id)?))
    }

    fn check_name_is_free(&self, id: Uuid, act: Act, options: &ActOptions) -> Result<(), Refusal> {
        let requested = options.to.as_deref().filter(|_| act == Act::Rename);
        let taken = |name: &str| {
            self.sites
                .lock()
                .iter()
                .any(|site| site.id != id && site.name == name)
        };
        match requested {
            Some(name) if taken(name) => Err(Refusal::SiteName(name.to_owned())),
            _ => Ok(()),
        }
    }

    async fn step(&self, site: &Site, act: Act, options: &ActOptions) -> Result<CallbackAnswer, Refusal> {
        let descriptor = match act.reads_descriptor() && act.applies_to(site.state) {
            true => Some(self.fetch_descriptor().await?),
            false => None,
        };
        let plan = act::plan(site, act, options, Secret::generate(), descriptor)?;
        match plan.callback {
            Some(kind) if options.deliver => self.deliver(site, plan, kind, act, options).await,
            kind => {
                let url = kind.and_then(|kind| lifecycle::url_of(&plan.next, kind));
                self.change(site.id, |site| site.replace_facts(plan.next));
                tracing::info!(site = site.name, act = act.name(), "done without a callback");
                Ok(CallbackAnswer {
                    url,
                    ..CallbackAnswer::default()
                })
            }
        }
    }

    async fn deliver(
        &self,
        before: &Site,
        plan: Plan,
        kind: CallbackKind,
        act: Act,
        options: &ActOptions,
    ) -> Result<CallbackAnswer, Refusal> {
        let (id, next) = (before.id, plan.next.clone());
        if plan.irrevocable {
            self.change(id, |site| site.replace_facts(next.clone()));
        } else {
            self.change(id, |site| site.pending = next.installation());
        }
        let record = match act {
            Act::Uninstall => {
                self.send_uninstall_callbacks(&next, options.unsigned_disabled)
                    .await?
            }
            _ => self.send(&next, kind, act, false).await?,
        };
        let accepted = record.as_ref().is_none_or(CallbackRecord::is_accepted);
        let follow_up = plan.follow_up.filter(|_| accepted);
        let after = if accepted {
            next
        } else {
            act::after_failure(before, plan, options.keep_old_on_failure)
        };
        self.change(id, |site| {
            site.replace_facts(record_handshake(after, kind, accepted));
        });
        if let Some(kind) = follow_up {
            self.send(&self.by_id(id)?, kind, act, false).await?;
        }
        Ok(record.as_ref().map(CallbackAnswer::from).unwrap_or_default())
    }

    /// Sends `disabled` and `uninstalled` at the same time, or an unsigned `disabled` after the
    /// other.
    async fn send_uninstall_callbacks(
        &self,
        site: &Site,
        unsigned: bool,
    ) -> Result<Option<CallbackRecord>, Refusal> {
        if unsigned {
            let record = self
                .send(site, CallbackKind::Uninstalled, Act::Uninstall, false)
                .await?;
            self.send(site, CallbackKind::Disabled, Act::Uninstall, true)
                .await?;
            return Ok(record);
        }
        let disabled = self.send(site, CallbackKind::Disabled, Act::Uninstall, false);
        let uninstalled = self.send(site, CallbackKind::Uninstalled, Act::Uninstall, false);
        let (disabled, uninstalled) = tokio::join!(disabled, uninstalled);
        disabled?;
        uninstalled
    }

    async fn send(
        &self,
        site: &Site,
        kind: CallbackKind,
        act: Act,
        unsigned: bool,
    ) -> Result<Option<CallbackRecord>, Refusal> {
        self.await_next_second(site.id, kind).await;
        let prepared = lifecycle::prepare(site, kind, &self.install_key, self.origin, unsigned)?;
        let Some(prepared) = prepared else { return Ok(None) };
        let record = if kind == CallbackKind::Installed && site.callbacks_swallowed {
            lifecycle::swallow(prepared, act.name())
        } else {
            lifecycle::send(&self.client, prepared, act.name()).await
        };
        let (act, status) = (act.name(), record.status);
        tracing::info!(site = site.name, act, callback = %kind, ?status, "callback sent");
        self.change(site.id, |site| site.record_callback(record.clone()));
        Ok(Some(record))
    }

    /// Waits until a second has begun in which the app was not sent this callback yet. Claims count
    /// whole seconds and RS256 signatures are deterministic, so two callbacks in one second would
    /// have the same token, and an app must refuse a token that comes with another body.
    async fn await_next_second(&self, site: Uuid, kind: CallbackKind) {
        let last = self.by_id(site).ok().and_then(|site| site.last_sent(kind));
        while last.is_some_and(|last| last >= clock::epoch_seconds()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn by_id(&self, id: Uuid) -> Result<Site, Refusal> {
        let sites = self.sites.lock();
        sites
            .iter()
            .find(|site| site.id == id)
            .cloned()
            .ok_or_else(|| Refusal::UnknownSite(id.to_string()))
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Site)) {
        if let Some(site) = self.sites.lock().iter_mut().find(|site| site.id == id) {
            change(site);
        }
    }

    /// Writes the state file, when there is one; a failure is logged and does not stop the host.
    fn save(&self) {
        if let Some(path) = &self.state_file
            && let Err(error) = snapshot::write(path, &self.sites())
        {
            tracing::error!(path = %path.display(), %error, "the state file could not be written");
        }
    }
}

/// Records on the site whether its last `installed` was accepted.
fn record_handshake(mut site: Site, kind: CallbackKind, accepted: bool) -> Site {
    if kind == CallbackKind::Installed {
        site.handshake_failed = !accepted;
        if accepted {
            site.acknowledged = site.secret.as_ref().map(Secret::fingerprint);
        }
    }
    if site.state == SiteState::Uninstalled {
        site.handshake_failed = false;
    }
    site
}
