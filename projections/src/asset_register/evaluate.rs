//! A query as a condition on the register's rows.
//!
//! Every condition here is true or false, never unknown, so that NOT finds exactly the other
//! assets. The databases differ in how an attribute is taken out of its JSON, and in how a text is
//! recognised as a day; they find the same assets.

use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_query::{Cond, Expr, ExprTrait, Func, LikeExpr};
use tally_domain::asset::AttributeId;
use tally_domain::text::{self, normal_form};
use tally_query::{
    Amount, CallerQuery, Compare, Condition, Field, HeldBy, Test, TextField, TextPart, TimeValue,
};
use tally_view_store::sql::{self, Dialect};

use super::fold::escape_pattern;
use super::tables::{Column, held_by};

/// The condition of `query` at `now`, if it has one.
pub(super) fn query_condition(query: &CallerQuery, now: DateTime<Utc>, dialect: Dialect) -> Option<Cond> {
    let evaluation = Evaluation { query, now, dialect };
    let condition = query.query.condition.as_ref();
    condition.map(|condition| evaluation.condition(condition))
}

struct Evaluation<'a> {
    query: &'a CallerQuery,
    now: DateTime<Utc>,
    dialect: Dialect,
}

/// A text field of a row.
struct Text {
    /// The text as it was written; null if there is none. A missing name is an empty folded text.
    raw: Expr,
    folded: Expr,
    present: Expr,
}

