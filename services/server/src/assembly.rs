//! Puts the app together from its parts and starts what runs beside the listeners.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::ExposeSecret;
use tally_atlassian::install_keys::{RemoteInstallKeys, RemoteInstallKeysOptions};
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::outgoing::{JiraClient, JiraClientOptions};
use tally_atlassian::shared_secret::{ContextTokenVerifier, PageTokenVerifier};
use tally_atlassian::signed_install::InstallVerifier;
use tally_diagnosis::{Diagnosis, DiagnosisParts};
use tally_domain::Clock;
use tally_event_log::{LogReader, LogWriter, Options};
use tally_observations::Observations;
use tally_operator::log_health::{LogHealth, WatchedLog};
use tally_operator::page_refs::PageRefs;
use tally_operator::watch::{NodeReports, WatchParts, Watchtower};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use tally_view_store::ViewStore;
use tracing::info;

use crate::app::{App, VERSION};
use crate::config::{Config, MasterKey};
use crate::cursors::Cursors;
use crate::in_flight::InFlight;
use crate::memories::{ForgetTenant, TenantMemories};
use crate::namer::Namer;
use crate::projector::{CredentialMemory, CredentialsFollower, FeedingTask, Projected, Projector};
use crate::questions::Questions;
use crate::roles::{ConnectJira, Roles};
use crate::schema_memory::SchemaMemory;
use tally_authentication::{Authenticator, Directory, InstallLog, SecretTerms, Verifiers, load_issuer};
use tally_commands::{People, Registrar};
use tally_imports::{FileStore, Folder, Imports, ImportsSetup, SharedFiles};

/// The longest time that a call to Jira may take. A page that waits for one must answer before
/// people give up.
const JIRA_TIMEOUT: Duration = Duration::from_secs(4);

/// The longest wait for the log's server, which may be starting at the same time. After that the
/// process ends with an error.
pub(crate) const LOG_TIMEOUT: Duration = Duration::from_secs(300);

/// A started app, and the task that feeds shared views where this node does.
pub struct StartedApp {
    /// What the handlers share.
    pub app: Arc<App>,
    feeding: Option<FeedingTask>,
}

impl StartedApp {
    /// Gives up the partitions that this node feeds, so that other nodes continue at once. A node
    /// with views of its own has none.
    pub async fn stop_feeding(&self) {
        if let Some(feeding) = &self.feeding {
            feeding.stop().await;
        }
    }
}

/// Opens the stores and starts everything that runs beside the listeners. Views that are missing or
/// of another version are built from the log first.
///
/// # Errors
/// A store cannot be opened, or another process has it in use.
pub async fn start(config: Config, clock: Clock) -> anyhow::Result<StartedApp> {
    prepare_data_directory(&config)?;
    let vault = Arc::new(open_vault(&config).await?);
    crate::key_check::require_master_key(&vault).await?;
    let options = Options {
        clock: clock.clone(),
        wait: LOG_TIMEOUT,
        sealer: vault.clone(),
    };
    let log = tally_event_log::open(config.log_url.expose_secret(), options).await?;
    start_over(config, log, vault, clock).await
}

/// Makes the data directory private to the user of this process.
///
/// # Errors
/// It cannot be made or read.
pub fn prepare_data_directory(config: &Config) -> anyhow::Result<()> {
    let folder = &config.data_dir;
    let prepared = crate::private_files::prepare_directory(folder);
    prepared.with_context(|| format!("the data directory {} cannot be used", folder.display()))
}

/// Starts over a log and a vault that are open, as several nodes share them. Views and memory are
/// its own.
///
/// # Errors
/// The views cannot be opened, or another process has them in use.
pub async fn start_over(
    config: Config,
    log: Arc<dyn LogWriter>,
    vault: Arc<Vault>,
    clock: Clock,
) -> anyhow::Result<StartedApp> {
    let (log, log_health) = WatchedLog::around(log);
    let page_key = read_master_key(&config)?.derive("page-ref");
    let views = crate::views::open(&config, LOG_TIMEOUT).await?;
    crate::log_check::require_match(&*log, &views).await?;
    crate::key_check::require_keys_of_log(&vault, &*log).await?;
    let directory = Directory::new(vault.clone(), secret_terms(&config), config.allowed_hosts.clone());
    let directory = Arc::new(directory);
    let reports = Arc::<NodeReports>::default();
    let people = Arc::new(People::new(log.clone(), vault.clone()));
    let memories = TenantMemories::default();
    let memory = CredentialMemory {
        views: views.clone(),
        directory: directory.clone(),
        people: people.clone(),
        others: memories.clone(),
    };
    let (projected, feeding) = project(&config, &log, memory, &reports).await?;
    if let Some(head) = log.head().await? {
        info!(%head, "waiting for the views");
        crate::views::wait_until_current(&config, &*log, &projected, head).await?;
    }
    crate::key_check::report_missing_keys(&vault, &directory).await;
    let parts = Parts {
        observations: Arc::new(Observations::new(clock.now())),
        page_refs: PageRefs::new(&*page_key),
        cursors: make_cursors(&config)?,
        config,
        log,
        log_health,
        vault,
        views,
        directory,
        people,
        memories,
        projected,
        reports,
        clock,
    };
    let app = Arc::new(parts.assemble().await?);
    app.watchtower.start().await?;
    let log: Arc<dyn LogReader> = app.log.clone();
    crate::log_check::watch(&log, &app.views, &app.log_health);
    crate::housekeeping::start(&app.limits, &app.directory, &app.vault, app.clock.clone());
    Ok(StartedApp { app, feeding })
}

