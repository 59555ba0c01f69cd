//! The values of a condition, each with the type of its field.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use tally_domain::asset::AssetStatus;
use tally_domain::text::normal_form;

use super::Parser;
use crate::error::{InvalidQuery, SyntaxRefusal};
use crate::field::{Field, TextField};
use crate::function::{NAMES, TimeFunction, TimeOffset};
use crate::keyword::is_reserved;
use crate::operator::{Compare, Operator};
use crate::token::TokenKind;
use crate::tree::{Test, TextPart, TimeValue};

const CURRENT_USER: &str = "currentUser()";
/// The functions that stand for a time, as they are offered.
const TIME_FUNCTIONS: [&str; 9] = [
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
/// The longest text that is read as a number, in characters.
const MAX_NUMBER: usize = 25;

/// A value before it has the type of a field.
enum Literal {
    Text(String),
    Time(TimeFunction),
    CurrentUser,
}

impl Parser {
    /// Reads a value and makes the test that it belongs to. The caller negates it if necessary.
    pub(super) fn parse_value(&mut self, field: &Field, operator: Operator) -> Result<Test, InvalidQuery> {
        let start = self.at;
        let literal = self.parse_literal(field)?;
        let end = std::mem::replace(&mut self.at, start);
        let test = match field {
            Field::Text(text) => self.text_test(text.clone(), operator, literal),
            Field::Anything => match literal {
                Literal::Text(word) => Ok(Test::Anywhere(word)),
                Literal::Time(_) | Literal::CurrentUser => {
                    Err(self.error_here(SyntaxRefusal::TextMissing, vec![]))
                }
            },
            Field::Status => self.status_test(&literal),
            Field::Holder => match literal {
                Literal::CurrentUser => Ok(Test::Holder(None)),
                Literal::Text(account) => Ok(Test::Holder(Some(account))),
                Literal::Time(_) => Err(self.error_here(SyntaxRefusal::AccountMissing, vec![CURRENT_USER])),
            },
            Field::Due => self.time_test(operator, literal, false, Test::Due),
            Field::Registered => self.time_test(operator, literal, true, Test::Registered),
            Field::Updated => self.time_test(operator, literal, true, Test::Updated),
        }
        .map_err(|mut error| {
            error.to = self.tokens[end - 1].to;
            error
        })?;
        self.at = end;
        Ok(test)
    }

    fn parse_literal(&mut self, field: &Field) -> Result<Literal, InvalidQuery> {
        let token = self.peek().clone();
        match token.kind {
            TokenKind::Word(word) if self.is_called() => self.parse_function(&word),
            TokenKind::Word(word) if !is_reserved(&word) => {
                self.at += 1;
                Ok(Literal::Text(word))
            }
            TokenKind::Quoted(text) => {
                self.at += 1;
                Ok(Literal::Text(text))
            }
            TokenKind::Word(_) | TokenKind::Sign(_) | TokenKind::End => {
                Err(self.error_here(SyntaxRefusal::ValueMissing, suggestions(field)))
            }
        }
    }

    /// Reads a function with its offset.
    fn parse_function(&mut self, name: &str) -> Result<Literal, InvalidQuery> {
        let function = NAMES
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let is_user = name.eq_ignore_ascii_case("currentUser");
        if function.is_none() && !is_user {
            let known = TIME_FUNCTIONS.into_iter().chain([CURRENT_USER]);
            return Err(self.error_here(SyntaxRefusal::FunctionUnknown, known.collect()));
        }
        self.at += 2;
        let offset = if is_user {
            TimeOffset::default()
        } else {
            self.parse_offset()?
        };
        if !self.take_sign(")") {
            return Err(self.error_here(SyntaxRefusal::FunctionOpen, vec![")"]));
        }
        Ok(function.map_or(Literal::CurrentUser, |(_, name)| {
            Literal::Time(TimeFunction { name, offset })
        }))
    }

    fn parse_offset(&mut self) -> Result<TimeOffset, InvalidQuery> {
        let (mut text, start) = (String::new(), self.at);
        while let TokenKind::Word(part) | TokenKind::Quoted(part) = &self.peek().kind {
            text = format!("{text} {part}");
            self.at += 1;
        }
        TimeOffset::parse(&text).ok_or_else(|| {
            let to = self.tokens[self.at.max(start + 1) - 1].to;
            self.at = start;
            InvalidQuery {
                to,
                ..self.error_here(SyntaxRefusal::SpanInvalid, vec![])
            }
        })
    }

    fn text_test(
        &self,
        field: TextField,
        operator: Operator,
        literal: Literal,
    ) -> Result<Test, InvalidQuery> {
        let text = match literal {
            Literal::Text(text) => text,
            Literal::Time(function) => {
                let compare = operator.compare().filter(|_| operator != Operator::Same);
                let compare = compare.ok_or_else(|| self.error_here(SyntaxRefusal::TextMissing, vec![]))?;
                return Ok(Test::Day(field, compare, TimeValue::Function(function)));
            }
            Literal::CurrentUser => {
                return Err(self.error_here(SyntaxRefusal::UserElsewhere, vec![]));
            }
        };
        Ok(match operator {
            Operator::Same => Test::Exactly(field, text),
            Operator::Like | Operator::NotLike => Test::Part(field, TextPart::Anywhere, text),
            Operator::Starts | Operator::NotStarts => Test::Part(field, TextPart::Start, text),
            Operator::Ends | Operator::NotEnds => Test::Part(field, TextPart::End, text),
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                order_test(field, operator, text)
            }
            Operator::Equal
            | Operator::Different
            | Operator::In
            | Operator::NotIn
            | Operator::Empty
            | Operator::NotEmpty => Test::Text(field, text),
        })
    }

    fn status_test(&self, literal: &Literal) -> Result<Test, InvalidQuery> {
        let known = match literal {
            Literal::Text(text) => {
                let word: String = normal_form(text).replace([' ', '-'], "_");
                AssetStatus::parse(&word)
            }
            Literal::Time(_) | Literal::CurrentUser => None,
        };
        let words = AssetStatus::ALL.map(AssetStatus::as_str);
        known
            .map(Test::Status)
            .ok_or_else(|| self.error_here(SyntaxRefusal::StatusMissing, words.to_vec()))
    }

    fn time_test(
        &self,
        operator: Operator,
        literal: Literal,
        timed: bool,
        test: fn(Compare, TimeValue) -> Test,
    ) -> Result<Test, InvalidQuery> {
        let value = match literal {
            Literal::Time(function) => Some(TimeValue::Function(function)),
            Literal::Text(text) => parse_day(&text)
                .map(TimeValue::Day)
                .or_else(|| timed.then(|| parse_time(&text)).flatten()),
            Literal::CurrentUser => None,
        };
        match (operator.compare(), value) {
            (Some(compare), Some(value)) => Ok(test(compare, value)),
            (None, _) | (_, None) => {
                let refusal = if timed {
                    SyntaxRefusal::TimeMissing
                } else {
                    SyntaxRefusal::DayMissing
                };
                Err(self.error_here(refusal, TIME_FUNCTIONS.to_vec()))
            }
        }
    }
}

fn order_test(field: TextField, operator: Operator, text: String) -> Test {
    let compare = operator.compare().unwrap_or(Compare::Equal);
    match parse_day(&text) {
        Some(day) => Test::Day(field, compare, TimeValue::Day(day)),
        None if is_number(&text) => Test::Number(field, compare, text),
        None => Test::Order(field, compare, text),
    }
}

fn suggestions(field: &Field) -> Vec<&'static str> {
    match field {
        Field::Status => AssetStatus::ALL.map(AssetStatus::as_str).to_vec(),
        Field::Holder => vec![CURRENT_USER],
        Field::Due | Field::Registered | Field::Updated => TIME_FUNCTIONS.to_vec(),
        Field::Text(_) | Field::Anything => vec![],
    }
}

/// Whether `text` has the form that every database reads as a number: digits with at most one
/// point between them, and perhaps a minus before them.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    text.len() <= MAX_NUMBER && digits(integer) && digits(fraction)
}

fn parse_day(text: &str) -> Option<NaiveDate> {
    let has_length = text.len() == 10;
    has_length
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

fn parse_time(text: &str) -> Option<TimeValue> {
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
        .map(TimeValue::Time)
}
