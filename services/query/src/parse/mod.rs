//! From the tokens of a query to its typed tree, or to an error with its position.

mod value;

use tally_domain::asset::AttributeName;
use tally_domain::schema::Schema;
use tally_domain::text::find_forbidden;

use crate::budget::{Budget, MAX_LENGTH};
use crate::error::{Expected, InvalidQuery, SyntaxRefusal};
use crate::field::{Field, TextField, find_similar_name};
use crate::keyword::is_reserved;
use crate::operator::Operator;
use crate::sort::{Sort, SortKey};
use crate::token::{Token, TokenKind, tokenize};
use crate::tree::{AssetQuery, Condition, Test};

const LIMITS: Budget = Budget::STANDARD;

impl AssetQuery {
    /// Reads a query about the register that has this schema. A blank text finds every asset.
    ///
    /// # Errors
    /// [`InvalidQuery`] with the position of the first error.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, InvalidQuery> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            return Err(InvalidQuery {
                from: MAX_LENGTH,
                to: length,
                refusal: SyntaxRefusal::TooLong {
                    characters: MAX_LENGTH,
                },
                expected: Expected::Words(vec![]),
            });
        }
        check_characters(text)?;
        let parser = Parser {
            schema,
            tokens: tokenize(text)?,
            at: 0,
            conditions: 0,
            depth: 0,
        };
        parser.parse_query()
    }
}

/// The first character that no text may have is an error.
fn check_characters(text: &str) -> Result<(), InvalidQuery> {
    let mut buffer = [0; 4];
    let is_forbidden = |c: char| find_forbidden(c.encode_utf8(&mut buffer)).is_some();
    text.chars().position(is_forbidden).map_or(Ok(()), |at| {
        Err(InvalidQuery {
            from: at,
            to: at + 1,
            refusal: SyntaxRefusal::CharacterForbidden,
            expected: Expected::Words(vec![]),
        })
    })
}

/// The tokens, and how many of them are read. The last token, the end, is never passed.
struct Parser<'a> {
    schema: &'a Schema,
    tokens: Vec<Token>,
    at: usize,
    conditions: usize,
    depth: usize,
}

