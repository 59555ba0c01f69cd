//! The running app: what every handler shares.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::ExposeSecret;
use tally_atlassian::install_keys::{RemoteInstallKeys, RemoteInstallKeysOptions};
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::outgoing::{JiraClient, JiraClientOptions};
use tally_atlassian::shared_secret::{ContextTokenVerifier, PageTokenVerifier};
use tally_atlassian::signed_install::InstallVerifier;
use tally_domain::Clock;
use tally_event_log::{EventLog, Options};
use tally_operator::diagnosis::{Diagnosis, DiagnosisParts};
use tally_operator::log_health::{LogHealth, WatchedLog};
use tally_operator::observations::Observations;
use tally_operator::observer::Observer;
use tally_operator::page_refs::PageRefs;
use tally_operator::watch::{NodeReports, WatchParts, Watchtower};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use tally_view_store::ViewStore;
use tracing::info;

use crate::authentication::{Authenticator, Directory, InstallLog, Verifiers, load_issuer};
use crate::config::{Config, MasterKey};
use crate::projector::{CredentialMemory, CredentialsFollower, FeedingTask, Projected, Projector};
use crate::roles::Roles;
use tally_commands::Numbers;
use tally_imports::{FileStore, Folder, Imports, ImportsSetup, SharedFiles};

/// The version shown to callers.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long a call to Jira may take. A page that waits for one must answer before people give up.
const JIRA_PATIENCE: Duration = Duration::from_secs(4);

/// How long to wait for the log's server, which may be starting at the same time. Then whoever runs Tally is told, by its end.
pub(crate) const LOG_PATIENCE: Duration = Duration::from_secs(300);

/// What every handler shares.
pub struct Tally {
    /// The time.
    pub clock: Clock,
    /// The checked configuration.
    pub config: Config,
    /// The event log.
    pub log: Arc<dyn EventLog>,
    /// The sealing of secrets.
    pub vault: Arc<Vault>,
    /// The views.
    pub views: Arc<ViewStore>,
    /// How far the views are.
    pub projected: Projected,
    /// The task that feeds shared views, where this node does.
    pub feeding: Option<FeedingTask>,
    /// The tenants in memory.
    pub directory: Arc<Directory>,
    /// Numbers for allotted tags.
    pub numbers: Arc<Numbers>,
    /// Verifies tokens and callbacks.
    pub authenticator: Arc<Authenticator>,
    /// Stores refused callbacks.
    pub install_log: InstallLog,
    /// What was observed of tenants, for alarms and diagnosis.
    pub observations: Arc<Observations>,
    /// References to tenants for browsers.
    pub page_refs: PageRefs,
    /// What callers may do and what people are called.
    pub roles: Roles,
    /// The imports under way.
    pub imports: Arc<Imports>,
    /// The platform's keys for installs.
    pub install_keys: Arc<RemoteInstallKeys>,
    /// How often who is not known may ask.
    pub limits: Arc<crate::limits::Limits>,
    /// Evaluates the alarms and notifies the operator.
    pub watchtower: Arc<Watchtower>,
    /// Diagnoses sites.
    pub diagnosis: Arc<Diagnosis>,
}

/// What the operator's house shares with the rest before the app is put together.
struct Operating {
    observations: Arc<Observations>,
    log_health: Arc<LogHealth>,
    reports: Arc<NodeReports>,
    page_refs: PageRefs,
}

impl Tally {
    /// Opens the stores and starts the projector. Views that are missing or of another version are built from the log first.
    ///
    /// # Errors
    /// A store cannot be opened or is in use.
    pub async fn start(config: Config) -> anyhow::Result<Arc<Self>> {
        std::fs::create_dir_all(&config.data_dir)?;
        let options = Options {
            wait: LOG_PATIENCE,
            ..Options::default()
        };
        let log = tally_event_log::open(config.log_url.expose_secret(), options).await?;
        let vault = Arc::new(open_vault(&config).await?);
        Self::start_over(config, log, vault).await
    }

