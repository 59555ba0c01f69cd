//! Asking the views, off the threads that answer requests.

use actix_web::web;
use tally_view_store::ViewStore;

use super::problem::Problem;
use crate::tally::Tally;

/// Asks the views.
///
/// # Errors
/// What asking yields.
pub async fn ask<T, E>(
    tally: &Tally,
    ask: impl FnOnce(&ViewStore) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
{
    let views = tally.views.clone();
    let answer = web::block(move || ask(&views))
        .await
        .map_err(|cause| Problem::internal(&cause))?;
    Ok(answer?)
}
