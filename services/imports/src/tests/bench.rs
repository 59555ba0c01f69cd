//! Imports over a log in memory, and views that are brought up to date before each look.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tally_commands::assets::{self, AssetError, AttributeChanges, Registered, Registration};
use tally_commands::{Done, Origin, Registrar, execute};
use tally_domain::asset::{AttributeName, Tag};
use tally_domain::import::{self, ImportEvent, ImportState, RowJudged};
use tally_domain::schema::Schema;
use tally_domain::{Actor, Clock, CommandId, ImportId, PersonId, RegisterId, StreamName, TenantId};
use tally_event_log::codec::Codec;
use tally_event_log::{LogWriter, MemoryLog};
use tally_projections::{AssetRegister, AssetRow, ImportList, ImportRecord};
use tally_query::{Budget, Evaluate, Filter, Selection, Sort};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use tally_view_store::{ViewSet, ViewStore};
use tempfile::TempDir;
use tokio::time::sleep;
use uuid::Uuid;

use crate::judge::row_command;
use crate::ledger::Ledger;
use crate::upload::survey_file;
use crate::{Choices, Folder, Imports, ImportsSetup, StartError, Upload};

pub struct Bench {
    pub vault: Arc<Vault>,
    pub log: Arc<dyn LogWriter>,
    pub registrar: Arc<Registrar>,
    pub imports: Arc<Imports>,
    views: Arc<ViewStore>,
    dir: TempDir,
}

/// A person who starts imports.
pub const AGENT: PersonId = PersonId(Uuid::from_u128(0xa9e1));

/// Another one, who cancels them.
pub const COLLEAGUE: PersonId = PersonId(Uuid::from_u128(0xa9e2));

/// A tenant and its people.
#[derive(Clone, Copy)]
pub struct Site {
    pub tenant: TenantId,
}

impl Site {
    pub fn new(vault: &Vault) -> Self {
        let tenant = TenantId(Uuid::new_v4());
        vault.create_tenant_key(tenant).unwrap();
        Self { tenant }
    }

    /// A command of a person of this site.
    pub fn origin(self, person: PersonId) -> Origin {
        let actor = Actor::user(person);
        Origin::new(
            self.tenant,
            actor,
            CommandId(Uuid::new_v4()),
            Clock::system().now(),
        )
    }
}

