//! The imports that this process works on: begun, taken up again, cancelled.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use tally_commands::{CommandError, Done, Loaded, Origin, Registrar, Unavailable, execute, load};
use tally_domain::import::{self, Finding, ImportEvent, ImportRefusal, ImportState};
use tally_domain::value::FreeText;
use tally_domain::{Clock, CommandId, ImportId, StreamName, TenantId};
use tally_event_log::LogWriter;
use tally_projections::ImportList;
use tally_view_store::ViewStore;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tracing::{error, info, warn};

use crate::choices::Choices;
use crate::files::FileStore;
use crate::ledger::find_start;
use crate::refused::{find_refused, write_refused};
use crate::upload::{StartError, Survey, Upload, survey_file};
use crate::worker::{self, ImportKey, Shared};

/// How long a cancel waits for the chunk under way, and how often it checks whether that is over.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(10);
const CANCEL_CHECK: Duration = Duration::from_millis(100);
/// How often nodes check for imports that no process works on: well within the silence after which
/// the locks of a dead node are free.
const ABANDONED_CHECK: Duration = Duration::from_secs(3);

/// How long the file of an ended import is kept for its refused rows, and how often files are
/// looked for whose time is over.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
const KEPT_CHECK: Duration = Duration::from_secs(60 * 60);
/// How many such files a tenant can have, and in how many of its newest imports they are looked for.
const KEPT_PER_TENANT: usize = 10;
const KEPT_LOOK_BACK: u32 = 40;
/// How far the clocks of nodes may differ.
const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::hours(1);

/// Why a command on a running import was not carried out.
pub type ImportError = CommandError<ImportRefusal>;

/// What imports work with.
pub struct ImportsSetup {
    /// Where assets and verdicts are recorded.
    pub log: Arc<dyn LogWriter>,
    /// What names claims and numbers assets, shared with everything else that registers assets.
    pub registrar: Arc<Registrar>,
    /// Which imports are under way.
    pub views: Arc<ViewStore>,
    /// Where files stay while their import runs.
    pub files: Box<dyn FileStore>,
    /// The time of each row's decision.
    pub clock: Clock,
}

/// The import that a command starts: a retry yields the same.
pub fn import_of(command: CommandId) -> ImportId {
    ImportId(command.derive("import"))
}

/// The imports that this process works on.
pub struct Imports {
    shared: Arc<Shared>,
    views: Arc<ViewStore>,
    /// A worker stops when its sender says `true`.
    running: Mutex<HashMap<ImportKey, watch::Sender<bool>>>,
    /// Where workers live: not on the threads that answer requests.
    runtime: Handle,
}

impl Imports {
    /// Imports whose workers run on the runtime that calls this.
    pub fn new(setup: ImportsSetup) -> Arc<Self> {
        Arc::new(Self {
            shared: Arc::new(Shared::new(setup.log, setup.registrar, setup.files, setup.clock)),
            views: setup.views,
            running: Mutex::default(),
            runtime: Handle::current(),
        })
    }

    /// Takes a file in and begins to judge its rows. The import's id comes from the command, so a
    /// retry begins nothing new.
    ///
    /// # Errors
    /// The file cannot be read as a whole or has no rows; or a store failed, and the same command
    /// may be sent again.
    pub async fn start(
        self: &Arc<Self>,
        origin: &Origin,
        upload: Upload,
    ) -> Result<(ImportId, Done), StartError> {
        let (imports, origin) = (self.clone(), origin.clone());
        // On a task of its own: a caller who hangs up must not leave an import behind that began
        // and that no worker judges.
        let begun = self
            .runtime
            .spawn(async move { imports.begin(&origin, upload).await });
        begun.await.map_err(Unavailable::new)?
    }

    async fn begin(
        self: &Arc<Self>,
        origin: &Origin,
        upload: Upload,
    ) -> Result<(ImportId, Done), StartError> {
        let import = import_of(origin.command);
        let stream = StreamName::import(origin.tenant, import);
        let is_retry = !load::<ImportEvent>(self.log(), &stream).await?.events.is_empty();
        let (file_name, dry_run) = (upload.file_name, upload.dry_run);
        let (survey, bytes) = self.survey(origin.tenant, upload.bytes, upload.choices).await?;
        if !is_retry {
            let stored = self.shared.files.keep(import, &survey.sha256, bytes).await;
            stored.map_err(Unavailable::new)?;
        }
        let begun = self
            .record_start(origin, &stream, file_name, dry_run, survey)
            .await;
        if let Err(CommandError::Unavailable(cause)) = &begun
            && cause.is_erased()
        {
            self.remove_unrecorded(import).await;
        }
        let done = begun?;
        if done.appended > 0 {
            if let Err(cause) = self.remove_oldest_kept(origin.tenant).await {
                warn!(%cause, "files of ended imports could not be removed");
            }
            self.work_on(ImportKey {
                tenant: origin.tenant,
                import,
            });
        }
        Ok((import, done))
    }

