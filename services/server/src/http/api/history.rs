//! What happened to an asset.

use actix_web::{HttpRequest, HttpResponse, web};
use tally_domain::AccountId;
use tally_projections::AssetHistory;

use super::dto::{HOLDER, HistoryEntry, HistoryPage};
use super::input::{Params, asset_id, asset_not_found};
use super::openapi::{NotFound, Reading};
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Tells an asset's history, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{id}/history",
    operation_id = "listAssetHistory",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 50 when absent.", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of its history.", body = HistoryPage), Reading, NotFound)
)]
pub async fn history(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asset = asset_id(&id)?;
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (params.limit()?, params.cursor(), caller.principal.tenant());
    let first = cursor.is_none();
    let page = caller
        .ask(move |views| AssetHistory::of(views).history(tenant, asset, limit, cursor.as_deref()))
        .await?;
    // Every asset's history begins with its registration.
    if first && page.items.is_empty() {
        return Err(asset_not_found());
    }
    let names = caller.names(&people(&page.items)).await;
    let items = page
        .items
        .into_iter()
        .map(|entry| HistoryEntry::of(entry, &names))
        .collect();
    Ok(HttpResponse::Ok().json(HistoryPage {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Who did these things, and whom they are about.
fn people(entries: &[tally_projections::HistoryEntry]) -> Vec<AccountId> {
    let actors = entries.iter().filter_map(|entry| entry.actor.account.clone());
    let holders = entries
        .iter()
        .flat_map(|entry| &entry.changes)
        .filter(|change| change.field == HOLDER);
    let holders = holders
        .flat_map(|change| [&change.from, &change.to])
        .flatten()
        .filter_map(|id| AccountId::parse(id));
    actors.chain(holders).collect()
}
