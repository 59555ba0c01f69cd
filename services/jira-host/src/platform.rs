//! All sites, the install key and the app, with what can be asked of them.
//!
//! Every change of a site goes through [`Platform::perform`], one act at a time per site.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use crate::act::{self, Act, NotPossible, Options, Plan};
use crate::descriptor::{Descriptor, Unusable};
use crate::lifecycle::{self, Hook};
use crate::secret::Secret;
use crate::site::{CallbackRecord, Origin, Site, SiteState, is_site_name};
use crate::snapshot;
use crate::token::{self, InstallKey, SigningFailed};

/// Where the descriptor lies below the app's address.
const DESCRIPTOR_PATH: &str = "/atlassian-connect.json";

/// Why something asked of the platform was not done.
#[derive(Debug, Error)]
pub enum Refusal {
    /// No site has that name.
    #[error("there is no site named {0}")]
    UnknownSite(String),
    /// No act has that name.
    #[error("there is no act named {0}")]
    UnknownAct(String),
    /// A name for a site that is taken or is no host name label.
    #[error("a site's name must be free and 1 to 40 of a-z, 0-9 and '-': {0}")]
    SiteName(String),
    /// The act does not apply.
    #[error(transparent)]
    NotPossible(#[from] NotPossible),
    /// The app's descriptor could not be read.
    #[error("the descriptor at {url} could not be read: {cause}")]
    Descriptor {
        /// Where it was looked for.
        url: String,
        /// What went wrong.
        cause: String,
    },
    /// The site has nothing a token could be signed with, or no such person or page.
    #[error("{0}")]
    NoToken(String),
    /// Signing failed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
}

/// The callback that decided an act, as the control interface shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CallbackAnswer {
    /// Where it went, or would have gone.
    pub url: Option<String>,
    /// The status that came back; `None` when nothing was sent or nothing came.
    pub status: Option<u16>,
    /// Whether a proxy gave the answer in the app's place.
    pub swallowed: bool,
    /// The beginning of the body that came back, or the reason why none did.
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

/// The simulated platform.
pub struct Platform {
    /// Where this host is reached.
    pub origin: Origin,
    /// The key behind signed installs.
    pub install_key: InstallKey,
    client: reqwest::Client,
    app: Mutex<String>,
    sites: Mutex<Vec<Site>>,
    turns: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
    state_file: Option<PathBuf>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Platform {
    /// A platform with these sites, talking to the app at `app` (its address without a slash at the end).
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
            turns: Mutex::default(),
            state_file,
        }
    }

    /// The address of the app.
    #[must_use]
    pub fn app(&self) -> String {
        locked(&self.app).clone()
    }

    /// Points the platform at another address of the app; what is installed stays as it is.
    pub fn point_at(&self, app: &str) {
        *locked(&self.app) = app.trim_end_matches('/').to_owned();
    }

    /// Copies of all sites, in the order they were made.
    #[must_use]
    pub fn sites(&self) -> Vec<Site> {
        locked(&self.sites).clone()
    }

    /// The site with that name today.
    ///
    /// # Errors
    /// When there is none.
    pub fn site(&self, name: &str) -> Result<Site, Refusal> {
        let sites = locked(&self.sites);
        let found = sites.iter().find(|site| site.name == name);
        found
            .cloned()
            .ok_or_else(|| Refusal::UnknownSite(name.to_owned()))
    }

    /// Today's name of a site that once had this one.
    #[must_use]
    pub fn moved_to(&self, former: &str) -> Option<String> {
        let sites = locked(&self.sites);
        let moved = sites
            .iter()
            .find(|site| site.former_names.iter().any(|name| name == former));
        moved.map(|site| site.name.clone())
    }

    /// Adds a site on which nothing is installed.
    ///
    /// # Errors
    /// When the name is taken or cannot be a host name.
    pub fn add_site(&self, name: &str) -> Result<Site, Refusal> {
        let site = Site::new(name);
        {
            let mut sites = locked(&self.sites);
            if !is_site_name(name) || sites.iter().any(|site| site.name == name) {
                return Err(Refusal::SiteName(name.to_owned()));
            }
            sites.push(site.clone());
        }
        self.save();
        Ok(site)
    }

