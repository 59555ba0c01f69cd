//! Which host name leads to which part of this program.

use actix_web::http::header::{HOST, HeaderMap};

/// The part of this program that a host name addresses.
#[derive(Debug, PartialEq, Eq)]
pub enum HostRoute {
    /// `localhost` and the loopback addresses.
    Control,
    /// A name below `.localhost`.
    Site(String),
    /// Any other name, or none.
    Unknown,
}

/// Reads the `Host` header; a port is ignored.
pub fn route_of_host(headers: &HeaderMap) -> HostRoute {
    let host = headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => &host,
    };
    match name {
        "localhost" | "127.0.0.1" | "[::1]" => HostRoute::Control,
        _ => name
            .strip_suffix(".localhost")
            .map_or(HostRoute::Unknown, |site| HostRoute::Site(site.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn host_names_lead_to_the_control_page_to_a_site_or_are_unknown() {
        for (host, expected) in [
            ("localhost:8090", HostRoute::Control),
            ("LOCALHOST", HostRoute::Control),
            ("127.0.0.1:1", HostRoute::Control),
            ("[::1]:8090", HostRoute::Control),
            ("acme.localhost:8090", HostRoute::Site("acme".to_owned())),
            ("Acme.localhost", HostRoute::Site("acme".to_owned())),
            ("example.com", HostRoute::Unknown),
            ("localhost.example.com:8090", HostRoute::Unknown),
            ("", HostRoute::Unknown),
        ] {
            let request = TestRequest::default()
                .insert_header((HOST, host))
                .to_srv_request();
            assert_eq!(route_of_host(request.headers()), expected, "{host}");
        }
    }
}