impl Parser<'_> {
    fn parse_query(mut self) -> Result<AssetQuery, InvalidQuery> {
        let has_condition = self.peek().kind != TokenKind::End && !self.peek().is("order");
        let condition = if has_condition {
            Some(self.parse_any()?)
        } else {
            None
        };
        let order = self.parse_order()?;
        if self.peek().kind == TokenKind::End {
            return Ok(AssetQuery { condition, order });
        }
        Err(match order {
            Some(_) => self.error_here(SyntaxRefusal::OrderNotLast, vec![]),
            None => self.error_here(SyntaxRefusal::EndMissing, vec!["AND", "OR", "ORDER BY"]),
        })
    }

    fn parse_any(&mut self) -> Result<Condition, InvalidQuery> {
        let mut conditions = vec![self.parse_all()?];
        while self.take_word("or") {
            conditions.push(self.parse_all()?);
        }
        Ok(join_conditions(conditions, Condition::Any))
    }

    fn parse_all(&mut self) -> Result<Condition, InvalidQuery> {
        let mut conditions = vec![self.parse_one()?];
        while self.take_word("and") {
            conditions.push(self.parse_one()?);
        }
        Ok(join_conditions(conditions, Condition::All))
    }

    fn parse_one(&mut self) -> Result<Condition, InvalidQuery> {
        self.depth += 1;
        if self.depth > LIMITS.depth {
            let refusal = SyntaxRefusal::TooDeep { levels: LIMITS.depth };
            return Err(self.error_here(refusal, vec![]));
        }
        let condition = if self.take_word("not") {
            Condition::Not(Box::new(self.parse_one()?))
        } else if self.take_sign("(") {
            let inner = self.parse_any()?;
            if !self.take_sign(")") {
                return Err(self.error_here(SyntaxRefusal::GroupOpen, vec![")", "AND", "OR"]));
            }
            inner
        } else {
            Condition::Test(self.parse_test()?)
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn parse_test(&mut self) -> Result<Test, InvalidQuery> {
        self.conditions += 1;
        if self.conditions > LIMITS.conditions {
            let limit = LIMITS.conditions;
            return Err(self.error_here(SyntaxRefusal::TooManyConditions { conditions: limit }, vec![]));
        }
        let field = self.parse_field()?;
        let operator = self.parse_operator(&field)?;
        let test = match operator {
            Operator::Empty => return Ok(Test::Empty(field)),
            Operator::NotEmpty => Test::OneOf(vec![]),
            Operator::In | Operator::NotIn => Test::OneOf(self.parse_list(&field, operator)?),
            Operator::Equal if self.is_empty_next(&field) => {
                self.at += 1;
                return Ok(Test::Empty(field));
            }
            Operator::Different if self.is_empty_next(&field) => {
                self.at += 1;
                Test::OneOf(vec![])
            }
            Operator::Equal
            | Operator::Same
            | Operator::Different
            | Operator::Less
            | Operator::AtMost
            | Operator::More
            | Operator::AtLeast
            | Operator::Like
            | Operator::NotLike
            | Operator::Starts
            | Operator::NotStarts
            | Operator::Ends
            | Operator::NotEnds => self.parse_value(&field, operator)?,
        };
        Ok(if operator.is_negative() {
            Test::Unlike(field, Box::new(test))
        } else {
            test
        })
    }

    /// Whether EMPTY follows: `= EMPTY` means the same as `is EMPTY`.
    fn is_empty_next(&self, field: &Field) -> bool {
        field.supports(Operator::Empty) && self.peek().is("empty")
    }

    fn parse_field(&mut self) -> Result<Field, InvalidQuery> {
        let token = self.peek().clone();
        let name = match &token.kind {
            TokenKind::Word(word) if !is_reserved(word) => word,
            TokenKind::Quoted(text) => text,
            TokenKind::Word(_) | TokenKind::Sign(_) | TokenKind::End => {
                return Err(self.field_error(SyntaxRefusal::FieldMissing));
            }
        };
        if matches!(token.kind, TokenKind::Word(_)) && (name.contains('.') || self.is_called()) {
            return Err(self.field_error(SyntaxRefusal::FieldOfObject));
        }
        let Some(field) = Field::find(name, self.schema) else {
            return Err(self.unknown_field(name));
        };
        self.at += 1;
        Ok(field)
    }

    fn parse_operator(&mut self, field: &Field) -> Result<Operator, InvalidQuery> {
        let start = self.at;
        let operator = match &self.peek().kind {
            TokenKind::Sign(sign) => {
                let found = Operator::ALL
                    .iter()
                    .copied()
                    .find(|operator| operator.as_str() == *sign);
                self.at += usize::from(found.is_some());
                found
            }
            TokenKind::Word(_) => self.parse_word_operator()?,
            TokenKind::Quoted(_) | TokenKind::End => None,
        };
        let names = field.operators().iter().map(|operator| operator.as_str());
        match operator {
            Some(operator) if field.supports(operator) => Ok(operator),
            Some(operator) => {
                let to = self.tokens[self.at - 1].to;
                self.at = start;
                let operator = operator.as_str();
                let refusal = SyntaxRefusal::OperatorUnsupported { operator };
                Err(InvalidQuery {
                    to,
                    ..self.error_here(refusal, names.collect())
                })
            }
            None => Err(self.error_here(SyntaxRefusal::OperatorMissing, names.collect())),
        }
    }

    /// Reads an operator that consists of words. Reads nothing if there is none.
    fn parse_word_operator(&mut self) -> Result<Option<Operator>, InvalidQuery> {
        if self.take_word("is") {
            let not = self.take_word("not");
            if !self.take_word("empty") {
                let expected = if not {
                    vec!["EMPTY"]
                } else {
                    vec!["EMPTY", "not EMPTY"]
                };
                return Err(self.error_here(SyntaxRefusal::EmptyMissing, expected));
            }
            return Ok(Some(if not { Operator::NotEmpty } else { Operator::Empty }));
        }
        let not = self.take_word("not");
        let words = [
            ("like", Operator::Like, Operator::NotLike),
            ("startswith", Operator::Starts, Operator::NotStarts),
            ("endswith", Operator::Ends, Operator::NotEnds),
            ("in", Operator::In, Operator::NotIn),
        ];
        for (word, plain, negative) in words {
            if self.take_word(word) {
                return Ok(Some(if not { negative } else { plain }));
            }
        }
        if not {
            let expected = vec!["like", "in", "startsWith", "endsWith"];
            return Err(self.error_here(SyntaxRefusal::NegationIncomplete, expected));
        }
        Ok(None)
    }

    fn parse_list(&mut self, field: &Field, operator: Operator) -> Result<Vec<Test>, InvalidQuery> {
        if !self.take_sign("(") {
            return Err(self.error_here(SyntaxRefusal::ListMissing, vec!["("]));
        }
        let mut tests = vec![self.parse_value(field, operator)?];
        while self.take_sign(",") {
            if tests.len() == LIMITS.values {
                let limit = LIMITS.values;
                return Err(self.error_here(SyntaxRefusal::TooManyValues { values: limit }, vec![]));
            }
            tests.push(self.parse_value(field, operator)?);
        }
        if !self.take_sign(")") {
            return Err(self.error_here(SyntaxRefusal::ListOpen, vec![",", ")"]));
        }
        Ok(tests)
    }

    fn parse_order(&mut self) -> Result<Option<Sort>, InvalidQuery> {
        if !self.take_word("order") {
            return Ok(None);
        }
        if !self.take_word("by") {
            return Err(self.error_here(SyntaxRefusal::OrderIncomplete, vec!["BY"]));
        }
        let key = match &self.peek().kind {
            TokenKind::Word(word) | TokenKind::Quoted(word) => self.find_sort_key(word),
            TokenKind::Sign(_) | TokenKind::End => None,
        };
        let Some(key) = key else {
            let offered = SortKey::ALL.iter().map(|key| match key {
                SortKey::UpdatedAt => "updated",
                SortKey::Tag | SortKey::Name | SortKey::Type | SortKey::Location | SortKey::Status => {
                    key.as_str()
                }
            });
            return Err(self.error_here(SyntaxRefusal::OrderUnknown, offered.collect()));
        };
        self.at += 1;
        let descending = self.take_word("desc");
        if !descending {
            self.take_word("asc");
        }
        Ok(Some(Sort { key, descending }))
    }

    /// The order by the field of this name.
    fn find_sort_key(&self, name: &str) -> Option<SortKey> {
        match Field::find(name, self.schema)? {
            Field::Text(TextField::Tag) => Some(SortKey::Tag),
            Field::Text(TextField::Name) => Some(SortKey::Name),
            Field::Text(TextField::Type) => Some(SortKey::Type),
            Field::Text(TextField::Location) => Some(SortKey::Location),
            Field::Status => Some(SortKey::Status),
            Field::Updated => Some(SortKey::UpdatedAt),
            Field::Text(TextField::Price | TextField::Day(_) | TextField::Attribute(_))
            | Field::Anything
            | Field::Holder
            | Field::Due
            | Field::Registered => None,
        }
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// Whether the token after the next is a parenthesis, as it is in a function.
    fn is_called(&self) -> bool {
        self.tokens
            .get(self.at + 1)
            .is_some_and(|token| token.is_sign("("))
    }

    /// Reads the next token if it is this word.
    fn take_word(&mut self, keyword: &str) -> bool {
        let takes = self.peek().is(keyword);
        self.at += usize::from(takes);
        takes
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let takes = self.peek().is_sign(sign);
        self.at += usize::from(takes);
        takes
    }

    /// The error that the register has no field of this name.
    fn unknown_field(&self, name: &str) -> InvalidQuery {
        if AttributeName::parse(name).is_none() {
            return self.field_error(SyntaxRefusal::FieldInvalid);
        }
        let field = name.to_owned();
        match find_similar_name(name, self.schema) {
            Some(suggestion) => InvalidQuery {
                expected: Expected::FieldLike(suggestion.clone()),
                ..self.field_error(SyntaxRefusal::FieldMisspelt { field, suggestion })
            },
            None => self.field_error(SyntaxRefusal::FieldUnknown { field }),
        }
    }

    /// An error at the next token, where a field could stand.
    fn field_error(&self, refusal: SyntaxRefusal) -> InvalidQuery {
        InvalidQuery {
            expected: Expected::Field,
            ..self.error_here(refusal, vec![])
        }
    }

    /// An error at the next token.
    fn error_here(&self, refusal: SyntaxRefusal, expected: Vec<&'static str>) -> InvalidQuery {
        let token = self.peek();
        InvalidQuery {
            from: token.from,
            to: token.to,
            refusal,
            expected: Expected::Words(expected),
        }
    }
}

fn join_conditions(mut conditions: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            join(conditions)
        }
    }
}
