//! Reading a request: its query, its body, the id in its path. A problem names the part that is
//! wrong.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use tally_domain::asset::AssetRefusal;
use tally_domain::import::ImportRefusal;
use tally_domain::{AssetId, ImportId};
use tally_http::MalformedRequest;
use url::form_urlencoded;

use crate::cursors::ListScope;
use crate::http::caller::Caller;
use crate::http::problem::{self, Problem};

/// The longest JSON body, in bytes: 64 attributes of 2000 letters, each escaped, and room.
pub const MAX_JSON: usize = 1024 * 1024;
/// How many items a page has where the request has no limit.
const LIMIT: u32 = 50;
/// The most items that a page can have.
pub const MAX_LIMIT: u32 = 200;
/// The parameter in which Atlassian's hosts may put the token. It is read elsewhere.
const TOKEN: &str = "jwt";

/// The most values of a parameter that can be given several times.
const MAX_VALUES: usize = 50;

/// The query of a request: every parameter is known, and given once unless it takes several values.
pub struct Params {
    path: String,
    given: BTreeMap<String, Vec<String>>,
}

impl Params {
    /// Reads the query, where only `known` parameters have a meaning.
    ///
    /// # Errors
    /// `request.malformed`: a parameter is unknown or given twice.
    pub fn of(request: &HttpRequest, known: &[&str]) -> Result<Self, Problem> {
        Self::of_many(request, known, &[])
    }

    /// The same, where parameters that are also among `many` may be given several times.
    ///
    /// # Errors
    /// As [`Self::of`]; also a parameter that is given too often.
    pub fn of_many(request: &HttpRequest, known: &[&str], many: &[&str]) -> Result<Self, Problem> {
        let mut given = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            if !known.contains(&&*name) && name != TOKEN {
                let refusal = MalformedRequest::ParameterUnknown {
                    name: name.chars().take(64).collect(),
                    known: known.join(", "),
                };
                return Err(refusal.into());
            }
            let values = given.entry(name.to_string()).or_default();
            values.push(value.into_owned());
            match many.contains(&&*name) {
                true if values.len() > MAX_VALUES => {
                    return Err(wrong_parameter(&name, "is given more than 50 times"));
                }
                false if values.len() > 1 => return Err(wrong_parameter(&name, "is given more than once")),
                true | false => {}
            }
        }
        Ok(Self {
            path: request.path().to_owned(),
            given,
        })
    }

    /// A text without surrounding white space; a blank one counts as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    /// All values of a parameter, as [`Self::text`] gives one.
    pub fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let values = self.given.get(name).into_iter().flatten();
        values.map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A text as it was sent, for problems that name a place in it; a blank one counts as absent.
    pub fn raw_text(&self, name: &str) -> Option<&str> {
        self.text(name)?;
        self.given.get(name)?.first().map(String::as_str)
    }

    /// A value that `parse` understands; `expected` says what is wrong with any other.
    ///
    /// # Errors
    /// `request.malformed`, naming the parameter.
    pub fn parse<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        Ok(self.parse_all(name, expected, parse)?.pop())
    }

    /// The same for all values of a parameter.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_all<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Problem> {
        self.texts(name)
            .map(|text| parse(text).ok_or_else(|| wrong_parameter(name, expected)))
            .collect()
    }

    /// A time in the form of RFC 3339.
    ///
    /// # Errors
    /// `request.malformed`: not RFC 3339.
    pub fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Problem> {
        let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
        self.parse(
            name,
            "is not a time as in RFC 3339, such as 2026-01-31T09:30:00Z",
            parse,
        )
    }

    /// `true` or `false`; false when absent.
    ///
    /// # Errors
    /// `request.malformed`: neither `true` nor `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        Ok(self
            .parse(name, "is neither true nor false", |text| text.parse().ok())?
            .unwrap_or(false))
    }

    /// How many items the answer may have.
    ///
    /// # Errors
    /// `request.malformed`: not 1 to [`MAX_LIMIT`].
    pub fn limit(&self) -> Result<u32, Problem> {
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        Ok(self
            .parse("limit", "is not a number from 1 to 200", parse)?
            .unwrap_or(LIMIT))
    }

    /// The end of the page before, as its answer gave it to the same caller's site for the same list.
    ///
    /// # Errors
    /// `request.cursor_invalid`.
    pub fn cursor(&self, caller: &Caller) -> Result<Option<String>, Problem> {
        let Some(bound) = self.text("cursor") else {
            return Ok(None);
        };
        let opened = caller.app.cursors.open(&self.list_scope(caller), bound);
        opened
            .map(|cursor| Some(cursor.to_owned()))
            .map_err(|refusal| problem::from_refusal(&refusal))
    }

    /// The cursor of the next page of this list, as the caller gets it.
    pub fn next_cursor(&self, caller: &Caller, cursor: Option<String>) -> Option<String> {
        cursor.map(|cursor| caller.app.cursors.bind(&self.list_scope(caller), &cursor))
    }

    /// What the list depends on: everything but the size and the place of the page.
    fn list_scope(&self, caller: &Caller) -> ListScope {
        let values = self.given.iter().flat_map(|(name, values)| {
            let name = name.as_str();
            values.iter().map(move |value| (name, value.as_str()))
        });
        let of_list = values.filter(|(name, _)| !["limit", "cursor", TOKEN].contains(name));
        ListScope::new(caller.principal.tenant(), &self.path, of_list)
    }
}

/// The problem of a parameter's value. `what` completes the sentence "The parameter P ...".
pub fn wrong_parameter(name: &str, what: &str) -> Problem {
    let (name, what) = (name.to_owned(), what.to_owned());
    MalformedRequest::ParameterWrong { name, what }.into()
}

/// The problem of a field in a body. `what` completes the sentence "The field F ...".
pub fn wrong_field(field: &str, what: &str) -> Problem {
    let (field, what) = (field.to_owned(), what.to_owned());
    MalformedRequest::FieldWrong { field, what }.into()
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// `request.too_large`, or `request.malformed` when the body ends too early.
pub async fn read_body(payload: web::Payload, limit: usize) -> Result<Vec<u8>, Problem> {
    Ok(tally_http::input::read_body(payload, limit).await?)
}

/// Reads a JSON object. An empty body is an empty object.
///
/// # Errors
/// `request.malformed`, with the field where the problem is in one.
pub fn read_json<T: DeserializeOwned>(raw: &[u8]) -> Result<T, Problem> {
    Ok(tally_http::input::parse_json(raw)?)
}

/// The id of the asset in a path.
///
/// # Errors
/// `asset.not_found`: a text that is no id names no asset.
pub fn parse_asset_id(text: &str) -> Result<AssetId, Problem> {
    text.parse().map_err(|_| asset_not_found())
}

/// The problem that there is no such asset.
pub fn asset_not_found() -> Problem {
    problem::from_refusal(&AssetRefusal::NotFound)
}

/// The id of the import in a path.
///
/// # Errors
/// `import.not_found`: a text that is no id names no import.
pub fn parse_import_id(text: &str) -> Result<ImportId, Problem> {
    text.parse().map_err(|_| import_not_found())
}

/// The problem that there is no such import.
pub fn import_not_found() -> Problem {
    problem::from_refusal(&ImportRefusal::NotFound)
}

/// A body without content: empty, or an empty object.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
