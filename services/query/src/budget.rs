//! How large a query may be.

use tally_domain::text::normal_form;
use thiserror::Error;

use crate::filter::Filter;
use crate::tree::{Condition, Test};

/// The longest query, in characters.
pub const MAX_LENGTH: usize = 4000;

/// The limits of one query. A store may have to try each condition on every asset of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most conditions in the query.
    pub conditions: usize,
    /// The most values in the list of one `in`.
    pub values: usize,
    /// How many levels deep conditions can be nested, by NOT and by parentheses.
    pub depth: usize,
    /// The longest search text, in characters.
    pub search_length: usize,
    /// The most words in a search text.
    pub search_words: usize,
}

impl Budget {
    /// The budget of every query that a person writes; the parser enforces it as well.
    pub const STANDARD: Self = Self {
        conditions: 64,
        values: 200,
        depth: 32,
        search_length: 500,
        search_words: 32,
    };

    /// Checks what `filter` asks for against this budget.
    ///
    /// # Errors
    /// [`OverBudget::Search`] if its search text is too long, [`OverBudget::Query`] as
    /// [`Self::check`].
    pub fn check_filter(&self, filter: &Filter) -> Result<(), OverBudget> {
        let search = filter.q.as_deref().unwrap_or_default();
        let words = normal_form(search).split_whitespace().count();
        if search.chars().count() > self.search_length || words > self.search_words {
            return Err(OverBudget::Search);
        }
        let condition = filter
            .query
            .as_ref()
            .and_then(|query| query.query.condition.as_ref());
        condition.map_or(Ok(()), |condition| self.check(condition))
    }

    /// Checks `condition` against this budget.
    ///
    /// # Errors
    /// [`OverBudget::Query`] if it has more conditions, longer lists or deeper nesting than allowed.
    pub fn check(&self, condition: &Condition) -> Result<(), OverBudget> {
        let mut left = self.conditions;
        self.check_at(condition, 1, &mut left)
    }

    /// Checks a condition whose tests are nested `depth` levels deep.
    fn check_at(&self, condition: &Condition, depth: usize, left: &mut usize) -> Result<(), OverBudget> {
        match condition {
            Condition::All(inner) => inner.iter().try_for_each(|one| match one {
                Condition::All(_) | Condition::Any(_) => self.check_at(one, depth + 1, left),
                Condition::Not(_) | Condition::Test(_) => self.check_at(one, depth, left),
            }),
            // AND within OR needs no parentheses.
            Condition::Any(inner) => inner.iter().try_for_each(|one| match one {
                Condition::Any(_) => self.check_at(one, depth + 1, left),
                Condition::All(_) | Condition::Not(_) | Condition::Test(_) => self.check_at(one, depth, left),
            }),
            Condition::Not(inner) => self.check_at(inner, depth + 1, left),
            Condition::Test(test) => {
                *left = left.checked_sub(1).ok_or(OverBudget::Query)?;
                let fits = depth <= self.depth && count_values(test) <= self.values;
                fits.then_some(()).ok_or(OverBudget::Query)
            }
        }
    }
}

/// How many values a test lists; one for all but `in`.
fn count_values(test: &Test) -> usize {
    match test {
        Test::OneOf(tests) => tests.len(),
        Test::Unlike(_, inner) => count_values(inner),
        Test::Empty(_)
        | Test::Text(..)
        | Test::Exactly(..)
        | Test::Part(..)
        | Test::Anywhere(_)
        | Test::Number(..)
        | Test::Day(..)
        | Test::Order(..)
        | Test::Status(_)
        | Test::Holder(_)
        | Test::Due(..)
        | Test::Registered(..)
        | Test::Updated(..) => 1,
    }
}

/// What is asked for is larger than its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OverBudget {
    /// The query is too large.
    #[error("the query has more conditions, longer lists or deeper nesting than allowed")]
    Query,
    /// The search text is too long.
    #[error("the search text has more characters or words than allowed")]
    Search,
}
