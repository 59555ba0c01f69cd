//! The notes of an asset: each under a key of its own, without which it is gone and nothing else.

use std::path::Path;
use std::sync::Arc;

use tally_commands::assets::{self, AttributeChanges, Registration};
use tally_commands::{Origin, Registrar};
use tally_domain::asset::{AssetCommand, AssetEvent, AssetState, AttributeId, AttributeName, AttributeValue};
use tally_domain::{Actor, AssetId, Clock, CommandId, Recorded, StreamName, TenantId, TextId, Via};
use tally_event_log::{LogWriter, Options};
use tally_projections::{AssetHistory, AssetRegister};
use tally_server::events;
use tally_server::views::all_views;
use tally_tests::keys;
use tally_vault::Vault;
use tally_view_store::ViewStore;
use tempfile::TempDir;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const NOTES: AttributeId = AttributeId::built_in(11);

/// A log in a file with its keys, and one asset.
struct Noted {
    folder: TempDir,
    log: Arc<dyn LogWriter>,
    vault: Arc<Vault>,
    registrar: Registrar,
    asset: AssetId,
}

impl Noted {
    /// The asset is registered with this note.
    async fn registered(note: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = keys::in_memory();
        vault.add_tenant(TENANT).await.unwrap();
        let options = Options {
            sealer: vault.clone(),
            ..Options::without_keys()
        };
        let log = tally_event_log::open(&url(folder.path()), options).await.unwrap();
        let registrar = Registrar::new(vault.clone());
        let origin = origin();
        let values = set(&[("name", "laptop"), ("notes", note)]);
        let registration = Registration::new(origin.command, None, values);
        let registered = assets::register(&*log, &registrar, &origin, registration);
        let asset = registered.await.unwrap().asset;
        Self {
            folder,
            log,
            vault,
            registrar,
            asset,
        }
    }

    async fn edit(&self, key: &str, value: &str) {
        let command = AssetCommand::Edit {
            set: set(&[(key, value)]),
        };
        let origin = origin();
        let edit = assets::change(
            &*self.log,
            &self.registrar,
            &origin,
            self.asset,
            None,
            &command,
            None,
        );
        edit.await.unwrap();
    }

    async fn recorded(&self) -> Vec<Recorded<AssetEvent>> {
        let stream = StreamName::asset(TENANT, self.asset);
        let loaded = tally_event_log::load(&*self.log, &stream).await;
        loaded.unwrap()
    }

    async fn text_of_registration(&self) -> TextId {
        let stream = StreamName::asset(TENANT, self.asset);
        let stored = self.log.read_stream(&stream, 0, 1).await.unwrap();
        let payload = stored[0].payload.as_ref().unwrap();
        let id = &payload["attributes"][NOTES.to_string()]["$free_text"]["id"];
        TextId(id.as_str().unwrap().parse().unwrap())
    }

    async fn state(&self) -> AssetState {
        AssetState::fold(&self.recorded().await)
    }

    /// What the second event says that the note was before.
    async fn note_before(&self) -> AttributeValue {
        match &self.recorded().await[1].event {
            AssetEvent::AttributesEdited { changes } => changes[&NOTES].from.clone().unwrap(),
            other => panic!("no edit: {other:?}"),
        }
    }

    /// Views that were built from all that the log has now.
    async fn rebuilt_views(&self) -> ViewStore {
        let codec = events::codec();
        let stored = self.log.read_all(None, 100).await.unwrap();
        let recorded: Vec<_> = stored.into_iter().map(|one| codec.decode(one).unwrap()).collect();
        let path = self.folder.path().join(format!("{}.db", Uuid::new_v4()));
        let views = ViewStore::open(&path, &all_views()).unwrap();
        views.apply(&recorded).unwrap();
        views
    }
}

fn url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("log.db").display())
}

fn origin() -> Origin {
    let command = CommandId(Uuid::new_v4());
    Origin::new(
        TENANT,
        Actor::without_person(Via::App),
        command,
        Clock::system().now(),
    )
}

fn set(pairs: &[(&str, &str)]) -> AttributeChanges {
    let pair = |(key, value): &(&str, &str)| (AttributeName::parse(key).unwrap(), Some((*value).to_owned()));
    pairs.iter().map(pair).collect()
}

fn id_of(value: &AttributeValue) -> Option<TextId> {
    match value {
        AttributeValue::Free(text) => text.id(),
        AttributeValue::Text(text) => panic!("not a free text: {text}"),
    }
}

#[tokio::test]
async fn a_raw_log_shows_no_note() {
    let noted = Noted::registered("noteword").await;
    noted.edit("notes", "second noteword").await;
    let raw = tally_event_log::open_raw(&url(noted.folder.path()))
        .await
        .unwrap();
    let raw = raw.read_all(None, 100).await.unwrap();
    assert!(raw.len() >= 2);
    for event in raw {
        let shown = format!("{} {}", String::from_utf8_lossy(&event.payload), event.context);
        assert!(!shown.contains("noteword"), "{shown}");
    }
}

#[tokio::test]
async fn a_note_whose_key_was_destroyed_is_gone_from_state_views_and_later_edits_and_nothing_else_is() {
    let noted = Noted::registered("noteword").await;
    let text = noted.text_of_registration().await;
    noted.vault.destroy_text(TENANT, text).unwrap();

    let state = noted.state().await;
    let attributes = &state.asset().unwrap().attributes;
    assert_eq!(
        (attributes.get(NOTES), attributes.get(AttributeId::NAME)),
        (None, Some("laptop"))
    );

    noted.edit("notes", "after").await;
    let before = noted.note_before().await;
    assert_eq!((id_of(&before), before.text()), (Some(text), None));

    let views = noted.rebuilt_views().await;
    assert_eq!(views.needs_rebuild().unwrap(), vec![]);
    let row = AssetRegister::of(&views)
        .get(TENANT, noted.asset, None)
        .unwrap()
        .unwrap();
    assert_eq!(row.asset.attributes[&NOTES], "after");
    let history = AssetHistory::of(&views).history(TENANT, noted.asset, None, &[], 10, None);
    let shown = format!("{:?}", history.unwrap().items);
    assert!(shown.contains("laptop") && !shown.contains("noteword"), "{shown}");
}

#[tokio::test]
async fn destroying_the_key_of_a_note_redacts_it_also_where_an_edit_replaced_it() {
    let noted = Noted::registered("noteword").await;
    let text = noted.text_of_registration().await;
    noted.edit("notes", "after").await;
    let before = noted.note_before().await;
    assert_eq!((id_of(&before), before.text()), (Some(text), Some("noteword")));
    noted.vault.destroy_text(TENANT, text).unwrap();
    let before = noted.note_before().await;
    assert_eq!((id_of(&before), before.text()), (Some(text), None));
    assert_eq!(
        noted.state().await.asset().unwrap().attributes.get(NOTES),
        Some("after")
    );
}
