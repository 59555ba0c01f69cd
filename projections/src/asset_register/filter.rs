//! A filter as conditions on the register's rows.

use sea_query::{Cond, Expr, ExprTrait, LikeExpr};
use tally_domain::text::normal_form;
use tally_domain::{AsOf, TenantId};
use tally_query::Filter;
use tally_view_store::sql::Dialect;

use super::evaluate::query_condition;
use super::fold::escape_pattern;
use super::tables::{Column, held_by, valid_at};

/// The conditions of a filter. The choices are apart, since a facet ignores its own.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    /// The tenant, the state, the query and the search text.
    base: Cond,
    status: Option<Expr>,
    asset_type: Option<Expr>,
    location: Option<Expr>,
    holder: Option<Expr>,
}

/// A field for which a filter has a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Status,
    Type,
    Location,
    Holder,
}

impl Conditions {
    /// The conditions of `filter` on the rows of `tenant` in the state `as_of`.
    pub fn of(filter: &Filter, tenant: TenantId, as_of: Option<AsOf>, dialect: Dialect) -> Self {
        let equal = |column, value: &Option<String>| {
            let value = value.as_ref().map(|value| normal_form(value));
            value.map(|value| Expr::col(column).eq(value))
        };
        let status = filter.status;
        let query = filter.query.as_ref().and_then(|query| {
            let now = as_of.map_or(query.now, |state| state.instant);
            query_condition(query, now, dialect)
        });
        Self {
            base: valid_at(tenant, as_of)
                .add_option(query)
                .add_option(filter.q.as_deref().map(search_condition)),
            status: status.map(|status| Expr::col(Column::Status).eq(status.as_str())),
            asset_type: equal(Column::TypeFolded, &filter.asset_type),
            location: equal(Column::LocationFolded, &filter.location),
            holder: filter.holder.map(held_by),
        }
    }

    /// All conditions together.
    pub fn all(&self) -> Cond {
        self.without(None)
    }

    /// All conditions except the choice for one field.
    pub fn without(&self, left_out: Option<Choice>) -> Cond {
        let choice = |field, choice: &Option<Expr>| choice.clone().filter(|_| left_out != Some(field));
        self.base
            .clone()
            .add_option(choice(Choice::Type, &self.asset_type))
            .add_option(choice(Choice::Location, &self.location))
            .add_option(choice(Choice::Status, &self.status))
            .add_option(choice(Choice::Holder, &self.holder))
    }
}

fn search_condition(text: &str) -> Cond {
    let occurs = |word| Expr::col(Column::SearchText).like(word_pattern(word));
    let normal = normal_form(text);
    let words = normal.split_whitespace();
    words.map(occurs).fold(Cond::all(), Cond::add)
}

/// Matches a text that contains `word`.
fn word_pattern(word: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", escape_pattern(word))).escape('\\')
}