/// What the capabilities of the app are made of.
struct Parts {
    clock: Clock,
    config: Config,
    log: Arc<dyn LogWriter>,
    log_health: Arc<LogHealth>,
    vault: Arc<Vault>,
    views: Arc<ViewStore>,
    directory: Arc<Directory>,
    people: Arc<People>,
    memories: TenantMemories,
    projected: Projected,
    reports: Arc<NodeReports>,
    observations: Arc<Observations>,
    page_refs: PageRefs,
    cursors: Cursors,
}

impl Parts {
    async fn assemble(self) -> anyhow::Result<App> {
        let keys = RemoteInstallKeys::new(
            self.config.install_keys_url.as_str(),
            RemoteInstallKeysOptions::default(),
        )?;
        let keys = Arc::new(keys);
        let authenticator = Arc::new(self.authenticator(keys.clone())?);
        let registrar = Arc::new(Registrar::new(self.vault.clone()));
        let roles = Arc::new(self.roles(authenticator.clone())?);
        let namer = Arc::new(Namer::start(self.people.clone()));
        let schemas = Arc::<SchemaMemory>::default();
        let remembering: [Arc<dyn ForgetTenant>; 5] = [
            self.people.clone(),
            registrar.clone(),
            roles.clone(),
            namer.clone(),
            schemas.clone(),
        ];
        self.memories.add(remembering);
        Ok(App {
            namer,
            roles,
            schemas,
            watchtower: Arc::new(self.watchtower(keys.clone())?),
            diagnosis: Arc::new(self.diagnosis()),
            install_log: InstallLog::new(self.log.clone()),
            imports: self.imports(registrar.clone()).await?,
            in_flight: InFlight::default(),
            limits: Arc::default(),
            questions: Questions::new(self.views.clone(), self.config.query_seconds),
            uploads: tally_http::uploads::Uploads::default(),
            cursors: self.cursors,
            authenticator,
            install_keys: keys,
            registrar,
            people: self.people,
            log_health: self.log_health,
            observations: self.observations,
            page_refs: self.page_refs,
            clock: self.clock,
            config: self.config,
            log: self.log,
            vault: self.vault,
            views: self.views,
            projected: self.projected,
            directory: self.directory,
        })
    }

    fn authenticator(&self, keys: Arc<RemoteInstallKeys>) -> anyhow::Result<Authenticator> {
        Ok(Authenticator::new(
            self.directory.clone(),
            self.log.clone(),
            make_verifiers(&self.config, keys)?,
            self.observations.clone(),
            self.config.previous_secret_grace_seconds,
        ))
    }

    fn roles(&self, authenticator: Arc<Authenticator>) -> anyhow::Result<Roles> {
        let jira = JiraClient::new(&JiraClientOptions {
            app_key: self.config.app_key.clone(),
            app_version: VERSION.to_owned(),
            timeout: JIRA_TIMEOUT,
            clock: self.clock.clone(),
        })?;
        let jira = ConnectJira::new(jira, authenticator, self.observations.clone(), self.clock.clone());
        let agent_permission = self.config.agent_permission.clone();
        Ok(Roles::new(Box::new(jira), agent_permission, self.clock.clone()))
    }

    fn watchtower(&self, install_keys: Arc<RemoteInstallKeys>) -> anyhow::Result<Watchtower> {
        Watchtower::new(WatchParts {
            clock: self.clock.clone(),
            log: self.log.clone(),
            log_health: self.log_health.clone(),
            views: self.views.clone(),
            tenants: self.directory.clone(),
            install_keys,
            observations: self.observations.clone(),
            reports: self.reports.clone(),
            detection: self.config.detection(),
            notify: self.config.notify(),
            grace: self.config.previous_secret_grace_seconds,
            running: self.config.release.clone(),
            base_url: self.config.base_url.as_str().to_owned(),
        })
    }

    fn diagnosis(&self) -> Diagnosis {
        Diagnosis::new(DiagnosisParts {
            log: self.log.clone(),
            views: self.views.clone(),
            progress: Arc::new(self.projected.clone()),
            tenants: self.directory.clone(),
            observations: self.observations.clone(),
            served: crate::operator::served_release(&self.config),
        })
    }