impl Evaluation<'_> {
    fn condition(&self, condition: &Condition) -> Cond {
        let each = |conditions: &[Condition], begin: Cond| {
            conditions
                .iter()
                .fold(begin, |all, one| all.add(self.condition(one)))
        };
        match condition {
            Condition::All(conditions) => each(conditions, Cond::all()),
            Condition::Any(conditions) => each(conditions, Cond::any()),
            Condition::Not(inner) => self.condition(inner).not(),
            Condition::Test(test) => self.test(test),
        }
    }

    fn test(&self, test: &Test) -> Cond {
        let text = |field, holds: &dyn Fn(&Text) -> Expr| {
            let text = self.text(field);
            Cond::all().add(text.present.clone()).add(holds(&text))
        };
        match test {
            Test::Empty(field) => self.present(field).not(),
            Test::Unlike(field, inner) => self.present(field).add(self.test(inner).not()),
            Test::OneOf(tests) if tests.is_empty() => Cond::all().add(Expr::cust("1 = 0")),
            Test::OneOf(tests) => self.one_of(tests),
            Test::Text(field, value) => text(field, &|text| text.folded.clone().eq(normal_form(value))),
            Test::Exactly(field, value) => text(field, &|text| text.raw.clone().eq(text::trim(value))),
            Test::Part(field, part, value) => text(field, &|text| {
                text.folded.clone().like(part_pattern(*part, value))
            }),
            Test::Anywhere(word) => {
                Cond::all().add(Expr::col(Column::SearchText).like(part_pattern(TextPart::Anywhere, word)))
            }
            Test::Order(field, compare, value) => text(field, &|text| {
                compare_with(text.folded.clone(), *compare, normal_form(value))
            }),
            Test::Number(field, compare, amount) => self.number(field, *compare, amount),
            Test::Day(field, compare, value) => self.day(field, *compare, value),
            Test::Status(status) => Cond::all().add(Expr::col(Column::Status).eq(status.as_str())),
            Test::Holder(account) => {
                let holder = HeldBy::of(self.query.person(account.as_ref()));
                present(Column::Holder).add(held_by(holder))
            }
            Test::Due(compare, value) => {
                let day = self.day_of(value).to_string();
                present(Column::DueOn).add(compare_with(Expr::col(Column::DueOn), *compare, day))
            }
            Test::Registered(compare, value) => self.moment(Column::RegisteredAt, *compare, value),
            Test::Updated(compare, value) => self.moment(Column::UpdatedAt, *compare, value),
        }
    }

    /// Combines texts of one field into one comparison, so that an attribute is taken out of its
    /// JSON once.
    fn one_of(&self, tests: &[Test]) -> Cond {
        let texts = tests.iter().map(|test| match test {
            Test::Text(field, value) => Some((field, normal_form(value))),
            _ => None,
        });
        let texts: Option<Vec<_>> = texts.collect();
        match texts.as_deref() {
            Some([(field, _), ..]) => {
                let text = self.text(field);
                let values = texts.iter().flatten().map(|(_, value)| value.clone());
                Cond::all().add(text.present).add(text.folded.is_in(values))
            }
            _ => tests
                .iter()
                .fold(Cond::any(), |any, test| any.add(self.test(test))),
        }
    }

    fn present(&self, field: &Field) -> Cond {
        match field {
            Field::Text(field) => Cond::all().add(self.text(field).present),
            Field::Holder => present(Column::Holder),
            Field::Due => present(Column::DueOn),
            Field::Anything | Field::Status | Field::Registered | Field::Updated => Cond::all(),
        }
    }

    fn text(&self, field: &TextField) -> Text {
        let stored = |raw: Column, folded: Column| Text {
            raw: Expr::col(raw),
            folded: Expr::col(folded),
            present: Expr::col(raw).is_not_null(),
        };
        match field {
            TextField::Tag => stored(Column::Tag, Column::TagFolded),
            TextField::Type => stored(Column::Type, Column::TypeFolded),
            TextField::Location => stored(Column::Location, Column::LocationFolded),
            TextField::Name => Text {
                raw: self.attribute(Column::Attributes, AttributeId::NAME),
                folded: Expr::col(Column::NameFolded),
                present: Expr::col(Column::NameFolded).ne(""),
            },
            TextField::Price => self.json_text(AttributeId::PRICE),
            TextField::Day(id) | TextField::Attribute(id) => self.json_text(*id),
        }
    }

    fn json_text(&self, id: AttributeId) -> Text {
        let raw = self.attribute(Column::Attributes, id);
        Text {
            present: raw.clone().is_not_null(),
            folded: self.attribute(Column::AttributesFolded, id),
            raw,
        }
    }

    /// An attribute out of a JSON column; null if it is absent.
    fn attribute(&self, column: Column, id: AttributeId) -> Expr {
        match self.dialect {
            Dialect::Sqlite => Func::cust("json_extract")
                .arg(Expr::col(column))
                .arg(format!("$.\"{id}\""))
                .into(),
            Dialect::Postgres => Func::cust("jsonb_extract_path_text")
                .arg(Expr::col(column).cast_as("jsonb"))
                .arg(id.to_string())
                .into(),
        }
    }

    /// Compares the texts that are amounts. No other text matches, except the one that is written so.
    fn number(&self, field: &TextField, compare: Compare, amount: &Amount) -> Cond {
        let key = Expr::col(Column::PriceKey);
        let compared = Cond::all().add(key.clone().is_not_null()).add(compare_with(
            key,
            compare,
            amount.number.order_key(),
        ));
        if compare != Compare::Equal {
            return compared;
        }
        let text = self.text(field);
        let written = Cond::all()
            .add(text.present)
            .add(text.folded.eq(normal_form(&amount.written)));
        Cond::any().add(compared).add(written)
    }

    /// Compares the texts that begin with a day; no other text matches.
    fn day(&self, field: &TextField, compare: Compare, value: &TimeValue) -> Cond {
        let day = self.dialect.day(self.text(field).raw);
        Cond::all().add(day.clone().is_not_null()).add(compare_with(
            day,
            compare,
            self.day_of(value).to_string(),
        ))
    }

    fn day_of(&self, value: &TimeValue) -> NaiveDate {
        match value {
            TimeValue::Day(day) => *day,
            TimeValue::Time(moment) => moment.date_naive(),
            TimeValue::Function(function) => function.at(self.now).date_naive(),
        }
    }

    /// Compares a time. A day stands for its whole length: later than a day is after its end.
    fn moment(&self, column: Column, compare: Compare, value: &TimeValue) -> Cond {
        let (first, after) = match value {
            TimeValue::Day(day) => (
                start_of_day(*day),
                start_of_day(day.checked_add_days(Days::new(1)).unwrap_or(*day)),
            ),
            TimeValue::Time(moment) => (sql::to_micros(*moment), sql::to_micros(*moment).saturating_add(1)),
            TimeValue::Function(function) => {
                let moment = sql::to_micros(function.at(self.now));
                (moment, moment.saturating_add(1))
            }
        };
        let at = || Expr::col(column);
        match compare {
            Compare::Equal => Cond::all().add(at().gte(first)).add(at().lt(after)),
            Compare::Less => Cond::all().add(at().lt(first)),
            Compare::AtMost => Cond::all().add(at().lt(after)),
            Compare::More => Cond::all().add(at().gte(after)),
            Compare::AtLeast => Cond::all().add(at().gte(first)),
        }
    }
}

fn start_of_day(day: NaiveDate) -> i64 {
    let midnight: DateTime<Utc> = day.and_time(chrono::NaiveTime::MIN).and_utc();
    sql::to_micros(midnight)
}

fn present(column: Column) -> Cond {
    Cond::all().add(Expr::col(column).is_not_null())
}

fn compare_with(what: Expr, compare: Compare, with: impl Into<Expr>) -> Expr {
    match compare {
        Compare::Equal => what.eq(with),
        Compare::Less => what.lt(with),
        Compare::AtMost => what.lte(with),
        Compare::More => what.gt(with),
        Compare::AtLeast => what.gte(with),
    }
}

fn part_pattern(part: TextPart, text: &str) -> LikeExpr {
    let text = escape_pattern(text);
    LikeExpr::new(match part {
        TextPart::Anywhere => format!("%{text}%"),
        TextPart::Start => format!("{text}%"),
        TextPart::End => format!("%{text}"),
    })
    .escape('\\')
}