    /// Starts over a log and a vault that are open, as several nodes share them. Views and memory are its own.
    ///
    /// # Errors
    /// The views cannot be opened or are in use.
    pub async fn start_over(
        config: Config,
        log: Arc<dyn EventLog>,
        vault: Arc<Vault>,
    ) -> anyhow::Result<Arc<Self>> {
        let (log, log_health) = WatchedLog::over(log);
        let page_key = read_master_key(&config)?.derive("page-ref");
        let observations = Arc::new(Observations::new(chrono::Utc::now()));
        let reports = Arc::<NodeReports>::default();
        let page_refs = PageRefs::new(&*page_key);
        let views = crate::views::open(&config, LOG_PATIENCE).await?;
        let directory = Directory::new(vault.clone(), config.secrets, config.tenant_hosts.clone());
        let directory = Arc::new(directory);
        let (projected, feeding) = project(&config, &log, &views, &directory, &reports).await?;
        if let Some(head) = log.head().await? {
            info!(%head, "waiting for the views");
            crate::views::wait_until_current(&config, &*log, &projected, head).await?;
        }
        let projecting = (projected, feeding);
        let tally = Self::assemble(
            config,
            log,
            vault,
            views,
            directory,
            projecting,
            Operating {
                observations,
                log_health,
                reports,
                page_refs,
            },
        )
        .await?;
        tally.watchtower.start().await?;
        crate::housekeeping::start(&tally.limits, &tally.directory);
        Ok(tally)
    }

    async fn assemble(
        config: Config,
        log: Arc<dyn EventLog>,
        vault: Arc<Vault>,
        views: Arc<ViewStore>,
        directory: Arc<Directory>,
        (projected, feeding): (Projected, Option<FeedingTask>),
        operating: Operating,
    ) -> anyhow::Result<Arc<Self>> {
        let keys = RemoteInstallKeys::new(&config.install_keys_url, RemoteInstallKeysOptions::default())?;
        let (keys, clock) = (Arc::new(keys), Clock::system());
        let watch = WatchParts {
            log: log.clone(),
            log_health: operating.log_health,
            views: views.clone(),
            tenants: directory.clone(),
            install_keys: keys.clone(),
            observations: operating.observations.clone(),
            reports: operating.reports,
            detection: config.detection.clone(),
            notify: config.notify.clone(),
            grace: config.previous_secret_grace,
            running: config.release.running.clone(),
            base_url: config.base_url.as_str().to_owned(),
        };
        let diagnosis = DiagnosisParts {
            log: log.clone(),
            views: views.clone(),
            progress: Arc::new(projected.clone()),
            tenants: directory.clone(),
            observations: operating.observations.clone(),
            served: crate::operator::served_release(&config),
        };
        let observer: Arc<dyn Observer> = operating.observations.clone();
        let jira = JiraClient::new(&JiraClientOptions {
            app_key: config.app_key.clone(),
            app_version: VERSION.to_owned(),
            timeout: JIRA_PATIENCE,
            clock: clock.clone(),
        })?;
        let authenticator = Arc::new(Authenticator::new(
            directory.clone(),
            log.clone(),
            verifiers(&config, keys.clone())?,
            observer.clone(),
            config.previous_secret_grace,
        ));
        let agent_permission = config.agent_permission.clone();
        let numbers = Arc::new(Numbers::default());
        let imports = Imports::new(ImportsSetup {
            log: log.clone(),
            numbers: numbers.clone(),
            views: views.clone(),
            files: open_import_files(&config).await?,
        });
        Ok(Arc::new(Self {
            roles: Roles::new(
                jira,
                authenticator.clone(),
                observer,
                clock.clone(),
                agent_permission,
            ),
            authenticator,
            clock,
            install_keys: keys,
            limits: Arc::default(),
            watchtower: Arc::new(Watchtower::new(watch)?),
            diagnosis: Arc::new(Diagnosis::new(diagnosis)),
            observations: operating.observations,
            page_refs: operating.page_refs,
            install_log: InstallLog::new(log.clone()),
            imports,
            numbers,
            config,
            log,
            vault,
            views,
            projected,
            feeding,
            directory,
        }))
    }

