//! Pages in Jira's iframe, and the files they load.
//!
//! A page that cannot be authenticated is answered with a page that says what is wrong and who can do what about it: the one thing people saw on
//! the day this app exists for was a spinner without end.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER,
};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use tally_atlassian::base_url::web_origin;
use tally_atlassian::qsh::SignedRequest;
use tally_descriptor::{module, page};
use tally_operator::observer::Observer;
use url::form_urlencoded;

use super::caller::{path_and_query, token};
use super::problem::Problem;
use super::request_id;
use crate::auth::{PageCaller, Principal};
use crate::directory::Credentials;
use crate::people::Action;
use crate::tally::Tally;

/// The pages of the descriptor, and `/assets/*`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(page::ASSETS, web::get().to(assets))
        .route(page::INSTALL_DIAGNOSIS, web::get().to(install_diagnosis))
        .route("/assets/{path:.*}", web::get().to(file));
}

async fn assets(tally: web::Data<Tally>, request: HttpRequest) -> HttpResponse {
    match caller(&tally, &request).await {
        Ok(caller) => shell(&tally, &caller.credentials, module::ASSETS),
        Err(problem) => explanation(&problem),
    }
}

async fn install_diagnosis(tally: web::Data<Tally>, request: HttpRequest) -> HttpResponse {
    match admin(&tally, &request).await {
        Ok(caller) => shell(&tally, &caller.credentials, module::INSTALL_DIAGNOSIS),
        Err(problem) => explanation(&problem),
    }
}

async fn caller(tally: &Tally, request: &HttpRequest) -> Result<PageCaller, Problem> {
    let now = Utc::now();
    let signed = SignedRequest::new(request.method().as_str(), path_and_query(request));
    let caller = tally.verify_page(&token(request)?, &signed, now).await?;
    tally.directory.note_page(caller.credentials.tenant, now);
    let elsewhere = framed_elsewhere(&caller.credentials, request.query_string());
    tally
        .observations
        .note_page(caller.credentials.tenant, elsewhere, now);
    Ok(caller)
}

/// Where the host says that it shows the page, when that is not where the site is known to be: it moved, and its callback is missing. Only
/// for the diagnosis: what the page may be framed by is what was stored.
fn framed_elsewhere(credentials: &Credentials, query: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let (_, host) = parameters.find(|(name, _)| name == "xdm_e")?;
    let origin = web_origin(&host)?;
    let base = credentials.base_url.as_ref()?.origin();
    let display = credentials.display_url.as_deref().and_then(web_origin);
    (origin != base && Some(&origin) != display.as_ref()).then_some(origin)
}

/// The module's condition in the descriptor only hides the link; who may see the page is decided here.
async fn admin(tally: &Tally, request: &HttpRequest) -> Result<PageCaller, Problem> {
    let caller = caller(tally, request).await?;
    let account = caller
        .account
        .clone()
        .ok_or(tally_atlassian::Refusal::SubjectMissing)?;
    let credentials = caller.credentials.clone();
    let principal = Principal {
        tenant: credentials.tenant,
        account,
        credentials,
    };
    tally.permit(&principal, Action::ReadDiagnosis).await?;
    Ok(caller)
}

/// The page that loads the front end. The host's bridge script comes first: the front end asks it for tokens.
fn shell(tally: &Tally, credentials: &Credentials, page: &str) -> HttpResponse {
    let entry = tally_ui::entry();
    let styles: String = entry
        .styles
        .iter()
        .map(|s| format!("<link rel=\"stylesheet\" href=\"/{s}\">"))
        .collect();
    let preload: String = entry
        .preload
        .iter()
        .map(|s| format!("<link rel=\"modulepreload\" href=\"/{s}\">"))
        .collect();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tally</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"tally-page\" content=\"{page}\"><meta name=\"tally-app-key\" content=\"{key}\">{reference}{styles}{preload}\
         <script src=\"/{watch}\"></script>\
         <script src=\"{host}\" data-options=\"sizeToParent:true\"></script></head>\
         <body><div id=\"root\"><p>Loading…</p></div><script type=\"module\" src=\"/{script}\"></script></body></html>",
        key = escaped(&tally.config.app_key),
        reference = reference(tally, credentials),
        watch = entry.boot_watch,
        host = escaped(&tally.config.host_script_url),
        script = entry.script,
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy(tally, credentials)))
        .body(html)
}

/// By what a browser can say whose people saw a failure.
fn reference(tally: &Tally, credentials: &Credentials) -> String {
    let issued = tally.page_refs.issue(credentials.tenant, Utc::now());
    issued.map_or_else(String::new, |text| {
        format!("<meta name=\"tally-page-ref\" content=\"{text}\">")
    })
}

/// Scripts from us and the host's bridge only; framed by the verified tenant only, as stored, never as the request says. Inline styles are how
/// the design system themes itself.
fn policy(tally: &Tally, credentials: &Credentials) -> String {
    let bridge = web_origin(&tally.config.host_script_url).unwrap_or_default();
    let base = credentials.base_url.as_ref().map(|url| url.origin().to_owned());
    let display = credentials.display_url.as_deref().and_then(web_origin);
    let framers: Vec<String> = base.into_iter().chain(display).collect();
    let framers = if framers.is_empty() {
        "'none'".to_owned()
    } else {
        framers.join(" ")
    };
    format!(
        "default-src 'self'; script-src 'self' {bridge}; style-src 'self' 'unsafe-inline' {bridge}; img-src 'self' data: blob:; \
         connect-src 'self' {bridge}; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors {framers}"
    )
}

/// A page for people that says what is wrong. It loads nothing and runs nothing.
pub(super) fn explanation(problem: &Problem) -> HttpResponse {
    let id = request_id::current().map(|id| id.to_string()).unwrap_or_default();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tally cannot open</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head><body><main>\
         <h1>Tally cannot open here</h1><p class=\"cause\">{cause}</p><h2>What to do</h2><p>{remedy}</p>\
         <h2>For your Jira admin</h2><p>Open <em>Apps, Manage apps, Tally</em> and choose <em>Update</em>; if there is no update, \
         uninstall and install Tally again. Your assets stay: they are kept apart from the installation.</p>\
         <p class=\"code\">Code <code>{code}</code> · Request <code>{id}</code></p></main></body></html>",
        cause = escaped(problem.detail()),
        remedy = escaped(problem.remedy()),
        code = escaped(problem.code()),
    );
    let status = if problem.status().is_success() {
        StatusCode::UNAUTHORIZED
    } else {
        problem.status()
    };
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = problem.wait() {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    answer
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ))
        .body(html)
}

const STYLE: &str = "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#172b4d;background:#fff}\
    main{max-width:40rem;margin:4rem auto;padding:0 1.5rem}h1{font-size:1.6rem}h2{font-size:1rem;margin:1.5rem 0 .25rem}\
    p{margin:.25rem 0}.cause{font-size:1.1rem}.code{margin-top:2rem;color:#44546f;font-size:.875rem}\
    @media(prefers-color-scheme:dark){body{color:#c7d1db;background:#1d2125}.code{color:#9fadbc}}";

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A file of the built front end. Names carry a hash of the content, so they are kept for good.
async fn file(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path().trim_start_matches('/');
    let missing = || {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such file.",
            "Reload the page.",
        )
    };
    let found = tally_ui::asset(path).ok_or_else(missing)?;
    if request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|given| given.as_bytes() == found.etag.as_bytes())
    {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, found.mime))
        .insert_header((ETAG, found.etag))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(found.bytes.into_owned()))
}
