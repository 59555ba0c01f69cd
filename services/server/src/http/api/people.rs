//! The caller, and other people.

use actix_web::{HttpRequest, HttpResponse, get};

use super::dto::{App, Me, People, PersonFound, Site};
use super::input::Params;
use super::problems::{Asking, Reading};
use crate::app::VERSION;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::roles::{Action, Role};

/// How many people are found where the request has no limit.
const FOUND: u32 = 20;
/// The most people that one search finds.
const MAX_FOUND: u32 = 50;

/// Reads who the caller is and what they may do.
#[utoipa::path(
    operation_id = "getMe",
    tag = "people",
    responses((status = 200, description = "The caller.", body = Me), Reading)
)]
#[get("/me")]
pub async fn me(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let (app, principal) = (&caller.app, &caller.principal);
    // The rights that every viewer has are listed even when Jira does not answer.
    let known = app.roles.find_role(principal).await.ok();
    let role = known.map(|known| known.role);
    let (person, display_name) = caller.own_name().await?;
    let base_url = principal.credentials().base_url.as_ref();
    Ok(HttpResponse::Ok().json(Me {
        person: person.map(|person| person.0),
        account_id: principal.account().to_string(),
        display_name,
        role,
        jira_answers: known.is_some_and(|known| known.jira_answers),
        can: Action::all_of(role.unwrap_or(Role::Viewer)),
        site: Site {
            base_url: base_url.map(|url| url.as_str().to_owned()).unwrap_or_default(),
            tenant_id: principal.tenant().0,
        },
        app: App {
            key: app.config.app_key.clone(),
            version: VERSION,
        },
    }))
}

/// Finds people in Jira, by name or address. For agents and admins, who hand assets to them.
#[utoipa::path(
    operation_id = "searchPeople",
    tag = "people",
    params(
        (
            "query" = Option<String>,
            Query,
            description = "A part of the name or address. Without it no one is found."
        ),
        (
            "limit" = Option<u32>,
            Query,
            description = "How many people, 1 to 50; 20 when absent.",
            minimum = 1,
            maximum = 50
        ),
    ),
    responses((status = 200, description = "The people.", body = People), Reading, Asking)
)]
#[get("/people")]
pub async fn search(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::WriteAssets).await?;
    let params = Params::of(&request, &["query", "limit"])?;
    let parse = |text: &str| text.parse().ok().filter(|limit| (1..=MAX_FOUND).contains(limit));
    let limit = params
        .parse("limit", "is not a number from 1 to 50", parse)?
        .unwrap_or(FOUND);
    let fits = |text: &str| (text.chars().count() <= 100).then(|| text.to_owned());
    let Some(query) = params.parse("query", "is longer than 100 characters", fits)? else {
        return Ok(HttpResponse::Ok().json(People { items: vec![] }));
    };
    let found = caller
        .app
        .roles
        .search_people(&caller.principal, &query, limit as usize)
        .await?;
    let items = found
        .into_iter()
        .filter(|user| user.active)
        .map(PersonFound::from)
        .collect();
    Ok(HttpResponse::Ok().json(People { items }))
}
