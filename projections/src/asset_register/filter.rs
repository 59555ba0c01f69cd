//! The filter of a list of assets.

use chrono::{DateTime, Utc};
use sea_query::{Cond, Expr, ExprTrait, LikeExpr};
use tally_domain::asset::AssetStatus;
use tally_domain::text::normal_form;
use tally_domain::{AccountId, TenantId};
use tally_query::{Budget, CallerQuery, Evaluate};
use tally_view_store::sql::Dialect;

use super::evaluate::TenantRegister;
use super::fold::escape_pattern;
use super::tables::{Column, valid_at};
use crate::error::QueryRefusal;

/// The longest search text, in characters.
const MAX_SEARCH_LENGTH: usize = 500;
/// The most words in a search text.
const MAX_SEARCH_WORDS: usize = 32;

/// Conditions on assets, which must all hold. The default has none: the whole current register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A search text. Each of its words must occur in the tag or in an attribute's value, ignoring
    /// case. At most 500 characters and 32 words.
    pub q: Option<String>,
    /// The attribute `type`, ignoring case.
    pub asset_type: Option<String>,
    /// The asset's status.
    pub status: Option<AssetStatus>,
    /// The account of the holder.
    pub holder: Option<AccountId>,
    /// The attribute `location`, ignoring case.
    pub location: Option<String>,
    /// A query in the query language.
    pub query: Option<CallerQuery>,
    /// Shows the register as of this time, to the microsecond; absent for the current one.
    pub as_of: Option<DateTime<Utc>>,
}

impl Filter {
    /// The filter as a condition on the rows of `tenant`.
    pub(super) fn to_condition(&self, tenant: TenantId, dialect: Dialect) -> Result<Cond, QueryRefusal> {
        let equal = |column, value: &Option<String>| {
            let value = value.as_ref().map(|value| normal_form(value));
            value.map(|value| Expr::col(column).eq(value))
        };
        let status = self
            .status
            .map(|status| Expr::col(Column::Status).eq(status.as_str()));
        let holder = self.holder.as_ref();
        let base = match &self.query {
            Some(query) => {
                TenantRegister { tenant, dialect }.evaluate(query, self.as_of, &Budget::STANDARD)?
            }
            None => valid_at(tenant, self.as_of),
        };
        Ok(base
            .add_option(equal(Column::TypeFolded, &self.asset_type))
            .add_option(equal(Column::LocationFolded, &self.location))
            .add_option(status)
            .add_option(holder.map(|holder| Expr::col(Column::Holder).eq(holder.as_str())))
            .add_option(self.q.as_deref().map(search_condition).transpose()?))
    }
}

fn search_condition(text: &str) -> Result<Cond, QueryRefusal> {
    let normal = normal_form(text);
    let words: Vec<&str> = normal.split(' ').filter(|word| !word.is_empty()).collect();
    if text.chars().count() > MAX_SEARCH_LENGTH || words.len() > MAX_SEARCH_WORDS {
        return Err(QueryRefusal::SearchTooLong);
    }
    let occurs = |word| Expr::col(Column::SearchText).like(word_pattern(word));
    Ok(words.into_iter().map(occurs).fold(Cond::all(), Cond::add))
}

/// Matches a text that contains `word`.
fn word_pattern(word: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", escape_pattern(word))).escape('\\')
}
