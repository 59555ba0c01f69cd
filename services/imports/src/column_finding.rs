//! What to check about how a column is read.

use std::fmt;

use tally_domain::import::Finding;
use tally_domain::refusal::Parameter;

/// Something to check about how a column is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnFinding {
    /// An earlier column has the same name.
    Repeated {
        /// The earlier column, 1 for the file's first.
        column: usize,
    },
    /// It could be a field that another column is.
    CouldBe {
        /// The field.
        field: String,
        /// The other column, 1 for the file's first.
        column: usize,
    },
    /// Its header is the name of a field of Tally's own, so its attribute has another key.
    Reserved {
        /// The key.
        key: String,
    },
    /// Its cells are days, which are kept as texts.
    Days,
}

impl ColumnFinding {
    /// The codes of all findings.
    pub const CODES: [&str; 4] = [
        "import.column_repeated",
        "import.column_could_be",
        "import.column_reserved",
        "import.column_of_days",
    ];

    /// The stable code of the finding.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Repeated { .. } => "import.column_repeated",
            Self::CouldBe { .. } => "import.column_could_be",
            Self::Reserved { .. } => "import.column_reserved",
            Self::Days => "import.column_of_days",
        }
    }

    /// What is stored of what to check about a column.
    pub fn to_finding(&self) -> Finding {
        let number = |column: &usize| Parameter::Number(i64::try_from(*column).unwrap_or(i64::MAX));
        let parameters: Vec<(&str, Parameter)> = match self {
            Self::Repeated { column } => vec![("column", number(column))],
            Self::CouldBe { field, column } => vec![
                ("field", Parameter::Text(field.clone())),
                ("column", number(column)),
            ],
            Self::Reserved { key } => vec![("key", Parameter::Text(key.clone()))],
            Self::Days => vec![],
        };
        let parameters = parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Finding {
            code: self.code().to_owned(),
            parameters: parameters.collect(),
        }
    }
}

impl fmt::Display for ColumnFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated { column } => write!(
                f,
                "Column {column} has the same name, so this one is an attribute of its own."
            ),
            Self::CouldBe { field, column } => {
                write!(
                    f,
                    "It could be the field {field} as well, which is column {column}."
                )
            }
            Self::Reserved { key } => write!(
                f,
                "Tally has a field of that name which a file cannot set, so this column is the attribute {key}."
            ),
            Self::Days => f.write_str("Its days are kept as texts, as they are written."),
        }
    }
}