    /// Gives up the partitions that this node feeds, so that others go on at once. Nothing where the views are its own.
    pub async fn stop_feeding(&self) {
        if let Some(feeding) = &self.feeding {
            feeding.stop().await;
        }
    }
}

fn verifiers(config: &Config, keys: Arc<RemoteInstallKeys>) -> anyhow::Result<Verifiers> {
    let rules = || LifecycleRules::new(&config.app_key, config.tenant_hosts.clone());
    let issuer = load_issuer(config.probe_key_file.as_deref())?;
    let install = InstallVerifier::new(rules(), vec![config.base_url.clone()], keys);
    Ok(Verifiers {
        serves_synthetic: issuer.is_some(),
        install: install.with_synthetic(issuer),
        page: PageTokenVerifier::new(config.base_url.base_path()),
        context: ContextTokenVerifier::new(),
        lifecycle: rules(),
    })
}

/// Sets the memory of credentials and, where this node feeds them, the views on following the log.
async fn project(
    config: &Config,
    log: &Arc<dyn EventLog>,
    views: &Arc<ViewStore>,
    directory: &Arc<Directory>,
    reports: &Arc<NodeReports>,
) -> anyhow::Result<(Projected, Option<FeedingTask>)> {
    let memory = CredentialMemory {
        views: views.clone(),
        directory: directory.clone(),
    };
    if let Some(shared) = views.shared_views() {
        let feeds = config.role.feeds();
        let feeding = feeds.then(|| FeedingTask::begin(log.clone(), views.clone()));
        let follower = CredentialsFollower {
            log: log.clone(),
            memory,
            reports: reports.clone(),
        };
        let credentials = follower.start().await?;
        return Ok((
            Projected::of_shared_views(shared.follow_progress(), credentials),
            feeding,
        ));
    }
    crate::views::rebuild_if_needed(&**log, views).await?;
    let log = log.clone();
    Ok((Projector { log, memory }.start()?, None))
}

/// Opens the key store under the configured master key.
///
/// # Errors
/// The key or the store cannot be read.
pub async fn open_vault(config: &Config) -> anyhow::Result<Vault> {
    let wrapper = Arc::new(LocalKeyWrapper::new(read_master_key(config)?));
    if let Some(shared) = &config.shared {
        return Ok(Vault::open_in_database(shared.url.expose_secret(), wrapper).await?);
    }
    Ok(Vault::open_at(&config.data_dir.join("keys.db"), wrapper)?)
}

/// The files of imports: in the database that nodes share, or in a folder of this process's own.
async fn open_import_files(config: &Config) -> anyhow::Result<Box<dyn FileStore>> {
    let Some(shared) = &config.shared else {
        return Ok(Box::new(Folder::below(&config.data_dir)));
    };
    let files = SharedFiles::open(shared.url.expose_secret()).await;
    Ok(Box::new(files.context(
        "the files of imports cannot be kept in the database",
    )?))
}

fn read_master_key(config: &Config) -> anyhow::Result<KeyEncryptionKey> {
    Ok(match &config.master_key {
        MasterKey::Value(value) => KeyEncryptionKey::from_base64(value.expose_secret())?,
        MasterKey::File(path) => KeyEncryptionKey::from_file(path)?,
        MasterKey::MadeAt(path) => KeyEncryptionKey::load_or_create(path)?,
        MasterKey::Unneeded => anyhow::bail!("this node has no master key: it opens no secret"),
    })
}

/// Says whether the master key can be read, without making one.
///
/// # Errors
/// It cannot.
pub fn check_master_key(config: &Config) -> anyhow::Result<()> {
    match &config.master_key {
        MasterKey::Value(value) => KeyEncryptionKey::from_base64(value.expose_secret()).map(drop)?,
        MasterKey::File(path) => KeyEncryptionKey::from_file(path).map(drop)?,
        MasterKey::MadeAt(_) | MasterKey::Unneeded => {}
    }
    Ok(())
}
