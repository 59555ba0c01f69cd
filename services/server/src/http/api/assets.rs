//! Reading the register.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use tally_domain::AccountId;
use tally_domain::asset::AssetStatus;
use tally_projections::{AssetRegister, Filter};
use tally_query::{AssetQuery, CallerQuery, Sort};

use super::dto::{Asset, AssetCount, AssetFacets, AssetPage};
use super::input::{Params, asset_id, asset_not_found};
use super::openapi::{NotFound, Reading};
use crate::http::caller::Caller;
use crate::http::problem::{self, Problem};

/// What narrows a list.
const FILTER: [&str; 7] = ["q", "query", "type", "status", "holder", "location", "asOf"];
/// What a list takes besides.
const LIST: [&str; 10] = [
    "q", "query", "type", "status", "holder", "location", "asOf", "sort", "limit", "cursor",
];

fn filter(params: &Params, caller: &Caller) -> Result<Filter, Problem> {
    let text = |name| params.text(name).map(str::to_owned);
    Ok(Filter {
        q: text("q"),
        query: query(params, caller)?,
        asset_type: text("type"),
        status: params.parsed(
            "status",
            "is not in_stock, checked_out or retired",
            AssetStatus::parse,
        )?,
        holder: params.parsed("holder", "is not an account id", AccountId::parse)?,
        location: text("location"),
        as_of: params.time("asOf")?,
    })
}

fn query(params: &Params, caller: &Caller) -> Result<Option<CallerQuery>, Problem> {
    let Some(text) = params.untrimmed("query") else {
        return Ok(None);
    };
    let query = AssetQuery::parse(text).map_err(|wrong| {
        problem::refused(&wrong)
            .of_status(StatusCode::BAD_REQUEST)
            .with("field", "query")
            .with("from", wrong.from)
            .with("to", wrong.to)
            .with("expected", wrong.expected.clone())
    })?;
    Ok(Some(CallerQuery {
        query,
        caller: caller.principal.account().clone(),
        now: Utc::now(),
    }))
}

/// Lists assets.
#[utoipa::path(
    get,
    path = "/api/v1/assets",
    operation_id = "listAssets",
    tag = "assets",
    params(
        ("q" = Option<String>, Query, description = "Words that all occur in the asset's tag or attributes."),
        ("query" = Option<String>, Query, description = "What is asked in the query language (docs/query.md), at most 4,000 characters. Its ORDER BY is the order where `sort` is absent. A wrong one is `query.invalid`: `from` and `to` mark the place in characters, `expected` says what could stand there.", example = "type = Laptop AND location in (Berlin, \"New York\") ORDER BY name"),
        ("type" = Option<String>, Query, description = "The type, ignoring case."),
        ("status" = Option<super::dto::Status>, Query, description = "The status."),
        ("holder" = Option<String>, Query, description = "The account id of who has it."),
        ("location" = Option<String>, Query, description = "The location, ignoring case."),
        ("asOf" = Option<String>, Query, description = "The register as it was recorded at this time.", format = DateTime),
        ("sort" = Option<String>, Query, description = "`tag`, `name`, `type`, `location`, `status` or `updated_at`; with `-` before it, descending.", example = "-updated_at"),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 50 when absent.", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before, with the same filter and sort."),
    ),
    responses((status = 200, description = "A page of assets.", body = AssetPage), Reading)
)]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let params = Params::of(&request, &LIST)?;
    let (filter, limit, cursor) = (filter(&params, &caller)?, params.limit()?, params.cursor());
    let expected = "is not tag, name, type, location, status or updated_at, with or without - before it";
    let by_query = filter.query.as_ref().and_then(|asked| asked.query.order);
    let sort = params
        .parsed("sort", expected, Sort::parse)?
        .or(by_query)
        .unwrap_or_default();
    let tenant = caller.principal.tenant();
    let page = caller
        .ask(move |views| AssetRegister::of(views).list(tenant, &filter, sort, limit, cursor.as_deref()))
        .await?;
    let names = caller
        .names(page.items.iter().filter_map(|row| row.holder.as_ref()))
        .await;
    let items = page.items.iter().map(|row| Asset::of(row, &names)).collect();
    Ok(HttpResponse::Ok().json(AssetPage {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Counts assets.
#[utoipa::path(
    get,
    path = "/api/v1/assets/count",
    operation_id = "countAssets",
    tag = "assets",
    params(
        ("q" = Option<String>, Query, description = "As for the list."),
        ("query" = Option<String>, Query, description = "As for the list."),
        ("type" = Option<String>, Query, description = "As for the list."),
        ("status" = Option<super::dto::Status>, Query, description = "As for the list."),
        ("holder" = Option<String>, Query, description = "As for the list."),
        ("location" = Option<String>, Query, description = "As for the list."),
        ("asOf" = Option<String>, Query, description = "As for the list.", format = DateTime),
    ),
    responses((status = 200, description = "How many match.", body = AssetCount), Reading)
)]
pub async fn count(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let filter = filter(&Params::of(&request, &FILTER)?, &caller)?;
    let tenant = caller.principal.tenant();
    let total = caller
        .ask(move |views| AssetRegister::of(views).count(tenant, &filter))
        .await?;
    Ok(HttpResponse::Ok().json(AssetCount { total }))
}

/// Counts assets by their values.
#[utoipa::path(
    get,
    path = "/api/v1/assets/facets",
    operation_id = "facetAssets",
    tag = "assets",
    params(
        ("q" = Option<String>, Query, description = "As for the list."),
        ("query" = Option<String>, Query, description = "As for the list."),
        ("type" = Option<String>, Query, description = "As for the list."),
        ("status" = Option<super::dto::Status>, Query, description = "As for the list."),
        ("holder" = Option<String>, Query, description = "As for the list."),
        ("location" = Option<String>, Query, description = "As for the list."),
        ("asOf" = Option<String>, Query, description = "As for the list.", format = DateTime),
    ),
    responses((status = 200, description = "How many assets have which values.", body = AssetFacets), Reading)
)]
pub async fn facets(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let filter = filter(&Params::of(&request, &FILTER)?, &caller)?;
    let tenant = caller.principal.tenant();
    let facets = caller
        .ask(move |views| AssetRegister::of(views).facets(tenant, &filter))
        .await?;
    let holders: Vec<AccountId> = facets
        .holder
        .values
        .iter()
        .filter_map(|found| AccountId::parse(&found.value))
        .collect();
    let names = caller.names(&holders).await;
    Ok(HttpResponse::Ok().json(AssetFacets::of(facets, &names)))
}

/// Reads an asset.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{id}",
    operation_id = "getAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("asOf" = Option<String>, Query, description = "As it was recorded at this time.", format = DateTime),
    ),
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Reading,
        NotFound
    )
)]
pub async fn get(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asset = asset_id(&id)?;
    let as_of = Params::of(&request, &["asOf"])?.time("asOf")?;
    let tenant = caller.principal.tenant();
    let row = caller
        .ask(move |views| AssetRegister::of(views).get(tenant, asset, as_of))
        .await?;
    Ok(caller
        .asset_answer(StatusCode::OK, row.ok_or_else(asset_not_found)?)
        .await)
}
