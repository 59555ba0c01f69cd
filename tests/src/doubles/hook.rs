//! A receiver of webhook messages.

use std::sync::{Arc, Mutex};

use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::serving::Serving;

/// A server that keeps the JSON it is sent.
pub struct Hook {
    serving: Serving,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    taken: Vec<Value>,
    /// How many more to refuse.
    refusing: usize,
}

type Shared = web::Data<Mutex<State>>;

impl Hook {
    /// Starts one.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared: Shared = web::Data::from(state.clone());
        let serving = Serving::start(move |config| {
            config
                .app_data(shared.clone())
                .route("/secret-path", web::post().to(take));
        });
        Self { serving, state }
    }

    /// Where to post.
    pub fn url(&self) -> String {
        format!("http://{}/secret-path", self.serving.address)
    }

    /// Answers the next `count` with 500.
    pub fn refuse(&self, count: usize) {
        self.state.lock().unwrap().refusing = count;
    }

    /// What was taken so far.
    pub fn taken(&self) -> Vec<Value> {
        self.state.lock().unwrap().taken.clone()
    }
}

async fn take(state: Shared, body: web::Json<Value>) -> HttpResponse {
    let mut state = state.lock().unwrap();
    if state.refusing > 0 {
        state.refusing -= 1;
        return HttpResponse::InternalServerError().finish();
    }
    state.taken.push(body.into_inner());
    HttpResponse::Ok().body("ok")
}
