//! Reading what a request asks: its query, its body, the id in its path. What is wrong is named.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use tally_domain::asset::AssetRefusal;
use tally_domain::import::ImportRefusal;
use tally_domain::{AssetId, ImportId};
use url::form_urlencoded;

use crate::http::problem::{self, Problem};

/// The longest JSON body, in bytes: 64 attributes of 2000 letters, each escaped, and room.
pub const MAX_JSON: usize = 1024 * 1024;
/// How many items a page has where nothing is said.
const LIMIT: u32 = 50;
/// How many items a page can have.
pub const MAX_LIMIT: u32 = 200;
/// Where Atlassian's hosts may put the token. It is not the API's to judge.
const TOKEN: &str = "jwt";

/// The query of a request, every parameter known and given once.
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads the query, where only `known` parameters have a meaning.
    ///
    /// # Errors
    /// `request.malformed`: a parameter is unknown or given twice.
    pub fn of(request: &HttpRequest, known: &[&str]) -> Result<Self, Problem> {
        let mut given = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            if !known.contains(&&*name) && name != TOKEN {
                let shown: String = name.chars().take(64).collect();
                let detail = format!(
                    "There is no parameter {shown:?}. Known here: {}.",
                    known.join(", ")
                );
                return Err(Problem::malformed(detail).with("field", shown));
            }
            if given.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(wrong(&name, "is given more than once"));
            }
        }
        Ok(Self(given))
    }

    /// A text; blank is as good as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// A text as it is, where places in it are told; blank is as good as absent.
    pub fn untrimmed(&self, name: &str) -> Option<&str> {
        self.text(name)?;
        self.0.get(name).map(String::as_str)
    }

    /// A value that `parse` understands; `expected` says what it would.
    ///
    /// # Errors
    /// `request.malformed`, naming the parameter.
    pub fn parsed<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        parse(text).map(Some).ok_or_else(|| wrong(name, expected))
    }

    /// A time.
    ///
    /// # Errors
    /// `request.malformed`: not RFC 3339.
    pub fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Problem> {
        let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
        self.parsed(
            name,
            "is not a time as in RFC 3339, such as 2026-01-31T09:30:00Z",
            parse,
        )
    }

    /// Yes or no; no when absent.
    ///
    /// # Errors
    /// `request.malformed`: neither `true` nor `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        Ok(self
            .parsed(name, "is neither true nor false", |text| text.parse().ok())?
            .unwrap_or(false))
    }

    /// How many items to answer with.
    ///
    /// # Errors
    /// `request.malformed`: not 1 to [`MAX_LIMIT`].
    pub fn limit(&self) -> Result<u32, Problem> {
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        Ok(self
            .parsed("limit", "is not a number from 1 to 200", parse)?
            .unwrap_or(LIMIT))
    }

    /// Where the page before ended.
    pub fn cursor(&self) -> Option<String> {
        self.text("cursor").map(str::to_owned)
    }
}

fn wrong(name: &str, what: &str) -> Problem {
    Problem::malformed(format!("The parameter {name} {what}.")).with("field", name)
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// `request.too_large`, or `request.malformed` when the body ends too early.
pub async fn body(payload: web::Payload, limit: usize) -> Result<Vec<u8>, Problem> {
    Ok(tally_http::input::read_body(payload, limit).await?)
}

/// Reads a JSON object. An empty body is an empty object.
///
/// # Errors
/// `request.malformed`, with the field where the problem is in one.
pub fn json<T: DeserializeOwned>(raw: &[u8]) -> Result<T, Problem> {
    Ok(tally_http::input::parse_json(raw)?)
}

/// The asset of a path.
///
/// # Errors
/// `asset.not_found`: what is no id names no asset.
pub fn asset_id(text: &str) -> Result<AssetId, Problem> {
    text.parse().map_err(|_| asset_not_found())
}

/// There is no such asset.
pub fn asset_not_found() -> Problem {
    problem::refused(&AssetRefusal::NotFound)
}

/// The import of a path.
///
/// # Errors
/// `import.not_found`: what is no id names no import.
pub fn import_id(text: &str) -> Result<ImportId, Problem> {
    text.parse().map_err(|_| import_not_found())
}

/// There is no such import.
pub fn import_not_found() -> Problem {
    problem::refused(&ImportRefusal::NotFound)
}

/// A body that says nothing: empty, or an empty object.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
