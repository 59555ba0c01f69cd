//! Tokens that are refused, at pages and at the API, and the ones that are not although the secret
//! has changed.
//!
//! `secrets` is about which secret a token is signed with, `permissions` about what Jira lets
//! people do. Here is what can be wrong with a token itself. Every refused page is a page that says
//! why.

mod permissions;
mod secrets;

use std::collections::BTreeSet;

use jsonwebtoken::Algorithm;
use serde_json::Value;
use tally_atlassian::Refusal;
use tally_tests::app::TestApp;
use tally_tests::connect::{APP_KEY, InstallKey, Site, Token};
use tally_tests::doubles::Person;
use tally_tests::http::{Problem, guarded};

const PAGE: &str = "/pages/assets";
const ADMIN_PAGE: &str = "/pages/install-diagnosis";
const API: &str = "/api/v1/me";

/// Where a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entrance {
    Page,
    Api,
}

impl Entrance {
    fn path(self) -> &'static str {
        match self {
            Self::Page => PAGE,
            Self::Api => API,
        }
    }

    /// A token as the place takes it, unsigned yet.
    fn token(self, client_key: &str) -> Token {
        let account = Person::viewer().account_id;
        match self {
            Self::Page => Token::request(client_key, "GET", PAGE).claim("sub", account),
            Self::Api => Token::context(client_key, &account),
        }
    }
}

/// A refused page: it explains itself to people.
///
/// # Panics
/// When it is not complete, is kept by browsers, or runs anything.
async fn explained(answer: reqwest::Response) -> (u16, String) {
    guarded(&answer);
    let status = answer.status().as_u16();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/html; charset=utf-8");
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    assert!(
        !answer.headers().contains_key("x-frame-options"),
        "Jira must be able to show it"
    );
    let request = header("x-request-id");
    let html = answer.text().await.unwrap();
    let lower = html.to_lowercase();
    for runs in [
        "<script",
        "javascript:",
        " on",
        "<iframe",
        "<link",
        "<img",
        "http-equiv",
    ] {
        let found = lower
            .match_indices(runs)
            .any(|(at, _)| runs != " on" || handler(&lower[at + 1..]));
        assert!(!found, "{runs} in {html}");
    }
    let between = |from: &str, to: &str| {
        let (_, rest) = html
            .split_once(from)
            .unwrap_or_else(|| panic!("no {from} in {html}"));
        rest.split_once(to).unwrap().0.to_owned()
    };
    let code = between("Code <code>", "</code>");
    assert!(between("<p class=\"cause\">", "</p>").len() > 20, "{html}");
    assert!(between("<h2>What to do</h2><p>", "</p>").len() > 20, "{html}");
    assert_eq!(between("Request <code>", "</code>"), request);
    if let Some(known) = Refusal::CATALOGUE.iter().find(|known| known.code == code) {
        let remedy = known.remedy.replace('>', "&gt;");
        assert!(html.contains(&remedy), "{code}: {html}");
    }
    // A new installation brings a new secret: advice for a refused token alone.
    assert_eq!(html.matches("<h2>").count(), 1, "one thing to do; {code}: {html}");
    assert!(!html.to_lowercase().contains("uninstall tally"), "{code}: {html}");
    (status, code)
}

/// Whether `text` begins with an attribute such as `onload=`.
fn handler(text: &str) -> bool {
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    text[word.len()..].starts_with('=')
}

/// Asks without a token of its own; `query` begins with a question mark or is empty.
async fn ask(app: &TestApp, entrance: Entrance, query: &str, tokens: &[String]) -> (u16, String) {
    let request = app
        .client()
        .get(format!("{}{}{query}", app.url(), entrance.path()));
    let request = tokens.iter().fold(request, |request, token| {
        request.header("Authorization", format!("JWT {token}"))
    });
    let answer = request.send().await.unwrap();
    match entrance {
        Entrance::Page => explained(answer).await,
        Entrance::Api => {
            let problem = Problem::of(answer).await;
            (problem.status, problem.code)
        }
    }
}

/// A token and the code with which it is refused.
type Case = (&'static str, String, &'static str);

