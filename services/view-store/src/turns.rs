//! Whose question to the views comes next.
//!
//! Readers of the views are few, and a question may keep one for seconds. So each tenant gets a
//! share: at most half of the readers at once, and waiting tenants come by turns, however many
//! questions one of them has waiting. A tenant whose questions took long lately gets one reader at
//! a time, and all such tenants together get at most half of the readers: the other half is there
//! for everyone else.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tally_domain::TenantId;
use tokio::sync::oneshot;

/// How many questions of one tenant may wait; one more is refused.
pub const MAX_WAITING: usize = 64;

/// The time that a tenant's questions took lately from which it is a heavy one.
const HEAVY: Duration = Duration::from_secs(1);
/// For each second that passes, this part of that time is forgotten.
const FORGOTTEN: f64 = 0.1;
/// From how many remembered tenants on those are forgotten that asked nothing lately.
const REMEMBERED: usize = 1024;

/// More questions of one tenant wait than may.
#[derive(Debug, PartialEq, Eq)]
pub struct TooManyWaiting;

/// The turns of all tenants.
#[derive(Clone)]
pub struct Turns(Arc<Mutex<State>>);

/// The right to ask one question. It ends when this is dropped.
pub struct Turn {
    turns: Turns,
    tenant: TenantId,
    begun: Instant,
}

struct State {
    readers: usize,
    running: usize,
    tenants: HashMap<TenantId, Tenant>,
    /// The tenants with waiting questions, each once, in the order of their turns.
    rotation: VecDeque<TenantId>,
}

struct Tenant {
    running: usize,
    waiting: VecDeque<oneshot::Sender<Turn>>,
    took: Duration,
    took_at: Instant,
}

impl Tenant {
    fn new(now: Instant) -> Self {
        Self {
            running: 0,
            waiting: VecDeque::new(),
            took: Duration::ZERO,
            took_at: now,
        }
    }

    /// How long its questions took lately.
    fn took_lately(&self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.took_at);
        self.took.saturating_sub(passed.mul_f64(FORGOTTEN))
    }

    fn is_heavy(&self, now: Instant) -> bool {
        self.took_lately(now) >= HEAVY
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.running == 0 && self.waiting.is_empty() && self.took_lately(now).is_zero()
    }
}

impl Turns {
    /// Turns at `readers` readers; at least one.
    pub fn new(readers: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            readers: readers.max(1),
            running: 0,
            tenants: HashMap::new(),
            rotation: VecDeque::new(),
        })))
    }

    /// Waits for a turn of `tenant`.
    ///
    /// # Errors
    /// [`TooManyWaiting`] at once, if so many of its questions wait already.
    pub async fn wait(&self, tenant: TenantId) -> Result<Turn, TooManyWaiting> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().enqueue(tenant, sender, Instant::now())?;
        self.hand_out();
        receiver.await.map_err(|_| TooManyWaiting)
    }

    /// Gives a turn to each of the next that may have one.
    fn hand_out(&self) {
        loop {
            let next = self.0.lock().begin_next(Instant::now());
            let Some((tenant, sender)) = next else { return };
            let turn = Turn {
                turns: self.clone(),
                tenant,
                begun: Instant::now(),
            };
            // One that does not wait any more gives its turn back when it is dropped here.
            drop(sender.send(turn));
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        self.turns.0.lock().end(self.tenant, now - self.begun, now);
        self.turns.hand_out();
    }
}

impl State {
    fn enqueue(
        &mut self,
        tenant: TenantId,
        sender: oneshot::Sender<Turn>,
        now: Instant,
    ) -> Result<(), TooManyWaiting> {
        if self.tenants.len() >= REMEMBERED {
            self.tenants.retain(|_, tenant| !tenant.is_idle(now));
        }
        let entry = self.tenants.entry(tenant).or_insert_with(|| Tenant::new(now));
        entry.waiting.retain(|waiting| !waiting.is_closed());
        if entry.waiting.len() >= MAX_WAITING {
            return Err(TooManyWaiting);
        }
        entry.waiting.push_back(sender);
        if !self.rotation.contains(&tenant) {
            self.rotation.push_back(tenant);
        }
        Ok(())
    }

    /// Takes the first tenant of the rotation that may ask, and puts it at the end.
    fn begin_next(&mut self, now: Instant) -> Option<(TenantId, oneshot::Sender<Turn>)> {
        if self.running >= self.readers {
            return None;
        }
        let nth = self
            .rotation
            .iter()
            .position(|tenant| self.may_ask(*tenant, now))?;
        let tenant = self.rotation.remove(nth)?;
        let entry = self.tenants.get_mut(&tenant)?;
        let sender = entry.waiting.pop_front()?;
        entry.running += 1;
        self.running += 1;
        if !entry.waiting.is_empty() {
            self.rotation.push_back(tenant);
        }
        Some((tenant, sender))
    }

