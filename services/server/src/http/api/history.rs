//! The history of an asset.

use actix_web::{HttpRequest, HttpResponse, get, web};
use tally_domain::PersonId;
use tally_domain::asset::{AssetEvent, FieldChange};
use tally_domain::event::StoredNames;
use tally_projections::{AssetHistory, QueryError};

use super::dto::{HistoryEntry, HistoryPage};
use super::input::{Params, asset_not_found, parse_asset_id};
use super::joined::{self, Names};
use super::parameters::PageOf;
use super::problems::{NotFound, Reading};
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Lists the events of an asset, newest first.
#[utoipa::path(
    operation_id = "listAssetHistory",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset's id."),
        (
            "asOf" = Option<String>,
            Query,
            description = "The history as it was recorded at this time.",
            format = DateTime
        ),
        (
            "type" = Option<String>,
            Query,
            description = "Only events of these types, separated by commas.",
            example = "asset.checked_out,asset.transferred"
        ),
        PageOf
    ),
    responses((status = 200, description = "A page of its history.", body = HistoryPage), Reading, NotFound)
)]
#[get("/assets/{id}/history")]
pub async fn list(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asset = parse_asset_id(&id)?;
    let params = Params::of(&request, &["asOf", "type", "limit", "cursor"])?;
    let instant = params.time("asOf")?;
    let (limit, cursor, tenant) = (
        params.limit()?,
        params.cursor(&caller)?,
        caller.principal.tenant(),
    );
    let types = params.parse(
        "type",
        "is not a list of types of events, separated by commas",
        parse_types,
    )?;
    let types = types.unwrap_or_default();
    // Every asset's history begins with its registration.
    let shows_first = cursor.is_none() && types.is_empty();
    let ((page, people), as_of) = caller
        .query_as_of(instant, move |views, as_of| {
            let history = AssetHistory::of(views);
            let page = history.history(tenant, asset, as_of, &types, limit, cursor.as_deref())?;
            let people = joined::find_by_ids(views, tenant, people_in(&page.items))?;
            Ok::<_, QueryError>((page, people))
        })
        .await?;
    if shows_first && page.items.is_empty() {
        return Err(asset_not_found());
    }
    let people = caller.show(people, Names::Awaited).await;
    let changes = page.items.iter().flat_map(|entry| &entry.changes);
    let schema = caller
        .schema_of(changes.filter_map(FieldChange::attribute))
        .await?;
    let items = page
        .items
        .into_iter()
        .map(|entry| HistoryEntry::of(entry, &people, &schema))
        .collect();
    Ok(HttpResponse::Ok().json(HistoryPage {
        items,
        next_cursor: params.next_cursor(&caller, page.next_cursor),
        as_of: as_of.map(Into::into),
    }))
}

/// The types in `text`, if an asset has events of each.
fn parse_types(text: &str) -> Option<Vec<&'static str>> {
    let known = |name: &str| {
        AssetEvent::KINDS
            .iter()
            .find(|kind| kind.event_type == name.trim())
    };
    text.split(',')
        .map(|name| known(name).map(|kind| kind.event_type))
        .collect()
}

/// Those who acted, and the holders.
fn people_in(entries: &[tally_projections::HistoryEntry]) -> Vec<PersonId> {
    let actors = entries.iter().filter_map(|entry| entry.actor.person);
    let holders = entries
        .iter()
        .flat_map(|entry| &entry.changes)
        .filter(|change| change.field == FieldChange::HOLDER);
    let holders = holders
        .flat_map(|change| [&change.from, &change.to])
        .flatten()
        .filter_map(|id| id.parse().ok());
    actors.chain(holders).collect()
}
