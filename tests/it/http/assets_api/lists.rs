//! Reading many assets: in pages, in order, narrowed, counted, and as they were.

use serde_json::{Value, json};
use tally_tests::app::{Caller, TestApp};
use tally_tests::doubles::Person;
use tally_tests::waiting::eventually;
use url::form_urlencoded::byte_serialize;

use super::{agent_at_work, each, named, registered};

const KINDS: [&str; 3] = ["Laptop", "Phone", "Key"];
const PLACES: [&str; 2] = ["Berlin", "Zürich"];

/// 23 assets: every fifth has a holder, and one is retired.
async fn a_register(agent: &Caller) {
    for n in 0..23_usize {
        let mut attributes = json!({ "name": format!("Thing no{}", n * 7 % 23), "type": KINDS[n % 3] });
        if n % 4 != 3 {
            attributes["location"] = json!(PLACES[n % 2]);
        }
        let (path, _) = registered(agent, &json!({ "attributes": attributes })).await;
        if n % 5 == 0 {
            let to = if n % 2 == 0 {
                Person::viewer()
            } else {
                Person::admin()
            };
            agent
                .post(&format!("{path}/check-out"), &json!({ "to": to.account_id }))
                .await;
        }
        if n == 22 {
            agent.post(&format!("{path}/retire"), &json!({})).await;
        }
    }
}

/// Every page of a list, one after the other.
async fn walked(agent: &Caller, query: &str, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (vec![], String::new());
    loop {
        let page = agent
            .get(&format!("/assets?{query}&limit={limit}{cursor}"))
            .await
            .body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(items.iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => {
                assert_eq!(items.len(), limit, "a page before the last is full");
                cursor = format!("&cursor={next}");
            }
            None => return all,
        }
    }
}

