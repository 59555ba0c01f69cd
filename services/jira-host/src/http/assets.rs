//! The built pages, embedded in the binary, and the bridge script.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::Embed;

/// The build of `page/`.
#[derive(Embed)]
#[folder = "$OUT_DIR/page"]
struct BuiltPages;

/// No inline code and no other origin, except that the app's pages may be framed.
const POLICY: &str = "default-src 'self'; frame-src http: https:; img-src 'self' data:; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// Routes of scripts and styles, and of the bridge script with its theme sheets.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/static/{file:.*}", web::get().to(static_file))
        .route("/atlassian-connect/{file:.*}", web::get().to(bridge_file));
}

async fn static_file(request: HttpRequest, file: web::Path<String>) -> HttpResponse {
    serve_embedded(&request, &format!("static/{file}"))
}

async fn bridge_file(request: HttpRequest, file: web::Path<String>) -> HttpResponse {
    serve_embedded(&request, &format!("atlassian-connect/{file}"))
}

/// Serves the control page of `localhost`.
pub async fn control_page(request: HttpRequest) -> HttpResponse {
    serve_embedded(&request, "control.html")
}

/// Serves the page of a site for every path: its script reads the path.
pub async fn site_page(request: HttpRequest) -> HttpResponse {
    serve_embedded(&request, "site.html")
}

fn serve_embedded(request: &HttpRequest, path: &str) -> HttpResponse {
    let Some(file) = BuiltPages::get(path) else {
        return HttpResponse::NotFound().body("no such file");
    };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut answer = if known == Some(tag.as_str()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((ETAG, tag.clone()))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    if path.ends_with(".html") {
        answer.insert_header((CONTENT_SECURITY_POLICY, POLICY));
    }
    if known == Some(tag.as_str()) {
        return answer.finish();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    answer.content_type(kind).body(file.data.into_owned())
}
