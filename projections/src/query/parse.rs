//! From the pieces of a query to what is meant, or to what is wrong and where.

use super::error::BadQuery;
use super::field::{Field, OFFERED};
use super::token::{Kind, Token, tokens};
use super::tree::{Condition, Operator, Test};
use super::{AssetQuery, MAX_CONDITIONS, MAX_DEPTH, MAX_LENGTH, MAX_VALUES};
use crate::asset_register::{Sort, SortKey};

mod value;

pub(super) fn parse(text: &str) -> Result<AssetQuery, BadQuery> {
    let length = text.chars().count();
    if length > MAX_LENGTH {
        return Err(BadQuery {
            from: MAX_LENGTH,
            to: length,
            detail: format!("A query has at most {MAX_LENGTH} characters"),
            expected: vec![],
        });
    }
    Parser {
        tokens: tokens(text)?,
        at: 0,
        conditions: 0,
        depth: 0,
    }
    .query()
}

/// The pieces, and how far they are read. The last piece, the end, is never passed.
struct Parser {
    tokens: Vec<Token>,
    at: usize,
    conditions: usize,
    depth: usize,
}

impl Parser {
    fn query(mut self) -> Result<AssetQuery, BadQuery> {
        let begun = self.next().kind != Kind::End && !self.next().is("order");
        let condition = if begun { Some(self.any()?) } else { None };
        let order = self.order()?;
        if self.next().kind == Kind::End {
            return Ok(AssetQuery { condition, order });
        }
        let (what, expected) = match (condition, order) {
            (_, Some(_)) => ("Nothing comes after the order", vec![]),
            (_, None) => (
                "After a condition comes AND, OR, ORDER BY or the end. A value of several words stands in quotes",
                vec!["AND", "OR", "ORDER BY"],
            ),
        };
        Err(self.wrong(what, expected))
    }

    fn any(&mut self) -> Result<Condition, BadQuery> {
        let mut conditions = vec![self.all()?];
        while self.takes("or") {
            conditions.push(self.all()?);
        }
        Ok(joined(conditions, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, BadQuery> {
        let mut conditions = vec![self.one()?];
        while self.takes("and") {
            conditions.push(self.one()?);
        }
        Ok(joined(conditions, Condition::All))
    }

    fn one(&mut self) -> Result<Condition, BadQuery> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(&format!("Conditions are nested at most {MAX_DEPTH} deep"), vec![]));
        }
        let condition = if self.takes("not") {
            Condition::Not(Box::new(self.one()?))
        } else if self.takes_sign("(") {
            let inner = self.any()?;
            if !self.takes_sign(")") {
                return Err(self.wrong("A parenthesis is still open", vec![")", "AND", "OR"]));
            }
            inner
        } else {
            Condition::Test(self.test()?)
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn test(&mut self) -> Result<Test, BadQuery> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(self.wrong(
                &format!("A query has at most {MAX_CONDITIONS} conditions"),
                vec![],
            ));
        }
        let field = self.field()?;
        let operator = self.operator(&field)?;
        let test = match operator {
            Operator::Empty => return Ok(Test::Empty(field)),
            Operator::NotEmpty => Test::OneOf(vec![]),
            Operator::In | Operator::NotIn => Test::OneOf(self.list(&field, operator)?),
            Operator::Equal if self.is_empty(&field) => {
                self.at += 1;
                return Ok(Test::Empty(field));
            }
            Operator::Different if self.is_empty(&field) => {
                self.at += 1;
                Test::OneOf(vec![])
            }
            _ => self.value(&field, operator)?,
        };
        Ok(if operator.is_negative() {
            Test::Unlike(field, Box::new(test))
        } else {
            test
        })
    }

    /// Whether EMPTY comes, which `= EMPTY` asks as `is EMPTY` does.
    fn is_empty(&self, field: &Field) -> bool {
        field.has(Operator::Empty) && self.next().is("empty")
    }

    fn field(&mut self) -> Result<Field, BadQuery> {
        let token = self.next().clone();
        let name = match &token.kind {
            Kind::Word(word) if !is_keyword(word) => word,
            Kind::Quoted(text) => text,
            _ => {
                let what = "A field of an asset is expected";
                return Err(self.wrong(what, OFFERED.to_vec()));
            }
        };
        if matches!(token.kind, Kind::Word(_)) && (name.contains('.') || self.is_called()) {
            let what = "Assets hold no references that could be followed";
            return Err(self.wrong(what, OFFERED.to_vec()));
        }
        let Some(field) = Field::named(name) else {
            let what = "No field can be called so: names have a letter or a digit, and at most 64 characters";
            return Err(self.wrong(what, OFFERED.to_vec()));
        };
        self.at += 1;
        Ok(field)
    }