    /// Reads the app's descriptor as it is served now.
    ///
    /// # Errors
    /// When it cannot be fetched or installed.
    pub async fn fetch_descriptor(&self) -> Result<Descriptor, Refusal> {
        let url = format!("{}{DESCRIPTOR_PATH}", self.app());
        let failed = |cause: String| Refusal::Descriptor {
            url: url.clone(),
            cause,
        };
        let request = self.client.get(&url).timeout(lifecycle::PATIENCE);
        let answer = request
            .send()
            .await
            .map_err(|error| failed(crate::client::reason(&error)))?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(failed(format!("status {}", answer.status().as_u16())));
        }
        let text = answer
            .text()
            .await
            .map_err(|error| failed(crate::client::reason(&error)))?;
        Descriptor::parse(&text).map_err(|error: Unusable| failed(error.to_string()))
    }

    /// Performs an act on a site and answers with the callback that decided it and the site afterwards.
    ///
    /// # Errors
    /// When the act does not apply, or the app's descriptor is needed and cannot be read. A callback the app refused
    /// is an outcome, not an error.
    pub async fn perform(
        &self,
        name: &str,
        act: Act,
        options: &Options,
    ) -> Result<(CallbackAnswer, Site), Refusal> {
        let id = self.site(name)?.id;
        let turn = locked(&self.turns).entry(id).or_default().clone();
        let _turn = turn.lock().await;
        self.check_free(id, act, options)?;
        let site = self.by_id(id)?;
        if act == Act::Reinstall && site.has_app() {
            self.step(&site, Act::Uninstall, options).await?;
        }
        let answer = self.step(&self.by_id(id)?, act, options).await?;
        self.save();
        Ok((answer, self.by_id(id)?))
    }

    fn check_free(&self, id: Uuid, act: Act, options: &Options) -> Result<(), Refusal> {
        let wanted = options.to.as_deref().filter(|_| act == Act::Rename);
        let taken = |name: &str| {
            locked(&self.sites)
                .iter()
                .any(|site| site.id != id && site.name == name)
        };
        match wanted {
            Some(name) if taken(name) => Err(Refusal::SiteName(name.to_owned())),
            _ => Ok(()),
        }
    }

    async fn step(&self, site: &Site, act: Act, options: &Options) -> Result<CallbackAnswer, Refusal> {
        let descriptor = match act.reads_descriptor() && act.applies_to(site.state) {
            true => Some(self.fetch_descriptor().await?),
            false => None,
        };
        let plan = act::plan(site, act, options, Secret::fresh(), descriptor)?;
        match plan.callback {
            Some(hook) if options.deliver => self.deliver(site, plan, hook, act, options).await,
            hook => {
                let url = hook.and_then(|hook| lifecycle::url_of(&plan.next, hook));
                self.change(site.id, |site| site.adopt(plan.next));
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
        hook: Hook,
        act: Act,
        options: &Options,
    ) -> Result<CallbackAnswer, Refusal> {
        let (id, next) = (before.id, plan.next.clone());
        if plan.at_once {
            self.change(id, |site| site.adopt(next.clone()));
        } else {
            self.change(id, |site| site.pending = next.installation());
        }
        let record = match act {
            Act::Uninstall => self.send_farewell(&next, options.unsigned_disabled).await?,
            _ => self.send(&next, hook, act, false).await?,
        };
        let accepted = record.as_ref().is_none_or(CallbackRecord::accepted);
        let then = plan.then.filter(|_| accepted);
        let after = if accepted {
            next
        } else {
            act::after_failure(before, plan, options.keep_old_on_failure)
        };
        self.change(id, |site| site.adopt(settled(after, hook, accepted)));
        if let Some(hook) = then {
            self.send(&self.by_id(id)?, hook, act, false).await?;
        }
        Ok(record.as_ref().map(CallbackAnswer::from).unwrap_or_default())
    }

    /// `disabled` and `uninstalled` at the same time, or the unsigned `disabled` late.
    async fn send_farewell(&self, site: &Site, unsigned: bool) -> Result<Option<CallbackRecord>, Refusal> {
        if unsigned {
            let record = self.send(site, Hook::Uninstalled, Act::Uninstall, false).await?;
            self.send(site, Hook::Disabled, Act::Uninstall, true).await?;
            return Ok(record);
        }
        let disabled = self.send(site, Hook::Disabled, Act::Uninstall, false);
        let uninstalled = self.send(site, Hook::Uninstalled, Act::Uninstall, false);
        let (disabled, uninstalled) = tokio::join!(disabled, uninstalled);
        disabled?;
        uninstalled
    }

    async fn send(
        &self,
        site: &Site,
        hook: Hook,
        act: Act,
        unsigned: bool,
    ) -> Result<Option<CallbackRecord>, Refusal> {
        self.await_next_second(site.id, hook).await;
        let composed = lifecycle::compose(site, hook, &self.install_key, self.origin, unsigned)?;
        let Some(composed) = composed else { return Ok(None) };
        let record = if hook == Hook::Installed && site.callbacks_swallowed {
            lifecycle::swallow(composed, act.name())
        } else {
            lifecycle::send(&self.client, composed, act.name()).await
        };
        tracing::info!(site = site.name, act = act.name(), callback = %hook, status = ?record.status, "callback sent");
        self.change(site.id, |site| site.remember(record.clone()));
        Ok(Some(record))
    }

    /// Waits until a second has begun in which the site was not sent this callback yet. Claims count in whole seconds and RS256 has no
    /// chance in it, so two callbacks of one second would share a token, and an app must refuse a token that comes with another body.
    async fn await_next_second(&self, site: Uuid, hook: Hook) {
        let last = self.by_id(site).ok().and_then(|site| site.last_sent(hook));
        while last.is_some_and(|last| last >= token::now()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn by_id(&self, id: Uuid) -> Result<Site, Refusal> {
        let sites = locked(&self.sites);
        sites
            .iter()
            .find(|site| site.id == id)
            .cloned()
            .ok_or_else(|| Refusal::UnknownSite(id.to_string()))
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Site)) {
        if let Some(site) = locked(&self.sites).iter_mut().find(|site| site.id == id) {
            change(site);
        }
    }

    /// Writes the state file, when there is one; a failure is told and does not stop the host.
    fn save(&self) {
        if let Some(path) = &self.state_file
            && let Err(error) = snapshot::write(path, &self.sites())
        {
            tracing::error!(path = %path.display(), %error, "the state file could not be written");
        }
    }
}

/// Notes on the site how its last `installed` ended.
fn settled(mut site: Site, hook: Hook, accepted: bool) -> Site {
    if hook == Hook::Installed {
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
