//! Installs, rotations and uninstalls that one node takes in and the other has to know.
//!
//! What is new is found at once: a node that cannot verify a request looks into the log before it
//! refuses. What is withdrawn counts on the other node until it has heard of it, so that is waited
//! for.

use reqwest::Method;
use serde_json::{Value, json};
use tally_descriptor::callback;
use tally_tests::connect::Site;
use tally_tests::process::APP_URL;
use tally_tests::repeat::times;
use tally_tests::waiting::eventually;

use crate::pair::{A, B, Pair, SUPERSEDED};

/// How often what may go wrong by chance is tried.
const ROUNDS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_installs_on_one_node_opens_at_once_on_the_other() {
    let pair = Pair::start(&[]).await;
    for round in 0..times(ROUNDS) {
        let site = pair.jira.site(&format!("site-{round}"));
        let (here, there) = (round % 2, (round + 1) % 2);
        assert_eq!(pair.install(here, &site).await, 204);
        assert_eq!(pair.page(there, &site).await, Ok(()));
        assert_eq!(pair.page(here, &site).await, Ok(()));
    }
    assert_eq!(pair.tenant_events().await.len(), times(ROUNDS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_on_one_node_the_old_and_the_new_secret_work_on_both() {
    let (pair, mut site) = Pair::installed(&[]).await;
    for round in 0..times(ROUNDS) {
        let (here, there) = (round % 2, (round + 1) % 2);
        let rotated = site.rotated();
        assert_eq!(pair.install(here, &rotated).await, 204);
        for node in [there, here] {
            assert_eq!(pair.page(node, &rotated).await, Ok(()));
            assert_eq!(pair.page(node, &site).await, Ok(()));
        }
        site = rotated;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leaked_secret_that_is_replaced_on_one_node_opens_nothing_on_the_other_soon() {
    let (pair, leaked) = Pair::installed(&[("TALLY_PREVIOUS_SECRET_GRACE_SECONDS", "0")]).await;
    assert_eq!(pair.page(B, &leaked).await, Ok(()));
    let rotated = leaked.rotated();
    assert_eq!(pair.install(A, &rotated).await, 204);
    assert_eq!(pair.page(A, &leaked).await, Err(SUPERSEDED.to_owned()));
    assert_eq!(pair.withdrawn(B, &leaked).await, SUPERSEDED);
    let called = pair.api(B, &leaked, Method::GET, "/me", &json!({})).await;
    assert_eq!(called.status().as_u16(), 401);
    for node in [A, B] {
        assert_eq!(pair.page(node, &leaked).await, Err(SUPERSEDED.to_owned()));
        assert_eq!(pair.page(node, &rotated).await, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_uninstalls_on_one_node_is_uninstalled_on_the_other_and_finds_everything_when_it_is_back()
{
    let (pair, site) = Pair::installed(&[]).await;
    let asset = json!({ "tag": "ACME-1", "attributes": { "name": "Laptop" } });
    let registered = pair.api(A, &site, Method::POST, "/assets", &asset).await;
    assert_eq!(registered.status().as_u16(), 201);
    assert_eq!(pair.uninstall(A, &site).await, 204);
    assert_eq!(pair.page(A, &site).await, Err("tenant.uninstalled".to_owned()));
    assert_eq!(pair.withdrawn(B, &site).await, "tenant.uninstalled");
    // It comes back by the node that only heard of its leaving.
    let back = site.rotated();
    assert_eq!(pair.install(B, &back).await, 204);
    assert_eq!(pair.page(A, &back).await, Ok(()));
    for node in [A, B] {
        assert_eq!(pair.page(node, &back).await, Ok(()));
        assert_eq!(pair.withdrawn(node, &site).await, SUPERSEDED);
        let listed = pair.api(node, &back, Method::GET, "/assets", &json!({})).await;
        let listed: Value = listed.json().await.unwrap();
        assert_eq!(listed["items"][0]["tag"], "ACME-1", "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_is_renamed_on_one_node_is_at_its_new_address_on_both_and_the_same_tenant() {
    let (pair, site) = Pair::installed(&[]).await;
    let renamed = Site {
        name: format!("renamed-{}", site.name),
        base_url: site.base_url.replace("://", "://renamed-"),
        ..site.clone()
    };
    pair.jira.rename(&site, &renamed);
    assert_eq!(pair.install(A, &renamed).await, 204);
    for node in [A, B] {
        eventually("the node knows the new address", async || {
            let me = pair.api(node, &renamed, Method::GET, "/me", &json!({})).await;
            let me: Value = me.json().await.unwrap();
            (me["site"]["baseUrl"] == json!(renamed.base_url)).then_some(())
        })
        .await;
        assert_eq!(pair.page(node, &renamed).await, Ok(()));
    }
    let tenants: Vec<_> = pair
        .tenant_events()
        .await
        .iter()
        .map(|e| e.context.tenant)
        .collect();
    assert!(tenants.iter().all(|tenant| *tenant == tenants[0]), "{tenants:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unsigned_disabled_changes_nothing_on_any_node() {
    let (pair, site) = Pair::installed(&[]).await;
    let before = pair.tenant_events().await.len();
    for node in [A, B] {
        let disabled = site.callback("disabled");
        assert_eq!(pair.call(node, callback::DISABLED, None, &disabled).await, 204);
    }
    for node in [A, B] {
        assert_eq!(pair.page(node, &site).await, Ok(()));
    }
    assert_eq!(pair.tenant_events().await.len(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_callback_on_both_nodes_at_once_is_one_event() {
    let pair = Pair::start(&[]).await;
    let mut site = pair.jira.site("acme");
    for round in 1..=times(ROUNDS) {
        let token = site.signed_callback(APP_URL, callback::INSTALLED);
        let body = site.installed();
        let send = async |node| pair.call(node, callback::INSTALLED, Some(&token), &body).await;
        assert_eq!(tokio::join!(send(A), send(B)), (204, 204));
        assert_eq!(pair.tenant_events().await.len(), round);
        // The platform, which never heard the answers, sends it once more.
        assert_eq!((send(A).await, send(B).await), (204, 204));
        assert_eq!(pair.tenant_events().await.len(), round);
        for node in [A, B] {
            assert_eq!(pair.page(node, &site).await, Ok(()));
        }
        site = site.rotated();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_rotations_at_once_one_on_each_node_leave_both_secrets_working_on_both() {
    let (pair, mut site) = Pair::installed(&[]).await;
    for _ in 0..times(ROUNDS) {
        let (one, other) = (site.rotated(), site.rotated());
        let taken = tokio::join!(pair.install(A, &one), pair.install(B, &other));
        assert_eq!(taken, (204, 204));
        for (node, used) in [(A, &other), (B, &one), (A, &one), (B, &other)] {
            assert_eq!(pair.page(node, used).await, Ok(()));
        }
        site = other;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callbacks_token_with_another_secret_is_refused_by_the_node_that_never_saw_it() {
    let (pair, site) = Pair::installed(&[]).await;
    let rotated = site.rotated();
    let token = rotated.signed_callback(APP_URL, callback::INSTALLED);
    let send = async |node, site: &Site| {
        pair.call(node, callback::INSTALLED, Some(&token), &site.installed())
            .await
    };
    assert_eq!(send(A, &rotated).await, 204);
    let planted = rotated.rotated();
    assert_eq!(send(B, &planted).await, 409);
    for node in [A, B] {
        assert_eq!(
            pair.page(node, &planted).await,
            Err("jwt.signature_invalid".to_owned())
        );
        assert_eq!(pair.page(node, &rotated).await, Ok(()));
    }
}
