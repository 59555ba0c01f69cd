//! The values of a condition, each with the type of its field.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use tally_domain::asset::AssetStatus;
use tally_domain::text::normal_form;
use tally_domain::value::{Amount, Decimal, Typed, parse_iso_day, parse_typed_day};

use super::Parser;
use crate::error::{InvalidQuery, SyntaxRefusal};
use crate::field::{Field, TextField};
use crate::function::{NAMES, TimeFunction, TimeOffset};
use crate::keyword::is_reserved;
use crate::operator::{Compare, Operator};
use crate::token::TokenKind;
use crate::tree::{self, Test, TextPart, TimeValue};

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

/// A value before it has the type of a field.
enum Literal {
    Text(String),
    /// A text in quotes, which is never a number of the language.
    Quoted(String),
    Time(TimeFunction),
    CurrentUser,
}

impl Parser<'_> {
    /// Reads a value and makes the test that it belongs to. The caller negates it if necessary.
    pub(super) fn parse_value(&mut self, field: &Field, operator: Operator) -> Result<Test, InvalidQuery> {
        let start = self.at;
        let literal = self.parse_literal(field)?;
        let end = std::mem::replace(&mut self.at, start);
        let test = match field {
            Field::Text(text) => self.text_test(*text, operator, literal),
            Field::Anything => match literal {
                Literal::Text(word) | Literal::Quoted(word) => Ok(Test::Anywhere(word)),
                Literal::Time(_) | Literal::CurrentUser => {
                    Err(self.error_here(SyntaxRefusal::TextMissing, vec![]))
                }
            },
            Field::Status => self.status_test(&literal),
            Field::Holder => match literal {
                Literal::CurrentUser => Ok(Test::Holder(None)),
                Literal::Text(account) | Literal::Quoted(account) => Ok(Test::Holder(Some(account))),
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
            TokenKind::Word(word) if !is_reserved(&word) && !word.eq_ignore_ascii_case("null") => {
                self.at += 1;
                Ok(Literal::Text(word))
            }
            TokenKind::Quoted(text) => {
                self.at += 1;
                Ok(Literal::Quoted(text))
            }
            TokenKind::Word(word) if word.eq_ignore_ascii_case("null") => {
                Err(self.error_here(SyntaxRefusal::NullUnknown, vec!["EMPTY"]))
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
        let (text, is_quoted) = match literal {
            Literal::Text(text) => (text, false),
            Literal::Quoted(text) => (text, true),
            Literal::Time(function) => {
                let compare = operator.compare().filter(|_| operator != Operator::Same);
                let compare = compare.ok_or_else(|| self.error_here(SyntaxRefusal::TextMissing, vec![]))?;
                return Ok(Test::Day(field, compare, TimeValue::Function(function)));
            }
            Literal::CurrentUser => {
                return Err(self.error_here(SyntaxRefusal::UserElsewhere, vec![]));
            }
        };
        match operator {
            Operator::Same => Ok(Test::Exactly(field, text)),
            Operator::Like | Operator::NotLike => Ok(Test::Part(field, TextPart::Anywhere, text)),
            Operator::Starts | Operator::NotStarts => Ok(Test::Part(field, TextPart::Start, text)),
            Operator::Ends | Operator::NotEnds => Ok(Test::Part(field, TextPart::End, text)),
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                let compare = operator.compare().unwrap_or(Compare::Equal);
                self.order_test(field, compare, text, is_quoted)
            }
            Operator::Equal
            | Operator::Different
            | Operator::In
            | Operator::NotIn
            | Operator::Empty
            | Operator::NotEmpty => self.equal_test(field, text),
        }
    }

    /// Whether a text is before or after another: by what its field holds.
    fn order_test(
        &self,
        field: TextField,
        compare: Compare,
        text: String,
        is_quoted: bool,
    ) -> Result<Test, InvalidQuery> {
        match field {
            TextField::Price => self.number_test(field, compare, text),
            TextField::Day(_) => {
                let day = self.read_day(&text)?;
                let missing = || self.error_here(SyntaxRefusal::DayMissing, TIME_FUNCTIONS.to_vec());
                Ok(Test::Day(
                    field,
                    compare,
                    TimeValue::Day(day.ok_or_else(missing)?),
                ))
            }
            TextField::Tag
            | TextField::Name
            | TextField::Type
            | TextField::Location
            | TextField::Attribute(_) => match parse_iso_day(&text) {
                Some(day) => Ok(Test::Day(field, compare, TimeValue::Day(day))),
                None if !is_quoted && Decimal::parse(&text).is_some() => {
                    let refusal = SyntaxRefusal::NumberOnText { number: text };
                    Err(self.error_here(refusal, vec![]))
                }
                None => Ok(Test::Order(field, compare, text)),
            },
        }
    }

    /// Whether a text is another, or the same amount or day.
    fn equal_test(&self, field: TextField, text: String) -> Result<Test, InvalidQuery> {
        match field {
            TextField::Price if Amount::parse(&text) == Typed::None => Ok(Test::Text(field, text)),
            TextField::Price => match self.number_test(field, Compare::Equal, text.clone()) {
                // An amount with a currency is looked for as it was written.
                Err(InvalidQuery {
                    refusal: SyntaxRefusal::CurrencyUnsupported { .. },
                    ..
                }) => Ok(Test::Text(field, text)),
                other => other,
            },
            TextField::Day(_) => Ok(match self.read_day(&text)? {
                Some(day) => Test::Day(field, Compare::Equal, TimeValue::Day(day)),
                None => Test::Text(field, text),
            }),
            TextField::Tag
            | TextField::Name
            | TextField::Type
            | TextField::Location
            | TextField::Attribute(_) => Ok(Test::Text(field, text)),
        }
    }

    /// Compares with a number: as programs write it, else as people do, without a currency.
    fn number_test(&self, field: TextField, compare: Compare, written: String) -> Result<Test, InvalidQuery> {
        let amount = Decimal::parse(&written).map(|number| Typed::One((number, None)));
        let amount =
            amount.unwrap_or_else(|| Amount::parse(&written).map(|amount| (amount.number, amount.currency)));
        let refusal = match amount {
            Typed::One((number, None)) => {
                return Ok(Test::Number(field, compare, tree::Amount { number, written }));
            }
            Typed::One((_, Some(currency))) => SyntaxRefusal::CurrencyUnsupported { currency },
            Typed::Two(..) => SyntaxRefusal::NumberAmbiguous { number: written },
            Typed::None => SyntaxRefusal::NumberMissing,
        };
        Err(self.error_here(refusal, vec![]))
    }

    /// The day that a text is, as programs or as people write it.
    fn read_day(&self, text: &str) -> Result<Option<NaiveDate>, InvalidQuery> {
        match parse_typed_day(text) {
            Typed::One(day) => Ok(Some(day)),
            Typed::Two(..) => {
                let refusal = SyntaxRefusal::DayAmbiguous { day: text.to_owned() };
                Err(self.error_here(refusal, vec![]))
            }
            Typed::None => Ok(None),
        }
    }

    fn status_test(&self, literal: &Literal) -> Result<Test, InvalidQuery> {
        let known = match literal {
            Literal::Text(text) | Literal::Quoted(text) => {
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
            Literal::Text(text) | Literal::Quoted(text) => match timed.then(|| parse_time(&text)).flatten() {
                Some(time) => Some(time),
                None => self.read_day(&text)?.map(TimeValue::Day),
            },
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

fn suggestions(field: &Field) -> Vec<&'static str> {
    match field {
        Field::Status => AssetStatus::ALL.map(AssetStatus::as_str).to_vec(),
        Field::Holder => vec![CURRENT_USER],
        Field::Due | Field::Registered | Field::Updated => TIME_FUNCTIONS.to_vec(),
        Field::Text(_) | Field::Anything => vec![],
    }
}

/// A moment, whose year has four digits.
fn parse_time(text: &str) -> Option<TimeValue> {
    parse_iso_day(text.get(..10)?)?;
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
