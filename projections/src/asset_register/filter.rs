//! A filter as conditions on the register's rows.

use sea_query::{Cond, Expr, ExprTrait, LikeExpr};
use tally_domain::text::normal_form;
use tally_domain::{AsOf, TenantId};
use tally_query::{FacetField, Filter, HeldBy};
use tally_view_store::sql::Dialect;

use super::evaluate::query_condition;
use super::fold::escape_pattern;
use super::tables::{Column, TABLE, valid_at};
use crate::people;

/// The conditions of a filter. The choices are apart, since a facet ignores its own.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    pub tenant: TenantId,
    /// The tenant, the state, the query and the search text.
    base: Cond,
    /// The chosen values of each field, as they are grouped.
    choices: [(FacetField, Vec<String>); 4],
}

/// The column by which the values of a field are compared and grouped.
pub(super) fn group_column(field: FacetField) -> Column {
    match field {
        FacetField::Status => Column::Status,
        FacetField::Type => Column::TypeFolded,
        FacetField::Location => Column::LocationFolded,
        FacetField::Holder => Column::Holder,
    }
}

impl Conditions {
    /// The conditions of `filter` on the rows of `tenant` in the state `as_of`.
    pub fn of(filter: &Filter, tenant: TenantId, as_of: Option<AsOf>, dialect: Dialect) -> Self {
        let query = filter.query.as_ref().and_then(|query| {
            let now = as_of.map_or(query.now, |state| state.instant);
            query_condition(query, now, dialect)
        });
        let folded = |values: &[String]| values.iter().map(|value| normal_form(value)).collect();
        let statuses = filter.status.iter().map(|status| status.as_str().to_owned());
        Self {
            tenant,
            base: valid_at(tenant, as_of)
                .add_option(query)
                .add_option(filter.q.as_deref().map(|q| search_condition(q, tenant))),
            choices: [
                (FacetField::Type, folded(&filter.asset_type)),
                (FacetField::Location, folded(&filter.location)),
                (FacetField::Status, statuses.collect()),
                (FacetField::Holder, filter.holder.iter().map(to_stored).collect()),
            ],
        }
    }

    /// All conditions together.
    pub fn all(&self) -> Cond {
        self.without(None)
    }

    /// All conditions except the choice for one field.
    pub fn without(&self, left_out: Option<FacetField>) -> Cond {
        let choices = self.choices.iter().filter(|(field, _)| Some(*field) != left_out);
        choices
            .filter_map(|(field, values)| choice_condition(*field, values))
            .fold(self.base.clone(), Cond::add)
    }

    /// The chosen values of a field, as they are grouped.
    pub fn chosen(&self, field: FacetField) -> &[String] {
        let mut choices = self.choices.iter();
        let choice = choices.find(|(of, _)| *of == field);
        choice.map_or(&[], |(_, values)| values)
    }
}

/// A holder as it is stored; an empty text, which no asset has, for one who is unknown.
fn to_stored(holder: &HeldBy) -> String {
    match holder {
        HeldBy::Person(person) => person.to_string(),
        HeldBy::Unknown => String::new(),
    }
}

fn choice_condition(field: FacetField, values: &[String]) -> Option<Expr> {
    let column = || Expr::col(group_column(field));
    match values {
        [] => None,
        [value] => Some(column().eq(value.as_str())),
        values => Some(column().is_in(values.iter().map(String::as_str))),
    }
}

/// Each word of `text` must occur in the asset or in the name of the person who holds it.
fn search_condition(text: &str, tenant: TenantId) -> Cond {
    let occurs = |word| {
        let holders = people::select_named(tenant, word_pattern(word));
        Expr::col(Column::SearchText)
            .like(word_pattern(word))
            .or(Expr::col((TABLE, Column::Holder)).in_subquery(holders))
    };
    let normal = normal_form(text);
    let words = normal.split_whitespace();
    words.map(occurs).fold(Cond::all(), Cond::add)
}

/// Matches a text that contains `word`.
fn word_pattern(word: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", escape_pattern(word))).escape('\\')
}
