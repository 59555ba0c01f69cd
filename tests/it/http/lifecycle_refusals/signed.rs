//! `installed` and `uninstalled`: signed with the platform's key.

use std::collections::BTreeSet;

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tally_atlassian::Refusal;
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{CONTEXT_QSH, InstallKey, Site, Token, qsh};

use super::{Case, STRANGER, all_refused, body_of, right, with};

fn badly_signed(app: &TestApp, site: &Site, event: &'static str) -> Vec<Case> {
    let (body, platform) = (body_of(site, event), InstallKey::platform());
    let (token, pem) = (|| right(app, site, event), platform.public_pem.as_bytes());
    let named = || token().header("kid", platform.kid.as_str());
    let alg = (401, "jwt.algorithm_not_allowed");
    let kid = (401, "install.key_id_malformed");
    let case = |name, token, expected| Case::new(name, event, token, &body, expected);
    vec![
        case(
            "a word for a token",
            "nonsense".to_owned(),
            (401, "jwt.malformed"),
        ),
        case(
            "three words for a token",
            "a.b.c".to_owned(),
            (401, "jwt.malformed"),
        ),
        case("alg none", named().unsigned(), alg),
        case(
            "HS256 with the public key as secret",
            named().hashed(Algorithm::HS256, pem),
            alg,
        ),
        case(
            "HS512 with the public key as secret",
            named().hashed(Algorithm::HS512, pem),
            alg,
        ),
        case(
            "HS256 with the site's secret",
            token().signed_with(&site.secret),
            alg,
        ),
        case(
            "an HMAC that calls itself RS256",
            named().header("alg", "RS256").hashed(Algorithm::HS256, pem),
            (401, "jwt.signature_invalid"),
        ),
        case(
            "no key id",
            token().header("kid", Value::Null).signed_by(platform),
            kid,
        ),
        case(
            "the scanner's key id",
            token().header("kid", "fake-kid").signed_by(platform),
            kid,
        ),
        case(
            "a path for a key id",
            token().header("kid", "../../secrets").signed_by(platform),
            kid,
        ),
        case(
            "a URL for a key id",
            token()
                .header("kid", "https://example.com/key")
                .signed_by(platform),
            kid,
        ),
        case(
            "an unknown key",
            token().signed_by(&STRANGER),
            (401, "install.key_unknown"),
        ),
        case(
            "a stranger's key under the platform's name",
            named().signed_by(&STRANGER),
            (401, "jwt.signature_invalid"),
        ),
        case(
            "a critical extension",
            token().header("crit", json!(["b64"])).signed_by(platform),
            (401, "jwt.malformed"),
        ),
    ]
}

fn wrongly_claimed(app: &TestApp, site: &Site, event: &'static str) -> Vec<Case> {
    let (body, path) = (body_of(site, event), lifecycle_path(event));
    let other_path = lifecycle_path(if event == "installed" {
        "uninstalled"
    } else {
        "installed"
    });
    let case = |name, token: Token, expected| {
        Case::new(
            name,
            event,
            token.signed_by(InstallKey::platform()),
            &body,
            expected,
        )
    };
    let token = || right(app, site, event);
    let aud = |name, audience: Value| {
        case(
            name,
            token().claim("aud", audience),
            (401, "install.audience_mismatch"),
        )
    };
    let hash = |name, method, path: &str| {
        case(
            name,
            token().claim("qsh", qsh(method, path)),
            (401, "jwt.qsh_mismatch"),
        )
    };
    let url = app.url();
    vec![
        aud("another app's audience", json!(["https://other.example.com"])),
        aud(
            "an audience that begins like ours",
            json!(format!("{url}.example.com")),
        ),
        aud("an audience below ours", json!([format!("{url}/other")])),
        aud("an audience cut short", json!([&url[..url.len() - 1]])),
        aud(
            "an audience with ours inside",
            json!([format!("https://example.com/?{url}")]),
        ),
        aud("an empty audience", json!([])),
        case(
            "no audience",
            token().without("aud"),
            (401, "install.audience_mismatch"),
        ),
        case(
            "five minutes late",
            token().later(-180 - 300),
            (401, "jwt.expired"),
        ),
        case(
            "five minutes early",
            token().later(300),
            (401, "jwt.not_yet_valid"),
        ),
        case(
            "valid in five minutes",
            token().claim("nbf", app.clock.now().timestamp() + 300),
            (401, "jwt.not_yet_valid"),
        ),
        case("no end", token().without("exp"), (401, "jwt.expiry_missing")),
        case("no beginning", token().without("iat"), (401, "jwt.malformed")),
        case(
            "a word for an end",
            token().claim("exp", "tomorrow"),
            (401, "jwt.malformed"),
        ),
        case("no issuer", token().without("iss"), (401, "jwt.malformed")),
        case("no query hash", token().without("qsh"), (401, "jwt.qsh_missing")),
        hash("the hash of the other callback", "POST", &other_path),
        hash("the hash of another method", "GET", &path),
        hash(
            "the hash of a query that did not come",
            "POST",
            &format!("{path}?x=1"),
        ),
        case(
            "a context token",
            token().claim("qsh", CONTEXT_QSH),
            (401, "jwt.context_token_not_allowed"),
        ),
    ]
}

