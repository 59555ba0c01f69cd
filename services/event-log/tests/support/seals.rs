//! A sealer for tests, that hides what it seals, notices what was altered or moved, and can be made
//! to erase and to fail. The real one is the vault's.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use tally_domain::StreamName;
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, Failure, Item, LogReader, LogWriter, NewEvent,
    Opened, ReadThrough, SealError, Sealed, Sealer, Subject,
};

/// The first byte of what is sealed.
const VERSION: u8 = 1;
const MAC: usize = 32;

#[derive(Default)]
pub struct TestSealer {
    erased: Mutex<HashSet<Subject>>,
    lost: Mutex<HashSet<Subject>>,
    /// How often it was called.
    pub calls: AtomicUsize,
    fails: AtomicBool,
}

impl TestSealer {
    /// Destroys a key. That of a tenant is every tenant's.
    pub fn erase(&self, subject: Subject) {
        self.erased.lock().unwrap().insert(subject);
    }

    /// Loses a key, as a restored key store does that is too old.
    pub fn lose(&self, subject: Subject) {
        self.lost.lock().unwrap().insert(subject);
    }

    /// Whether the key store answers.
    pub fn set_failing(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    fn answer(&self) -> Result<(), SealError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match self.fails.load(Ordering::SeqCst) {
            true => Err(SealError::Unavailable(Failure::new("testing", "made to fail"))),
            false => Ok(()),
        }
    }

    fn is_erased(&self, item: &Item) -> bool {
        self.erased.lock().unwrap().contains(&item.subject)
    }
}

#[async_trait]
impl Sealer for TestSealer {
    async fn seal(&self, items: Vec<Item>) -> Result<Vec<Sealed>, SealError> {
        self.answer()?;
        let seal = |item: Item| {
            if self.is_erased(&item) {
                return Err(SealError::Erased);
            }
            let mut bytes = vec![VERSION];
            bytes.extend(mac(&item, &item.bytes));
            bytes.extend(xor(&item, &item.bytes));
            Ok(Sealed {
                bytes,
                key_digest: Sha256::digest(key(&item)).into(),
            })
        };
        items.into_iter().map(seal).collect()
    }

    async fn open(&self, items: Vec<Item>) -> Result<Vec<Result<Opened, SealError>>, SealError> {
        self.answer()?;
        Ok(items.iter().map(|item| self.open_one(item)).collect())
    }
}

/// A log all of whose events are of sealed families.
pub struct SealsAll(pub Arc<dyn LogWriter>);

impl ReadThrough for SealsAll {
    fn inner(&self) -> &dyn LogReader {
        &*self.0
    }
}

#[async_trait]
impl LogWriter for SealsAll {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        mut events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        events.iter_mut().for_each(|event| event.sealed = true);
        self.0.append(stream, expected, events).await
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.0.answers()
    }
}

impl TestSealer {
    fn open_one(&self, item: &Item) -> Result<Opened, SealError> {
        if self.is_erased(item) {
            return Ok(Opened::Erased);
        }
        if self.lost.lock().unwrap().contains(&item.subject) {
            return Err(SealError::KeyLost);
        }
        let damaged = || SealError::Damaged("it was altered or moved".to_owned());
        let (head, hidden) = item.bytes.split_at_checked(1 + MAC).ok_or_else(damaged)?;
        let plain = xor(item, hidden);
        let digest: [u8; 32] = Sha256::digest(key(item)).into();
        if item.key_digest.is_some_and(|stored| stored != digest) {
            return Err(damaged());
        }
        if head[0] != VERSION || head[1..] != mac(item, &plain) {
            return Err(damaged());
        }
        Ok(Opened::Plain(plain))
    }
}

fn key(item: &Item) -> Vec<u8> {
    format!("{:?}", item.subject).into_bytes()
}

fn mac(item: &Item, plain: &[u8]) -> [u8; MAC] {
    let at = format!("{:?} {:?}", item.subject, item.location);
    Sha256::new()
        .chain_update(at)
        .chain_update(plain)
        .finalize()
        .into()
}

fn xor(item: &Item, bytes: &[u8]) -> Vec<u8> {
    let blocks = (0_u64..).flat_map(|n| {
        let block = Sha256::new()
            .chain_update(key(item))
            .chain_update(n.to_be_bytes());
        <[u8; 32]>::from(block.finalize())
    });
    bytes.iter().zip(blocks).map(|(byte, mask)| byte ^ mask).collect()
}
