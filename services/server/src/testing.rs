//! What the tests of this crate share: an app over a log in memory, installed sites, and a Jira that answers what the app asks.

use std::sync::Arc;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, Utc};
use jsonwebtoken::{EncodingKey, Header};
use secrecy::SecretString;
use serde_json::{Value, json};
use tally_atlassian::Digest;
use tally_atlassian::base_url::TenantBaseUrl;
use tally_atlassian::install_keys::KeyId;
use tally_atlassian::lifecycle::LifecyclePayload;
use tally_atlassian::signed_install::{CallbackProof, VerifiedInstall};
use tally_domain::TenantId;
use tempfile::TempDir;
use url::form_urlencoded;
use uuid::Uuid;

use crate::application::tenants;
use crate::config::{Config, Settings};
use crate::tally::Tally;

/// An app, its folder, and its Jira.
pub struct Bench {
    pub tally: Arc<Tally>,
    jira: u16,
    _dir: TempDir,
}

/// A site that has the app.
pub struct Installed {
    pub tenant: TenantId,
    client_key: String,
    secret: String,
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
        let tally = Tally::start(config).await.unwrap();
        Self {
            tally,
            jira: jira(),
            _dir: dir,
        }
    }

    /// Installs the app on a new site called `name`.
    pub async fn site(&self, name: &str) -> Installed {
        let (now, unique) = (Utc::now(), Uuid::new_v4());
        let (client_key, secret) = (format!("key-{name}"), format!("secret-{unique}-{unique}"));
        let install = VerifiedInstall {
            payload: LifecyclePayload {
                client_key: client_key.clone(),
                ..LifecyclePayload::default()
            },
            base_url: TenantBaseUrl::parse(
                &format!("http://{name}.localhost:{}", self.jira),
                &self.tally.config.tenant_hosts,
            )
            .unwrap(),
            shared_secret: SecretString::from(secret.clone()),
            proof: CallbackProof {
                issued_at: now,
                expires_at: now + Duration::minutes(3),
                token_digest: Digest::of(unique.as_bytes()),
                body_digest: Digest::of(unique.as_bytes()),
                key_id: KeyId::parse(&unique.to_string()).unwrap(),
            },
        };
        let (tally, grace) = (&self.tally, self.tally.config.previous_secret_grace);
        let (tenant, done) =
            tenants::record_installation(&*tally.log, &tally.vault, &install, grace, None, now)
                .await
                .unwrap();
        tally.projected.wait_for(None, done.position).await.unwrap();
        Installed {
            tenant,
            client_key,
            secret,
        }
    }
}

impl Installed {
    /// The Authorization of a person: `agent-1` is an agent, `admin-1` an admin, anybody else a viewer.
    pub fn authorization(&self, account: &str) -> String {
        let now = Utc::now().timestamp();
        let claims = json!({ "iss": self.client_key, "sub": account, "iat": now, "exp": now + 180, "qsh": "context-qsh" });
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        format!(
            "JWT {}",
            jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
        )
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
