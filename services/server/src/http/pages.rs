//! Pages in Jira's iframe, and the files they load.
//!
//! A page that cannot be authenticated is answered with a page that says what is wrong and who can
//! do what about it: on the day this app exists for, people saw nothing but a spinner without end.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER,
};
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use tally_atlassian::base_url::web_origin;
use tally_atlassian::qsh::SignedRequest;
use tally_descriptor::{module, page};
use tally_http::RequestRefusal;
use tally_http::reader::{Reader, cause_of, remedy_of};
use tally_messages::{Language, Texts};
use tally_observations::observer::Observer;
use url::form_urlencoded;

use super::caller::{find_token, path_and_query};
use super::problem::Problem;
use super::request_id;
use crate::app::App;
use crate::roles::Action;
use tally_authentication::{Credentials, PageCaller};

const HTML: &str = "text/html; charset=utf-8";

/// The pages of the descriptor, and `/assets/*`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(page::ASSETS, web::get().to(assets))
        .route(page::INSTALL_DIAGNOSIS, web::get().to(install_diagnosis))
        .route("/assets/{path:.*}", web::get().to(file));
}

async fn assets(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let texts = texts_for(&request);
    match verify_caller(&app, &request).await {
        Ok(caller) => render_shell(&app, caller.credentials(), module::ASSETS, texts),
        Err(problem) => explain(&problem, texts),
    }
}

async fn install_diagnosis(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let texts = texts_for(&request);
    match verify_admin(&app, &request).await {
        Ok(caller) => render_shell(&app, caller.credentials(), module::INSTALL_DIAGNOSIS, texts),
        Err(problem) => explain(&problem, texts),
    }
}

/// The texts in the reader's language: that of the host, which names it in `loc`, or else the
/// browser's. A refused request may name any locale: nothing but the language follows from it.
pub(super) fn texts_for(request: &HttpRequest) -> &'static Texts {
    let mut parameters = form_urlencoded::parse(request.query_string().as_bytes());
    match parameters.find(|(name, _)| name == "loc") {
        Some((_, locale)) => Texts::of(Language::first_of([&*locale])),
        None => Reader::of(request).texts,
    }
}

async fn verify_caller(app: &App, request: &HttpRequest) -> Result<PageCaller, Problem> {
    let (now, token) = (app.clock.now(), find_token(request)?);
    let signed = SignedRequest::new(request.method().as_str(), path_and_query(request));
    let caller = app.authenticator.verify_page(&token, &signed, now).await?;
    let credentials = caller.credentials();
    app.directory.usage.add_page(credentials.tenant, now);
    let elsewhere = framed_elsewhere(credentials, request.query_string());
    app.observations.note_page(credentials.tenant, elsewhere, now);
    Ok(caller)
}

/// The address at which the host says that it shows the page, when the site is not known to be
/// there: it moved, and its callback is missing. Only for the diagnosis: the page may be framed by
/// the stored addresses alone.
fn framed_elsewhere(credentials: &Credentials, query: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let (_, host) = parameters.find(|(name, _)| name == "xdm_e")?;
    let origin = web_origin(&host)?;
    let base = credentials.base_url.as_ref()?.origin();
    let display = credentials.display_url.as_deref().and_then(web_origin);
    (origin != base && Some(&origin) != display.as_ref()).then_some(origin)
}

/// The module's condition in the descriptor only hides the link; here it is decided who may see the
/// page.
async fn verify_admin(app: &App, request: &HttpRequest) -> Result<PageCaller, Problem> {
    let caller = verify_caller(app, request).await?;
    let principal = caller.principal()?;
    app.roles.permit(&principal, Action::ReadDiagnosis).await?;
    Ok(caller)
}

/// The page that loads the front end. The script that watches over the start comes before the
/// host's: it must be able to speak when that one hangs.
fn render_shell(app: &App, credentials: &Credentials, page: &str, texts: &'static Texts) -> HttpResponse {
    let entry = tally_ui::entry();
    // Lets a browser report a failure as one of this tenant's.
    let reference = app.page_refs.issue(credentials.tenant, app.clock.now());
    let head = html! {
        meta name="tally-page" content=(page);
        meta name="tally-app-key" content=(app.config.app_key);
        @if let Some(address) = host_address(app, credentials, page) {
            meta name="tally-address" content=(address);
        }
        @if let Some(reference) = &reference { meta name="tally-page-ref" content=(reference); }
        @for style in &entry.styles { link rel="stylesheet" href={ "/" (style) }; }
        @for module in &entry.preload { link rel="modulepreload" href={ "/" (module) }; }
        script src={ "/" (entry.boot_watch) } {}
        script src=(app.config.host_script_url) data-options="sizeToParent:true" {}
    };
    let body = html! {
        div id="root" { p { (texts.page_loading()) } }
        script type="module" src={ "/" (entry.script) } {}
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, HTML))
        .insert_header((CONTENT_LANGUAGE, texts.language().tag()))
        .insert_header((CONTENT_SECURITY_POLICY, policy(app, credentials)))
        .body(document("Tally", &head, &body, texts).into_string())
}

