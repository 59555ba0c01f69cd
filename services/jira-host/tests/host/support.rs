//! A running host, an app double that notes what it is sent, and a client that knows `*.localhost`.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tally_connect_double::Token;
use tally_jira_host::{Host, HostOptions, client, clock};

pub const APP_KEY: &str = "double";

/// One callback as the double received it.
#[derive(Debug, Clone)]
pub struct Received {
    pub event: String,
    pub token: Option<String>,
    pub body: Value,
}

#[derive(Default)]
struct Memory {
    received: Mutex<Vec<Received>>,
    answers: Mutex<HashMap<String, u16>>,
    called_back: Mutex<Option<u16>>,
    calls_back: Mutex<bool>,
    base_url: String,
}

/// An app that takes callbacks.
pub struct AppDouble {
    pub base_url: String,
    memory: Arc<Memory>,
    handle: ServerHandle,
}

impl AppDouble {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://localhost:{}/base", listener.local_addr().unwrap().port());
        let memory = Arc::new(Memory {
            base_url: base_url.clone(),
            ..Memory::default()
        });
        let shared = web::Data::from(memory.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/base/atlassian-connect.json", web::get().to(descriptor))
                .route("/base/lifecycle/{event}", web::post().to(callback))
        })
        .workers(1)
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self {
            base_url,
            memory,
            handle,
        }
    }

    pub async fn stop(&self) {
        self.handle.stop(false).await;
    }

    pub fn answer(&self, event: &str, status: u16) {
        self.memory
            .answers
            .lock()
            .unwrap()
            .insert(event.to_owned(), status);
    }

    /// From now on the double calls the site's REST interface while it handles `installed`.
    pub fn call_back_during_installed(&self) {
        *self.memory.calls_back.lock().unwrap() = true;
    }

    pub fn called_back(&self) -> Option<u16> {
        *self.memory.called_back.lock().unwrap()
    }

    pub fn received(&self) -> Vec<Received> {
        self.memory.received.lock().unwrap().clone()
    }

    pub fn events(&self) -> Vec<String> {
        self.received()
            .into_iter()
            .map(|received| received.event)
            .collect()
    }

    pub fn last(&self, event: &str) -> Received {
        self.received()
            .into_iter()
            .rev()
            .find(|received| received.event == event)
            .unwrap()
    }

    /// The secret of the newest `installed`, taken or not.
    pub fn secret(&self) -> String {
        self.last("installed").body["sharedSecret"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

async fn descriptor(memory: web::Data<Memory>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "key": APP_KEY, "name": "Double", "baseUrl": memory.base_url, "authentication": {"type": "jwt"},
        "lifecycle": {"installed": "/lifecycle/installed", "uninstalled": "/lifecycle/uninstalled",
                      "enabled": "/lifecycle/enabled", "disabled": "/lifecycle/disabled"},
        "modules": {"generalPages": [{"key": "list", "name": {"value": "List"}, "url": "/list?asset={ac.asset}"}],
                    "adminPages": [{"key": "doctor", "name": {"value": "Doctor"}, "url": "/doctor"}]},
    }))
}

async fn callback(
    memory: web::Data<Memory>,
    event: web::Path<String>,
    request: HttpRequest,
    body: web::Json<Value>,
) -> HttpResponse {
    let header = request
        .headers()
        .get("Authorization")
        .map(|value| value.to_str().unwrap().to_owned());
    let token = header.map(|header| header.strip_prefix("JWT ").unwrap().to_owned());
    if *event == "installed" && *memory.calls_back.lock().unwrap() {
        let secret = body["sharedSecret"].as_str().unwrap();
        let url = format!("{}/rest/api/3/myself", body["baseUrl"].as_str().unwrap());
        let status = get_as_app(&url, &app_claims("GET&/rest/api/3/myself&"), secret)
            .await
            .0;
        *memory.called_back.lock().unwrap() = Some(status);
    }
    let status = memory
        .answers
        .lock()
        .unwrap()
        .get(event.as_str())
        .copied()
        .unwrap_or(204);
    memory.received.lock().unwrap().push(Received {
        event: event.into_inner(),
        token,
        body: body.into_inner(),
    });
    HttpResponse::build(status.try_into().unwrap()).finish()
}

