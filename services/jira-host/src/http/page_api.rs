//! `<site>.localhost`: the pages of a site and what their script asks of this host.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AtSite, assets, rest};
use crate::descriptor::{Descriptor, PageModule};
use crate::mint::{self, Order};
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

async fn site_page(request: actix_web::HttpRequest, _site: AtSite) -> HttpResponse {
    assets::site_page(request).await
}

#[derive(Deserialize)]
struct Viewer {
    user: Option<String>,
}

/// Everything the frame around an app needs to draw itself.
async fn page(
    platform: web::Data<Platform>,
    site: AtSite,
    query: web::Query<Viewer>,
) -> Result<HttpResponse, Refusal> {
    let site = site.0;
    let user = viewer(&site, query.user.as_deref())?;
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
        "user": shown(&user),
        "users": named.map(|person| shown(&person)).collect::<Vec<_>>(),
        "app": app.map(|app| menu(app, user.role)),
    })))
}

fn shown(person: &Person) -> Value {
    json!({"accountId": person.account_id, "displayName": person.display_name, "role": person.role,
           "initials": person.initials()})
}

/// The app's menus. Conditions only hide links: whoever knows the address of an admin page still gets it framed, and
/// refusing is the app's own affair.
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

fn viewer(site: &Site, user: Option<&str>) -> Result<Person, Refusal> {
    let user = user.unwrap_or("admin");
    site.person(user)
        .ok_or_else(|| Refusal::NoToken(format!("nobody on {} is {user}", site.name)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameOrder {
    user: String,
    module: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

async fn frame(
    platform: web::Data<Platform>,
    site: AtSite,
    order: web::Json<FrameOrder>,
) -> Result<HttpResponse, Refusal> {
    let site = site.0;
    present(&site)?;
    let user = viewer(&site, Some(&order.user))?;
    let url = mint::signed_frame(&platform, &site, &user.account_id, &order.module, &order.values)?;
    let descriptor = site.descriptor.as_ref();
    let title = descriptor
        .and_then(|app| app.page(&order.module))
        .map(|page| page.name.value.clone());
    Ok(HttpResponse::Ok().json(json!({"url": url, "title": title})))
}

#[derive(Deserialize)]
struct TokenOrder {
    user: String,
}

/// A context token, freshly signed with the secret in force at this moment.
async fn context_token(
    platform: web::Data<Platform>,
    site: AtSite,
    order: web::Json<TokenOrder>,
) -> Result<HttpResponse, Refusal> {
    let site = site.0;
    present(&site)?;
    let user = viewer(&site, Some(&order.user))?;
    let minted = mint::mint(&platform, &site, &Order::context(&user.account_id))?;
    Ok(HttpResponse::Ok().json(json!({"token": minted.token})))
}

fn present(site: &Site) -> Result<(), Refusal> {
    match site.state {
        SiteState::Installed => Ok(()),
        state => Err(Refusal::NoToken(format!("the app is {state} on {}", site.name))),
    }
}

async fn issue(site: AtSite, key: web::Path<String>) -> HttpResponse {
    match rest::issue_fields(&site.0, &key) {
        Some(issue) => HttpResponse::Ok().json(issue),
        None => HttpResponse::NotFound().json(json!({"error": "unknown_issue", "message": "no such issue"})),
    }
}

/// Initials on a colour that follows from the account id.
async fn avatar(site: AtSite, account: web::Path<String>) -> HttpResponse {
    const COLOURS: [&str; 6] = ["#1d7afc", "#22a06b", "#8f5bd6", "#c9372c", "#b65c02", "#227d9b"];
    let Some(person) = site.0.person(&account) else {
        return HttpResponse::NotFound().finish();
    };
    let sum: usize = person.account_id.bytes().map(usize::from).sum();
    let colour = COLOURS[sum % COLOURS.len()];
    let initials = person.initials();
    let image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><circle cx=\"24\" cy=\"24\" r=\"24\" \
         fill=\"{colour}\"/><text x=\"24\" y=\"31\" fill=\"#fff\" font-family=\"sans-serif\" font-size=\"19\" \
         text-anchor=\"middle\">{initials}</text></svg>"
    );
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header(("Cache-Control", "max-age=3600"))
        .body(image)
}