fn wrong_in_the_body(app: &TestApp, site: &Site, other: &Site, event: &'static str) -> Vec<Case> {
    let body = body_of(site, event);
    let token = || right(app, site, event).signed_by(InstallKey::platform());
    let case = |name, member, value, expected| {
        Case::new(name, event, token(), &with(&body, member, value), expected)
    };
    let raw = |name, text: String| Case {
        body: text.into_bytes(),
        ..Case::new(name, event, token(), &body, (400, "install.body_malformed"))
    };
    let text = body.to_string();
    let host = |name, url: &str| {
        case(
            name,
            "baseUrl",
            Some(json!(url)),
            (403, "install.base_url_not_allowed"),
        )
    };
    vec![
        case(
            "another site's client key",
            "clientKey",
            Some(json!(other.client_key)),
            (401, "install.issuer_mismatch"),
        ),
        case(
            "another app's key",
            "key",
            Some(json!("another-app")),
            (400, "install.app_key_mismatch"),
        ),
        case("no app key", "key", None, (400, "install.app_key_mismatch")),
        case(
            "the body of another callback",
            "eventType",
            Some(json!("enabled")),
            (400, "install.event_type_mismatch"),
        ),
        case(
            "no event type",
            "eventType",
            None,
            (400, "install.event_type_mismatch"),
        ),
        host("a foreign host", "https://acme.example.com"),
        host(
            "a host that begins like Atlassian's",
            "https://acme.atlassian.net.example.com",
        ),
        host("a host that ends like Atlassian's", "https://evil-atlassian.net"),
        host("a host without https", "http://acme.atlassian.net"),
        case(
            "no client key",
            "clientKey",
            None,
            (400, "install.body_malformed"),
        ),
        case(
            "a number for a client key",
            "clientKey",
            Some(json!(7)),
            (400, "install.body_malformed"),
        ),
        raw("no body", String::new()),
        raw("a body that is no JSON", "key=value".to_owned()),
        raw("an array for a body", "[]".to_owned()),
        raw("a body cut short", text[..text.len() - 1].to_owned()),
        raw(
            "a client key given twice",
            text.replacen('{', "{\"clientKey\":\"x\",", 1),
        ),
        raw(
            "a body beyond 64 KiB",
            text.replacen('{', &format!("{{\"note\":\"{}\",", "x".repeat(64 << 10)), 1),
        ),
    ]
}

fn wrong_in_the_secret(app: &TestApp, site: &Site) -> Vec<Case> {
    let (event, body) = ("installed", site.installed());
    let token = || right(app, site, event).signed_by(InstallKey::platform());
    let case = |name, member, value, expected| {
        Case::new(name, event, token(), &with(&body, member, value), expected)
    };
    let missing = (400, "install.secret_missing");
    vec![
        case("no secret", "sharedSecret", None, missing),
        case("null for a secret", "sharedSecret", Some(Value::Null), missing),
        case("an empty secret", "sharedSecret", Some(json!("")), missing),
        case("blanks for a secret", "sharedSecret", Some(json!("   ")), missing),
        case(
            "a secret of 401 bytes",
            "sharedSecret",
            Some(json!("x".repeat(401))),
            (400, "install.secret_too_long"),
        ),
        case(
            "a secret of one byte",
            "sharedSecret",
            Some(json!("x")),
            (400, "install.secret_too_short"),
        ),
        case("no base URL", "baseUrl", None, (400, "install.body_malformed")),
    ]
}