/// What is wrong wherever the token comes to.
fn wrong_everywhere(entrance: Entrance, site: &Site, other: &Site) -> Vec<Case> {
    let (secret, platform) = (site.secret.as_str(), InstallKey::platform());
    let token = || entrance.token(&site.client_key);
    let pem = platform.public_pem.as_bytes();
    let alg = "jwt.algorithm_not_allowed";
    vec![
        ("a word", "nonsense".to_owned(), "jwt.malformed"),
        ("three words", "a.b.c".to_owned(), "jwt.malformed"),
        (
            "a token of nine KiB",
            token().claim("x", "x".repeat(9000)).signed_with(secret),
            "jwt.malformed",
        ),
        (
            "no issuer",
            token().without("iss").signed_with(secret),
            "jwt.malformed",
        ),
        (
            "a number for an issuer",
            token().claim("iss", 7).signed_with(secret),
            "jwt.malformed",
        ),
        ("alg none", token().unsigned(), alg),
        ("HS384", token().hashed(Algorithm::HS384, secret.as_bytes()), alg),
        ("HS512", token().hashed(Algorithm::HS512, secret.as_bytes()), alg),
        (
            "the platform's key",
            token().header("kid", Value::Null).signed_by(platform),
            alg,
        ),
        (
            "a key id",
            token().header("kid", platform.kid.as_str()).signed_with(secret),
            "jwt.kid_not_allowed",
        ),
        (
            "the platform's public key as secret",
            token().hashed(Algorithm::HS256, pem),
            "jwt.signature_invalid",
        ),
        (
            "another secret",
            token().signed_with("another"),
            "jwt.signature_invalid",
        ),
        (
            "an empty secret",
            token().signed_with(""),
            "jwt.signature_invalid",
        ),
        (
            "another site's secret",
            token().signed_with(&other.secret),
            "jwt.signature_invalid",
        ),
        (
            "another secret and late",
            token().later(-3600).signed_with("another"),
            "jwt.signature_invalid",
        ),
        (
            "another site's key id",
            entrance.token(&other.client_key).signed_with(secret),
            "jwt.signature_invalid",
        ),
        (
            "a stranger",
            entrance.token("nobody").signed_with(secret),
            "jwt.signature_invalid",
        ),
        (
            "ourselves",
            entrance.token(APP_KEY).signed_with(secret),
            "jwt.signature_invalid",
        ),
        (
            "an hour late",
            token().later(-3600).signed_with(secret),
            "jwt.expired",
        ),
        (
            "five minutes early",
            token().later(300).signed_with(secret),
            "jwt.not_yet_valid",
        ),
        (
            "an end in two days",
            token().later(48 * 3600).signed_with(secret),
            "jwt.lifetime_too_long",
        ),
        (
            "no end",
            token().without("exp").signed_with(secret),
            "jwt.expiry_missing",
        ),
    ]
}

fn wrong_at_pages(site: &Site) -> Vec<Case> {
    let token = || Entrance::Page.token(&site.client_key);
    let bound = |method, path| Token::request(&site.client_key, method, path).signed_with(&site.secret);
    vec![
        (
            "no query hash",
            token().without("qsh").signed_with(&site.secret),
            "jwt.qsh_missing",
        ),
        (
            "another page's hash",
            bound("GET", ADMIN_PAGE),
            "jwt.qsh_mismatch",
        ),
        ("another method's hash", bound("POST", PAGE), "jwt.qsh_mismatch"),
        (
            "the hash of another query",
            bound("GET", "/pages/assets?issue=1"),
            "jwt.qsh_mismatch",
        ),
        (
            "a context token",
            site.context_token("712020:viewer"),
            "jwt.context_token_not_allowed",
        ),
    ]
}

