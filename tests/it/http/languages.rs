//! The language of pages: the host's, or else the browser's.

use reqwest::Response;
use tally_tests::app::TestApp;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::http::guarded;

const PAGE: &str = "/pages/assets";

/// A page as Jira frames it, loaded by a browser that asks for `accepted`.
async fn page(app: &TestApp, site: &Site, path_and_query: &str, accepted: &str) -> Response {
    let token = site.request_token(&Person::viewer().account_id, "GET", path_and_query);
    let joint = if path_and_query.contains('?') { '&' } else { '?' };
    let url = format!("{}{path_and_query}{joint}jwt={token}", app.url());
    let request = app.client().get(url).header("Accept-Language", accepted);
    request.send().await.unwrap()
}

/// The page's text, after its language was checked.
async fn text_in(language: &str, answer: Response) -> String {
    guarded(&answer);
    assert_eq!(answer.headers()["content-language"], language);
    let html = answer.text().await.unwrap();
    assert!(html.contains(&format!("<html lang=\"{language}\">")), "{html}");
    html
}

#[tokio::test]
async fn the_shell_is_in_the_language_of_the_host() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let german = page(&app, &site, "/pages/assets?loc=de_DE", "en").await;
    assert_eq!(german.status(), 200);
    let html = text_in("de", german).await;
    assert!(
        html.contains("Wird geladen …") && !html.contains("Loading"),
        "{html}"
    );
    let english = page(&app, &site, "/pages/assets?loc=en_US", "de").await;
    assert!(text_in("en", english).await.contains("Loading…"));
    let french = page(&app, &site, "/pages/assets?loc=fr_FR", "de").await;
    assert!(text_in("en", french).await.contains("Loading…"));
}

#[tokio::test]
async fn the_shell_is_in_the_language_of_the_browser_when_the_host_names_none() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let german = page(&app, &site, PAGE, "de-AT,de;q=0.9,en;q=0.5").await;
    assert!(text_in("de", german).await.contains("Wird geladen …"));
    let english = page(&app, &site, PAGE, "fr").await;
    assert!(text_in("en", english).await.contains("Loading…"));
}

#[tokio::test]
async fn a_refused_page_explains_itself_in_german() {
    let app = TestApp::start().await;
    let mut site = app.installed_site("acme").await;
    site.secret = "a secret that never arrived".into();
    for (path, accepted) in [("/pages/assets?loc=de_DE", "en"), (PAGE, "de")] {
        let refused = page(&app, &site, path, accepted).await;
        assert_eq!(refused.status(), 401);
        let html = text_in("de", refused).await;
        for part in [
            "<title>Tally lässt sich nicht öffnen</title>",
            "<h1>Tally lässt sich hier nicht öffnen</h1>",
            "passt zu keinem Schlüssel, den Tally akzeptiert",
            "<h2>Was Sie tun können</h2>",
            "Code <code>jwt.signature_invalid</code> · Anfrage <code>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert_eq!(html.matches("<h2>").count(), 1, "one thing to do in {html}");
    }
}

#[tokio::test]
async fn a_page_without_permission_explains_itself_in_german() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let refused = page(&app, &site, "/pages/install-diagnosis?loc=de", "en").await;
    assert_eq!(refused.status(), 403);
    let html = text_in("de", refused).await;
    assert!(
        html.contains("Ihre Berechtigungen in Jira erlauben das nicht."),
        "{html}"
    );
}

#[tokio::test]
async fn a_refused_page_in_german_loads_and_runs_nothing() {
    let app = TestApp::start().await;
    let url = format!("{}{PAGE}?loc=de-CH", app.url());
    let refused = app.client().get(url).send().await.unwrap();
    let policy = refused.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let html = text_in("de", refused).await;
    assert!(html.contains("Öffnen Sie Tally über das Menü in Jira."), "{html}");
    assert!(!html.contains("<script"), "{html}");
}