    fn may_ask(&self, tenant: TenantId, now: Instant) -> bool {
        let Some(entry) = self.tenants.get(&tenant) else {
            return false;
        };
        let half = (self.readers / 2).max(1);
        if entry.is_heavy(now) {
            entry.running == 0 && self.count_running_of_heavy(now) < half
        } else {
            entry.running < half
        }
    }

    fn count_running_of_heavy(&self, now: Instant) -> usize {
        let heavy = self.tenants.values().filter(|tenant| tenant.is_heavy(now));
        heavy.map(|tenant| tenant.running).sum()
    }

    fn end(&mut self, tenant: TenantId, took: Duration, now: Instant) {
        self.running = self.running.saturating_sub(1);
        if let Some(entry) = self.tenants.get_mut(&tenant) {
            entry.running = entry.running.saturating_sub(1);
            entry.took = entry.took_lately(now) + took;
            entry.took_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId(Uuid::from_u128(number))
    }

    /// The turn, if it comes at once.
    fn try_take(turns: &Turns, of: TenantId) -> Option<Turn> {
        turns.wait(of).now_or_never().map(Result::unwrap)
    }

    fn make_heavy(turns: &Turns, of: TenantId) {
        let turn = try_take(turns, of).unwrap();
        turns.0.lock().end(of, 100 * HEAVY, Instant::now());
        std::mem::forget(turn);
    }

    #[test]
    fn one_tenant_has_half_of_the_readers_and_the_rest_is_there_for_others() {
        let turns = Turns::new(4);
        let loud: Vec<_> = (0..2).map(|_| try_take(&turns, tenant(1)).unwrap()).collect();
        assert!(try_take(&turns, tenant(1)).is_none());
        let others: Vec<_> = (2..4).map(|nth| try_take(&turns, tenant(nth)).unwrap()).collect();
        assert!(try_take(&turns, tenant(4)).is_none());
        drop(others);
        assert!(try_take(&turns, tenant(1)).is_none());
        drop(loud);
        assert!(try_take(&turns, tenant(1)).is_some());
    }

    #[test]
    fn tenants_whose_questions_took_long_have_half_of_the_readers_between_them() {
        let turns = Turns::new(4);
        (1..=3).for_each(|heavy| make_heavy(&turns, tenant(heavy)));
        let running: Vec<_> = (1..=3)
            .filter_map(|heavy| try_take(&turns, tenant(heavy)))
            .collect();
        assert_eq!(running.len(), 2);
        assert!(try_take(&turns, tenant(1)).is_none());
        let others: Vec<_> = (4..=5)
            .filter_map(|other| try_take(&turns, tenant(other)))
            .collect();
        assert_eq!(others.len(), 2);
    }

    #[test]
    fn tenants_come_by_turns_however_much_one_has_waiting() {
        let turns = Turns::new(1);
        let running = try_take(&turns, tenant(1)).unwrap();
        let mut loud: Vec<_> = (0..5).map(|_| Box::pin(turns.wait(tenant(1)))).collect();
        assert!(loud.iter_mut().all(|wait| wait.now_or_never().is_none()));
        let mut quiet = Box::pin(turns.wait(tenant(2)));
        assert!((&mut quiet).now_or_never().is_none());
        drop(running);
        let first = loud.iter_mut().filter_map(|wait| wait.now_or_never()).count();
        // The turn of the loud one ended with the count; the next is the quiet one's.
        assert_eq!(first, 1);
        assert!((&mut quiet).now_or_never().is_some());
    }

    #[test]
    fn a_question_that_is_given_up_keeps_no_turn() {
        let turns = Turns::new(1);
        let running = try_take(&turns, tenant(1)).unwrap();
        let mut given_up = Box::pin(turns.wait(tenant(2)));
        assert!((&mut given_up).now_or_never().is_none());
        drop(given_up);
        drop(running);
        assert!(try_take(&turns, tenant(3)).is_some());
    }

    #[test]
    fn one_more_than_may_wait_is_refused_at_once() {
        let turns = Turns::new(1);
        let _running = try_take(&turns, tenant(1)).unwrap();
        let mut waiting: Vec<_> = (0..MAX_WAITING)
            .map(|_| Box::pin(turns.wait(tenant(1))))
            .collect();
        assert!(waiting.iter_mut().all(|wait| wait.now_or_never().is_none()));
        assert!(
            turns
                .wait(tenant(1))
                .now_or_never()
                .is_some_and(|refused| refused.is_err())
        );
        waiting.pop();
        assert!(turns.wait(tenant(1)).now_or_never().is_none());
    }

    #[test]
    fn what_took_long_is_forgotten_after_a_while() {
        let now = Instant::now();
        let heavy = Tenant {
            took: HEAVY,
            ..Tenant::new(now)
        };
        assert!(heavy.is_heavy(now));
        assert!(!heavy.is_heavy(now + Duration::from_secs(1)));
        assert!(heavy.is_idle(now + Duration::from_secs(10)));
    }
}
