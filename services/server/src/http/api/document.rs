//! The OpenAPI document, from the routes themselves.

use std::sync::LazyLock;

use actix_web::App;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt;

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
    paths: Vec<(String, PathItem)>,
}

static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| {
    let app = App::new().into_utoipa_app().openapi(ApiFrame::openapi());
    let (_, document) = app.configure(routes::add).split_for_parts();
    Description {
        json: document
            .to_pretty_json()
            .unwrap_or_else(|cause| format!("{{\"error\":\"{cause}\"}}")),
        paths: document.paths.paths.into_iter().collect(),
    }
});

/// The API as its routes describe it.
pub fn description() -> &'static Description {
    &DESCRIPTION
}

impl Description {
    /// Every address, such as `/api/v1/assets/{id}`.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|(path, _)| path.as_str())
    }

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
