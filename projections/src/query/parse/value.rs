//! The values of a condition, each of its field's type.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::super::error::BadQuery;
use super::super::field::{Field, TextField};
use super::super::function::{Function, NAMES, Offset};
use super::super::token::Kind;
use super::super::tree::{Meant, Operator, Part, Test};
use super::{Parser, is_keyword};
use crate::asset_register::AssetStatus;

const CURRENT_USER: &str = "currentUser()";
/// The functions that are a moment, as they are offered.
const MOMENTS: [&str; 9] = [
    "now()",
    "startOfDay()",
    "endOfDay()",
    "startOfWeek()",
    "endOfWeek()",
    "startOfMonth()",
    "endOfMonth()",
    "startOfYear()",
    "endOfYear()",
];
/// The longest text that is taken for a number, in characters.
const MAX_NUMBER: usize = 25;

/// A value as it is written.
enum Written {
    Text(String),
    Moment(Function),
    CurrentUser,
}

impl Parser {
    /// Reads a value, and makes the condition that it is for. Whether that is to be negated is not looked at.
    pub(super) fn value(&mut self, field: &Field, operator: Operator) -> Result<Test, BadQuery> {
        let begun = self.at;
        let written = self.written(field)?;
        let ended = std::mem::replace(&mut self.at, begun);
        let test = match field {
            Field::Text(text) => self.text(text.clone(), operator, written),
            Field::Anything => match written {
                Written::Text(word) => Ok(Test::Anywhere(word)),
                _ => Err(self.wrong("A text is expected", vec![])),
            },
            Field::Status => self.status(&written),
            Field::Holder => match written {
                Written::CurrentUser => Ok(Test::Holder(None)),
                Written::Text(account) => Ok(Test::Holder(Some(account))),
                Written::Moment(_) => Err(self.wrong("An account id is expected", vec![CURRENT_USER])),
            },
            Field::Due => self.moment(operator, written, false, Test::Due),
            Field::Registered => self.moment(operator, written, true, Test::Registered),
            Field::Updated => self.moment(operator, written, true, Test::Updated),
        }
        .map_err(|mut wrong| {
            wrong.to = self.tokens[ended - 1].to;
            wrong
        })?;
        self.at = ended;
        Ok(test)
    }

    fn written(&mut self, field: &Field) -> Result<Written, BadQuery> {
        let token = self.next().clone();
        match token.kind {
            Kind::Word(word) if self.is_called() => self.called(&word),
            Kind::Word(word) if !is_keyword(&word) => {
                self.at += 1;
                Ok(Written::Text(word))
            }
            Kind::Quoted(text) => {
                self.at += 1;
                Ok(Written::Text(text))
            }
            _ => Err(self.wrong("A value is expected", offered(field))),
        }
    }

    /// A function, with what stands in its parentheses.
    fn called(&mut self, name: &str) -> Result<Written, BadQuery> {
        let moment = NAMES
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let is_user = name.eq_ignore_ascii_case("currentUser");
        if moment.is_none() && !is_user {
            let known = MOMENTS.into_iter().chain([CURRENT_USER]);
            return Err(self.wrong("There is no such function", known.collect()));
        }
        self.at += 2;
        let offset = if is_user {
            Offset::default()
        } else {
            self.offset()?
        };
        if !self.takes_sign(")") {
            return Err(self.wrong("The parenthesis of a function is still open", vec![")"]));
        }
        Ok(moment.map_or(Written::CurrentUser, |(_, name)| {
            Written::Moment(Function { name, offset })
        }))
    }

    fn offset(&mut self) -> Result<Offset, BadQuery> {
        let (mut text, begun) = (String::new(), self.at);
        while let Kind::Word(part) | Kind::Quoted(part) = &self.next().kind {
            text = format!("{text} {part}");
            self.at += 1;
        }
        Offset::parse(&text).ok_or_else(|| {
            let to = self.tokens[self.at.max(begun + 1) - 1].to;
            self.at = begun;
            let what = "Time is counted as in -2w or 1y 6M: y, M, w, d, h and m for years, months, weeks, days, hours and minutes";
            BadQuery {
                to,
                ..self.wrong(what, vec![])
            }
        })
    }

