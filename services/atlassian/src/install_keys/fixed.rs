use std::collections::HashMap;

use async_trait::async_trait;

use super::{InstallKey, InstallKeys, KeyId, KeyLookupError};

/// Keys given beforehand: for tests, and for places without a key server.
#[derive(Clone, Debug, Default)]
pub struct FixedInstallKeys {
    keys: HashMap<KeyId, InstallKey>,
}

impl FixedInstallKeys {
    /// A source without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key. One whose id or text cannot be read is left out, and so will be unknown.
    #[must_use]
    pub fn with(mut self, key_id: &str, pem: &str) -> Self {
        if let (Some(key_id), Some(key)) = (KeyId::parse(key_id), InstallKey::from_pem(pem)) {
            self.keys.insert(key_id, key);
        }
        self
    }
}

#[async_trait]
impl InstallKeys for FixedInstallKeys {
    async fn find(&self, key_id: &KeyId) -> Result<InstallKey, KeyLookupError> {
        self.keys.get(key_id).cloned().ok_or(KeyLookupError::Unknown)
    }
}
