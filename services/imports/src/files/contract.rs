//! What every file store keeps, and the locks of the one that nodes share.

#[path = "../../../../tests/src/postgres.rs"]
#[allow(dead_code, reason = "these tests do not stop the server")]
mod postgres;

use uuid::Uuid;

use super::*;
use postgres::Cluster;

/// Two nodes over one database; what one does the other sees.
async fn nodes() -> [SharedFiles; 2] {
    let url = Cluster::shared().url();
    let node = async || SharedFiles::open(&url).await.unwrap();
    [node().await, node().await]
}

fn import() -> ImportId {
    ImportId(Uuid::new_v4())
}

async fn keeps_files(here: &dyn FileStore, there: &dyn FileStore) {
    let (one, other) = (import(), import());
    assert_eq!(here.read(one, "aa").await.unwrap(), None);
    here.keep(one, "aa", b"name\nx".to_vec()).await.unwrap();
    here.keep(one, "aa", b"name\nx".to_vec()).await.unwrap();
    here.keep(other, "aa", b"name\ny".to_vec()).await.unwrap();
    assert_eq!(there.read(one, "aa").await.unwrap(), Some(b"name\nx".to_vec()));
    assert_eq!(there.read(one, "bb").await.unwrap(), None);
    there.remove(one, "aa").await.unwrap();
    there.remove(one, "aa").await.unwrap();
    assert_eq!(here.read(one, "aa").await.unwrap(), None);
    assert_eq!(here.read(other, "aa").await.unwrap(), Some(b"name\ny".to_vec()));
    here.keep(other, "bb", b"name\nz".to_vec()).await.unwrap();
    assert_eq!(there.remove_all(one).await.unwrap(), 0);
    assert_eq!(there.remove_all(other).await.unwrap(), 2);
    assert_eq!(here.read(other, "aa").await.unwrap(), None);
}

#[tokio::test]
async fn a_file_is_kept_until_it_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::below(dir.path());
    keeps_files(&folder, &folder).await;
    let [here, there] = nodes().await;
    keeps_files(&here, &there).await;
}

#[tokio::test]
async fn the_largest_file_there_may_be_is_kept_whole() {
    let [here, there] = nodes().await;
    let bytes: Vec<u8> = (0..crate::MAX_BYTES).map(|n| (n % 251) as u8).collect();
    let import = import();
    FileStore::keep(&here, import, "aa", bytes.clone()).await.unwrap();
    assert!(there.read(import, "aa").await.unwrap() == Some(bytes));
    here.remove(import, "aa").await.unwrap();
}

#[tokio::test]
async fn one_node_works_on_an_import_until_it_gives_it_up_or_is_gone() {
    let [here, there] = nodes().await;
    let (one, other) = (import(), import());
    assert!(here.try_lock(one).await.unwrap());
    assert!(!there.try_lock(one).await.unwrap());
    assert!(there.try_lock(other).await.unwrap());
    here.unlock(one).await;
    assert!(there.try_lock(one).await.unwrap());
    assert!(!here.try_lock(one).await.unwrap());
    drop(there);
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while !here.try_lock(one).await.unwrap() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_sweep_spares_running_imports_and_files_that_another_node_may_have_just_taken_in() {
    let [here, there] = nodes().await;
    let [running, finished, just_taken] = [import(), import(), import()];
    for import in [running, finished, just_taken] {
        FileStore::keep(&here, import, "aa", b"x".to_vec()).await.unwrap();
    }
    let aged = format!(
        "UPDATE tally_imports.files SET kept_at = now() - interval '2 days' WHERE import IN ('{running}', '{finished}')"
    );
    Cluster::shared().sql(&aged);
    there.sweep(vec![running]).await.unwrap();
    for (import, is_kept) in [(running, true), (finished, false), (just_taken, true)] {
        assert_eq!(here.read(import, "aa").await.unwrap().is_some(), is_kept);
    }
}
