//! `<site>.localhost/rest/api/3`: the few REST calls the app makes, behind the app's own token.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::caller::Caller;
use crate::people::Person;
use crate::qsh;
use crate::site::Site;

/// Page size of `user/bulk` when the caller names none, as in the real interface.
const BULK_PAGE: usize = 10;
/// Page size of `user/search` when the caller names none.
const SEARCH_PAGE: usize = 50;
/// Global permissions one may ask for; any other name is a mistake and answered with 400.
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
            .default_service(web::to(nothing_there)),
    );
}

/// An error in the shape of Jira's REST interface.
pub fn jira_error(message: &str) -> Value {
    json!({"errorMessages": [message], "errors": {}})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermissionQuestion {
    account_id: Option<String>,
    #[serde(default)]
    global_permissions: Vec<String>,
}

async fn check_permissions(caller: Caller, question: web::Json<PermissionQuestion>) -> HttpResponse {
    let Some(account_id) = &question.account_id else {
        return HttpResponse::BadRequest().json(jira_error("accountId is needed when an app asks"));
    };
    if let Some(odd) = question
        .global_permissions
        .iter()
        .find(|name| !GLOBAL_PERMISSIONS.contains(&name.as_str()))
    {
        return HttpResponse::BadRequest()
            .json(jira_error(&format!("Unrecognized global permission: {odd}")));
    }
    let held = caller
        .site
        .person(account_id)
        .map(|person| person.role.permissions())
        .unwrap_or_default();
    let granted: Vec<&String> = question
        .global_permissions
        .iter()
        .filter(|name| held.contains(&name.as_str()))
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

    fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn number(&self, name: &str, otherwise: usize) -> usize {
        self.all(name)
            .first()
            .and_then(|value| value.parse().ok())
            .unwrap_or(otherwise)
    }
}

async fn search_users(caller: Caller, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let Some(query) = parameters.all("query").first().map(|query| query.to_lowercase()) else {
        return HttpResponse::BadRequest().json(jira_error("query is needed"));
    };
    let site = &caller.site;
    let found = site.people().into_iter().filter(|person| {
        person.display_name.to_lowercase().contains(&query)
            || person.email(&site.first_name).starts_with(&query)
    });
    let (start, most) = (
        parameters.number("startAt", 0),
        parameters.number("maxResults", SEARCH_PAGE),
    );
    let users: Vec<Value> = found
        .skip(start)
        .take(most)
        .map(|person| user(&caller, &person))
        .collect();
    HttpResponse::Ok().json(users)
}

async fn users_by_id(caller: Caller, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let ids = parameters.all("accountId");
    if ids.is_empty() {
        return HttpResponse::BadRequest().json(jira_error("accountId is needed"));
    }
    let found: Vec<Person> = ids.iter().filter_map(|id| by_account(&caller.site, id)).collect();
    let (start, most) = (
        parameters.number("startAt", 0),
        parameters.number("maxResults", BULK_PAGE),
    );
    let values: Vec<Value> = found
        .iter()
        .skip(start)
        .take(most)
        .map(|person| user(&caller, person))
        .collect();
    HttpResponse::Ok().json(json!({
        "maxResults": most, "startAt": start, "total": found.len(),
        "isLast": start + values.len() >= found.len(), "values": values,
    }))
}

async fn user_by_id(caller: Caller, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let id = parameters.all("accountId").first().copied().unwrap_or_default();
    match by_account(&caller.site, id) {
        Some(person) => HttpResponse::Ok().json(user(&caller, &person)),
        None => HttpResponse::NotFound().json(jira_error("The user does not exist")),
    }
}

/// By account id only: role names are a convenience of this host's own pages.
fn by_account(site: &Site, account_id: &str) -> Option<Person> {
    site.people()
        .into_iter()
        .find(|person| person.account_id == account_id)
}

fn user(caller: &Caller, person: &Person) -> Value {
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

async fn myself(caller: Caller) -> HttpResponse {
    let app = caller.site.descriptor.as_ref();
    HttpResponse::Ok().json(json!({
        "accountId": format!("557058:{}", caller.site.id),
        "accountType": "app",
        "displayName": app.map(|app| app.title().to_owned()),
        "active": true,
    }))
}

async fn issue(caller: Caller, key: web::Path<String>) -> HttpResponse {
    match issue_fields(&caller.site, &key) {
        Some(issue) => HttpResponse::Ok().json(issue),
        None => HttpResponse::NotFound().json(jira_error(
            "Issue does not exist or you do not have permission to see it.",
        )),
    }
}

async fn nothing_there(_caller: Caller) -> HttpResponse {
    HttpResponse::NotFound().json(jira_error("this simulated Jira has no such REST resource"))
}

/// The issues every site has: key, summary, status.
const ISSUES: [(&str, &str, &str); 5] = [
    (
        "IT-1",
        "New starter on Monday: laptop, dock, two screens",
        "In Progress",
    ),
    ("IT-2", "Laptop will not charge", "To Do"),
    ("IT-3", "Return of loan phone before leave", "To Do"),
    ("IT-4", "Licence renewal for the design team", "Done"),
    ("IT-5", "Projector in room 4.12 flickers", "In Progress"),
];

/// One of the made-up issues, in the shape of the REST interface.
pub fn issue_fields(site: &Site, key: &str) -> Option<Value> {
    let index = ISSUES
        .iter()
        .position(|(known, ..)| known.eq_ignore_ascii_case(key))?;
    let (key, summary, status) = ISSUES[index];
    let reporter = site.people().into_iter().nth(index + 3);
    Some(json!({
        "id": (10_001 + index).to_string(), "key": key,
        "fields": {"summary": summary, "status": {"name": status}, "issuetype": {"name": "Service Request"},
                   "project": {"key": "IT", "name": "IT Service Desk"},
                   "reporter": reporter.map(|person| json!({"accountId": person.account_id, "displayName": person.display_name}))},
    }))
}