/// Where the site's users find the page in Jira: the address for links that open in a window of
/// their own. The frame's own address holds a token.
fn host_address(app: &App, credentials: &Credentials, page: &str) -> Option<String> {
    let site = credentials.address();
    let (site, key) = (site.trim_end_matches('/'), &app.config.app_key);
    (!site.is_empty()).then(|| format!("{site}/plugins/servlet/ac/{key}/{page}"))
}

fn document(title: &str, head: &Markup, body: &Markup, texts: &Texts) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(texts.language().tag()) {
            head {
                meta charset="utf-8";
                title { (title) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                (head)
            }
            body { (body) }
        }
    }
}

/// Scripts from us and the host's bridge only; framed by the verified tenant only, as stored, never
/// as the request says. Inline styles are how the design system themes itself.
fn policy(app: &App, credentials: &Credentials) -> String {
    let bridge = web_origin(&app.config.host_script_url).unwrap_or_default();
    let base = credentials.base_url.as_ref().map(|url| url.origin().to_owned());
    let display = credentials.display_url.as_deref().and_then(web_origin);
    let framers: Vec<String> = base.into_iter().chain(display).collect();
    let framers = match framers.is_empty() {
        true => "'none'".to_owned(),
        false => framers.join(" "),
    };
    format!(
        "default-src 'self'; script-src 'self' {bridge}; style-src 'self' 'unsafe-inline' {bridge}; \
         img-src 'self' data: blob:; connect-src 'self' {bridge}; base-uri 'none'; form-action 'self'; \
         object-src 'none'; frame-ancestors {framers}"
    )
}

/// A page for people that says what is wrong. It loads nothing and runs nothing.
pub(super) fn explain(problem: &Problem, texts: &Texts) -> HttpResponse {
    let head = html! { style { (PreEscaped(STYLE)) } };
    let status = match problem.status().is_success() {
        true => StatusCode::UNAUTHORIZED,
        false => problem.status(),
    };
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = problem.wait() {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    let page = document(
        &texts.page_refused_title(),
        &head,
        &explanation(problem, texts),
        texts,
    );
    answer
        .insert_header((CONTENT_TYPE, HTML))
        .insert_header((CONTENT_LANGUAGE, texts.language().tag()))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ))
        .body(page.into_string())
}

/// One cause, and one remedy, which names the person who acts.
fn explanation(problem: &Problem, texts: &Texts) -> Markup {
    let id = request_id::current().map(|id| id.to_string()).unwrap_or_default();
    html! {
        main {
            h1 { (texts.page_refused_heading()) }
            p class="cause" { (cause_of(problem.details(), texts)) }
            h2 { (texts.page_refused_remedy()) }
            p { (remedy_of(problem.details(), texts)) }
            p class="code" {
                (texts.code()) " " code { (problem.code()) } " · " (texts.request()) " " code { (id) }
            }
        }
    }
}

const STYLE: &str = "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#172b4d;background:#fff}\
    main{max-width:40rem;margin:4rem auto;padding:0 1.5rem}h1{font-size:1.6rem}\
    h2{font-size:1rem;margin:1.5rem 0 .25rem}p{margin:.25rem 0}.cause{font-size:1.1rem}\
    .code{margin-top:2rem;color:#44546f;font-size:.875rem}\
    @media(prefers-color-scheme:dark){body{color:#c7d1db;background:#1d2125}.code{color:#9fadbc}}";

/// Whether the browser says that it has what `etag` stands for.
fn has_it(request: &HttpRequest, etag: &str) -> bool {
    let mut conditions = request.headers().get_all(IF_NONE_MATCH);
    conditions.any(|given| {
        let given = given.to_str().unwrap_or_default();
        let tags = tally_http::etag::parse_list(given).unwrap_or_default();
        given.trim() == "*" || tags.contains(&etag.trim_matches('"'))
    })
}

/// A file of the built front end. Names carry a hash of the content, so they are kept for good.
async fn file(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path().trim_start_matches('/');
    let found = tally_ui::asset(path).ok_or(RequestRefusal::FileNotFound)?;
    if has_it(&request, &found.etag) {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, found.mime))
        .insert_header((ETAG, found.etag))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(found.bytes.into_owned()))
}

#[cfg(test)]
mod tests {
    use tally_atlassian::Refusal;
    use tally_http::ServerFailure;
    use tally_messages::{Part, Table};

    use super::*;
    use crate::roles::PermissionRefusal;

    #[test]
    fn every_refusal_on_a_page_has_its_cause_and_remedy_in_german() {
        let german = Texts::of(Language::German);
        let tables = [
            Refusal::CATALOGUE,
            PermissionRefusal::CATALOGUE,
            RequestRefusal::CATALOGUE,
            ServerFailure::CATALOGUE,
        ];
        for entry in tables.concat() {
            for part in [Part::Cause, Part::Remedy] {
                let found = german.by_code(Table::Refusal, entry.code, part);
                assert!(
                    found.is_some_and(|text| text.len() > 10),
                    "{} {part:?}",
                    entry.code
                );
            }
        }
    }
}
