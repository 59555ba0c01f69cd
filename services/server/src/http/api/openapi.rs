//! The OpenAPI document, from the handlers and shapes themselves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::{admin, assets, client_errors, commands, history, imports, notices, people};
use crate::http::problem::ProblemBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tally",
        description = "Asset management for Jira, on an event log. Every refusal is a problem (RFC 9457) with a stable `code`, its cause as `detail`, and a `remedy`. \
            Times are RFC 3339 in UTC. A list's `nextCursor` is only good for the same list.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        people::me,
        people::search,
        assets::list,
        assets::count,
        assets::facets,
        assets::get,
        history::history,
        commands::register,
        commands::edit,
        commands::check_out,
        commands::check_in,
        commands::transfer,
        commands::retire,
        commands::restore,
        commands::correct,
        imports::start,
        imports::list,
        imports::get,
        imports::rows,
        imports::cancel,
        admin::installation,
        admin::diagnosis,
        admin::timeline,
        admin::install_log,
        notices::list,
        client_errors::note,
        super::document,
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "assets", description = "The register. Reading is for everybody on the site; changing for agents and admins."),
        (name = "imports", description = "CSV files that become assets, as jobs. For agents and admins."),
        (name = "people", description = "The caller, and people of the site."),
        (name = "admin", description = "The installation's diagnosis. For admins."),
        (name = "about", description = "The API itself."),
    ),
    security(("contextToken" = [])),
    modifiers(&ContextToken)
)]
struct ApiDoc;

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

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    ApiDoc::openapi()
        .to_pretty_json()
        .unwrap_or_else(|cause| format!("{{\"error\":\"{cause}\"}}"))
});

/// The document, as JSON without a line end.
pub fn openapi_json() -> String {
    DOCUMENT.clone()
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn problems(of: &[(u16, &str)]) -> Responses {
    let content = || Content::new(Some(Ref::from_schema_name("ProblemBody")));
    let response = |description: &str| {
        ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content())
            .build()
    };
    of.iter()
        .map(|(status, codes)| (status.to_string(), RefOr::T(response(codes))))
        .collect()
}

/// What can be wrong with any request.
pub struct Reading;

impl IntoResponses for Reading {
    fn responses() -> Responses {
        problems(&[
            (
                400,
                "`request.malformed`, `request.cursor_invalid`, `query.invalid`",
            ),
            (401, "The token: one of the `jwt.` codes, or `tenant.uninstalled`"),
            (500, "`internal`"),
            (503, "`tenant.secrets_unavailable`, `view.unavailable`"),
        ])
    }
}

/// What is not there.
pub struct NotFound;

impl IntoResponses for NotFound {
    fn responses() -> Responses {
        problems(&[(404, "`asset.not_found` or `import.not_found`")])
    }
}

/// What needs Jira.
pub struct Asking;

impl IntoResponses for Asking {
    fn responses() -> Responses {
        problems(&[(
            503,
            "`jira.unavailable`, `tenant.secrets_unavailable`, `view.unavailable`",
        )])
    }
}

/// What only admins may.
pub struct Administering;

impl IntoResponses for Administering {
    fn responses() -> Responses {
        problems(&[
            (403, "`permission.denied`"),
            (
                503,
                "`permission.check_unavailable`, `tenant.secrets_unavailable`, `view.unavailable`",
            ),
        ])
    }
}

/// What can be wrong with a change of an asset.
pub struct Writing;

impl IntoResponses for Writing {
    fn responses() -> Responses {
        let own = problems(&[
            (403, "`permission.denied`"),
            (
                409,
                "The asset's state forbids it: an `asset.` code such as `asset.tag_taken`, `asset.already_checked_out`, `asset.retired`",
            ),
            (
                412,
                "`request.precondition_failed`: somebody changed the asset meanwhile; `revision` is what it is at",
            ),
            (413, "`request.too_large`"),
            (
                422,
                "What is wanted is wrong in itself: an `asset.` code such as `asset.name_empty`, `asset.attribute_invalid`; or `request.idempotency_key_reused`",
            ),
            (
                503,
                "`permission.check_unavailable`, `log.unavailable`, `tenant.secrets_unavailable`, `view.unavailable`; or `view.lagging`: it is done, and not shown yet",
            ),
        ]);
        Reading::responses().into_iter().chain(own).collect()
    }
}

/// What can be wrong with a change of an import.
pub struct Importing;

impl IntoResponses for Importing {
    fn responses() -> Responses {
        let own = problems(&[
            (403, "`permission.denied`"),
            (409, "`import.finished`"),
            (413, "`import.too_large`"),
            (
                422,
                "`import.not_csv`, `import.no_rows`, `request.idempotency_key_reused`",
            ),
            (
                503,
                "`permission.check_unavailable`, `log.unavailable`, `tenant.secrets_unavailable`, `view.unavailable`; or `view.lagging`: it is done, and not shown yet",
            ),
        ]);
        Reading::responses().into_iter().chain(own).collect()
    }
}