    fn operator(&mut self, field: &Field) -> Result<Operator, BadQuery> {
        let begun = self.at;
        let operator = match &self.next().kind {
            Kind::Sign(sign) => {
                let found = Operator::ALL
                    .into_iter()
                    .find(|operator| operator.as_str() == *sign);
                self.at += usize::from(found.is_some());
                found
            }
            Kind::Word(_) => self.operator_in_words()?,
            Kind::Quoted(_) | Kind::End => None,
        };
        let names = field.operators().iter().map(|operator| operator.as_str());
        match operator {
            Some(operator) if field.has(operator) => Ok(operator),
            Some(operator) => {
                let to = self.tokens[self.at - 1].to;
                self.at = begun;
                let what = format!("This field cannot be asked with {}", operator.as_str());
                Err(BadQuery {
                    to,
                    ..self.wrong(&what, names.collect())
                })
            }
            None => Err(self.wrong("An operator is expected", names.collect())),
        }
    }

    /// An operator that is a word or several. Nothing is read when there is none.
    fn operator_in_words(&mut self) -> Result<Option<Operator>, BadQuery> {
        if self.takes("is") {
            let not = self.takes("not");
            if !self.takes("empty") {
                let expected = if not {
                    vec!["EMPTY"]
                } else {
                    vec!["EMPTY", "not EMPTY"]
                };
                return Err(self.wrong("Only EMPTY stands after is", expected));
            }
            return Ok(Some(if not { Operator::NotEmpty } else { Operator::Empty }));
        }
        let not = self.takes("not");
        let words = [
            ("like", Operator::Like, Operator::NotLike),
            ("startswith", Operator::Starts, Operator::NotStarts),
            ("endswith", Operator::Ends, Operator::NotEnds),
            ("in", Operator::In, Operator::NotIn),
        ];
        for (word, plain, negative) in words {
            if self.takes(word) {
                return Ok(Some(if not { negative } else { plain }));
            }
        }
        if not {
            let expected = vec!["like", "in", "startsWith", "endsWith"];
            return Err(self.wrong("After not comes like, in, startsWith or endsWith", expected));
        }
        Ok(None)
    }

    fn list(&mut self, field: &Field, operator: Operator) -> Result<Vec<Test>, BadQuery> {
        if !self.takes_sign("(") {
            return Err(self.wrong("The values of in stand in parentheses", vec!["("]));
        }
        let mut tests = vec![self.value(field, operator)?];
        while self.takes_sign(",") {
            if tests.len() == MAX_VALUES {
                return Err(self.wrong(&format!("A list has at most {MAX_VALUES} values"), vec![]));
            }
            tests.push(self.value(field, operator)?);
        }
        if !self.takes_sign(")") {
            return Err(self.wrong("The list of values is still open", vec![",", ")"]));
        }
        Ok(tests)
    }

    fn order(&mut self) -> Result<Option<Sort>, BadQuery> {
        if !self.takes("order") {
            return Ok(None);
        }
        if !self.takes("by") {
            return Err(self.wrong("After ORDER comes BY", vec!["BY"]));
        }
        let key = match &self.next().kind {
            Kind::Word(word) | Kind::Quoted(word) => sort_key(word),
            Kind::Sign(_) | Kind::End => None,
        };
        let Some(key) = key else {
            let offered = SortKey::ALL.map(|key| {
                if key == SortKey::UpdatedAt {
                    "updated"
                } else {
                    key.as_str()
                }
            });
            let what = "Assets are ordered by tag, name, type, location, status or updated";
            return Err(self.wrong(what, offered.to_vec()));
        };
        self.at += 1;
        let descending = self.takes("desc");
        if !descending {
            self.takes("asc");
        }
        Ok(Some(Sort { key, descending }))
    }

    fn next(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// Whether the next piece is followed by a parenthesis, as a function is.
    fn is_called(&self) -> bool {
        self.tokens
            .get(self.at + 1)
            .is_some_and(|token| token.is_sign("("))
    }

    /// Reads on if the next piece is this word.
    fn takes(&mut self, keyword: &str) -> bool {
        let takes = self.next().is(keyword);
        self.at += usize::from(takes);
        takes
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let takes = self.next().is_sign(sign);
        self.at += usize::from(takes);
        takes
    }

    /// The next piece is wrong.
    fn wrong(&self, detail: &str, expected: Vec<&'static str>) -> BadQuery {
        let token = self.next();
        BadQuery {
            from: token.from,
            to: token.to,
            detail: detail.to_owned(),
            expected,
        }
    }
}

fn joined(mut conditions: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            join(conditions)
        }
    }
}

fn is_keyword(word: &str) -> bool {
    let keywords = ["and", "or", "not", "order", "by", "is", "in", "like", "empty"];
    keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

fn sort_key(name: &str) -> Option<SortKey> {
    match name.to_lowercase().as_str() {
        "updated" => Some(SortKey::UpdatedAt),
        "key" => Some(SortKey::Tag),
        "label" => Some(SortKey::Name),
        "objecttype" => Some(SortKey::Type),
        name => SortKey::ALL.into_iter().find(|key| key.as_str() == name),
    }
}
