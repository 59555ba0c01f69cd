//! A query as a condition on the register's rows.
//!
//! Every condition here is true or false, never unknown, so that NOT is all the others. What differs between the databases is how an attribute
//! is taken out of its JSON, and how a text is told to be a number or a day; what they find is the same.

use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_query::{Cond, Expr, ExprTrait, Func, LikeExpr};
use tally_domain::asset::{AttributeKey, well_known};

use super::tables::Column;
use super::{escaped, folded};
use crate::query::{Asked, Compare, Condition, Field, Meant, Part, Test, TextField};
use crate::sql::{self, Dialect};

/// What is asked, as a condition; none when it is every asset.
pub(super) fn condition(asked: &Asked, dialect: Dialect) -> Option<Cond> {
    let asking = Asking { asked, dialect };
    let condition = asked.query.condition.as_ref()?;
    Some(asking.condition(condition))
}

struct Asking<'a> {
    asked: &'a Asked,
    dialect: Dialect,
}

/// A text field of a row.
struct Text {
    /// As it was written; absent where there is none, but for name, whose folded text is empty then.
    raw: Expr,
    folded: Expr,
    present: Expr,
}

impl Asking<'_> {
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
            Test::Text(field, value) => text(field, &|text| text.folded.clone().eq(folded(value.trim()))),
            Test::Exactly(field, value) => text(field, &|text| text.raw.clone().eq(value.trim())),
            Test::Part(field, part, value) => {
                text(field, &|text| text.folded.clone().like(pattern(*part, value)))
            }
            Test::Anywhere(word) => {
                Cond::all().add(Expr::col(Column::SearchText).like(pattern(Part::Anywhere, word)))
            }
            Test::Order(field, compare, value) => text(field, &|text| {
                compared(text.folded.clone(), *compare, folded(value.trim()))
            }),
            Test::Number(field, compare, value) => self.number(field, *compare, value),
            Test::Day(field, compare, meant) => self.day(field, *compare, meant),
            Test::Status(status) => Cond::all().add(Expr::col(Column::Status).eq(status.as_str())),
            Test::Holder(account) => {
                let account = account.as_deref().unwrap_or(self.asked.by.as_str());
                present(Column::Holder).add(Expr::col(Column::Holder).eq(account))
            }
            Test::Due(compare, meant) => {
                let day = self.day_of(meant).to_string();
                present(Column::DueOn).add(compared(Expr::col(Column::DueOn), *compare, day))
            }
            Test::Registered(compare, meant) => self.moment(Column::RegisteredAt, *compare, meant),
            Test::Updated(compare, meant) => self.moment(Column::ValidFromAt, *compare, meant),
        }
    }

    /// Texts of one field in one comparison: an attribute is taken out of its JSON once.
    fn one_of(&self, tests: &[Test]) -> Cond {
        let texts = tests.iter().map(|test| match test {
            Test::Text(field, value) => Some((field, folded(value.trim()))),
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
                raw: self.attribute(Column::Attributes, well_known::NAME),
                folded: Expr::col(Column::NameFolded),
                present: Expr::col(Column::NameFolded).ne(""),
            },
            TextField::Attribute(key) => self.of_json(key),
        }
    }

    fn of_json(&self, key: &AttributeKey) -> Text {
        let raw = self.attribute(Column::Attributes, key.as_str());
        Text {
            present: raw.clone().is_not_null(),
            folded: self.attribute(Column::AttributesFolded, key.as_str()),
            raw,
        }
    }

    /// An attribute out of a column of them; absent where there is none.
    fn attribute(&self, column: Column, key: &str) -> Expr {
        match self.dialect {
            Dialect::Sqlite => Func::cust("json_extract")
                .arg(Expr::col(column))
                .arg(format!("$.\"{key}\""))
                .into(),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Func::cust("jsonb_extract_path_text")
                .arg(Expr::col(column).cast_as("jsonb"))
                .arg(key)
                .into(),
        }
    }

    /// Texts that are no numbers are not compared.
    fn number(&self, field: &TextField, compare: Compare, value: &str) -> Cond {
        let number = self.dialect.number(self.text(field).raw);
        let value: f64 = value.parse().unwrap_or_default();
        Cond::all()
            .add(number.clone().is_not_null())
            .add(compared(number, compare, value))
    }

    /// Texts that do not begin with a day are not compared.
    fn day(&self, field: &TextField, compare: Compare, meant: &Meant) -> Cond {
        let day = self.dialect.day(self.text(field).raw);
        Cond::all()
            .add(day.clone().is_not_null())
            .add(compared(day, compare, self.day_of(meant).to_string()))
    }

    fn day_of(&self, meant: &Meant) -> NaiveDate {
        match meant {
            Meant::Day(day) => *day,
            Meant::Moment(moment) => moment.date_naive(),
            Meant::Function(function) => function.at(self.asked.at).date_naive(),
        }
    }

    /// A day is the whole of it: later than a day is after its end.
    fn moment(&self, column: Column, compare: Compare, meant: &Meant) -> Cond {
        let (first, after) = match meant {
            Meant::Day(day) => (
                start(*day),
                start(day.checked_add_days(Days::new(1)).unwrap_or(*day)),
            ),
            Meant::Moment(moment) => (sql::micros(*moment), sql::micros(*moment).saturating_add(1)),
            Meant::Function(function) => {
                let moment = sql::micros(function.at(self.asked.at));
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

fn start(day: NaiveDate) -> i64 {
    let midnight: DateTime<Utc> = day.and_time(chrono::NaiveTime::MIN).and_utc();
    sql::micros(midnight)
}

fn present(column: Column) -> Cond {
    Cond::all().add(Expr::col(column).is_not_null())
}

fn compared(what: Expr, compare: Compare, with: impl Into<Expr>) -> Expr {
    match compare {
        Compare::Equal => what.eq(with),
        Compare::Less => what.lt(with),
        Compare::AtMost => what.lte(with),
        Compare::More => what.gt(with),
        Compare::AtLeast => what.gte(with),
    }
}

fn pattern(part: Part, text: &str) -> LikeExpr {
    let text = escaped(text.trim());
    LikeExpr::new(match part {
        Part::Anywhere => format!("%{text}%"),
        Part::Start => format!("{text}%"),
        Part::End => format!("%{text}"),
    })
    .escape('\\')
}
