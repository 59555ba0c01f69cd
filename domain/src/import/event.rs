//! What happens to an import. The names and fields are a storage contract.

use serde::{Deserialize, Serialize};

use crate::ids::AssetId;

/// How one column of the file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The header as it stands in the file.
    pub header: String,
    /// The field it was read as: `tag` or an attribute's key. No column is ever left out.
    pub field: String,
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is an asset now (in a dry run: would be).
    Registered,
    /// So, and something about it wants a look.
    RegisteredWithWarning,
    /// It is not; the codes say why.
    Refused,
}

/// One row's verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowJudged {
    /// The data row, 1 for the first below the header.
    pub row: u64,
    /// The line of the file where the row begins, 1 for the header.
    pub line: u64,
    /// What came of it.
    pub verdict: Verdict,
    /// Stable codes of the refusal or of the warnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
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
    /// Somebody stopped it; rows judged by then stay.
    Cancelled,
    /// It could not go on; rows judged by then stay.
    Failed,
}

/// An event of an import's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportEvent {
    /// A file was taken in.
    Started {
        /// Its name at the sender's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_name: Option<String>,
        /// SHA-256 of its bytes, lower-case hex.
        sha256: String,
        /// How many data rows it has.
        rows: u64,
        /// How its columns were read.
        columns: Vec<Column>,
        /// Whether it only tells what would happen.
        dry_run: bool,
    },
    /// Some rows got their verdict, in the order of the file.
    RowsJudged {
        /// The rows.
        rows: Vec<RowJudged>,
    },
    /// Somebody wants it to stop. Rows under way still get their verdict; then whoever works on it ends it.
    CancelRequested {},
    /// It is over.
    Ended {
        /// How.
        outcome: ImportOutcome,
    },
}