/// A host with one site, `acme`.
pub struct Jira {
    pub control: String,
    pub site: String,
    port: u16,
}

impl Jira {
    pub fn start(app: &str) -> Self {
        Self::start_with(&HostOptions {
            listen: "127.0.0.1:0".parse().unwrap(),
            app: app.to_owned(),
            sites: vec!["acme".to_owned()],
            state_file: None,
        })
        .0
    }

    pub fn start_with(options: &HostOptions) -> (Self, ServerHandle) {
        let host = Host::start(options).unwrap();
        let (origin, handle) = (host.origin, host.handle());
        actix_web::rt::spawn(host.run());
        (
            Self {
                control: origin.control(),
                site: origin.site("acme"),
                port: origin.port,
            },
            handle,
        )
    }

    /// A host on which the app is installed.
    pub async fn with_app(app: &AppDouble) -> Self {
        let jira = Self::start(&app.base_url);
        let installed = jira.act("install", json!({})).await;
        assert_eq!(installed["site"]["state"], "installed", "{installed}");
        jira
    }

    pub fn site_named(&self, name: &str) -> String {
        format!("http://{name}.localhost:{}", self.port)
    }

    /// Performs an act that must be answered with 200.
    pub async fn act(&self, act: &str, options: Value) -> Value {
        let (status, body) = self.try_act("acme", act, options).await;
        assert_eq!(status, 200, "{act}: {body}");
        body
    }

    pub async fn try_act(&self, site: &str, act: &str, options: Value) -> (u16, Value) {
        let url = format!("{}/control/sites/{site}/{act}", self.control);
        call(Method::POST, &url, None, Some(options)).await
    }

    pub async fn token(&self, order: Value) -> Value {
        let (status, body) = self.try_act("acme", "token", order).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub async fn state(&self) -> Value {
        let (status, body) = call(
            Method::GET,
            &format!("{}/control/state", self.control),
            None,
            None,
        )
        .await;
        assert_eq!(status, 200);
        body
    }
}

/// Sends a request and reads status and JSON body (`null` when there is none).
pub async fn call(method: Method, url: &str, token: Option<&str>, body: Option<Value>) -> (u16, Value) {
    let mut request = client::new().unwrap().request(method, url);
    if let Some(token) = token {
        request = request.header("Authorization", format!("JWT {token}"));
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    (
        answer.status().as_u16(),
        answer.json().await.unwrap_or(Value::Null),
    )
}

pub type Claims = Map<String, Value>;

/// Claims as the app makes them for a request whose canonical form is `canonical`.
pub fn app_claims(canonical: &str) -> Claims {
    let hash = hex::encode(Sha256::digest(canonical.as_bytes()));
    let now = clock::epoch_seconds();
    let claims = json!({"iss": APP_KEY, "iat": now, "exp": now + 180, "qsh": hash});
    claims.as_object().unwrap().clone()
}

pub fn signed(claims: &Claims, secret: &str) -> String {
    let header = json!({"typ": "JWT", "alg": "HS256"});
    Token::of_parts(&header, &Value::Object(claims.clone())).signed_with(secret)
}

pub async fn get_as_app(url: &str, claims: &Claims, secret: &str) -> (u16, Value) {
    call(Method::GET, url, Some(&signed(claims, secret)), None).await
}

/// Reads a token signed with a secret; `None` when it was signed with another.
pub fn read_hs256(token: &str, secret: &str) -> Option<Claims> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_aud = false;
    decode::<Claims>(token, &DecodingKey::from_secret(secret.as_bytes()), &rules)
        .ok()
        .map(|read| read.claims)
}
