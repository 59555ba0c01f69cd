//! `<site>.localhost`: the pages of a site and the calls that their scripts make to this host.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::assets;
use super::requested_site::RequestedSite;
use crate::descriptor::{Descriptor, PageModule};
use crate::issues::find_issue;
use crate::mint::{self, TokenRequest};
use crate::people::{Person, Role};
use crate::platform::{Platform, Refusal};
use crate::site::{Site, SiteState};

/// The routes below a site that belong to browsers.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/-/page", web::get().to(page))
        .route("/-/frame", web::post().to(frame))
        .route("/-/context-token", web::post().to(context_token))
        .route("/-/issue/{key}", web::get().to(issue))
        .route("/avatar/{account}.svg", web::get().to(avatar))
        .configure(assets::routes)
        .default_service(web::get().to(site_page));
}

async fn site_page(request: actix_web::HttpRequest, _site: RequestedSite) -> HttpResponse {
    assets::site_page(request).await
}

#[derive(Deserialize)]
struct PageQuery {
    user: Option<String>,
}

/// The data that the page around an app is drawn from.
async fn page(
    platform: web::Data<Platform>,
    site: RequestedSite,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let site = site.0;
    let user = find_user(&site, query.user.as_deref())?;
    let named = site
        .people()
        .into_iter()
        .filter(|person| person.role != Role::Staff);
    let app = site
        .descriptor
        .as_ref()
        .filter(|_| site.state == SiteState::Installed);
    Ok(HttpResponse::Ok().json(json!({
        "site": {"name": site.name, "baseUrl": platform.origin.site(&site.name), "state": site.state},
        "control": platform.origin.control(),
        "user": to_person_json(&user),
        "users": named.map(|person| to_person_json(&person)).collect::<Vec<_>>(),
        "app": app.map(|app| menu(app, user.role)),
    })))
}

fn to_person_json(person: &Person) -> Value {
    json!({"accountId": person.account_id, "displayName": person.display_name, "role": person.role,
           "initials": person.initials()})
}

/// The app's menus. Only the links are hidden from people who are no admins: the address of an
/// admin page still works, and the app has to refuse.
fn menu(app: &Descriptor, role: Role) -> Value {
    let admin = role == Role::Admin;
    let links = |pages: &[PageModule]| -> Vec<Value> {
        pages
            .iter()
            .map(|page| json!({"key": page.key, "name": page.name.value}))
            .collect()
    };
    let admin_pages = if admin {
        links(&app.modules.admin_pages)
    } else {
        Vec::new()
    };
    json!({"key": app.key, "name": app.title(), "generalPages": links(&app.modules.general_pages),
           "adminPages": admin_pages})
}

fn find_user(site: &Site, user: Option<&str>) -> Result<Person, Refusal> {
    let user = user.unwrap_or("admin");
    site.person(user)
        .ok_or_else(|| Refusal::NoToken(format!("no person on {} is {user}", site.name)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameRequest {
    user: String,
    module: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

async fn frame(
    platform: web::Data<Platform>,
    site: RequestedSite,
    request: web::Json<FrameRequest>,
) -> Result<HttpResponse, Refusal> {
    let site = site.0;
    require_installed(&site)?;
    let user = find_user(&site, Some(&request.user))?;
    let url = mint::sign_frame_url(
        &platform,
        &site,
        &user.account_id,
        &request.module,
        &request.values,
    )?;
    let descriptor = site.descriptor.as_ref();
    let title = descriptor
        .and_then(|app| app.page(&request.module))
        .map(|page| page.name.value.clone());
    Ok(HttpResponse::Ok().json(json!({"url": url, "title": title})))
}

#[derive(Deserialize)]
struct ContextTokenRequest {
    user: String,
}

/// A context token, signed now with the current secret.
async fn context_token(
    platform: web::Data<Platform>,
    site: RequestedSite,
    request: web::Json<ContextTokenRequest>,
) -> Result<HttpResponse, Refusal> {
    let site = site.0;
    require_installed(&site)?;
    let user = find_user(&site, Some(&request.user))?;
    let minted = mint::mint(&platform, &site, &TokenRequest::context(&user.account_id))?;
    Ok(HttpResponse::Ok().json(json!({"token": minted.token})))
}

fn require_installed(site: &Site) -> Result<(), Refusal> {
    match site.state {
        SiteState::Installed => Ok(()),
        state => Err(Refusal::NoToken(format!("the app is {state} on {}", site.name))),
    }
}

async fn issue(site: RequestedSite, key: web::Path<String>) -> HttpResponse {
    match find_issue(&site.0, &key) {
        Some(issue) => HttpResponse::Ok().json(issue),
        None => HttpResponse::NotFound().json(json!({"error": "unknown_issue", "message": "no such issue"})),
    }
}

/// Initials on a colour that depends on the account id.
async fn avatar(site: RequestedSite, account: web::Path<String>) -> HttpResponse {
    const COLOURS: [&str; 6] = ["#1d7afc", "#22a06b", "#8f5bd6", "#c9372c", "#b65c02", "#227d9b"];
    let Some(person) = site.0.person(&account) else {
        return HttpResponse::NotFound().finish();
    };
    let sum: usize = person.account_id.bytes().map(usize::from).sum();
    let colour = COLOURS[sum % COLOURS.len()];
    let initials = person.initials();
    let image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\">\
         <circle cx=\"24\" cy=\"24\" r=\"24\" fill=\"{colour}\"/>\
         <text x=\"24\" y=\"31\" fill=\"#fff\" font-family=\"sans-serif\" font-size=\"19\" \
         text-anchor=\"middle\">{initials}</text></svg>"
    );
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header(("Cache-Control", "max-age=3600"))
        .body(image)
}
