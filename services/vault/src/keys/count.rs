//! How many keys there are, and what keeps an old key-encryption key in use.

/// How many keys of one table are under one key-encryption key, or destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCount {
    /// The table: `data_keys`, `people` or `text_keys`.
    pub table: &'static str,
    /// The key-encryption key; `None` counts destroyed keys.
    pub kek_id: Option<String>,
    /// How many.
    pub keys: u64,
}

/// What is under which key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysStatus {
    /// The key-encryption key that wraps from now on.
    pub current: String,
    /// The counts, by table and key.
    pub counts: Vec<KeyCount>,
}

impl KeysStatus {
    /// How many living keys are under other key-encryption keys than the current one. While there
    /// are any, no other key may be retired.
    pub fn behind(&self) -> u64 {
        let behind = self.counts.iter().filter(|count| {
            let kek_id = count.kek_id.as_deref();
            kek_id.is_some_and(|kek_id| kek_id != self.current)
        });
        behind.map(|count| count.keys).sum()
    }
}
