//! Questions of tenants to the views: each within its tenant's share of the readers and within a
//! time limit, so that no site keeps the others waiting.

use std::sync::Arc;
use std::time::Duration;

use tally_domain::TenantId;
use tally_view_store::{Turns, ViewStore};
use thiserror::Error;
use tokio::task::JoinError;

/// The readers that tenants' questions leave to Tally itself: to readiness, to the watch, to
/// imports.
const OWN_READERS: usize = 2;

/// Why a question was not answered, apart from its own errors.
#[derive(Debug, Error)]
pub enum Unanswered {
    /// No turn came in time, or too many questions of the tenant wait.
    #[error("the tenant asks more than its share")]
    NoTurn,
    /// The thread that asked broke.
    #[error(transparent)]
    Broken(#[from] JoinError),
}

/// Asks the views on behalf of tenants.
pub struct Questions {
    views: Arc<ViewStore>,
    turns: Turns,
    limit: Duration,
}

impl Questions {
    /// Questions to `views`, each of which waits at most for `limit` and then takes at most as long.
    pub fn new(views: Arc<ViewStore>, limit: Duration) -> Self {
        let turns = Turns::new(views.readers().saturating_sub(OWN_READERS));
        Self { views, turns, limit }
    }

    /// Asks a question of `tenant`, off the threads that answer requests.
    ///
    /// # Errors
    /// [`Unanswered`]. The question's own errors are those of a reader with a deadline.
    pub async fn ask<T, E>(
        &self,
        tenant: TenantId,
        question: impl FnOnce(&ViewStore) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, Unanswered>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let turn = tokio::time::timeout(self.limit, self.turns.wait(tenant)).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Unanswered::NoTurn);
        };
        let views = self.views.within(self.limit);
        let answer = tokio::task::spawn_blocking(move || {
            // A caller who has gone does not end what runs, and so not the turn.
            let _turn = turn;
            question(&views)
        });
        Ok(answer.await?)
    }
}
