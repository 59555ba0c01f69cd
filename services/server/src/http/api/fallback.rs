//! The answer to a request that no route takes.

use actix_web::dev::ResourceDef;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::problem::{self, Problem};

/// The addresses that the API has, for any method.
pub struct Addresses(Vec<ResourceDef>);

impl Addresses {
    /// From the paths of the API's document.
    pub fn from_paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self(paths.into_iter().map(ResourceDef::new).collect())
    }

    fn contains(&self, path: &str) -> bool {
        self.0.iter().any(|address| address.is_match(path))
    }
}

/// Refuses the method where the address takes another one, else the address.
pub async fn refuse(request: HttpRequest, addresses: web::Data<Addresses>) -> Result<HttpResponse, Problem> {
    if addresses.contains(request.path()) {
        problem::method_not_allowed(request).await
    } else {
        problem::not_found(request).await
    }
}
