//! Base URLs and the hosts that are allowed.

use tally_atlassian::Refusal;
use tally_atlassian::base_url::{
    AppBaseUrl, BaseUrlError, HostAllowList, TenantBaseUrl, is_loopback_host, web_origin,
};

#[test]
fn a_base_url_is_normalised_and_taken_apart() {
    let url = AppBaseUrl::parse("HTTPS://Tally.Example:443/apps/tally/").unwrap();
    assert_eq!(url.as_str(), "https://tally.example/apps/tally");
    assert_eq!(url.origin(), "https://tally.example");
    assert_eq!(url.base_path(), "/apps/tally");
    assert_eq!(
        AppBaseUrl::parse("https://tally.example").unwrap().base_path(),
        ""
    );
    assert_eq!(
        AppBaseUrl::parse("http://localhost:8080/").unwrap().as_str(),
        "http://localhost:8080"
    );
}

#[test]
fn plain_http_is_for_loopback_hosts_only() {
    for loopback in [
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:1",
        "http://acme.localhost:8090",
    ] {
        assert!(AppBaseUrl::parse(loopback).is_ok(), "{loopback}");
    }
    for beyond in [
        "http://tally.example",
        "http://localhost.example",
        "http://notlocalhost",
        "ftp://localhost",
    ] {
        assert_eq!(AppBaseUrl::parse(beyond), Err(BaseUrlError::Insecure), "{beyond}");
    }
}

#[test]
fn a_base_url_has_no_user_query_or_fragment() {
    for wrong in [
        "https://u@a.example",
        "https://u:p@a.example",
        "https://a.example?x",
        "https://a.example#x",
    ] {
        assert_eq!(AppBaseUrl::parse(wrong), Err(BaseUrlError::NotABase), "{wrong}");
    }
    for wrong in [
        "",
        "tally.example",
        "https://",
        "data:text/plain,x",
        "//a.example",
    ] {
        assert!(AppBaseUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_audience_names_a_base_url_exactly_but_for_one_slash() {
    let url = AppBaseUrl::parse("https://tally.example/app").unwrap();
    assert!(url.is_named_by("https://tally.example/app") && url.is_named_by("https://tally.example/app/"));
    let others = [
        "https://tally.example/app//",
        "https://tally.example/apps",
        "https://tally.example",
        "https://tally.example/ap",
        "https://tally.example.evil.example/app",
        "http://tally.example/app",
        "",
    ];
    for other in others {
        assert!(!url.is_named_by(other), "{other}");
    }
}

#[test]
fn sites_of_atlassian_are_allowed_and_lookalikes_are_not() {
    let allowed = HostAllowList::atlassian();
    for site in [
        "https://acme.atlassian.net",
        "https://a.jira.com/",
        "https://x.atlassian-us-gov-mod.net",
    ] {
        assert!(TenantBaseUrl::parse(site, &allowed).is_ok(), "{site}");
    }
    let lookalikes = [
        "https://atlassian.net",
        "https://.atlassian.net",
        "https://evilatlassian.net",
        "https://acme.atlassian.net.evil.example",
        "https://evil.example/acme.atlassian.net",
        "https://evil.example\\.atlassian.net",
        "https://acme.atlassian.net@evil.example",
        "https://acme.atlassian.net.",
        "https://staging.jira-dev.com",
        "http://acme.atlassian.net",
        "http://127.0.0.1:8090",
        "http://acme.localhost:8090",
    ];
    for lookalike in lookalikes {
        assert_eq!(
            TenantBaseUrl::parse(lookalike, &allowed),
            Err(Refusal::BaseUrlNotAllowed),
            "{lookalike}"
        );
    }
}

#[test]
fn configured_hosts_stand_for_themselves_and_the_names_below_them() {
    let allowed = HostAllowList::atlassian().with(["localhost", " *.Jira-Dev.com ", "127.0.0.1", ""]);
    for host in [
        "localhost",
        "acme.localhost",
        "ACME.localhost",
        "jira-dev.com",
        "x.y.jira-dev.com",
        "127.0.0.1",
    ] {
        assert!(allowed.permits(host), "{host}");
    }
    for host in [
        "",
        "example.com",
        "notlocalhost",
        "x.127.0.0.2",
        "jira-dev.com.evil.example",
    ] {
        assert!(!allowed.permits(host), "{host}");
    }
}

#[test]
fn a_tenant_url_is_taken_apart() {
    let allowed = HostAllowList::atlassian().with(["localhost"]);
    let url = TenantBaseUrl::parse("http://Acme.localhost:8090/", &allowed).unwrap();
    assert_eq!(url.as_str(), "http://acme.localhost:8090");
    assert_eq!(
        (url.origin(), url.host()),
        ("http://acme.localhost:8090", "acme.localhost")
    );
}

#[test]
fn a_tenant_url_has_no_path() {
    for text in ["https://acme.atlassian.net/wiki", "https://acme.atlassian.net//"] {
        let parsed = TenantBaseUrl::parse(text, &HostAllowList::atlassian());
        assert_eq!(parsed, Err(Refusal::BaseUrlNotAllowed), "{text}");
    }
}

#[test]
fn loopback_hosts_are_recognised_in_every_spelling() {
    for host in [
        "localhost",
        "LOCALHOST",
        "a.b.localhost",
        "127.0.0.1",
        "127.255.0.1",
        "::1",
        "[::1]",
    ] {
        assert!(is_loopback_host(host), "{host}");
    }
    for host in [
        "",
        "localhost.example",
        "xlocalhost",
        "128.0.0.1",
        "0.0.0.0",
        "::2",
        "10.0.0.1",
    ] {
        assert!(!is_loopback_host(host), "{host}");
    }
}

#[test]
fn an_origin_for_a_header_comes_only_from_a_url_that_is_safe_there() {
    assert_eq!(
        web_origin("https://help.acme.example/x").as_deref(),
        Some("https://help.acme.example")
    );
    for wrong in [
        "javascript:alert(1)",
        "https://a.example; script-src *",
        "http://a.example",
        "*",
        "'self'",
        "https://*",
        "https://*.example",
        "https://example",
        "https://-a.example",
        "https://93.184.216.34",
        "https://[2001:db8::1]",
        "https://a_b.example",
    ] {
        assert_eq!(web_origin(wrong), None, "{wrong}");
    }
}
