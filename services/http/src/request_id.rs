//! The id of the request that is being answered, for problem details, events and log lines.

use tally_domain::RequestId;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of the request that this task answers; `None` outside a request.
pub fn current() -> Option<RequestId> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Runs `answering` with `id` as the current request's id.
pub async fn run_with<F: Future>(id: RequestId, answering: F) -> F::Output {
    CURRENT.scope(id, answering).await
}
