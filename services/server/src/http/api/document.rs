//! The OpenAPI document, from the routes themselves.

use std::sync::LazyLock;

use actix_web::App;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt;

use super::addresses::Addresses;
use super::paragraphs::join_paragraphs;
use super::routes;
use crate::http::problem::ProblemBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tally",
        description = "Asset management for Jira, on an event log. Every refusal is a problem (RFC 9457) \
            with a stable `code`, its cause as `detail`, and a `remedy`. Times are RFC 3339 in UTC. \
            A list's `nextCursor` is only good for the same list.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemBody)),
    tags(
        (
            name = "assets",
            description = "The register. Everyone on the site reads it; agents and admins change it."
        ),
        (name = "imports", description = "CSV files that become assets, as jobs. For agents and admins."),
        (name = "people", description = "The caller, and people of the site."),
        (name = "admin", description = "The installation's diagnosis. For admins."),
        (name = "about", description = "The API itself."),
    ),
    security(("contextToken" = [])),
    modifiers(&ContextToken)
)]
struct ApiFrame;

struct ContextToken;

impl Modify for ContextToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let description =
            "`JWT ` and a context token, which the page gets from Jira by `AP.context.getToken`.";
        let scheme = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
            "Authorization",
            description,
        )));
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("contextToken", scheme);
    }
}

/// The document and what is derived from it.
pub struct Description {
    /// As JSON, without a line end.
    pub json: String,
    /// The addresses with their methods.
    pub addresses: Addresses,
    paths: Vec<(String, PathItem)>,
}

static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| {
    let app = App::new().into_utoipa_app().openapi(ApiFrame::openapi());
    let (_, document) = app.configure(routes::add).split_for_parts();
    let json = document.to_pretty_json();
    Description {
        json: json.map_or_else(
            |cause| format!("{{\"error\":\"{cause}\"}}"),
            |json| join_paragraphs(&json),
        ),
        addresses: Addresses::from_paths(&document.paths.paths),
        paths: document.paths.paths.into_iter().collect(),
    }
});

/// The API as its routes describe it.
pub fn description() -> &'static Description {
    &DESCRIPTION
}

impl Description {
    /// Whether an address without parameters can be read without a token.
    pub fn is_open_read(&self, path: &str) -> bool {
        self.item(path).is_some_and(|item| is_open(item.get.as_ref()))
    }

    /// Whether an address without parameters takes something without a token.
    pub fn is_open_report(&self, path: &str) -> bool {
        self.item(path).is_some_and(|item| is_open(item.post.as_ref()))
    }

    fn item(&self, path: &str) -> Option<&PathItem> {
        self.paths
            .iter()
            .find(|(known, _)| known == path)
            .map(|(_, item)| item)
    }
}

/// Whether an operation overrides the document's security by an empty requirement.
fn is_open(operation: Option<&utoipa::openapi::path::Operation>) -> bool {
    let security = operation.and_then(|operation| operation.security.as_ref());
    security.is_some_and(|requirements| requirements.iter().all(|one| *one == Default::default()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    fn document() -> Value {
        serde_json::from_str(&description().json).unwrap()
    }

    fn operations(document: &Value) -> Vec<&Value> {
        let paths = document["paths"].as_object().unwrap().values();
        paths
            .flat_map(|path| path.as_object().unwrap().values())
            .collect()
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = document();
        let operations = operations(&document);
        let names: BTreeSet<&str> = operations
            .iter()
            .map(|one| one["operationId"].as_str().unwrap())
            .collect();
        assert!(names.len() == operations.len() && !names.is_empty(), "{names:?}");
    }

    #[test]
    fn every_operation_that_needs_a_token_describes_the_problems_of_tokens() {
        let document = document();
        for operation in operations(&document) {
            let open = operation["security"] == json!([{}]);
            let responses = operation["responses"].as_object().unwrap();
            assert!(open || responses.contains_key("401"), "{operation}");
        }
    }

    #[test]
    fn every_schema_that_is_referred_to_is_described() {
        let document = document();
        let text = &description().json;
        let prefix = "\"#/components/schemas/";
        for (at, _) in text.match_indices(prefix) {
            let name = text[at + prefix.len()..].split('"').next().unwrap();
            assert!(
                document["components"]["schemas"].get(name).is_some(),
                "{name} is not described"
            );
        }
    }

    #[test]
    fn the_committed_document_is_the_one_that_the_routes_describe() {
        let mut committed = include_str!("../../../openapi.json").lines();
        let mut described = description().json.lines();
        let pairs = std::iter::from_fn(|| match (committed.next(), described.next()) {
            (None, None) => None,
            pair => Some(pair),
        });
        let differing: Vec<_> = pairs
            .filter(|(committed, described)| committed != described)
            .take(9)
            .collect();
        assert!(
            differing.is_empty(),
            "run: tally openapi > services/server/openapi.json; {differing:#?}"
        );
    }

    #[test]
    fn what_needs_no_token_follows_from_the_routes() {
        let api = description();
        let path = |end: &str| format!("/api/v1/{end}");
        assert!(api.is_open_read(&path("openapi.json")) && !api.is_open_report(&path("openapi.json")));
        assert!(api.is_open_report(&path("client-errors")) && !api.is_open_read(&path("client-errors")));
        assert!(!api.is_open_read(&path("assets")) && !api.is_open_report(&path("assets")));
    }
}