    /// Reads a file as an import would, and writes nothing.
    ///
    /// # Errors
    /// The file cannot be read as a whole or has no rows; or the log fails.
    pub async fn preview(
        &self,
        tenant: TenantId,
        bytes: Vec<u8>,
        choices: Choices,
    ) -> Result<Survey, StartError> {
        Ok(self.survey(tenant, bytes, choices).await?.0)
    }

    async fn survey(
        &self,
        tenant: TenantId,
        bytes: Vec<u8>,
        choices: Choices,
    ) -> Result<(Survey, Vec<u8>), StartError> {
        let schemas = &self.shared.registrar.schemas;
        let schema = schemas.newest(self.log(), tenant).await?;
        let read = move || (survey_file(&bytes, &schema, &choices), bytes);
        let (survey, bytes) = run_blocking(read).await?;
        Ok((survey?, bytes))
    }

    /// The refused rows of an import as a file to correct and import again; `None` when there is no
    /// such import. `describe` words what was found in a row. A while after the end of the import
    /// its file is gone, and what was found is all that is left.
    ///
    /// # Errors
    /// The log or the store of files fails.
    pub async fn refused_rows(
        &self,
        tenant: TenantId,
        import: ImportId,
        describe: impl Fn(&[Finding]) -> String + Send + 'static,
    ) -> Result<Option<Vec<u8>>, Unavailable> {
        let stream = StreamName::import(tenant, import);
        let loaded = load::<ImportEvent>(self.log(), &stream).await?;
        let Some(started) = find_start(&loaded) else {
            return Ok(None);
        };
        let bytes = self.shared.files.read(import, &started.sha256).await;
        let bytes = bytes.map_err(Unavailable::new)?;
        let write = move || write_refused(&started, &find_refused(&loaded), bytes.as_deref(), describe);
        Ok(Some(run_blocking(write).await?.map_err(Unavailable::new)?))
    }

    /// Removes the file of an import that was not recorded, since its tenant was erased meanwhile:
    /// the erasure found no such import.
    async fn remove_unrecorded(&self, import: ImportId) {
        if let Err(cause) = self.shared.files.remove_all(import).await {
            warn!(%import, %cause, "the file of an import that did not begin could not be removed");
        }
    }

    async fn record_start(
        &self,
        origin: &Origin,
        stream: &StreamName,
        file_name: Option<String>,
        dry_run: bool,
        survey: Survey,
    ) -> Result<Done, ImportError> {
        let context = origin.context();
        execute::<ImportEvent, _>(self.log(), stream, &context, None, |loaded| {
            let name = file_name.clone().map(FreeText::new);
            let sha256 = survey.sha256.clone();
            let (columns, reading) = (survey.columns.clone(), Some(survey.reading.clone()));
            let state = fold(loaded);
            Ok(import::start(
                state,
                name,
                sha256,
                survey.rows,
                columns,
                reading,
                dry_run,
            )?)
        })
        .await
    }

    /// Takes up what a restart interrupted, and removes files that no import needs.
    ///
    /// # Errors
    /// The views cannot be read. Files that cannot be removed are only logged.
    pub async fn resume(self: &Arc<Self>) -> anyhow::Result<()> {
        let running = self.find_running().await?;
        let count = running.len();
        let mut needed = self.find_kept().await?;
        needed.extend(running.iter().map(|key| key.import));
        match self.shared.files.sweep(needed).await {
            Ok(removed) => info!(running = count, removed, "interrupted imports go on"),
            Err(cause) => warn!(%cause, "files of ended imports could not be removed"),
        }
        running.into_iter().for_each(|key| self.work_on(key));
        Ok(())
    }

    /// The imports that ended and whose refused rows can still be downloaded.
    async fn find_kept(&self) -> anyhow::Result<Vec<ImportId>> {
        let now = self.shared.clock.now();
        let with_files = self.find_ended(now - KEPT_FOR, now + CLOCK_DIFFERENCE).await?;
        Ok(with_files.into_iter().map(|(import, _)| import).collect())
    }