/// Wrong in how the token came.
fn wrong_in_number(app: &TestApp, site: &Site, event: &'static str) -> Vec<Case> {
    let token = || right(app, site, event).signed_by(InstallKey::platform());
    let case = |name, tokens, query, expected| Case {
        tokens,
        query,
        ..Case::new(name, event, token(), &body_of(site, event), expected)
    };
    let two = (401, "jwt.two_tokens");
    vec![
        case("no token", vec![], String::new(), (401, "jwt.missing")),
        case(
            "a token in the header and one in the query",
            vec![token()],
            format!("?jwt={}", token()),
            two,
        ),
        case("two headers", vec![token(), token()], String::new(), two),
        case(
            "a query that the token does not know",
            vec![token()],
            "?x=1".to_owned(),
            (401, "jwt.qsh_mismatch"),
        ),
    ]
}

#[tokio::test]
async fn a_signed_callback_with_a_bad_signature_is_refused() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for event in ["installed", "uninstalled"] {
        all_refused(&app, &[&site], badly_signed(&app, &site, event)).await;
    }
}

#[tokio::test]
async fn a_signed_callback_with_wrong_claims_is_refused() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for event in ["installed", "uninstalled"] {
        all_refused(&app, &[&site], wrongly_claimed(&app, &site, event)).await;
    }
}

#[tokio::test]
async fn a_signed_callback_with_a_wrong_body_is_refused() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    for event in ["installed", "uninstalled"] {
        all_refused(
            &app,
            &[&site, &other],
            wrong_in_the_body(&app, &site, &other, event),
        )
        .await;
    }
    all_refused(&app, &[&site], wrong_in_the_secret(&app, &site)).await;
}

#[tokio::test]
async fn a_signed_callback_without_a_token_or_with_two_is_refused() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for event in ["installed", "uninstalled"] {
        all_refused(&app, &[&site], wrong_in_number(&app, &site, event)).await;
    }
}

#[tokio::test]
async fn a_refused_first_installation_leaves_no_tenant() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    for cases in [
        wrong_in_the_secret(&app, &site),
        wrong_in_number(&app, &site, "installed"),
    ] {
        all_refused(&app, &[&site], cases).await;
    }
    assert_eq!(app.tenant(&site).await, None);
    let refused = app.caller(&site, "712020:admin").get_refused("/me").await;
    assert_eq!(refused.status_and_code(), (401, "jwt.signature_invalid"));
}

#[tokio::test]
async fn every_refusal_of_an_installation_in_the_catalogue_is_tried() {
    let app = TestApp::start().await;
    let (site, other) = (app.jira.site("acme"), app.jira.site("globex"));
    let event = "installed";
    let tables = [
        badly_signed(&app, &site, event),
        wrongly_claimed(&app, &site, event),
        wrong_in_the_body(&app, &site, &other, event),
        wrong_in_the_secret(&app, &site),
    ];
    let mut tried: BTreeSet<&str> = tables.iter().flatten().map(|case| case.expected.1).collect();
    // These are in `circumstances` and in `synthetic`.
    tried.extend([
        "install.keys_unavailable",
        "install.replayed_with_another_body",
        "install.tenant_unknown",
        "install.synthetic_base_url_mismatch",
        "install.synthetic_key_mismatch",
        "install.synthetic_key_not_allowed",
        "install.synthetic_not_configured",
    ]);
    let known = Refusal::CATALOGUE.iter().map(|entry| entry.code);
    let known: BTreeSet<&str> = known.filter(|code| code.starts_with("install.")).collect();
    tried.retain(|code| code.starts_with("install."));
    assert_eq!(tried, known);
}