    fn text(&self, field: TextField, operator: Operator, written: Written) -> Result<Test, BadQuery> {
        let text = match written {
            Written::Text(text) => text,
            Written::Moment(function) => {
                let compare = operator.compare().filter(|_| operator != Operator::Same);
                let compare = compare.ok_or_else(|| self.wrong("A text is expected", vec![]))?;
                return Ok(Test::Day(field, compare, Meant::Function(function)));
            }
            Written::CurrentUser => return Err(self.wrong("Only holder is an account", vec![])),
        };
        Ok(match operator {
            Operator::Same => Test::Exactly(field, text),
            Operator::Like | Operator::NotLike => Test::Part(field, Part::Anywhere, text),
            Operator::Starts | Operator::NotStarts => Test::Part(field, Part::Start, text),
            Operator::Ends | Operator::NotEnds => Test::Part(field, Part::End, text),
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                ordered(field, operator, text)
            }
            _ => Test::Text(field, text),
        })
    }

    fn status(&self, written: &Written) -> Result<Test, BadQuery> {
        let known = match written {
            Written::Text(text) => {
                let word: String = text.trim().to_lowercase().replace([' ', '-'], "_");
                AssetStatus::parse(&word)
            }
            _ => None,
        };
        let words = AssetStatus::ALL.map(AssetStatus::as_str);
        known
            .map(Test::Status)
            .ok_or_else(|| self.wrong("An asset is in_stock, checked_out or retired", words.to_vec()))
    }

    fn moment(
        &self,
        operator: Operator,
        written: Written,
        timed: bool,
        test: fn(super::super::tree::Compare, Meant) -> Test,
    ) -> Result<Test, BadQuery> {
        let meant = match written {
            Written::Moment(function) => Some(Meant::Function(function)),
            Written::Text(text) => day(&text)
                .map(Meant::Day)
                .or_else(|| timed.then(|| moment(&text)).flatten()),
            Written::CurrentUser => None,
        };
        match (operator.compare(), meant) {
            (Some(compare), Some(meant)) => Ok(test(compare, meant)),
            _ => {
                let what = if timed {
                    "A day such as 2026-01-31, a time such as \"2026-01-31 14:30\" or a function is expected"
                } else {
                    "A day such as 2026-01-31 or a function is expected"
                };
                Err(self.wrong(what, MOMENTS.to_vec()))
            }
        }
    }
}

fn ordered(field: TextField, operator: Operator, text: String) -> Test {
    let compare = operator.compare().unwrap_or(super::super::tree::Compare::Equal);
    match day(&text) {
        Some(day) => Test::Day(field, compare, Meant::Day(day)),
        None if is_number(&text) => Test::Number(field, compare, text),
        None => Test::Order(field, compare, text),
    }
}

fn offered(field: &Field) -> Vec<&'static str> {
    match field {
        Field::Status => AssetStatus::ALL.map(AssetStatus::as_str).to_vec(),
        Field::Holder => vec![CURRENT_USER],
        Field::Due | Field::Registered | Field::Updated => MOMENTS.to_vec(),
        Field::Text(_) | Field::Anything => vec![],
    }
}

/// Digits with at most one point between them, and a minus before them: what both databases take for a number.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    text.len() <= MAX_NUMBER && digits(whole) && digits(fraction)
}

fn day(text: &str) -> Option<NaiveDate> {
    let written = text.len() == 10;
    written
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

fn moment(text: &str) -> Option<Meant> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
    let plain = [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ];
    let plain = || {
        plain
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    zoned
        .ok()
        .or_else(|| plain().map(|moment| moment.and_utc()))
        .map(Meant::Moment)
}
