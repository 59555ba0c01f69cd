//! What the tests of this crate share: an app over a log in memory, installed sites, and a Jira that answers what the app asks.

use std::sync::Arc;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use serde_json::{Value, json};
use tally_atlassian::install_keys::FixedInstallKeys;
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::signed_install::{InstallVerifier, VerifiedInstall};
use tally_atlassian::token::RawToken;
use tally_commands::tenants;
use tally_connect::{APP_KEY, InstallKey, Site};
use tally_descriptor::callback;
use tally_domain::TenantId;
use tempfile::TempDir;
use url::form_urlencoded;

use crate::app::App as TallyApp;
use crate::config::{Config, Settings};

/// An app, its folder, and its Jira.
pub struct Bench {
    pub app: Arc<TallyApp>,
    jira: u16,
    _dir: TempDir,
}

/// A site that has the app.
pub struct Installed {
    pub tenant: TenantId,
    pub site: Site,
}

impl Bench {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let variables = [
            ("TALLY_PROFILE", "development".to_owned()),
            ("TALLY_LOG_URL", "memory:".to_owned()),
            ("TALLY_DATA_DIR", dir.path().display().to_string()),
            ("TALLY_MASTER_KEY", STANDARD.encode([7_u8; 32])),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        let config = Config::check(&Settings::read(None, variables).unwrap()).unwrap();
        let app = crate::assembly::start(config).await.unwrap().app;
        Self {
            app,
            jira: jira(),
            _dir: dir,
        }
    }

    /// Installs the app on a new site called `name`.
    pub async fn site(&self, name: &str) -> Installed {
        let url = format!("http://{name}.localhost:{}", self.jira);
        let site = Site {
            client_key: format!("key-{name}"),
            ..Site::new(name, &url)
        };
        let install = verify_install(&self.app.config, &site).await;
        let (app, grace) = (&self.app, self.app.config.previous_secret_grace);
        let (tenant, done) =
            tenants::record_installation(&*app.log, &app.vault, &install, grace, None, Utc::now())
                .await
                .unwrap();
        app.projected.wait_for(None, done.position).await.unwrap();
        Installed { tenant, site }
    }
}

/// What a verifier makes of the callback that `site` sends, signed with a key that it trusts.
async fn verify_install(config: &Config, site: &Site) -> VerifiedInstall {
    let (key, path) = (InstallKey::platform(), callback::INSTALLED);
    let keys = FixedInstallKeys::new().with(&key.kid, &key.public_pem);
    let rules = LifecycleRules::new(APP_KEY, config.tenant_hosts.clone());
    let verifier = InstallVerifier::new(rules, vec![config.base_url.clone()], Arc::new(keys));
    let token = RawToken::new(&site.signed_callback(config.base_url.as_str(), path)).unwrap();
    let (request, body) = (SignedRequest::new("POST", path), site.installed().to_string());
    let verified = verifier.verify_installed(&token, &request, body.as_bytes(), Utc::now());
    verified.await.unwrap()
}

impl Installed {
    /// The Authorization of a person: `agent-1` is an agent, `admin-1` an admin, anybody else a viewer.
    pub fn authorization(&self, account: &str) -> String {
        format!("JWT {}", self.site.context_token(account))
    }
}

/// A Jira for all sites, on a port of its own.
fn jira() -> u16 {
    let server = HttpServer::new(|| {
        App::new()
            .route("/rest/api/3/permissions/check", web::post().to(permissions))
            .route("/rest/api/3/user/bulk", web::get().to(users))
            .route("/rest/api/3/user/search", web::get().to(found))
    });
    let server = server
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
    let port = server.addrs()[0].port();
    actix_web::rt::spawn(server.run());
    port
}

async fn permissions(asked: web::Json<Value>) -> HttpResponse {
    let account = asked["accountId"].as_str().unwrap_or_default();
    let held: &[&str] = match account.split('-').next() {
        Some("admin") => &["ADMINISTER", "BULK_CHANGE"],
        Some("agent") => &["BULK_CHANGE"],
        Some("broken") => return HttpResponse::BadGateway().finish(),
        _ => &[],
    };
    HttpResponse::Ok().json(json!({ "globalPermissions": held, "projectPermissions": [] }))
}

fn user(account: &str) -> Value {
    json!({ "accountId": account, "accountType": "atlassian", "displayName": format!("Name of {account}"), "active": !account.starts_with("gone") })
}

async fn users(request: HttpRequest) -> HttpResponse {
    let asked = form_urlencoded::parse(request.query_string().as_bytes());
    let values: Vec<Value> = asked
        .filter(|(name, _)| name == "accountId")
        .map(|(_, id)| user(&id))
        .collect();
    HttpResponse::Ok().json(json!({ "values": values, "isLast": true }))
}

async fn found() -> HttpResponse {
    HttpResponse::Ok().json([user("agent-1"), user("gone-1"), user("viewer-1")])
}
