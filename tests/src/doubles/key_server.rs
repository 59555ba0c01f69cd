//! The server that publishes the platform's install keys.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{HttpResponse, web};

use super::serving::Serving;
use crate::connect::InstallKey;

/// How the key server feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It answers: a key, or 404.
    #[default]
    Well,
    /// It answers every request with 503.
    Down,
    /// It answers every request with 200 and a page that is no key.
    Confused,
    /// It answers every request with 404 and a page, whatever it publishes.
    Lost,
    /// It answers rightly, after this time.
    Slow(Duration),
}

/// A key server with the platform's key.
pub struct KeyServer {
    serving: Serving,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, String>,
    mood: Mood,
    requests: HashMap<String, usize>,
}

impl State {
    fn asked_for(&mut self, kid: &str) -> (Mood, Option<String>) {
        *self.requests.entry(kid.to_owned()).or_default() += 1;
        (self.mood, self.keys.get(kid).cloned())
    }
}

type Shared = web::Data<Mutex<State>>;

impl KeyServer {
    /// Starts one that publishes [`InstallKey::platform`].
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared: Shared = web::Data::from(state.clone());
        let serving = Serving::start(move |config| {
            config
                .app_data(shared.clone())
                .route("/{kid}", web::get().to(key));
        });
        let server = Self { serving, state };
        server.publish(InstallKey::platform());
        server
    }

    /// The URL to which `/{kid}` is added.
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.address)
    }

    /// Publishes another key.
    pub fn publish(&self, key: &InstallKey) {
        let mut state = self.state.lock().unwrap();
        state.keys.insert(key.kid.clone(), key.public_pem.clone());
    }

    /// Changes how it answers.
    pub fn feel(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// How often any key was asked for.
    pub fn requests(&self) -> usize {
        self.state.lock().unwrap().requests.values().sum()
    }

    /// How often a key was asked for.
    pub fn requests_for(&self, kid: &str) -> usize {
        self.state.lock().unwrap().requests.get(kid).copied().unwrap_or(0)
    }
}

async fn key(state: Shared, kid: web::Path<String>) -> HttpResponse {
    let (mood, pem) = state.lock().unwrap().asked_for(&kid);
    if let Mood::Slow(time) = mood {
        actix_web::rt::time::sleep(time).await;
    }
    let page =
        |mut status: actix_web::HttpResponseBuilder| status.content_type("text/html").body("<p>Hello</p>");
    match (mood, pem) {
        (Mood::Down, _) => HttpResponse::ServiceUnavailable().finish(),
        (Mood::Confused, _) => page(HttpResponse::Ok()),
        (Mood::Lost, _) => page(HttpResponse::NotFound()),
        (Mood::Well | Mood::Slow(_), Some(pem)) => HttpResponse::Ok()
            .content_type("application/x-pem-file")
            .body(pem),
        (Mood::Well | Mood::Slow(_), None) => HttpResponse::NotFound().finish(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::client;

    #[tokio::test]
    async fn it_publishes_keys_counts_requests_and_has_its_moods() {
        let server = KeyServer::start();
        let key = InstallKey::platform();
        let get = async |kid: &str| {
            let answer = client()
                .get(format!("{}/{kid}", server.url()))
                .send()
                .await
                .unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(get(&key.kid).await, (200, key.public_pem.clone()));
        assert_eq!(get("unknown").await.0, 404);
        server.feel(Mood::Down);
        assert_eq!(get(&key.kid).await.0, 503);
        server.feel(Mood::Confused);
        assert_eq!(get(&key.kid).await.0, 200);
        server.feel(Mood::Lost);
        assert_eq!(get(&key.kid).await.0, 404);
        server.feel(Mood::Slow(Duration::from_millis(1)));
        assert_eq!(get(&key.kid).await, (200, key.public_pem.clone()));
        assert_eq!((server.requests_for(&key.kid), server.requests()), (5, 6));
    }
}