    async fn find_ended(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> anyhow::Result<Vec<(ImportId, String)>> {
        let views = self.views.clone();
        let find = move || ImportList::of(&views).ended_with_refused(from, until);
        Ok(tokio::task::spawn_blocking(find).await??)
    }

    /// Removes files of ended imports whose time is over, every hour. It ends when the imports are
    /// dropped.
    pub fn watch_kept_files(self: &Arc<Self>) {
        let weak = Arc::downgrade(self);
        self.runtime.spawn(async move {
            let mut ticks = interval(KEPT_CHECK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let Some(imports) = weak.upgrade() else { return };
                if let Err(cause) = imports.remove_expired().await {
                    warn!(%cause, "files of ended imports could not be removed");
                }
            }
        });
    }

    /// Removes the files of imports that ended too long ago. A start removes those that ended while
    /// no node ran.
    pub(crate) async fn remove_expired(&self) -> anyhow::Result<()> {
        let until = self.shared.clock.now() - KEPT_FOR;
        for (import, sha256) in self.find_ended(until - KEPT_FOR, until).await? {
            self.shared.files.remove(import, &sha256).await?;
        }
        Ok(())
    }

    /// Removes the oldest kept files of a tenant when it has many.
    async fn remove_oldest_kept(&self, tenant: TenantId) -> anyhow::Result<()> {
        let views = self.views.clone();
        let find = move || ImportList::of(&views).imports(tenant, KEPT_LOOK_BACK, None);
        let newest = tokio::task::spawn_blocking(find).await??;
        let newest = newest.items.into_iter();
        let with_files = newest.filter(|record| record.outcome().is_some() && record.counts().refused > 0);
        for record in with_files.skip(KEPT_PER_TENANT) {
            self.shared.files.remove(record.id, &record.sha256).await?;
        }
        Ok(())
    }

    /// Where nodes share imports, takes up what another node left, and keeps this one's locks. It
    /// ends when the imports are dropped.
    pub fn watch_abandoned(self: &Arc<Self>) {
        if self.shared.files.locks().is_none() {
            return;
        }
        let weak = Arc::downgrade(self);
        self.runtime.spawn(async move {
            let mut ticks = interval(ABANDONED_CHECK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let Some(imports) = weak.upgrade() else { return };
                imports.take_up_abandoned().await;
            }
        });
    }

    async fn take_up_abandoned(self: &Arc<Self>) {
        if let Some(locks) = self.shared.files.locks() {
            locks.keep_alive().await;
        }
        match self.find_running().await {
            Ok(running) => running.into_iter().for_each(|key| self.work_on(key)),
            Err(cause) => warn!(%cause, "abandoned imports cannot be found"),
        }
    }

    /// The imports under way, as far as the views know.
    async fn find_running(&self) -> anyhow::Result<Vec<ImportKey>> {
        let views = self.views.clone();
        let found = tokio::task::spawn_blocking(move || ImportList::of(&views).running()).await??;
        let keys = found.into_iter();
        Ok(keys
            .map(|(tenant, import)| ImportKey { tenant, import })
            .collect())
    }

    /// Stops an import before its next chunk, whichever node works on it. Rows judged before that
    /// stay. While the chunk under way takes longer than ten seconds the answer is that of an
    /// import still running, and it stops after that chunk.
    ///
    /// # Errors
    /// See [`CommandError`]; refused when there is no such import or it ended another way.
    pub async fn cancel(self: &Arc<Self>, origin: &Origin, import: ImportId) -> Result<Done, ImportError> {
        let key = ImportKey {
            tenant: origin.tenant,
            import,
        };
        let stream = key.stream();
        let context = origin.context();
        let cancelled = execute::<ImportEvent, _>(self.log(), &stream, &context, None, |loaded| {
            Ok(import::cancel(fold(loaded))?)
        });
        let cancelled = cancelled.await?;
        let deadline = Instant::now() + CANCEL_TIMEOUT;
        loop {
            let loaded = load::<ImportEvent>(self.log(), &stream).await?;
            if !fold(&loaded).is_under_way() || Instant::now() >= deadline {
                let left = loaded.as_done().unwrap_or_else(|| cancelled.clone());
                return Ok(Done {
                    revision: left.revision,
                    position: left.position,
                    ..cancelled
                });
            }
            // The worker itself ends the import, so that no row of its chunk goes without a
            // verdict. Where there is none, this one has only to end it.
            self.work_on(key);
            self.stop(key);
            sleep(CANCEL_CHECK).await;
        }
    }

    /// Starts a worker on an import, unless one is on it.
    fn work_on(self: &Arc<Self>, key: ImportKey) {
        let Some(stopped) = self.add_running(key) else {
            return;
        };
        let imports = self.clone();
        self.runtime.spawn(async move {
            let job = worker::run(imports.shared.clone(), key, stopped);
            if let Err(cause) = tokio::spawn(job).await {
                let (tenant, import) = (key.tenant, key.import);
                error!(%tenant, %import, %cause, "the worker of an import broke; the next start goes on");
                imports.shared.unlock(import).await;
            }
            imports.running.lock().remove(&key);
        });
    }

    /// `None` when a worker of this process is on the import.
    fn add_running(&self, key: ImportKey) -> Option<watch::Receiver<bool>> {
        let mut running = self.running.lock();
        if running.contains_key(&key) {
            return None;
        }
        let (stop, stopped) = watch::channel(false);
        running.insert(key, stop);
        Some(stopped)
    }

    /// Wakes the worker of an import that is to stop.
    fn stop(&self, key: ImportKey) {
        if let Some(stop) = self.running.lock().get(&key) {
            stop.send_replace(true);
        }
    }

    fn log(&self) -> &dyn LogWriter {
        &*self.shared.log
    }
}

async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unavailable> {
    tokio::task::spawn_blocking(work).await.map_err(Unavailable::new)
}

fn fold(loaded: &Loaded<ImportEvent>) -> ImportState {
    ImportState::fold(loaded.events.iter().map(|recorded| &recorded.event))
}

#[cfg(test)]
impl Imports {
    /// What workers share, for tests that leave an import as a crash would.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}
