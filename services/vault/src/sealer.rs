//! Sealing and opening what is stored of events.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use tally_event_log::{Failure, Item, Opened, SealError, Sealed, Sealer, Subject};

use crate::caches::{KnownKey, Owner};
use crate::lookup::Found;
use crate::subkeys::RootKey;
use crate::vault::Vault;
use crate::{VaultError, cipher, envelope};

/// What a batch knows of a key.
enum KeyState {
    Living(Arc<RootKey>),
    Erased,
    Unknown,
    Failed(SealError),
}

type States = HashMap<Owner, KeyState>;

#[async_trait]
impl Sealer for Vault {
    async fn seal(&self, items: Vec<Item>) -> Result<Vec<Sealed>, SealError> {
        let states = self.find_states(&items, Purpose::Seal).await?;
        let nonces = cipher::random_nonces(items.len()).map_err(to_seal_error)?;
        let mut context = Vec::new();
        let mut seal_one = |(item, nonce): (&Item, _)| {
            let key = living_key(&states, owner_of(item))?;
            envelope::seal_item(key, nonce, item, &mut context).map_err(to_seal_error)
        };
        items.iter().zip(&nonces).map(&mut seal_one).collect()
    }

    async fn open(&self, items: Vec<Item>) -> Result<Vec<Result<Opened, SealError>>, SealError> {
        let states = self.find_states(&items, Purpose::Open).await?;
        let mut context = Vec::new();
        let results = items
            .into_iter()
            .map(|item| match living_key(&states, owner_of(&item)) {
                Ok(key) => {
                    let opened = envelope::open_item(key, item, &mut context);
                    opened.map(Opened::Plain).map_err(to_seal_error)
                }
                Err(SealError::Erased) => Ok(Opened::Erased),
                Err(SealError::KeyLost) => {
                    self.inner.lost.report(owner_of(&item));
                    Err(SealError::KeyLost)
                }
                Err(error @ (SealError::Unavailable(_) | SealError::Damaged(_))) => Err(error),
            });
        Ok(results.collect())
    }
}

/// What keys are needed for. To seal, a text that has none gets one.
#[derive(Clone, Copy)]
enum Purpose {
    Seal,
    Open,
}

impl Vault {
    /// The keys of a batch: those in memory, and the others by one query.
    async fn find_states(&self, items: &[Item], purpose: Purpose) -> Result<States, SealError> {
        let mut states = States::new();
        let mut missing = Vec::new();
        for item in items {
            // The tenant's own key also says whether a missing one was erased with the tenant.
            for owner in [owner_of(item), Owner::Tenant(item.location.tenant)] {
                if states.contains_key(&owner) {
                    continue;
                }
                let known = self.inner.caches.key_of(owner);
                if known.is_none() {
                    missing.push(owner);
                }
                states.insert(owner, known.map_or(KeyState::Unknown, KeyState::from));
            }
        }
        if !missing.is_empty() {
            let finding = self.run(move |inner| match purpose {
                Purpose::Seal => inner.find_or_add_text_keys(&missing),
                Purpose::Open => inner.find_keys(&missing),
            });
            take_in(&mut states, finding.await.map_err(to_seal_error)?);
        }
        Ok(states)
    }
}

fn take_in(states: &mut States, found: Found) {
    for (owner, known) in found {
        let state = known.map_or_else(|error| KeyState::Failed(to_seal_error(error)), KeyState::from);
        states.insert(owner, state);
    }
}

impl From<KnownKey> for KeyState {
    fn from(known: KnownKey) -> Self {
        match known {
            KnownKey::Living(key) => Self::Living(key),
            KnownKey::Erased => Self::Erased,
        }
    }
}

fn owner_of(item: &Item) -> Owner {
    let tenant = item.location.tenant;
    match item.subject {
        Subject::Tenant => Owner::Tenant(tenant),
        Subject::Person(person) => Owner::Person(tenant, person),
        Subject::Text(text) => Owner::Text(tenant, text),
    }
}

fn living_key(states: &States, owner: Owner) -> Result<&RootKey, SealError> {
    match states.get(&owner) {
        Some(KeyState::Living(key)) => Ok(key),
        Some(KeyState::Erased) => Err(SealError::Erased),
        Some(KeyState::Failed(error)) => Err(error.clone()),
        Some(KeyState::Unknown) | None => Err(missing_key(states, owner)),
    }
}

/// A key that is not in the store. What belongs to an erased tenant was erased with it.
fn missing_key(states: &States, owner: Owner) -> SealError {
    match states.get(&Owner::Tenant(owner.tenant())) {
        Some(KeyState::Erased) => SealError::Erased,
        Some(KeyState::Living(_) | KeyState::Failed(_) | KeyState::Unknown) | None => SealError::KeyLost,
    }
}

/// What the store or its configuration has to answer for may pass. The rest is about the bytes.
fn to_seal_error(error: VaultError) -> SealError {
    match error {
        VaultError::KeyDestroyed => SealError::Erased,
        VaultError::KeyUnknown
        | VaultError::Malformed(_)
        | VaultError::Tampered
        | VaultError::OtherTenant
        | VaultError::Corrupt(_) => SealError::Damaged(error.to_string()),
        VaultError::WrongKek { .. }
        | VaultError::KeyMaterial(_)
        | VaultError::KeyFile(_)
        | VaultError::Store(_)
        | VaultError::Database { .. }
        | VaultError::BadUrl { .. }
        | VaultError::OtherFormat { .. }
        | VaultError::TimedOut
        | VaultError::BrokeOff
        | VaultError::KeysAdded
        | VaultError::NotWiped
        | VaultError::StillBehind
        | VaultError::Randomness => SealError::Unavailable(Failure::new("the keys of events", error)),
    }
}
