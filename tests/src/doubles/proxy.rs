//! A proxy between the platform and Tally that does what proxies were seen doing to callbacks.

use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use reqwest::Client;

use super::serving::Serving;
use crate::http;

/// What it does with requests whose path ends in a given word. All others it passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Passes them too.
    #[default]
    None,
    /// Answers with this status, and Tally never hears of them.
    Answers(u16),
    /// Passes them, and never brings the answer back.
    LosesAnswers,
}

/// A running proxy.
pub struct Proxy {
    serving: Serving,
    fault: Arc<Mutex<(String, Fault)>>,
}

struct Shared {
    client: Client,
    target: String,
    fault: Arc<Mutex<(String, Fault)>>,
}

impl Proxy {
    /// One in front of `target`, a URL without a trailing slash.
    pub fn start(target: &str) -> Self {
        let fault = Arc::new(Mutex::new((String::new(), Fault::None)));
        let shared = web::Data::new(Shared {
            client: http::client(),
            target: target.to_owned(),
            fault: fault.clone(),
        });
        let serving = Serving::start(move |config| {
            config
                .app_data(shared.clone())
                .app_data(web::PayloadConfig::new(usize::MAX))
                .default_service(web::to(pass));
        });
        Self { serving, fault }
    }

    /// Where it listens, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.address)
    }

    /// From now on it does `fault` to requests whose path ends in `ending`.
    pub fn suffer(&self, ending: &str, fault: Fault) {
        *self.fault.lock().unwrap() = (ending.to_owned(), fault);
    }

    /// From now on it passes everything.
    pub fn repair(&self) {
        self.suffer("", Fault::None);
    }
}

impl Shared {
    fn fault(&self, path: &str) -> Fault {
        let (ending, fault) = &*self.fault.lock().unwrap();
        if path.ends_with(ending.as_str()) {
            *fault
        } else {
            Fault::None
        }
    }
}

async fn pass(shared: web::Data<Shared>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let fault = shared.fault(request.path());
    if let Fault::Answers(status) = fault {
        return HttpResponse::build(StatusCode::from_u16(status).unwrap()).finish();
    }
    let answer = forwarded(&shared, &request, body).await;
    if fault == Fault::LosesAnswers {
        std::future::pending::<()>().await;
    }
    answer.unwrap_or_else(|_| HttpResponse::BadGateway().finish())
}

async fn forwarded(
    shared: &Shared,
    request: &HttpRequest,
    body: web::Bytes,
) -> reqwest::Result<HttpResponse> {
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut onward = shared
        .client
        .request(method, format!("{}{}", shared.target, request.uri()));
    for (name, value) in request
        .headers()
        .iter()
        .filter(|(name, _)| !is_of_this_hop(name.as_str()))
    {
        onward = onward.header(name.as_str(), value.as_bytes());
    }
    let answer = onward.body(body).send().await?;
    let mut back = HttpResponse::build(StatusCode::from_u16(answer.status().as_u16()).unwrap());
    for (name, value) in answer
        .headers()
        .iter()
        .filter(|(name, _)| !is_of_this_hop(name.as_str()))
    {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).unwrap();
        back.append_header((name, HeaderValue::from_bytes(value.as_bytes()).unwrap()));
    }
    Ok(back.body(answer.bytes().await?))
}

/// Whether a header is about this connection, not about the message.
fn is_of_this_hop(name: &str) -> bool {
    ["host", "connection", "content-length", "transfer-encoding"].contains(&name)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::doubles::KeyServer;

    #[tokio::test]
    async fn it_passes_everything_but_what_it_has_to_swallow_or_lose() {
        let target = KeyServer::start();
        let proxy = Proxy::start(&target.url());
        let get = async |path: &str| {
            let request = http::client().get(format!("{}{path}", proxy.url()));
            let answer = request.timeout(Duration::from_millis(300)).send().await;
            answer.map(|answer| answer.status().as_u16()).ok()
        };
        proxy.suffer("/lost", Fault::Answers(204));
        assert_eq!((get("/lost").await, get("/found").await), (Some(204), Some(404)));
        assert_eq!(target.requests_for("lost"), 0);
        proxy.suffer("/lost", Fault::LosesAnswers);
        assert_eq!(get("/lost").await, None);
        assert_eq!(target.requests_for("lost"), 1);
        proxy.repair();
        assert_eq!(get("/lost").await, Some(404));
    }
}
