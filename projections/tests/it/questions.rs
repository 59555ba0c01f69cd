//! Questions to the register, as the server asks them.

use chrono::{DateTime, Utc};
use tally_domain::{AsOf, AssetId, TenantId};
use tally_projections::{AssetRegister, AssetRow, AssetSelection, PastState, QueryError, RecordedTimes};
use tally_query::{Budget, Evaluate, FacetField, FacetSearch, Facets, Filter, FoundPage, Selection, Sort};
use tally_view_store::ViewStore;

/// A filter, and the instant of the state that it is asked of.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub filter: Filter,
    pub at: Option<DateTime<Utc>>,
}

impl From<Filter> for Question {
    fn from(filter: Filter) -> Self {
        Self { filter, at: None }
    }
}

impl From<&Filter> for Question {
    fn from(filter: &Filter) -> Self {
        filter.clone().into()
    }
}

impl From<&Self> for Question {
    fn from(question: &Self) -> Self {
        question.clone()
    }
}

/// The whole register as of `at`.
pub fn all_at(at: DateTime<Utc>) -> Question {
    Question {
        filter: Filter::default(),
        at: Some(at),
    }
}

pub fn past_state(store: &ViewStore, tenant: TenantId, at: DateTime<Utc>) -> PastState {
    RecordedTimes::of(store).find_state(tenant, at).unwrap()
}

pub fn as_of(store: &ViewStore, tenant: TenantId, at: DateTime<Utc>) -> AsOf {
    past_state(store, tenant, at).as_of
}

fn select(
    store: &ViewStore,
    tenant: TenantId,
    question: impl Into<Question>,
) -> Result<AssetSelection<'_>, QueryError> {
    let Question { filter, at } = question.into();
    let state = at.map(|at| as_of(store, tenant, at));
    let register = AssetRegister::of(store).of_tenant(tenant);
    Ok(register.evaluate(&filter, state, &Budget::STANDARD)?)
}

pub fn list(
    store: &ViewStore,
    tenant: TenantId,
    question: impl Into<Question>,
    sort: Sort,
    limit: u32,
    cursor: Option<&str>,
) -> Result<FoundPage<AssetRow>, QueryError> {
    let page = select(store, tenant, question)?.page(sort, limit, cursor)?;
    Ok(FoundPage {
        items: page.items.into_iter().map(|row| row.asset).collect(),
        next_cursor: page.next_cursor,
    })
}

pub fn count(store: &ViewStore, tenant: TenantId, question: impl Into<Question>) -> Result<u64, QueryError> {
    select(store, tenant, question)?.count()
}

pub fn facets(
    store: &ViewStore,
    tenant: TenantId,
    question: impl Into<Question>,
) -> Result<Facets, QueryError> {
    select(store, tenant, question)?.facets(None)
}

/// The values of one field in which `text` occurs.
pub fn find_values(
    store: &ViewStore,
    tenant: TenantId,
    question: impl Into<Question>,
    field: FacetField,
    text: &str,
) -> Facets {
    let search = FacetSearch {
        field,
        text: text.to_owned(),
    };
    select(store, tenant, question)
        .unwrap()
        .facets(Some(&search))
        .unwrap()
}

/// The asset as it is, or as it was at an instant.
pub fn get(
    store: &ViewStore,
    tenant: TenantId,
    asset: AssetId,
    at: Option<DateTime<Utc>>,
) -> Option<AssetRow> {
    let state = at.map(|at| as_of(store, tenant, at));
    let row = AssetRegister::of(store).get(tenant, asset, state).unwrap();
    row.map(|row| row.asset)
}