impl Bench {
    pub fn with_site() -> (Self, Site) {
        let bench = Self::new();
        let site = Site::new(&bench.vault);
        (bench, site)
    }

    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vault = vault();
        let log: Arc<dyn LogWriter> = Arc::new(MemoryLog::sealed(Clock::system(), vault.clone()));
        let registrar = Arc::new(Registrar::new(vault.clone()));
        let views = Arc::new(
            ViewStore::open(
                &dir.path().join("views.db"),
                &ViewSet::new(&[tally_projections::VIEWS]),
            )
            .unwrap(),
        );
        let imports = Imports::new(ImportsSetup {
            log: log.clone(),
            registrar: registrar.clone(),
            views: views.clone(),
            files: Box::new(Folder::below(dir.path())),
            clock: Clock::system(),
        });
        Self {
            vault,
            log,
            registrar,
            imports,
            views,
            dir,
        }
    }

    /// The folder of the kept files.
    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("imports")
    }

    /// The views, with everything in them that the log has.
    pub async fn views(&self) -> &ViewStore {
        let reached = self.views.checkpoint().unwrap();
        let codec = Codec::new(&[tally_domain::FAMILIES]);
        let stored = self.log.read_all(reached, usize::MAX).await.unwrap();
        let events: Vec<_> = stored
            .into_iter()
            .map(|event| codec.decode(event).unwrap())
            .collect();
        if !events.is_empty() {
            self.views.apply(&events).unwrap();
        }
        &self.views
    }

    pub async fn start(&self, origin: &Origin, file: &[u8]) -> Result<(ImportId, Done), StartError> {
        self.imports.start(origin, upload(file, false)).await
    }

    /// Waits until an import ended.
    pub async fn wait_for_end(&self, site: Site, import: ImportId) -> ImportRecord {
        for _ in 0..3000 {
            let record = ImportList::of(self.views().await)
                .import(site.tenant, import)
                .unwrap();
            if let Some(record) = record.filter(|record| matches!(record.state, ImportState::Ended(..))) {
                return record;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("the import did not end");
    }

    /// The verdicts of an import, in the order of the file.
    pub async fn rows(&self, site: Site, import: ImportId) -> Vec<RowJudged> {
        let views = ImportList::of(self.views().await);
        let (mut rows, mut cursor) = (Vec::new(), None);
        loop {
            let page = views
                .rows(site.tenant, import, None, 1000, cursor.as_deref())
                .unwrap();
            rows.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return rows;
            }
        }
    }

    pub async fn assets(&self, site: Site) -> Vec<AssetRow> {
        let (filter, sort) = (Filter::default(), Sort::default());
        let register = AssetRegister::of(self.views().await).of_tenant(site.tenant);
        let assets = register.evaluate(&filter, None, &Budget::STANDARD).unwrap();
        let (mut rows, mut cursor) = (vec![], None);
        loop {
            let page = assets.page(sort, 1000, cursor.as_deref()).unwrap();
            rows.extend(page.items.into_iter().map(|row| row.asset));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return rows;
            }
        }
    }

    /// Imports a file from its start to its end.
    pub async fn import(
        &self,
        site: Site,
        dry_run: bool,
        file: impl AsRef<[u8]>,
    ) -> (ImportRecord, Vec<RowJudged>) {
        let origin = site.origin(AGENT);
        let started = self.imports.start(&origin, upload(file.as_ref(), dry_run)).await;
        let (id, _) = started.unwrap();
        let record = self.wait_for_end(site, id).await;
        let rows = self.rows(site, id).await;
        let counts = record.counts();
        assert_eq!(
            counts.rows,
            counts.registered + counts.registered_with_warning + counts.refused + counts.pending
        );
        (record, rows)
    }

    /// Begins an import as `start` does, without a worker: what a crash right after the answer
    /// leaves.
    pub async fn begin_and_crash(&self, site: Site, file: &[u8]) -> ImportId {
        let origin = site.origin(AGENT);
        let id = ImportId(origin.command.derive("import"));
        let schema = Schema::new(RegisterId::of_tenant(site.tenant));
        let survey = survey_file(file, &schema, &Choices::default()).unwrap();
        let files = &self.imports.shared().files;
        files.keep(id, &survey.sha256, file.to_vec()).await.unwrap();
        let stream = StreamName::import(site.tenant, id);
        let context = origin.context();
        let started = execute::<ImportEvent, _>(&*self.log, &stream, &context, None, |_| {
            let (sha256, columns) = (survey.sha256.clone(), survey.columns.clone());
            let reading = Some(survey.reading.clone());
            Ok(import::start(
                ImportState::Absent,
                None,
                sha256,
                survey.rows,
                columns,
                reading,
                false,
            )?)
        });
        started.await.unwrap();
        self.views().await;
        id
    }

    /// Does what a worker does with a row.
    pub async fn register_row(
        &self,
        site: Site,
        id: ImportId,
        row: u64,
        (tag, name): (Option<&str>, &str),
    ) -> Result<Registered, AssetError> {
        let origin = Origin {
            command: row_command(id, row),
            ..site.origin(AGENT)
        };
        let tag = tag.and_then(Tag::parse);
        let name = (AttributeName::parse("name").unwrap(), Some(name.to_owned()));
        let attributes = AttributeChanges::from([name]);
        let started = Ledger::open(&*self.log, StreamName::import(site.tenant, id)).await;
        let registration = Registration {
            asset: origin.command.imported_asset(started.unwrap().started.at),
            ..Registration::new(origin.command, tag, attributes)
        };
        assets::register(&*self.log, &self.registrar, &origin, registration).await
    }
}

/// A vault in memory.
pub fn vault() -> Arc<Vault> {
    let wrapper = LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap());
    Arc::new(Vault::in_memory(Arc::new(wrapper)).unwrap())
}

pub fn upload(file: &[u8], dry_run: bool) -> Upload {
    Upload {
        file_name: None,
        dry_run,
        choices: Choices::default(),
        bytes: file.to_vec(),
    }
}
