//! Which problems an operation can answer with, for the API's document.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};

type Responses = BTreeMap<String, RefOr<Response>>;

const BUSY: &str = "`request.busy`: the site has too much under way; or `request.rate_limited`: too many \
    refused requests came from this address. `Retry-After` says when to try again";
const STORING: &str = "`permission.check_unavailable`, `jira.unavailable`, `log.unavailable`, `tenant.secrets_unavailable`, \
    `view.unavailable`; or `view.lagging`: the change is stored and not shown yet";

fn problems(statuses: &[(u16, &str)]) -> Responses {
    let content = || Content::new(Some(Ref::from_schema_name("ProblemBody")));
    let response = |description: &str| {
        ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content())
            .build()
    };
    statuses
        .iter()
        .map(|(status, codes)| (status.to_string(), RefOr::T(response(codes))))
        .collect()
}

/// Problems of every request that needs a token.
pub struct Reading;

impl IntoResponses for Reading {
    fn responses() -> Responses {
        problems(&[
            (
                400,
                "`request.malformed`, `request.cursor_invalid`, `query.invalid`",
            ),
            (401, "The token: one of the `jwt.` codes, or `tenant.uninstalled`"),
            (422, "`request.took_too_long`"),
            (429, BUSY),
            (500, "`internal`"),
            (503, "`tenant.secrets_unavailable`, `view.unavailable`"),
        ])
    }
}

/// Problems of a request that names one asset or import.
pub struct NotFound;

impl IntoResponses for NotFound {
    fn responses() -> Responses {
        problems(&[(404, "`asset.not_found` or `import.not_found`")])
    }
}

/// Problems of a request that is answered by Jira.
pub struct Asking;

impl IntoResponses for Asking {
    fn responses() -> Responses {
        problems(&[
            (403, "`permission.denied`"),
            (
                503,
                "`jira.unavailable`, `permission.check_unavailable`, `tenant.secrets_unavailable`",
            ),
        ])
    }
}

/// Problems of a request that only admins may make.
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

/// Problems of a change of an asset.
pub struct Writing;

impl IntoResponses for Writing {
    fn responses() -> Responses {
        let own = problems(&[
            (403, "`permission.denied`"),
            (
                409,
                "The asset's state forbids it: an `asset.` code such as `asset.tag_taken`, \
                 `asset.already_checked_out`, `asset.retired`; or \
                 `request.idempotency_key_in_use`: the same request is being carried out",
            ),
            (
                412,
                "`request.precondition_failed`: the asset was changed meanwhile; `revision` is its \
                 current one",
            ),
            (413, "`request.too_large`"),
            (
                422,
                "The change breaks a rule in any state: an `asset.` code such as `asset.name_empty`, \
                 `asset.attribute_invalid`, `asset.note_invalid`; `person.not_in_jira`; or \
                 `request.idempotency_key_reused`",
            ),
            (503, STORING),
        ]);
        Reading::responses().into_iter().chain(own).collect()
    }
}

/// Problems of a change of an import.
pub struct Importing;

impl IntoResponses for Importing {
    fn responses() -> Responses {
        let own = problems(&[
            (403, "`permission.denied`"),
            (409, "`import.finished`, `request.idempotency_key_in_use`"),
            (413, "`import.too_large`"),
            (
                422,
                "`import.not_csv`, `import.no_rows`, `request.idempotency_key_reused`",
            ),
            (503, STORING),
        ]);
        Reading::responses().into_iter().chain(own).collect()
    }
}

/// Problems of a report that needs no token.
pub struct Reporting;

impl IntoResponses for Reporting {
    fn responses() -> Responses {
        problems(&[
            (400, "`request.malformed`"),
            (413, "`request.too_large`: more than 2 KiB."),
            (429, "`request.rate_limited`"),
        ])
    }
}

/// The problem of a change that has to name the version it is based on.
pub struct Conditional;

impl IntoResponses for Conditional {
    fn responses() -> Responses {
        problems(&[(428, "`request.precondition_required`")])
    }
}