    async fn imports(&self, registrar: Arc<Registrar>) -> anyhow::Result<Arc<Imports>> {
        Ok(Imports::new(ImportsSetup {
            log: self.log.clone(),
            registrar,
            views: self.views.clone(),
            files: open_import_files(&self.config).await?,
            clock: self.clock.clone(),
        }))
    }
}

fn make_verifiers(config: &Config, keys: Arc<RemoteInstallKeys>) -> anyhow::Result<Verifiers> {
    let rules = || LifecycleRules::new(&config.app_key, config.allowed_hosts.clone());
    let issuer = load_issuer(config.probe_public_key_file.as_deref())?;
    let install = InstallVerifier::new(rules(), vec![config.base_url.clone()], keys);
    Ok(Verifiers {
        serves_synthetic: issuer.is_some(),
        install: install.with_synthetic(issuer),
        page: PageTokenVerifier::new(config.base_url.base_path()),
        context: ContextTokenVerifier::new(),
        lifecycle: rules(),
    })
}

fn secret_terms(config: &Config) -> SecretTerms {
    SecretTerms {
        time_to_live: config.secret_ttl_seconds,
        ..SecretTerms::default()
    }
}

/// Starts the tasks that follow the log: for the credentials in memory and, where this node feeds
/// them, for the views.
async fn project(
    config: &Config,
    log: &Arc<dyn LogWriter>,
    memory: CredentialMemory,
    reports: &Arc<NodeReports>,
) -> anyhow::Result<(Projected, Option<FeedingTask>)> {
    let views = memory.views.clone();
    if let Some(shared) = views.shared_views() {
        let feeds = config.role.feeds();
        let feeding = feeds.then(|| FeedingTask::begin(log.clone(), views.clone(), None));
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
    crate::views::rebuild_if_needed(&**log, &views).await?;
    let log = log.clone();
    Ok((Projector { log, memory }.start()?, None))
}

/// Opens the key store under the configured master key.
///
/// # Errors
/// The master key cannot be read, or the key store cannot be opened.
pub async fn open_vault(config: &Config) -> anyhow::Result<Vault> {
    let mut wrapper = LocalKeyWrapper::new(read_master_key(config)?);
    if let Some(other) = &config.other_master_key {
        wrapper = wrapper.with_other(load_key(other)?);
    }
    let wrapper = Arc::new(wrapper);
    if let Some(url) = &config.database_url {
        return Ok(Vault::open_in_database(url.expose_secret(), wrapper).await?);
    }
    let file = config.data_dir.join("keys.db");
    let opened = Vault::open_at(&file, wrapper);
    opened.with_context(|| format!("the key store {} cannot be used", file.display()))
}

/// Opens the log for a verb that only reads it. A server may be running.
///
/// # Errors
/// The log or the store of data keys cannot be opened, or the master key is not theirs.
pub async fn open_log_read_only(config: &Config) -> anyhow::Result<Arc<dyn LogReader>> {
    let vault = Arc::new(open_vault(config).await?);
    crate::key_check::require_master_key(&vault).await?;
    Ok(tally_event_log::open_read_only(config.log_url.expose_secret(), vault).await?)
}

/// Opens the store of imports' files: in the database that nodes share, or in a folder of this
/// node.
///
/// # Errors
/// The database cannot be used.
pub async fn open_import_files(config: &Config) -> anyhow::Result<Box<dyn FileStore>> {
    let Some(url) = &config.database_url else {
        return Ok(Box::new(Folder::below(&config.data_dir)));
    };
    let files = SharedFiles::open(url.expose_secret()).await;
    Ok(Box::new(
        files.context("the database cannot store the files of imports")?,
    ))
}

fn read_master_key(config: &Config) -> anyhow::Result<KeyEncryptionKey> {
    load_key(&config.master_key)
}

/// Cursors under a key derived from the master key; those of nodes with the other one are
/// understood.
fn make_cursors(config: &Config) -> anyhow::Result<Cursors> {
    let masters = std::iter::once(&config.master_key).chain(&config.other_master_key);
    let derive = |master| anyhow::Ok(load_key(master)?.derive("cursor"));
    let keys = masters.map(derive).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Cursors::new(keys.iter().map(|key| key.as_slice())))
}

fn load_key(key: &MasterKey) -> anyhow::Result<KeyEncryptionKey> {
    Ok(match key {
        MasterKey::Value(value) => KeyEncryptionKey::from_base64(value.expose_secret())?,
        MasterKey::File(path) => KeyEncryptionKey::from_file(path)?,
        MasterKey::MadeAt(path) => KeyEncryptionKey::load_or_create(path)?,
    })
}

/// Checks that the master keys can be read, without making one.
///
/// # Errors
/// A key is not 32 bytes in base64, or its file cannot be read.
pub fn check_master_key(config: &Config) -> anyhow::Result<()> {
    for key in std::iter::once(&config.master_key).chain(&config.other_master_key) {
        match key {
            MasterKey::Value(_) | MasterKey::File(_) => load_key(key).map(drop)?,
            MasterKey::MadeAt(_) => {}
        }
    }
    Ok(())
}
