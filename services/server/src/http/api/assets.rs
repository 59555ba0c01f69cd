//! Reading the register: lists, counts, facets, single assets.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use tally_domain::AccountId;
use tally_domain::asset::{AssetRefusal, AssetStatus};
use tally_domain::schema::Schema;
use tally_projections::{AssetHistory, AssetRegister, AssetSelection, PastState, QueryError, QueryRefusal};
use tally_query::{
    AssetQuery, Budget, CallerQuery, Evaluate, FacetField, FacetSearch, Filter, HeldBy, InvalidQuery,
    Selection, Sort,
};
use tally_view_store::{StoreError, ViewStore};

use super::dto::{Asset, AssetCount, AssetFacets, AssetPage};
use super::input::{Params, parse_asset_id, wrong_parameter};
use super::joined::{self, Names};
use super::parameters::{AssetFilter, PageOf};
use super::problems::{NotFound, Reading};
use crate::http::caller::Caller;
use crate::http::problem::{self, Problem};

/// The parameters that narrow a list.
const FILTER: [&str; 7] = ["q", "query", "type", "status", "holder", "location", "asOf"];
/// The longest text to find a value by, in characters.
const MAX_FIND: usize = 200;
/// Those of which several values may be chosen.
const CHOICES: [&str; 4] = ["type", "status", "holder", "location"];
/// The parameters of facets: those, and which values are looked for.
const FACETS: [&str; 9] = [
    "q", "query", "type", "status", "holder", "location", "asOf", "facet", "find",
];
/// The parameters of a list: those, and which part of it in which order.
const LIST: [&str; 10] = [
    "q", "query", "type", "status", "holder", "location", "asOf", "sort", "limit", "cursor",
];

async fn read_filter(params: &Params, caller: &Caller) -> Result<Filter, Problem> {
    let text = |name| params.text(name).map(str::to_owned);
    let texts = |name| params.texts(name).map(str::to_owned).collect();
    let holders = params.parse_all("holder", "is not an account id", AccountId::parse)?;
    let query = parse_query(params, caller).await?;
    let people = caller.find_people(&holders, query.as_ref()).await?;
    let query = query.map(|query| CallerQuery {
        query,
        caller: people.get(caller.principal.account().as_str()).copied(),
        people: people.clone(),
        now: caller.app.clock.now(),
    });
    Ok(Filter {
        q: text("q"),
        holder: holders
            .iter()
            .map(|holder| HeldBy::of(people.get(holder.as_str()).copied()))
            .collect(),
        query,
        asset_type: texts("type"),
        status: params.parse_all(
            "status",
            "is not in_stock, checked_out or retired",
            AssetStatus::parse,
        )?,
        location: texts("location"),
    })
}

/// Which assets a request is about: the filter, and the instant of the state.
struct AssetQuestion {
    filter: Filter,
    as_of: Option<DateTime<Utc>>,
}

impl AssetQuestion {
    async fn read(params: &Params, caller: &Caller) -> Result<Self, Problem> {
        Ok(Self {
            filter: read_filter(params, caller).await?,
            as_of: params.time("asOf")?,
        })
    }

    /// Answers with what `read` takes from the selected assets, and with the state that it shows.
    async fn answer<T: Send + 'static>(
        self,
        caller: &Caller,
        read: impl FnOnce(&ViewStore, AssetSelection<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<(T, Option<PastState>), Problem> {
        let (tenant, parts, filter) = (caller.principal.tenant(), self.costly_parts(), self.filter);
        caller
            .query_as_of(self.as_of, move |views, as_of| {
                let register = AssetRegister::of(views).of_tenant(tenant);
                let assets = register.evaluate(&filter, as_of, &Budget::STANDARD)?;
                read(views, assets).map_err(|error| match error {
                    QueryError::Store(StoreError::TookTooLong) => QueryRefusal::TookTooLong { parts }.into(),
                    error => error,
                })
            })
            .await
    }

    /// The parameters by which the question can take long.
    fn costly_parts(&self) -> &'static str {
        let has_query = self.filter.query.is_some();
        match (has_query, self.filter.q.is_some(), self.as_of.is_some()) {
            (true, false, false) => "`query`",
            (false, true, false) => "`q`",
            (true, true, false) => "`query` and `q`",
            (true, false, true) => "`query` and `asOf`",
            (false, true, true) => "`q` and `asOf`",
            (true, true, true) => "`query`, `q` and `asOf`",
            (false, false, true) => "`asOf`",
            (false, false, false) => "these filters",
        }
    }
}

async fn parse_query(params: &Params, caller: &Caller) -> Result<Option<AssetQuery>, Problem> {
    let Some(text) = params.raw_text("query") else {
        return Ok(None);
    };
    let schema = caller.schema().await?;
    let query = AssetQuery::parse(text, &schema).map_err(|wrong| to_problem(&wrong, &schema))?;
    Ok(Some(query))
}

fn to_problem(wrong: &InvalidQuery, schema: &Schema) -> Problem {
    problem::from_refusal(&wrong.refusal)
        .with("field", "query")
        .with("from", wrong.from)
        .with("to", wrong.to)
        .with("expected", wrong.expected.offer(schema))
}

