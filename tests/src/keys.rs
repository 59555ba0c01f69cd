//! The key store of a server, as a test that reads its log needs it.

use std::path::Path;
use std::sync::Arc;

use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};

/// An empty store of its own.
pub fn in_memory() -> Arc<Vault> {
    let key = KeyEncryptionKey::generate().unwrap();
    Arc::new(Vault::in_memory(Arc::new(LocalKeyWrapper::new(key))).unwrap())
}

/// That of a server with its data in `folder`, which may be running.
pub fn in_folder(folder: &Path, master_key: &str) -> Arc<Vault> {
    Arc::new(Vault::open_at(&folder.join("keys.db"), wrapper(master_key)).unwrap())
}

/// That of nodes which share the database at `url`.
pub async fn in_database(url: &str, master_key: &str) -> Arc<Vault> {
    Arc::new(Vault::open_in_database(url, wrapper(master_key)).await.unwrap())
}

fn wrapper(master_key: &str) -> Arc<LocalKeyWrapper> {
    Arc::new(LocalKeyWrapper::new(
        KeyEncryptionKey::from_base64(master_key).unwrap(),
    ))
}
