//! What happens to an import. The names and fields are a storage contract.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::AssetId;
use crate::refusal::Parameter;
use crate::stored_names;
use crate::value::FreeText;

/// How one column of the file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The header as it stands in the file.
    pub header: String,
    /// The field it was read as: `tag`, the key of an attribute, or the name of one that the import
    /// adds. Left out are only columns that Tally adds to its own files, and nameless ones without
    /// content.
    pub field: String,
    /// How many columns stand before it in the file, where that is not its place in this list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// What to check about the choice of its field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// How the bytes of a file were read as rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The encoding, by its name in the WHATWG standard: `UTF-8`, `windows-1252`.
    pub encoding: String,
    /// Whether neither the file nor the user said which encoding it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub encoding_guessed: bool,
    /// The character between cells.
    pub separator: char,
    /// The line of the file where its header begins, 1 for the first.
    pub header_line: u64,
    /// Which of two numbers is the day in a date of numbers, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_order: Option<DayOrder>,
}

/// Which of two numbers comes first in a date such as `03/04/2024`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

/// The outcome of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The row became an asset; in a dry run, it would.
    Registered,
    /// The row became an asset, with a warning to look at.
    RegisteredWithWarning,
    /// The row did not become an asset; the codes say why.
    Refused,
}

/// What was found in a row. It is put into words where it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The stable code of a refusal or a warning.
    pub code: String,
    /// The values that its text names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
}

impl Finding {
    /// The name of the parameter with the earlier row of the same file that has the same tag.
    pub const FIRST_ROW: &'static str = "first_row";
}

/// The verdict of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowJudged {
    /// The data row, 1 for the first below the header.
    pub row: u64,
    /// The line of the file where the row begins, 1 for the header.
    pub line: u64,
    /// The outcome of the row.
    pub verdict: Verdict,
    /// The refusal, or the warnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The tag, where one was given or allotted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The asset that the row became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
}

/// How an import ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// Every row was judged.
    Finished,
    /// A user stopped it; rows judged before that keep their verdict.
    Cancelled,
    /// It could not continue; rows judged before that keep their verdict.
    Failed,
}

/// An event of an import's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportEvent {
    /// The import of a file began.
    Started {
        /// The file's name on the sender's computer. It may name people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_name: Option<FreeText>,
        /// SHA-256 of its bytes, lower-case hex.
        sha256: String,
        /// The number of data rows.
        rows: u64,
        /// How its columns were read.
        columns: Vec<Column>,
        /// How its bytes were read. Imports that began before this was recorded have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reading: Option<Reading>,
        /// Whether it only reports what would happen.
        dry_run: bool,
    },
    /// Some rows got their verdict, in the order of the file.
    RowsJudged {
        /// The verdicts, one for each row.
        rows: Vec<RowJudged>,
    },
    /// A user requested that it stops. Rows under way still get their verdict; then the worker ends
    /// it.
    CancelRequested {},
    /// The import is over.
    Ended {
        /// How the import ended.
        outcome: ImportOutcome,
    },
}

stored_names! {
    ImportEvent {
        Started = "import.started" @ 1,
        RowsJudged = "import.rows_judged" @ 1,
        CancelRequested = "import.cancel_requested" @ 1,
        Ended = "import.ended" @ 1,
    }
}
