//! `<site>.localhost/rest/api/3`: the few REST calls the app makes, behind the app's own token.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::app_caller::AppCaller;
use super::errors::jira_error;
use crate::issues::find_issue;
use crate::people::Person;
use crate::qsh;
use crate::site::Site;

/// Page size of `user/bulk` without `maxResults`, as in the real interface.
const BULK_PAGE: usize = 10;
/// Page size of `user/search` without `maxResults`.
const SEARCH_PAGE: usize = 50;
/// The global permissions that exist; any other name is answered with 400.
const GLOBAL_PERMISSIONS: [&str; 7] = [
    "ADMINISTER",
    "BULK_CHANGE",
    "CREATE_PROJECT",
    "CREATE_SHARED_OBJECTS",
    "MANAGE_GROUP_FILTER_SUBSCRIPTIONS",
    "SYSTEM_ADMIN",
    "USER_PICKER",
];

/// The REST routes of a site.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/rest")
            .route("/api/3/permissions/check", web::post().to(check_permissions))
            .route("/api/3/user/search", web::get().to(search_users))
            .route("/api/3/user/bulk", web::get().to(users_by_id))
            .route("/api/3/user", web::get().to(user_by_id))
            .route("/api/3/myself", web::get().to(myself))
            .route("/api/3/issue/{key}", web::get().to(issue))
            .default_service(web::to(refuse_unknown_resource)),
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermissionCheck {
    account_id: Option<String>,
    #[serde(default)]
    global_permissions: Vec<String>,
}

async fn check_permissions(caller: AppCaller, check: web::Json<PermissionCheck>) -> HttpResponse {
    let Some(account_id) = &check.account_id else {
        return HttpResponse::BadRequest().json(jira_error("accountId is needed when an app asks"));
    };
    if let Some(odd) = check
        .global_permissions
        .iter()
        .find(|name| !GLOBAL_PERMISSIONS.contains(&name.as_str()))
    {
        return HttpResponse::BadRequest()
            .json(jira_error(&format!("Unrecognized global permission: {odd}")));
    }
    let permissions = caller
        .site
        .person(account_id)
        .map(|person| person.role.permissions())
        .unwrap_or_default();
    let granted: Vec<&String> = check
        .global_permissions
        .iter()
        .filter(|name| permissions.contains(&name.as_str()))
        .collect();
    HttpResponse::Ok().json(json!({"globalPermissions": granted, "projectPermissions": []}))
}

/// `startAt` and `maxResults`, and every value of a parameter that may be repeated.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(request: &HttpRequest) -> Self {
        let query = request.uri().query().unwrap_or_default();
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    fn values_of(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.values_of(name)
            .first()
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }
}

async fn search_users(caller: AppCaller, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let Some(query) = parameters
        .values_of("query")
        .first()
        .map(|query| query.to_lowercase())
    else {
        return HttpResponse::BadRequest().json(jira_error("query is needed"));
    };
    let site = &caller.site;
    let found = site.people().into_iter().filter(|person| {
        person.display_name.to_lowercase().contains(&query)
            || person.email(&site.first_name).starts_with(&query)
    });
    let (start, limit) = (
        parameters.number("startAt", 0),
        parameters.number("maxResults", SEARCH_PAGE),
    );
    let users: Vec<Value> = found
        .skip(start)
        .take(limit)
        .map(|person| to_user_json(&caller, &person))
        .collect();
    HttpResponse::Ok().json(users)
}

async fn users_by_id(caller: AppCaller, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let ids = parameters.values_of("accountId");
    if ids.is_empty() {
        return HttpResponse::BadRequest().json(jira_error("accountId is needed"));
    }
    let found: Vec<Person> = ids
        .iter()
        .filter_map(|id| find_by_account(&caller.site, id))
        .collect();
    let (start, limit) = (
        parameters.number("startAt", 0),
        parameters.number("maxResults", BULK_PAGE),
    );
    let values: Vec<Value> = found
        .iter()
        .skip(start)
        .take(limit)
        .map(|person| to_user_json(&caller, person))
        .collect();
    HttpResponse::Ok().json(json!({
        "maxResults": limit, "startAt": start, "total": found.len(),
        "isLast": start + values.len() >= found.len(), "values": values,
    }))
}

async fn user_by_id(caller: AppCaller, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let id = parameters
        .values_of("accountId")
        .first()
        .copied()
        .unwrap_or_default();
    match find_by_account(&caller.site, id) {
        Some(person) => HttpResponse::Ok().json(to_user_json(&caller, &person)),
        None => HttpResponse::NotFound().json(jira_error("The user does not exist")),
    }
}

/// Finds a person by account id only: role names are for this host's own pages.
fn find_by_account(site: &Site, account_id: &str) -> Option<Person> {
    site.people()
        .into_iter()
        .find(|person| person.account_id == account_id)
}

fn to_user_json(caller: &AppCaller, person: &Person) -> Value {
    let id = &person.account_id;
    let encoded = qsh::encode(id);
    let avatar = format!("{}/avatar/{encoded}.svg", caller.base_url);
    json!({
        "self": format!("{}/rest/api/3/user?accountId={encoded}", caller.base_url),
        "accountId": id,
        "accountType": "atlassian",
        "displayName": person.display_name,
        "emailAddress": person.email(&caller.site.first_name),
        "active": true,
        "timeZone": "Etc/UTC",
        "avatarUrls": {"16x16": avatar, "24x24": avatar, "32x32": avatar, "48x48": avatar},
    })
}

async fn myself(caller: AppCaller) -> HttpResponse {
    let app = caller.site.descriptor.as_ref();
    HttpResponse::Ok().json(json!({
        "accountId": format!("557058:{}", caller.site.id),
        "accountType": "app",
        "displayName": app.map(|app| app.title().to_owned()),
        "active": true,
    }))
}

async fn issue(caller: AppCaller, key: web::Path<String>) -> HttpResponse {
    match find_issue(&caller.site, &key) {
        Some(issue) => HttpResponse::Ok().json(issue),
        None => HttpResponse::NotFound().json(jira_error(
            "Issue does not exist or you do not have permission to see it.",
        )),
    }
}

async fn refuse_unknown_resource(_caller: AppCaller) -> HttpResponse {
    HttpResponse::NotFound().json(jira_error("this simulated Jira has no such REST resource"))
}
