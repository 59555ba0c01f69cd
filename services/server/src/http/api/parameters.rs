//! The parameters that several operations take, described once for the document. Handlers read them
//! by `input`.
#![expect(dead_code, reason = "names the parameters for the document")]

use utoipa::IntoParams;

use super::dto::{ImportDayOrder, ImportSeparator, Status};

/// The part of a list to answer with.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageOf {
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `nextCursor` of the page before, with the same filter and sort.
    cursor: Option<String>,
}

/// What narrows a list of assets.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssetFilter {
    /// Words that all occur in the asset's tag, its attributes or the name of the person who has it.
    q: Option<String>,
    /// A query in the query language (docs/query.md), at most 4,000 characters. Its ORDER BY is the
    /// order where `sort` is absent. A wrong query is refused with `query.invalid`: `from` and `to`
    /// mark the place in characters, `expected` lists what could stand there.
    #[param(example = "type = Laptop AND location in (Berlin, \"New York\") ORDER BY name")]
    query: Option<String>,
    /// The type, ignoring case. Given several times, any of the values; so for the next three.
    #[param(rename = "type", max_items = 50)]
    asset_type: Option<Vec<String>>,
    /// The status.
    #[param(max_items = 50)]
    status: Option<Vec<Status>>,
    /// The account id of the person who holds the asset, or the id of that person in Tally. A UUID is
    /// the id of a person only.
    #[param(max_items = 50)]
    holder: Option<Vec<String>>,
    /// The location, ignoring case.
    #[param(max_items = 50)]
    location: Option<Vec<String>>,
    /// The register as it was recorded at this time.
    #[param(rename = "asOf", format = DateTime)]
    as_of: Option<String>,
}

/// The caller's name for a command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// The caller's name for this request. Sent again with the same key, it is carried out once.
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

/// The caller's condition on the version of an asset.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The request is carried out only if the asset is still at this ETag.
    #[param(rename = "If-Match")]
    condition: Option<String>,
}

/// The caller's condition on the version of an asset, where one is needed.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatchNeeded {
    /// The ETag of the version that the change is based on.
    #[param(rename = "If-Match")]
    condition: String,
}

/// How a file is read; what is absent is found in the file.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReadingChoices {
    /// The encoding, by its name in the WHATWG standard.
    #[param(example = "windows-1252")]
    encoding: Option<String>,
    /// What stands between cells.
    separator: Option<ImportSeparator>,
    /// The line of the file with the names of the columns, 1 for the first.
    #[param(rename = "headerLine", minimum = 1)]
    header_line: Option<u64>,
    /// How dates such as `03/04/2024` are read.
    #[param(rename = "dayOrder")]
    day_order: Option<ImportDayOrder>,
    /// The fields of columns: the number of a column, 1 for the first, a colon, and `tag`, the key of
    /// an attribute, or `-` for an attribute of the column's own; several with commas between.
    #[param(example = "2:name,5:serial")]
    fields: Option<String>,
}
