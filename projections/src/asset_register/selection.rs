//! Selected assets as pages, counts and facets.

use std::collections::HashSet;
use std::fmt;

use sea_query::{Cond, Expr, Func, Order, Query, SelectStatement};
use tally_domain::text::normal_form;
use tally_query::{Facet, FacetField, FacetSearch, FacetValue, Facets, FoundPage, Selection, Sort};
use tally_view_store::{
    StoreError, ViewStore, page,
    sql::{self, Db, Row},
};

use super::HeldAsset;
use super::filter::{Conditions, group_column};
use super::sort::{self, SortCursor};
use super::tables::{Column, TABLE, read_held, select_held_assets};
use crate::error::QueryError;
use crate::people;

/// The most values a facet lists.
const FACET_VALUES: usize = 200;

/// The assets of one tenant that a filter selects.
pub struct AssetSelection<'a> {
    store: &'a ViewStore,
    conditions: Conditions,
}

impl<'a> AssetSelection<'a> {
    pub(super) fn new(store: &'a ViewStore, conditions: Conditions) -> Self {
        Self { store, conditions }
    }
}

/// Without the conditions, which hold values that people entered.
impl fmt::Debug for AssetSelection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssetSelection").finish_non_exhaustive()
    }
}

impl Selection for AssetSelection<'_> {
    type Asset = HeldAsset;
    type Error = QueryError;

    fn page(&self, sort: Sort, limit: u32, cursor: Option<&str>) -> Result<FoundPage<HeldAsset>, QueryError> {
        let name = format!("assets/{sort}");
        let after = cursor
            .map(|cursor| page::decode_cursor::<SortCursor>(&name, cursor)?.check(sort))
            .transpose()?;
        let select = select_page(self.conditions.all(), sort, limit, after);
        let read = |row: &Row<'_>| Ok((SortCursor::after(sort, row)?, read_held(row)?));
        let rows: Vec<(SortCursor, HeldAsset)> = self.store.fetch_all(&select, read)?;
        let page = page::build_page(&name, rows, limit, |(cursor, _)| Ok(cursor.clone()))?;
        Ok(FoundPage {
            items: page.items.into_iter().map(|(_, row)| row).collect(),
            next_cursor: page.next_cursor,
        })
    }

    fn count(&self) -> Result<u64, QueryError> {
        let select = count_assets(self.conditions.all());
        let total = self.store.fetch_first(&select, |row| row.number("counted"))?;
        Ok(total.unwrap_or(0))
    }

    fn facets(&self, search: Option<&FacetSearch>) -> Result<Facets, QueryError> {
        let facets = self.store.read(|db| {
            let facet = |field| match search {
                Some(search) if search.field != field => Ok(Facet::default()),
                _ => self.read_facet(db, field, search.map(|search| search.text.as_str())),
            };
            Ok::<_, StoreError>(Facets {
                status: facet(FacetField::Status)?,
                asset_type: facet(FacetField::Type)?,
                location: facet(FacetField::Location)?,
                holder: facet(FacetField::Holder)?,
            })
        })?;
        Ok(facets)
    }
}

impl AssetSelection<'_> {
    /// Counts assets by the values of `field` in which `find` occurs, or by all.
    fn read_facet(&self, db: Db<'_>, field: FacetField, find: Option<&str>) -> Result<Facet, StoreError> {
        let groups = read_groups(db, self.conditions.without(Some(field)), field)?;
        let groups = match find.map(normal_form).filter(|find| !find.is_empty()) {
            Some(find) => self.find_groups(db, field, &find, groups)?,
            None => groups,
        };
        Ok(collect_facet(groups, self.conditions.chosen(field), field))
    }

    /// The groups whose value, or the name of whose person, contains `find`, a normal form.
    fn find_groups(
        &self,
        db: Db<'_>,
        field: FacetField,
        find: &str,
        groups: Vec<Group>,
    ) -> Result<Vec<Group>, StoreError> {
        let has_text = |text: &str| normal_form(text).contains(find);
        let found: Vec<String> = if field == FacetField::Holder {
            let people = people::read_all(db, self.conditions.tenant)?;
            let named = people
                .into_iter()
                .filter(|row| row.name.as_deref().is_some_and(has_text));
            named.map(|row| row.id.to_string()).collect()
        } else {
            let values = groups.iter().filter_map(|(value, _)| value.clone());
            values.filter(|value| has_text(value)).collect()
        };
        let found: HashSet<String> = found.into_iter().collect();
        let is_found = |value: &Option<String>| value.as_ref().is_some_and(|value| found.contains(value));
        Ok(groups.into_iter().filter(|(value, _)| is_found(value)).collect())
    }
}

pub(super) fn select_page(
    condition: Cond,
    sort: Sort,
    limit: u32,
    after: Option<SortCursor>,
) -> SelectStatement {
    let mut select = select_held_assets(condition);
    select
        .column(sort::column(sort.key))
        .limit(page::fetch_limit(limit));
    sort::arrange(&mut select, sort, after);
    select
}

pub(super) fn count_assets(condition: Cond) -> SelectStatement {
    Query::select()
        .expr_as(Func::count(Expr::col(Column::AssetId)), "counted")
        .from(TABLE)
        .cond_where(condition)
        .to_owned()
}

/// A value, absent where there is none, and how many assets have it.
type Group = (Option<String>, u64);

/// Counts assets by a field, the most frequent value first. Of spellings that are one value, the
/// first is displayed.
fn read_groups(db: Db<'_>, condition: Cond, field: FacetField) -> Result<Vec<Group>, StoreError> {
    let group = group_column(field);
    let shown = match field {
        FacetField::Type => Column::Type,
        FacetField::Location => Column::Location,
        FacetField::Status | FacetField::Holder => group,
    };
    let select = Query::select()
        .expr_as(Func::min(Expr::col(shown)), "shown")
        .expr_as(Func::count(Expr::col(Column::AssetId)), "counted")
        .from(TABLE)
        .cond_where(condition)
        .group_by_col(group)
        .order_by("counted", Order::Desc)
        .order_by(group, Order::Asc)
        .to_owned();
    sql::fetch_all(db, &select, |row| {
        Ok((row.maybe("shown")?, row.number("counted")?))
    })
}

/// The most frequent values, and those that are chosen, so that a choice is never without a label.
fn collect_facet(groups: Vec<Group>, chosen: &[String], field: FacetField) -> Facet {
    let is_chosen = |value: &String| match field {
        FacetField::Type | FacetField::Location => chosen.contains(&normal_form(value)),
        FacetField::Status | FacetField::Holder => chosen.contains(value),
    };
    let mut facet = Facet::default();
    for (value, count) in groups {
        match value {
            None => facet.without += count,
            Some(value) if facet.values.len() < FACET_VALUES || is_chosen(&value) => {
                facet.values.push(FacetValue { value, count });
            }
            Some(_) => facet.beyond += count,
        }
    }
    facet
}
