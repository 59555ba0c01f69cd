//! The key server's client, against a server that counts.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use tally_atlassian::install_keys::{
    InstallKey, InstallKeys as _, KeyId, KeyLookupError, RemoteInstallKeys, RemoteInstallKeysError,
    RemoteInstallKeysOptions, Unavailable,
};
use tokio::sync::Semaphore;

use crate::support::http_server::{Server, answer};
use crate::support::signing::platform_key;
use crate::support::until;

fn kid(number: u128) -> KeyId {
    KeyId::parse(&format!("0190c0de-0000-7000-8000-{number:012x}")).unwrap()
}

fn keys(server: &Server) -> RemoteInstallKeys {
    keys_with(server, RemoteInstallKeysOptions::default())
}

fn keys_with(server: &Server, options: RemoteInstallKeysOptions) -> RemoteInstallKeys {
    RemoteInstallKeys::new(&format!("{}/install-keys/", server.url()), options).unwrap()
}

async fn unavailable(server: &Server) -> Unavailable {
    match keys(server).find(&kid(1)).await {
        Err(KeyLookupError::Unavailable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_key_is_fetched_by_its_id_once_and_kept() {
    let server = Server::start(|_| Some(answer(200, platform_key().pem()))).await;
    let keys = keys(&server);
    for _ in 0..3 {
        keys.find(&kid(1)).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].target, format!("/install-keys/{}", kid(1)));
    assert_eq!(received[0].method, "GET");
}

#[tokio::test]
async fn simultaneous_requests_for_one_key_share_one_fetch() {
    let gate = Arc::new(Semaphore::new(0));
    let handler_gate = Arc::clone(&gate);
    let server = Server::start(move |_| Some(answer(200, platform_key().pem()).behind(&handler_gate))).await;
    let keys = keys(&server);
    let id = kid(1);
    // All twenty have asked before the gate opens: the first poll of `join` reaches each of them.
    let callers = join_all((0..20).map(|_| keys.find(&id)));
    let opener = async {
        until(async || server.requests() > 0).await;
        gate.add_permits(100);
    };
    let (found, ()) = join(callers, opener).await;
    assert!(found.iter().all(Result::is_ok));
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn simultaneous_requests_for_a_key_that_does_not_exist_share_one_fetch_too() {
    let gate = Arc::new(Semaphore::new(0));
    let handler_gate = Arc::clone(&gate);
    let server = Server::start(move |_| Some(answer(404, "").behind(&handler_gate))).await;
    let keys = keys(&server);
    let id = kid(1);
    let callers = join_all((0..20).map(|_| keys.find(&id)));
    let opener = async {
        until(async || server.requests() > 0).await;
        gate.add_permits(100);
    };
    let (found, ()) = join(callers, opener).await;
    assert!(
        found
            .iter()
            .all(|outcome| matches!(outcome, Err(KeyLookupError::Unknown)))
    );
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_absent_key_is_not_asked_for_again_at_once() {
    let server = Server::start(|_| Some(answer(404, "<html>not found</html>"))).await;
    let keys = keys(&server);
    for _ in 0..3 {
        assert_eq!(keys.find(&kid(1)).await.unwrap_err(), KeyLookupError::Unknown);
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_key_published_late_is_found_once_its_absence_is_forgotten() {
    let published = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let handler_published = Arc::clone(&published);
    let server = Server::start(move |_| {
        let is_published = handler_published.load(std::sync::atomic::Ordering::SeqCst);
        Some(if is_published {
            answer(200, platform_key().pem())
        } else {
            answer(404, "")
        })
    })
    .await;
    let options = RemoteInstallKeysOptions {
        keep_absence_for: Duration::from_millis(20),
        fetch_interval: Duration::from_millis(1),
        ..RemoteInstallKeysOptions::default()
    };
    let keys = keys_with(&server, options);
    assert_eq!(keys.find(&kid(1)).await.unwrap_err(), KeyLookupError::Unknown);
    published.store(true, std::sync::atomic::Ordering::SeqCst);
    until(async || keys.find(&kid(1)).await.is_ok()).await;
}

#[tokio::test]
async fn a_page_that_says_not_found_is_never_used_as_a_key_even_if_it_holds_one() {
    let server = Server::start(|_| Some(answer(404, platform_key().pem()))).await;
    assert_eq!(
        keys(&server).find(&kid(1)).await.unwrap_err(),
        KeyLookupError::Unknown
    );
}

#[tokio::test]
async fn an_answer_that_is_not_a_public_key_is_no_answer() {
    let bodies: [Vec<u8>; 6] = [
        b"<html>maintenance</html>".to_vec(),
        Vec::new(),
        vec![0xff; 100],
        b"-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n".to_vec(),
        platform_key().private_pem().into_bytes(),
        [platform_key().pem().into_bytes(), vec![b'\n'; 20_000]].concat(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let server = Server::start(move |_| Some(answer(200, body.clone()))).await;
        assert_eq!(unavailable(&server).await, Unavailable::NotAKey, "{shown}");
    }
}

#[tokio::test]
async fn other_statuses_are_no_answer_and_redirects_are_not_followed() {
    for status in [204, 301, 302, 307, 401, 403, 429, 500, 503] {
        let server = Server::start(move |_| {
            Some(answer(status, platform_key().pem()).with_header("location", "/install-keys/elsewhere"))
        })
        .await;
        assert_eq!(unavailable(&server).await, Unavailable::Status(status));
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |_| {
        let fails = first.swap(false, std::sync::atomic::Ordering::SeqCst);
        Some(if fails {
            answer(500, "")
        } else {
            answer(200, platform_key().pem())
        })
    })
    .await;
    let keys = keys(&server);
    assert!(keys.find(&kid(1)).await.is_err());
    assert!(keys.find(&kid(1)).await.is_ok());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_on() {
    let server = Server::start(|_| None).await;
    let options = RemoteInstallKeysOptions {
        timeout: Duration::from_millis(50),
        ..RemoteInstallKeysOptions::default()
    };
    let outcome = keys_with(&server, options).find(&kid(1)).await.unwrap_err();
    assert_eq!(outcome, KeyLookupError::Unavailable(Unavailable::TimedOut));
}

#[tokio::test]
async fn no_server_at_all_is_a_refusal_of_its_own() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let keys = RemoteInstallKeys::new(
        &format!("http://127.0.0.1:{port}"),
        RemoteInstallKeysOptions::default(),
    );
    let outcome = keys.unwrap().find(&kid(1)).await.unwrap_err();
    assert_eq!(outcome, KeyLookupError::Unavailable(Unavailable::NoConnection));
}

/// A burst of three, and then nothing for an hour.
fn three_fetches() -> RemoteInstallKeysOptions {
    RemoteInstallKeysOptions {
        fetch_burst: NonZeroU32::new(3).unwrap(),
        fetch_interval: Duration::from_secs(3600),
        ..RemoteInstallKeysOptions::default()
    }
}

#[tokio::test]
async fn a_flood_of_forged_ids_does_not_become_a_flood_at_the_key_server() {
    let server = Server::start(|_| Some(answer(404, ""))).await;
    let keys = keys_with(&server, three_fetches());
    let ids: Vec<KeyId> = (1..=200).map(kid).collect();
    let outcomes = join_all(ids.iter().map(|id| keys.find(id))).await;
    assert_eq!(server.requests(), 3);
    let throttled = Err(KeyLookupError::Unavailable(Unavailable::Throttled));
    let beyond = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().map(|_| ()).map_err(Clone::clone));
    assert_eq!(beyond.filter(|outcome| *outcome == throttled).count(), 197);
}

#[tokio::test]
async fn a_flood_of_forged_ids_does_not_keep_a_known_key_from_being_used() {
    let genuine = kid(1);
    let target = format!("/install-keys/{genuine}");
    let server = Server::start(move |request| {
        Some(if request.target == target {
            answer(200, platform_key().pem())
        } else {
            answer(404, "")
        })
    })
    .await;
    let options = RemoteInstallKeysOptions {
        kept_keys: 1,
        kept_absences: 10,
        ..three_fetches()
    };
    let keys = keys_with(&server, options);
    keys.find(&genuine).await.unwrap();
    for number in 2..=200 {
        assert!(keys.find(&kid(number)).await.is_err());
    }
    assert!(keys.find(&genuine).await.is_ok());
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_key_server_under_localhost_is_found_on_this_machine() {
    let server = Server::start(|_| Some(answer(200, platform_key().pem()))).await;
    let keys =
        RemoteInstallKeys::new(&server.url_of("keys.acme"), RemoteInstallKeysOptions::default()).unwrap();
    assert!(keys.find(&kid(1)).await.is_ok());
    assert!(
        server.received()[0]
            .header("host")
            .unwrap()
            .starts_with("keys.acme.localhost:")
    );
}

#[test]
fn a_key_server_beyond_this_machine_must_be_https() {
    let insecure = RemoteInstallKeys::new("http://keys.example", RemoteInstallKeysOptions::default());
    assert!(matches!(insecure, Err(RemoteInstallKeysError::Url(_))));
    let endless = RemoteInstallKeysOptions {
        fetch_interval: Duration::ZERO,
        ..RemoteInstallKeysOptions::default()
    };
    let outcome = RemoteInstallKeys::new("https://keys.example", endless);
    assert!(matches!(outcome, Err(RemoteInstallKeysError::Interval)));
}

#[test]
fn keys_are_read_whatever_their_line_breaks() {
    let pem = platform_key().pem();
    let base64_on_one_line = {
        let lines: Vec<&str> = pem.trim().lines().collect();
        format!(
            "{}\n{}\n{}",
            lines[0],
            lines[1..lines.len() - 1].concat(),
            lines[lines.len() - 1]
        )
    };
    let spellings = [
        pem.clone(),
        pem.trim_end().to_owned(),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', " "),
        format!("\u{feff}\n\n{pem}\n\n"),
        base64_on_one_line,
        platform_key().pkcs1_pem(),
    ];
    for spelling in spellings {
        assert!(InstallKey::from_pem(&spelling).is_some(), "{spelling}");
    }
}

#[test]
fn what_is_not_one_rsa_public_key_is_not_read() {
    let pem = platform_key().pem();
    let wrong = [
        String::new(),
        "not a key".to_owned(),
        pem[..pem.len() / 2].to_owned(),
        pem.replace("PUBLIC KEY", "CERTIFICATE"),
        platform_key().private_pem(),
        platform_key().private_pem().replace("PRIVATE KEY", "PUBLIC KEY"),
        format!("{pem}{pem}"),
        format!("<html>{pem}</html>"),
    ];
    for text in wrong {
        assert!(InstallKey::from_pem(&text).is_none(), "{text:.60}");
    }
}

#[tokio::test]
async fn a_server_that_fails_is_known_to_until_it_answers_as_it_should() {
    let server = Server::start(|request| {
        Some(match request.target.chars().last() {
            Some('1') => answer(503, String::new()),
            Some('2') => answer(200, "<html>sorry</html>".to_owned()),
            Some('3') => answer(404, String::new()),
            _ => answer(200, platform_key().pem()),
        })
    })
    .await;
    let keys = keys(&server);
    assert!(!keys.failing());
    for (number, failing) in [(1, true), (3, false), (2, true), (4, false)] {
        drop(keys.find(&kid(number)).await);
        assert_eq!(keys.failing(), failing, "{number}");
    }
}

#[tokio::test]
async fn an_old_key_is_used_while_the_server_fails_and_no_more_once_it_is_withdrawn() {
    let status = Arc::new(std::sync::atomic::AtomicU16::new(200));
    let answered = Arc::clone(&status);
    let server = Server::start(move |_| {
        let status = answered.load(std::sync::atomic::Ordering::SeqCst);
        Some(answer(
            status,
            if status == 200 {
                platform_key().pem()
            } else {
                String::new()
            },
        ))
    })
    .await;
    // Every key is old at once.
    let options = RemoteInstallKeysOptions {
        keep_key_for: Duration::ZERO,
        keep_absence_for: Duration::ZERO,
        ..RemoteInstallKeysOptions::default()
    };
    let keys = keys_with(&server, options);
    assert!(keys.find(&kid(1)).await.is_ok());
    status.store(503, std::sync::atomic::Ordering::SeqCst);
    assert!(keys.find(&kid(1)).await.is_ok());
    assert!(keys.failing());
    assert!(keys.find(&kid(2)).await.is_err());
    status.store(404, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(keys.find(&kid(1)).await.unwrap_err(), KeyLookupError::Unknown);
    status.store(503, std::sync::atomic::Ordering::SeqCst);
    assert!(keys.find(&kid(1)).await.is_err());
}

#[test]
fn a_server_that_knows_no_key_for_a_moment_refuses_installs_for_seconds() {
    assert!(RemoteInstallKeysOptions::default().keep_absence_for <= Duration::from_secs(5));
}
