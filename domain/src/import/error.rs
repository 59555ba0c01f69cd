//! Why the rules of an import refuse a command.

use crate::refusals;

refusals! {
    /// A refusal by the rules of an import.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ImportRefusal {
        /// The site has no such import.
        NotFound = "import.not_found" {
            kind: NotFound,
            title: "Import not found",
            cause: "there is no such import",
            remedy: "Open the list of imports and choose one.",
        },
        /// The import has ended.
        Finished = "import.finished" {
            kind: Conflict,
            title: "Import finished",
            cause: "the import is over",
            remedy: "Start another import.",
        },
        /// The file has no rows.
        NoRows = "import.no_rows" {
            kind: Invalid,
            title: "File without rows",
            cause: "the file has no rows below its header",
            remedy: "Send a file with a header line and at least one row.",
        },
        /// A verdict is not the next one, or its row has one already.
        OutOfOrder = "import.out_of_order" {
            kind: Conflict,
            title: "Verdicts out of order",
            cause: "the verdicts are out of order",
            remedy: "Reload the import; another worker is judging its rows.",
        },
    }
}
