//! The addresses of the API with their methods, as the routes describe them.

use actix_web::dev::ResourceDef;
use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use utoipa::openapi::path::{Operation, PathItem};

/// Every address of the API. One without parameters comes first: it is not an id of another.
pub struct Addresses(Vec<Address>);

struct Address {
    pattern: ResourceDef,
    methods: Vec<Method>,
}

impl Addresses {
    /// From the paths of the API's document.
    pub fn from_paths<'a>(paths: impl IntoIterator<Item = (&'a String, &'a PathItem)>) -> Self {
        let mut paths: Vec<_> = paths.into_iter().collect();
        paths.sort_by_key(|(path, _)| path.contains('{'));
        let address = |(path, item): (&'a String, &'a PathItem)| Address {
            pattern: ResourceDef::new(path.as_str()),
            methods: methods_of(item),
        };
        Self(paths.into_iter().map(address).collect())
    }

    /// The methods of an address; `None` if there is no such address.
    pub fn methods_of(&self, path: &str) -> Option<&[Method]> {
        let mut addresses = self.0.iter();
        let address = addresses.find(|address| address.pattern.is_match(path))?;
        Some(&address.methods)
    }

    /// Whether there is such an address, and it does not take the method.
    fn refuses(&self, method: &Method, path: &str) -> bool {
        self.methods_of(path)
            .is_some_and(|methods| !methods.contains(method))
    }
}

fn methods_of(item: &PathItem) -> Vec<Method> {
    let operations: [(&Option<Operation>, Method); 8] = [
        (&item.get, Method::GET),
        (&item.put, Method::PUT),
        (&item.post, Method::POST),
        (&item.delete, Method::DELETE),
        (&item.options, Method::OPTIONS),
        (&item.head, Method::HEAD),
        (&item.patch, Method::PATCH),
        (&item.trace, Method::TRACE),
    ];
    let described = operations
        .into_iter()
        .filter(|(operation, _)| operation.is_some());
    described.map(|(_, method)| method).collect()
}

/// Lets a request pass whose address does not take its method.
pub fn has_wrong_method(addresses: &'static Addresses) -> impl Guard {
    guard::fn_guard(move |request| {
        let head = request.head();
        addresses.refuses(&head.method, head.uri.path())
    })
}