fn wrong_at_the_api(site: &Site) -> Vec<Case> {
    let token = || Entrance::Api.token(&site.client_key);
    let hash = |text: &str| token().claim("qsh", text).signed_with(&site.secret);
    let bound = site.request_token("712020:viewer", "GET", API);
    vec![
        (
            "a page's token",
            site.request_token("712020:viewer", "GET", PAGE),
            "jwt.context_token_required",
        ),
        (
            "a token of this very request",
            bound,
            "jwt.context_token_required",
        ),
        (
            "no query hash",
            token().without("qsh").signed_with(&site.secret),
            "jwt.context_token_required",
        ),
        (
            "almost the word for none",
            hash("Context-QSH"),
            "jwt.context_token_required",
        ),
        (
            "more than the word for none",
            hash("context-qsh,x"),
            "jwt.context_token_required",
        ),
        (
            "nobody",
            token().without("sub").signed_with(&site.secret),
            "jwt.subject_missing",
        ),
        (
            "an empty name",
            token().claim("sub", "").signed_with(&site.secret),
            "jwt.subject_missing",
        ),
    ]
}

#[tokio::test]
async fn a_wrong_token_is_refused_at_pages_and_at_the_api_and_leaves_no_trace() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let before = app.everything_of(&site).await.len();
    let mut tried: BTreeSet<&str> = BTreeSet::new();
    for entrance in [Entrance::Page, Entrance::Api] {
        let own = match entrance {
            Entrance::Page => wrong_at_pages(&site),
            Entrance::Api => wrong_at_the_api(&site),
        };
        for (name, token, code) in wrong_everywhere(entrance, &site, &other).into_iter().chain(own) {
            let query = format!("?jwt={token}");
            for (query, header) in [("", vec![token]), (&query, vec![])] {
                let answer = ask(&app, entrance, query, &header).await;
                assert_eq!(answer, (401, code.to_owned()), "{name} at {entrance:?}");
            }
            tried.insert(code);
        }
        let right = entrance.token(&site.client_key).signed_with(&site.secret);
        let query = format!("?jwt={right}");
        for (name, query, header, code) in [
            ("no token", "", vec![], "jwt.missing"),
            (
                "a header and a query",
                &query,
                vec![right.clone()],
                "jwt.two_tokens",
            ),
            (
                "two headers",
                "",
                vec![right.clone(), right.clone()],
                "jwt.two_tokens",
            ),
            (
                "the same twice in the query",
                &format!("{query}&jwt={right}"),
                vec![],
                "jwt.two_tokens",
            ),
        ] {
            let answer = ask(&app, entrance, query, &header).await;
            assert_eq!(answer, (401, code.to_owned()), "{name} at {entrance:?}");
            tried.insert(code);
        }
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
    // Which secret was replaced is tried in `secrets`.
    tried.insert("jwt.signature.matches_superseded_secret");
    let known = Refusal::CATALOGUE.iter().map(|entry| entry.code);
    let known: BTreeSet<&str> = known.filter(|code| code.starts_with("jwt.")).collect();
    assert_eq!(tried, known);
}

#[tokio::test]
async fn a_right_token_is_taken_from_the_header_or_the_query_with_a_clock_that_is_near_enough() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for (entrance, life) in [(Entrance::Page, 180), (Entrance::Api, 900)] {
        for later in [0, 20, -life - 20] {
            let token = entrance
                .token(&site.client_key)
                .later(later)
                .signed_with(&site.secret);
            let url = format!("{}{}", app.url(), entrance.path());
            let in_query = app.client().get(format!("{url}?jwt={token}"));
            let in_header = app
                .client()
                .get(&url)
                .header("Authorization", format!("jwt {token}"));
            for request in [in_query, in_header] {
                let answer = request.send().await.unwrap();
                guarded(&answer);
                assert_eq!(answer.status(), 200, "{later} s later at {entrance:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_is_bound_to_everything_jira_adds_to_its_address() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let viewer = Person::viewer().account_id;
    let path = "/pages/assets?xdm_e=https%3A%2F%2Facme.atlassian.net&cp=&lic=none&cv=1001.0.0-SNAPSHOT&issue=AC-1&issue=a+b";
    assert_eq!(app.page(&site, &viewer, path).await.status(), 200);
    let token = site.request_token(&viewer, "GET", path);
    let bent = path.replace("AC-1", "AC-2");
    let answer = app
        .client()
        .get(format!("{}{bent}&jwt={token}", app.url()))
        .send()
        .await;
    assert_eq!(
        explained(answer.unwrap()).await,
        (401, "jwt.qsh_mismatch".to_owned())
    );
}