fn sorted_by(item: &Value, key: &str) -> String {
    let pointer = match key {
        "tag" | "status" => format!("/{key}"),
        "updated_at" => "/updatedAt".to_owned(),
        _ => format!("/attributes/{key}"),
    };
    item.pointer(&pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_lowercase()
}

#[tokio::test]
async fn a_walk_through_the_pages_meets_every_asset_once_in_order() {
    let (_app, _site, agent) = agent_at_work().await;
    a_register(&agent).await;
    for key in ["tag", "name", "type", "location", "status", "updated_at"] {
        let ascending = walked(&agent, &format!("sort={key}"), 5).await;
        let mut ids: Vec<_> = ascending
            .iter()
            .map(|item| item["id"].as_str().unwrap())
            .collect();
        let order: Vec<_> = ascending.iter().map(|item| sorted_by(item, key)).collect();
        let ordered: Vec<_> = order.iter().filter(|value| !value.is_empty()).collect();
        assert!(ordered.is_sorted(), "{key}: {order:?}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 23, "{key}");
        let descending = walked(&agent, &format!("sort=-{key}"), 4).await;
        let order: Vec<_> = descending.iter().map(|item| sorted_by(item, key)).collect();
        let ordered: Vec<_> = order.iter().rev().filter(|value| !value.is_empty()).collect();
        assert!(ordered.is_sorted(), "-{key}: {order:?}");
        assert_eq!(descending.len(), 23, "-{key}");
    }
    assert_eq!(walked(&agent, "", 23).await, walked(&agent, "sort=tag", 1).await);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let (_app, _site, agent) = agent_at_work().await;
    a_register(&agent).await;
    let page = agent.get("/assets?sort=name&limit=2").await.body;
    let cursor = page["nextCursor"].as_str().unwrap().to_owned();
    let history = agent
        .get(&format!(
            "/assets/{}/history",
            page["items"][0]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(history.status, 200);
    for query in [
        format!("/assets?sort=-name&cursor={cursor}"),
        format!("/assets?cursor={cursor}"),
        format!("/assets?sort=name&cursor={cursor}x"),
        "/assets?cursor=nonsense".to_owned(),
        "/assets?cursor=%00".to_owned(),
        format!("/imports?cursor={cursor}"),
        format!(
            "/assets/{}/history?cursor={cursor}",
            page["items"][0]["id"].as_str().unwrap()
        ),
    ] {
        let refused = agent.get_refused(&query).await;
        assert_eq!(
            refused.status_and_code(),
            (400, "request.cursor_invalid"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_filter_narrows_list_count_and_facets_alike() {
    let (_app, _site, agent) = agent_at_work().await;
    a_register(&agent).await;
    let (all, holder) = (walked(&agent, "", 50).await, Person::viewer().account_id);
    type Wanted<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let filters: [(&str, Wanted<'_>); 10] = [
        (
            "type=lapTOP",
            Box::new(|item| item["attributes"]["type"] == "Laptop"),
        ),
        (
            "status=checked_out",
            Box::new(|item| item["status"] == "checked_out"),
        ),
        ("status=retired", Box::new(|item| item["status"] == "retired")),
        (
            "location=Z%C3%BCrich",
            Box::new(|item| item["attributes"]["location"] == "Zürich"),
        ),
        (
            "holder=712020%3Aviewer",
            Box::new(|item| item["holder"]["accountId"] == json!(holder)),
        ),
        (
            "type=Phone&location=Berlin",
            Box::new(|item| {
                item["attributes"]["type"] == "Phone" && item["attributes"]["location"] == "Berlin"
            }),
        ),
        (
            "location=berlin&location=Z%C3%BCrich&type=Phone",
            Box::new(|item| {
                let location = &item["attributes"]["location"];
                item["attributes"]["type"] == "Phone" && (location == "Berlin" || location == "Zürich")
            }),
        ),
        (
            "status=retired&status=checked_out",
            Box::new(|item| item["status"] != "in_stock"),
        ),
        (
            "q=thing+no11",
            Box::new(|item| item["attributes"]["name"] == "Thing no11"),
        ),
        ("q=no+such+thing", Box::new(|_| false)),
    ];
    for (query, wanted) in filters {
        let expected: Vec<_> = all.iter().filter(|item| wanted(item)).cloned().collect();
        assert_eq!(walked(&agent, query, 3).await, expected, "{query}");
        let count = agent.get(&format!("/assets/count?{query}")).await.body;
        assert_eq!(count["total"], expected.len(), "{query}");
        let facets = agent.get(&format!("/assets/facets?{query}")).await.body;
        if !query.contains("status") {
            let statuses = facets["status"].as_array().unwrap();
            let counted: u64 = statuses.iter().map(|s| s["count"].as_u64().unwrap()).sum();
            assert_eq!(counted, expected.len() as u64, "{query}: {facets}");
        }
    }
    let names = agent.get("/assets/facets").await.body;
    assert_eq!(names["holder"][0]["displayName"], "Vic Viewer", "{names}");
    let found = agent.get("/assets/facets?facet=location&find=URI").await.body;
    assert_eq!(each(&json!({ "items": found["location"] }), "/value"), [""; 0]);
    let found = agent
        .get("/assets/facets?facet=location&find=%C3%9CRI")
        .await
        .body;
    assert_eq!(each(&json!({ "items": found["location"] }), "/value"), ["Zürich"]);
    assert_eq!((&found["type"], &found["holder"]), (&json!([]), &json!([])));
    let many = "&type=x".repeat(51);
    for (query, field) in [
        ("find=x", "find"),
        ("facet=colour", "facet"),
        ("q=a&q=b", "q"),
        (many.trim_start_matches('&'), "type"),
    ] {
        let refused = agent.get_refused(&format!("/assets/facets?{query}")).await;
        assert_eq!(refused.status_and_code(), (400, "request.malformed"), "{query}");
        assert_eq!(refused.body["field"], field, "{query}");
    }
}

/// Waits until the name of the one who holds an asset is recorded, which happens beside the answers,
/// and the views show it.
async fn wait_for_name(app: &TestApp) {
    let recorded = async || {
        let events = app.inside().log.read_all(None, 1000).await.unwrap();
        let renamed = events
            .into_iter()
            .find(|event| event.event_type == "person.renamed");
        renamed.map(|event| event.position)
    };
    let position = eventually("the name is recorded", recorded).await;
    app.inside().projected.wait_for(None, position).await.unwrap();
}

#[tokio::test]
async fn the_register_of_a_past_time_is_what_was_recorded_by_then() {
    let (app, _site, agent) = agent_at_work().await;
    let (path, first) = registered(&agent, &named("Old name")).await;
    let out = agent
        .post(
            &format!("{path}/check-out"),
            &json!({ "to": Person::viewer().account_id }),
        )
        .await;
    wait_for_name(&app).await;
    let (_, second) = registered(&agent, &named("Another")).await;
    let renamed = agent
        .patch(&path, "\"1\"", &json!({ "set": { "name": "New name" } }))
        .await;
    let at = |answer: &Value, member: &str| answer[member].as_str().unwrap().to_owned();
    for (time, names, status) in [
        ("2020-01-01T00:00:00Z".to_owned(), vec![], None),
        (
            at(&first.body, "registeredAt"),
            vec!["Old name"],
            Some("in_stock"),
        ),
        (at(&out.body, "updatedAt"), vec!["Old name"], Some("checked_out")),
        (
            at(&second.body, "registeredAt"),
            vec!["Old name", "Another"],
            Some("checked_out"),
        ),
        (
            at(&renamed.body, "updatedAt"),
            vec!["New name", "Another"],
            Some("checked_out"),
        ),
        (
            "2999-01-01T00:00:00Z".to_owned(),
            vec!["New name", "Another"],
            Some("checked_out"),
        ),
    ] {
        let list = agent.get(&format!("/assets?asOf={time}")).await.body;
        assert_eq!(each(&list, "/attributes/name"), names, "{time}");
        let count = agent.get(&format!("/assets/count?asOf={time}")).await.body;
        assert_eq!(count["total"], names.len(), "{time}");
        match status {
            Some(status) => {
                let mut then = agent.get(&format!("{path}?asOf={time}")).await.body;
                let state = then.as_object_mut().unwrap().remove("asOf").unwrap();
                assert_eq!(
                    (&then["status"], &then),
                    (&json!(status), &list["items"][0]),
                    "{time}"
                );
                assert!(state["events"].as_u64() > Some(0), "{time}: {state}");
                let facets = agent.get(&format!("/assets/facets?asOf={time}")).await.body;
                let history = agent.get(&format!("{path}/history?asOf={time}")).await.body;
                for other in [&list, &count, &facets, &history] {
                    assert_eq!(other["asOf"], state, "{time}");
                }
                assert_eq!(history["items"][0]["revision"], then["revision"], "{time}");
            }
            None => {
                for path in [path.clone(), format!("{path}/history")] {
                    let refused = agent.get_refused(&format!("{path}?asOf={time}")).await;
                    assert_eq!(refused.status_and_code(), (404, "asset.not_found"));
                }
                assert_eq!(list["asOf"], json!({ "instant": time, "events": 0 }));
            }
        }
    }
    let searched = agent
        .get(&format!("/assets?q=old&asOf={}", at(&out.body, "updatedAt")))
        .await
        .body;
    assert_eq!(each(&searched, "/attributes/name"), ["Old name"]);
    assert_eq!(agent.get("/assets?q=old").await.body["items"], json!([]));
}

/// A query as a parameter.
fn encoded(query: &str) -> String {
    let escaped: String = byte_serialize(query.as_bytes()).collect();
    format!("query={escaped}")
}

#[tokio::test]
async fn a_query_narrows_counts_and_orders_lists() {
    let (_app, _site, agent) = agent_at_work().await;
    a_register(&agent).await;
    let query = "type = laptop AND location in (berlin, \"zürich\") ORDER BY name DESC";
    let listed = walked(&agent, &encoded(query), 2).await;
    assert!(listed.len() > 2, "{listed:?}");
    let names: Vec<_> = listed.iter().map(|item| sorted_by(item, "name")).collect();
    assert!(names.is_sorted_by(|a, b| a > b), "{names:?}");
    for item in &listed {
        assert_eq!(item["attributes"]["type"], "Laptop");
        assert!(item["attributes"]["location"].is_string(), "{item}");
    }
    let count = agent.get(&format!("/assets/count?{}", encoded(query))).await.body;
    assert_eq!(count["total"], listed.len());
    let facets = agent
        .get(&format!("/assets/facets?{}", encoded(query)))
        .await
        .body;
    assert_eq!(facets["type"].as_array().unwrap().len(), 1, "{facets}");
    // A column that was clicked is the order, whatever the query says.
    let clicked = walked(&agent, &format!("{}&sort=name", encoded(query)), 50).await;
    let names: Vec<_> = clicked.iter().map(|item| sorted_by(item, "name")).collect();
    assert!(names.is_sorted(), "{names:?}");
    // Who asks is who is meant.
    let mine = walked(&agent, &encoded("holder = currentUser()"), 50).await;
    assert_eq!(mine, Vec::<Value>::new());
    let checked_out = walked(&agent, &encoded("holder is not EMPTY"), 50).await;
    assert_eq!(checked_out.len(), 5);
}

#[tokio::test]
async fn a_wrong_query_is_reported_with_its_location() {
    let (_app, _site, agent) = agent_at_work().await;
    for path in ["/assets", "/assets/count", "/assets/facets"] {
        let answer = agent
            .get_refused(&format!("{path}?{}", encoded(" model = ärger and status = lost")))
            .await;
        assert_eq!(answer.status_and_code(), (400, "query.invalid"));
        let problem = answer.body;
        assert_eq!(
            (&problem["field"], &problem["from"], &problem["to"]),
            (&json!("query"), &json!(28), &json!(32))
        );
        assert_eq!(problem["expected"], json!(["in_stock", "checked_out", "retired"]));
        assert!(
            problem["detail"].as_str().unwrap().ends_with("retired."),
            "{problem}"
        );
        assert!(!problem["remedy"].as_str().unwrap().is_empty());
    }
}
