//! What is wrong with a query, and where.

use tally_domain::refusals;
use tally_domain::schema::Schema;
use thiserror::Error;

use crate::field::offered_fields;

/// A text that is not a query. Positions are counted in characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{refusal}")]
pub struct InvalidQuery {
    /// The position of the first wrong character.
    pub from: usize,
    /// The position after the last wrong character; equal to [`Self::from`] if something is
    /// missing.
    pub to: usize,
    /// What is wrong at this position.
    pub refusal: SyntaxRefusal,
    /// What could stand at this position.
    pub expected: Expected,
}

/// What could stand at a position of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One of these words; none if there is no short list of them.
    Words(Vec<&'static str>),
    /// A field of the register.
    Field,
    /// A field of the register, and probably this one.
    FieldLike(String),
}

impl Expected {
    /// The words to offer, with the fields of the register that has this schema.
    pub fn offer(&self, schema: &Schema) -> Vec<String> {
        match self {
            Self::Words(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            Self::Field => offered_fields(schema),
            Self::FieldLike(name) => {
                let others = offered_fields(schema).into_iter().filter(|field| field != name);
                std::iter::once(name.clone()).chain(others).collect()
            }
        }
    }
}

const CORRECT: &str = "Correct the query at the marked position.";
const CHOOSE: &str = "Correct the query at the marked position. The list shows what can stand there.";
const SHORTEN: &str = "Make the query shorter.";

refusals! {
    /// Why a text is not a query. All rows have one code: a program finds the error by its
    /// position.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum SyntaxRefusal {
        /// It has more characters than a query can have.
        TooLong {
            /// How many characters are allowed.
            characters: usize,
        } = "query.invalid" {
            kind: Malformed,
            title: "Query too long",
            cause: "a query can have at most {characters} characters",
            remedy: SHORTEN,
        },
        /// It has more conditions than a query can have.
        TooManyConditions {
            /// How many conditions are allowed.
            conditions: usize,
        } = "query.invalid" {
            kind: Malformed,
            title: "Too many conditions",
            cause: "a query can have at most {conditions} conditions",
            remedy: SHORTEN,
        },
        /// The list of an `in` has more values than a list can have.
        TooManyValues {
            /// How many values are allowed.
            values: usize,
        } = "query.invalid" {
            kind: Malformed,
            title: "Too many values",
            cause: "a list can have at most {values} values",
            remedy: SHORTEN,
        },
        /// Its parentheses or its NOTs are nested too deeply.
        TooDeep {
            /// How many levels are allowed.
            levels: usize,
        } = "query.invalid" {
            kind: Malformed,
            title: "Query nested too deeply",
            cause: "conditions can be nested at most {levels} levels deep",
            remedy: "Use fewer parentheses.",
        },
        /// A text in quotes does not end.
        QuoteOpen = "query.invalid" {
            kind: Malformed,
            title: "Quotation mark missing",
            cause: "the closing quotation mark is missing",
            remedy: CHOOSE,
        },
        /// A `!` stands alone.
        SignUnknown = "query.invalid" {
            kind: Malformed,
            title: "Operator not known",
            cause: "the operator ! does not exist",
            remedy: CHOOSE,
        },
        /// A condition does not begin with a field.
        FieldMissing = "query.invalid" {
            kind: Malformed,
            title: "Field missing",
            cause: "expected the name of a field",
            remedy: CHOOSE,
        },
        /// A field has the form of a reference to another object.
        FieldOfObject = "query.invalid" {
            kind: Malformed,
            title: "Field not valid",
            cause: "assets have no references to other objects: \
                a field name has no dot and no parentheses",
            remedy: CHOOSE,
        },
        /// The register has no field of this name.
        FieldUnknown {
            /// The name as written.
            field: String,
        } = "query.invalid" {
            kind: Malformed,
            title: "Field not known",
            cause: "there is no field and no attribute {field}",
            remedy: CHOOSE,
        },
        /// The register has no field of this name, but one of a similar name.
        FieldMisspelt {
            /// The name as written.
            field: String,
            /// The field that was probably meant.
            suggestion: String,
        } = "query.invalid" {
            kind: Malformed,
            title: "Field not known",
            cause: "there is no field and no attribute {field}; the most similar name is {suggestion}",
            remedy: CHOOSE,
        },
        /// No field can have this name.
        FieldInvalid = "query.invalid" {
            kind: Malformed,
            title: "Field not valid",
            cause: "this is not a field name: \
                it needs a character that can be seen and can have at most 100",
            remedy: CHOOSE,
        },
        /// No operator follows a field.
        OperatorMissing = "query.invalid" {
            kind: Malformed,
            title: "Operator missing",
            cause: "expected an operator",
            remedy: CHOOSE,
        },
        /// The field has other operators.
        OperatorUnsupported {
            /// The operator, as it is written.
            operator: &'static str,
        } = "query.invalid" {
            kind: Malformed,
            title: "Operator not possible here",
            cause: "this field does not support the operator {operator}",
            remedy: CHOOSE,
        },
        /// `is` stands without EMPTY.
        EmptyMissing = "query.invalid" {
            kind: Malformed,
            title: "Operator incomplete",
            cause: "expected EMPTY or not EMPTY after is",
            remedy: CHOOSE,
        },
        /// `not` stands without an operator.
        NegationIncomplete = "query.invalid" {
            kind: Malformed,
            title: "Operator incomplete",
            cause: "expected like, in, startsWith or endsWith after not",
            remedy: CHOOSE,
        },
        /// No value follows an operator.
        ValueMissing = "query.invalid" {
            kind: Malformed,
            title: "Value missing",
            cause: "expected a value",
            remedy: CORRECT,
        },
        /// The value must be a text.
        TextMissing = "query.invalid" {
            kind: Malformed,
            title: "Text expected",
            cause: "expected a text",
            remedy: CORRECT,
        },
        /// A number is compared with a text.
        NumberOnText {
            /// The number as written.
            number: String,
        } = "query.invalid" {
            kind: Malformed,
            title: "Number compared with a text",
            cause: "the values of this field are texts, and {number} is a number; \
                numbers are compared in fields whose type is number or price",
            remedy: "Compare with the field price, or put the number in quotes to compare it as a text.",
        },
        /// The value must be a number.
        NumberMissing = "query.invalid" {
            kind: Malformed,
            title: "Number expected",
            cause: "expected an amount such as 1290 or \"1.290,00\"",
            remedy: CORRECT,
        },
        /// A number can be read with a decimal point or with a decimal comma.
        NumberAmbiguous {
            /// The number as written.
            number: String,
        } = "query.invalid" {
            kind: Malformed,
            title: "Number not clear",
            cause: "{number} can be read as two numbers",
            remedy: "Write the number without separators, with a point before the decimals, as in 1290.00.",
        },
        /// A price is compared with an amount in a currency.
        CurrencyUnsupported {
            /// The currency as written.
            currency: String,
        } = "query.invalid" {
            kind: Malformed,
            title: "Currency not compared",
            cause: "amounts are compared as they were entered, whatever their currency; {currency} is not converted",
            remedy: "Write the number without a currency.",
        },
        /// A day can be read with the day or with the month first.
        DayAmbiguous {
            /// The day as written.
            day: String,
        } = "query.invalid" {
            kind: Malformed,
            title: "Day not clear",
            cause: "{day} can be read as two days",
            remedy: "Write the year first, as in 2026-01-31.",
        },
        /// A full-width sign stands for a sign of the language.
        SignWide {
            /// The sign as written.
            written: char,
            /// The sign of the language.
            sign: char,
        } = "query.invalid" {
            kind: Malformed,
            title: "Full-width sign",
            cause: "{written} is not a sign of the query language; write {sign}",
            remedy: "Write the sign in half width, or put a text that contains it in quotes.",
        },
        /// `NULL` stands where a value could.
        NullUnknown = "query.invalid" {
            kind: Malformed,
            title: "NULL not known",
            cause: "a missing value is written EMPTY, as in is EMPTY",
            remedy: "Write is EMPTY or is not EMPTY, or put the text NULL in quotes.",
        },
        /// A character that no text may have.
        CharacterForbidden = "query.invalid" {
            kind: Malformed,
            title: "Character not allowed",
            cause: "a control character, or one that turns the direction of text, stands here",
            remedy: "Delete the marked character. It cannot be seen; text that was copied may contain it.",
        },
        /// The value must be a person.
        AccountMissing = "query.invalid" {
            kind: Malformed,
            title: "Person expected",
            cause: "expected an account id",
            remedy: CHOOSE,
        },
        /// The value must be a status.
        StatusMissing = "query.invalid" {
            kind: Malformed,
            title: "Status expected",
            cause: "expected a status: in_stock, checked_out or retired",
            remedy: CHOOSE,
        },
        /// The value must be a day.
        DayMissing = "query.invalid" {
            kind: Malformed,
            title: "Day expected",
            cause: "expected a day such as 2026-01-31 or a function",
            remedy: CHOOSE,
        },
        /// The value must be a time.
        TimeMissing = "query.invalid" {
            kind: Malformed,
            title: "Time expected",
            cause: "expected a day such as 2026-01-31, a time such as \"2026-01-31 14:30\" or a function",
            remedy: CHOOSE,
        },
        /// A function with this name does not exist.
        FunctionUnknown = "query.invalid" {
            kind: Malformed,
            title: "Function not known",
            cause: "this function does not exist",
            remedy: CHOOSE,
        },
        /// The argument of a function of time is no time span.
        SpanInvalid = "query.invalid" {
            kind: Malformed,
            title: "Time span not valid",
            cause: "expected a time span such as -2w or 1y 6M, \
                with y, M, w, d, h and m for years, months, weeks, days, hours and minutes",
            remedy: CORRECT,
        },
        /// The caller is compared with a field that holds no person.
        UserElsewhere = "query.invalid" {
            kind: Malformed,
            title: "Function not possible here",
            cause: "only the field holder can be compared with currentUser()",
            remedy: CORRECT,
        },
        /// A function has no closing parenthesis.
        FunctionOpen = "query.invalid" {
            kind: Malformed,
            title: "Parenthesis missing",
            cause: "the closing parenthesis of the function is missing",
            remedy: CHOOSE,
        },
        /// The values of `in` do not begin with a parenthesis.
        ListMissing = "query.invalid" {
            kind: Malformed,
            title: "List expected",
            cause: "the values of in must stand between parentheses",
            remedy: CHOOSE,
        },
        /// A list has no closing parenthesis.
        ListOpen = "query.invalid" {
            kind: Malformed,
            title: "Parenthesis missing",
            cause: "the closing parenthesis of the list is missing",
            remedy: CHOOSE,
        },
        /// A condition in parentheses does not end.
        GroupOpen = "query.invalid" {
            kind: Malformed,
            title: "Parenthesis missing",
            cause: "the closing parenthesis is missing",
            remedy: CHOOSE,
        },
        /// Something else follows a condition.
        EndMissing = "query.invalid" {
            kind: Malformed,
            title: "Query continues unexpectedly",
            cause: "expected AND, OR, ORDER BY or the end of the query",
            remedy: "Continue with one of the words in the list, or put a value of several words in quotes.",
        },
        /// `ORDER` stands without BY.
        OrderIncomplete = "query.invalid" {
            kind: Malformed,
            title: "Order incomplete",
            cause: "expected BY after ORDER",
            remedy: CHOOSE,
        },
        /// Assets cannot be ordered by this field.
        OrderUnknown = "query.invalid" {
            kind: Malformed,
            title: "Order not possible",
            cause: "assets can be ordered by tag, name, type, location, status or updated",
            remedy: CHOOSE,
        },
        /// Something follows the order.
        OrderNotLast = "query.invalid" {
            kind: Malformed,
            title: "Query continues unexpectedly",
            cause: "nothing can follow ORDER BY",
            remedy: CORRECT,
        },
    }
}
