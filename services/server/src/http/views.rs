//! Queries of the views, off the threads that answer requests.

use actix_web::web;
use tally_view_store::ViewStore;

use super::problem::Problem;
use crate::app::App;

/// Runs a query of the views.
///
/// # Errors
/// The query's own error, as a problem.
pub async fn query_views<T, E>(
    app: &App,
    query: impl FnOnce(&ViewStore) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
{
    let views = app.views.clone();
    let answer = web::block(move || query(&views))
        .await
        .map_err(|cause| Problem::internal(&cause))?;
    Ok(answer?)
}