/// Lists the assets of the register.
#[utoipa::path(
    operation_id = "listAssets",
    tag = "assets",
    params(
        AssetFilter,
        (
            "sort" = Option<String>,
            Query,
            description = "`tag`, `name`, `type`, `location`, `status` or `updated_at`; with `-` before it, \
                descending.",
            example = "-updated_at"
        ),
        PageOf
    ),
    responses((status = 200, description = "A page of assets.", body = AssetPage), Reading)
)]
#[get("/assets")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let params = Params::of_many(&request, &LIST, &CHOICES)?;
    let question = AssetQuestion::read(&params, &caller).await?;
    let (limit, cursor) = (params.limit()?, params.cursor(&caller)?);
    let expected = "is not tag, name, type, location, status or updated_at, with or without - before it";
    let by_query = question.filter.query.as_ref().and_then(|query| query.query.order);
    let sort = params
        .parse("sort", expected, Sort::parse)?
        .or(by_query)
        .unwrap_or_default();
    let read = move |_: &ViewStore, assets: AssetSelection<'_>| assets.page(sort, limit, cursor.as_deref());
    let (page, as_of) = question.answer(&caller, read).await?;
    let holders = page.items.iter().filter_map(|row| row.holder.clone());
    let people = caller.show(holders, Names::Awaited).await;
    let attributes = page.items.iter().flat_map(|row| row.asset.attributes.keys());
    let schema = caller.schema_of(attributes.copied()).await?;
    let items = page.items.iter();
    let items = items.map(|row| Asset::of(&row.asset, &people, &schema));
    let items = items.collect();
    Ok(HttpResponse::Ok().json(AssetPage {
        items,
        next_cursor: params.next_cursor(&caller, page.next_cursor),
        as_of: as_of.map(Into::into),
    }))
}

/// Counts the assets that match a filter.
#[utoipa::path(
    operation_id = "countAssets",
    tag = "assets",
    params(AssetFilter),
    responses((status = 200, description = "How many assets match.", body = AssetCount), Reading)
)]
#[get("/assets/count")]
pub async fn count(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let question = AssetQuestion::read(&Params::of_many(&request, &FILTER, &CHOICES)?, &caller).await?;
    let (total, as_of) = question.answer(&caller, |_, assets| assets.count()).await?;
    let as_of = as_of.map(Into::into);
    Ok(HttpResponse::Ok().json(AssetCount { total, as_of }))
}

/// Counts the assets that match a filter by their values.
#[utoipa::path(
    operation_id = "facetAssets",
    tag = "assets",
    params(
        AssetFilter,
        (
            "facet" = Option<String>,
            Query,
            description = "Count by this field alone: `type`, `location`, `status` or `holder`. The other lists are empty."
        ),
        (
            "find" = Option<String>,
            Query,
            description = "With `facet`: only values in which this text occurs, ignoring case; of people, in their names."
        )
    ),
    responses((status = 200, description = "How many assets have which values.", body = AssetFacets), Reading)
)]
#[get("/assets/facets")]
pub async fn facets(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let params = Params::of_many(&request, &FACETS, &CHOICES)?;
    let search = parse_facet_search(&params)?;
    let question = AssetQuestion::read(&params, &caller).await?;
    let tenant = caller.principal.tenant();
    let read = move |views: &ViewStore, assets: AssetSelection<'_>| {
        let facets = assets.facets(search.as_ref())?;
        let holders = facets.holder.values.iter();
        let holders = holders.filter_map(|found| found.value.parse().ok());
        let people = joined::find_by_ids(views, tenant, holders)?;
        Ok((facets, people))
    };
    let ((facets, people), as_of) = question.answer(&caller, read).await?;
    let people = caller.show(people, Names::Awaited).await;
    let facets = AssetFacets {
        as_of: as_of.map(Into::into),
        ..AssetFacets::of(facets, &people)
    };
    Ok(HttpResponse::Ok().json(facets))
}

fn parse_facet_search(params: &Params) -> Result<Option<FacetSearch>, Problem> {
    let expected = "is not type, location, status or holder";
    let field = params.parse("facet", expected, FacetField::parse)?;
    let is_short = |text: &str| (text.chars().count() <= MAX_FIND).then(|| text.to_owned());
    let text = params.parse("find", "has more than 200 characters", is_short)?;
    match (field, text) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(wrong_parameter("find", "needs the parameter facet")),
        (Some(field), text) => Ok(Some(FacetSearch {
            field,
            text: text.unwrap_or_default(),
        })),
    }
}

/// Reads one asset, as it is or as it was recorded at a time.
#[utoipa::path(
    operation_id = "getAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset's id."),
        (
            "asOf" = Option<String>,
            Query,
            description = "The asset as it was recorded at this time.",
            format = DateTime
        ),
    ),
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Reading,
        NotFound
    )
)]
#[get("/assets/{id}")]
pub async fn get(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asset = parse_asset_id(&id)?;
    let instant = Params::of(&request, &["asOf"])?.time("asOf")?;
    let tenant = caller.principal.tenant();
    let (row, as_of) = caller
        .query_as_of(instant, move |views, as_of| {
            let row = AssetRegister::of(views).get(tenant, asset, as_of)?;
            let is_withdrawn = row.is_none() && AssetHistory::of(views).is_withdrawn(tenant, asset, as_of)?;
            Ok::<_, StoreError>(row.ok_or(if is_withdrawn {
                AssetRefusal::Withdrawn
            } else {
                AssetRefusal::NotFound
            }))
        })
        .await?;
    let row = row.map_err(|refusal| problem::from_refusal(&refusal))?;
    caller.asset_answer_as_of(row, as_of).await
}
