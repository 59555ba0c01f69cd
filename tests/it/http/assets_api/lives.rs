//! The events of one asset, and its history afterwards.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;

use super::{agent_at_work, each, named, registered};

#[tokio::test]
async fn the_history_shows_who_did_what_when_from_what_to_what_and_why() {
    let (_app, _site, agent) = agent_at_work().await;
    let (viewer, admin) = (Person::viewer().account_id, Person::admin().account_id);
    let (path, first) = registered(
        &agent,
        &json!({ "tag": "LAP-1", "attributes": { "name": "Laptop", "notes": "new" } }),
    )
    .await;
    let since = first.body["registeredAt"].clone();
    for (act, body) in [
        (
            "check-out",
            json!({ "to": viewer, "dueOn": "2031-02-03", "note": "for home" }),
        ),
        ("transfer", json!({ "to": admin, "note": "on leave" })),
        ("check-in", json!({ "note": "scratched" })),
        ("retire", json!({ "reason": "broken" })),
        ("restore", json!({ "reason": "mended" })),
        (
            "correct",
            json!({ "set": { "serial": "S-1", "notes": null }, "effectiveAt": since, "reason": "mistyped" }),
        ),
    ] {
        agent.post(&format!("{path}/{act}"), &body).await;
    }
    let edit = agent.request(Method::PATCH, &path).header("If-Match", "\"6\"");
    let edit = edit
        .json(&json!({ "set": { "name": "Old laptop" }, "reason": "age" }))
        .send()
        .await
        .unwrap();
    let request = edit.headers()["x-request-id"].to_str().unwrap().to_owned();
    let history = agent.get(&format!("{path}/history")).await.body;
    assert_eq!(
        each(&history, "/type"),
        [
            "asset.attributes_edited",
            "asset.corrected",
            "asset.restored",
            "asset.retired",
            "asset.checked_in",
            "asset.transferred",
            "asset.checked_out",
            "asset.registered",
        ]
    );
    let items = history["items"].as_array().unwrap();
    let at = |revision: usize| &items[7 - revision];
    let change = |revision: usize, field: &str| {
        let changes = at(revision)["changes"].as_array().unwrap();
        let found = changes.iter().find(|c| c["field"] == field);
        found.map(|c| (c["from"].clone(), c["to"].clone()))
    };
    let changed = |from: Value, to: Value| Some((from, to));
    let agents_id = agent.get("/me").await.body["person"].clone();
    assert!(agents_id.is_string());
    for revision in 0..8 {
        let item = at(revision);
        assert_eq!(item["revision"], revision);
        let actor = json!({
            "person": agents_id,
            "accountId": "712020:agent",
            "displayName": "Alex Agent",
            "number": 1,
            "erased": false,
            "via": "user",
        });
        assert_eq!(item["actor"], actor);
        assert!(item["requestId"].is_string(), "{item}");
    }
    assert_eq!(change(0, "tag"), changed(Value::Null, json!("LAP-1")));
    assert_eq!(change(0, "name"), changed(Value::Null, json!("Laptop")));
    assert_eq!(change(1, "holder"), changed(Value::Null, json!(viewer)));
    assert_eq!(change(1, "due_on"), changed(Value::Null, json!("2031-02-03")));
    assert_eq!(
        change(1, "status"),
        changed(json!("in_stock"), json!("checked_out"))
    );
    assert_eq!(change(2, "holder"), changed(json!(viewer), json!(admin)));
    assert_eq!(change(2, "due_on"), changed(json!("2031-02-03"), Value::Null));
    assert_eq!(change(3, "holder"), changed(json!(admin), Value::Null));
    assert_eq!(
        change(3, "status"),
        changed(json!("checked_out"), json!("in_stock"))
    );
    assert_eq!(change(4, "status"), changed(json!("in_stock"), json!("retired")));
    assert_eq!(change(5, "status"), changed(json!("retired"), json!("in_stock")));
    assert_eq!(change(6, "serial"), changed(Value::Null, json!("S-1")));
    assert_eq!(change(6, "notes"), changed(json!("new"), Value::Null));
    assert_eq!(change(7, "name"), changed(json!("Laptop"), json!("Old laptop")));
    let said: Vec<_> = (0..8)
        .map(|n| [&at(n)["note"], &at(n)["reason"]].map(|t| t.as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        said,
        [
            ["", ""],
            ["for home", ""],
            ["on leave", ""],
            ["scratched", ""],
            ["", "broken"],
            ["", "mended"],
            ["", "mistyped"],
            ["", "age"],
        ]
    );
    assert_eq!(
        (&at(6)["effectiveAt"], &at(7)["effectiveAt"]),
        (&since, &Value::Null)
    );
    assert_eq!(at(7)["requestId"], request);
    assert_eq!(
        at(1)["changes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["field"] == "holder")
            .unwrap()["toDisplayName"],
        "Vic Viewer"
    );
}

#[tokio::test]
async fn a_history_is_listed_in_pages() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    for n in 0..6 {
        agent
            .patch(
                &path,
                &format!("\"{n}\""),
                &json!({ "set": { "notes": format!("{n}") } }),
            )
            .await;
    }
    let (mut revisions, mut cursor) = (vec![], String::new());
    loop {
        let page = agent.get(&format!("{path}/history?limit=3{cursor}")).await.body;
        revisions.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["revision"].as_u64().unwrap()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(revisions, [6, 5, 4, 3, 2, 1, 0]);
}

#[tokio::test]
async fn a_history_lists_the_events_of_some_types_also_when_many_others_came_after() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    agent
        .post(&format!("{path}/check-out"), &json!({ "to": "712020:agent" }))
        .await;
    for n in 0..3 {
        let change = json!({ "set": { "notes": format!("{n}") } });
        agent.patch(&path, &format!("\"{}\"", n + 1), &change).await;
    }
    let handed_over = "type=asset.checked_out,%20asset.transferred";
    let history = agent
        .get(&format!("{path}/history?limit=1&{handed_over}"))
        .await
        .body;
    assert_eq!(each(&history, "/type"), ["asset.checked_out"]);
    let before = history["items"][0]["at"].as_str().unwrap();
    let moment = chrono::DateTime::parse_from_rfc3339(before).unwrap() - chrono::Duration::microseconds(1);
    let then = moment
        .to_utc()
        .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let earlier = agent
        .get(&format!("{path}/history?{handed_over}&asOf={then}"))
        .await
        .body;
    assert_eq!(earlier["items"], json!([]));
    let refused = agent
        .get_refused(&format!("{path}/history?type=asset.eaten"))
        .await;
    assert_eq!(refused.status_and_code(), (400, "request.malformed"));
    assert_eq!(refused.body["field"], "type");
}

#[tokio::test]
async fn a_correction_is_true_since_then_and_what_was_recorded_stays_readable() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, first) = registered(
        &agent,
        &json!({ "attributes": { "name": "Laptop", "serial": "WRONG" } }),
    )
    .await;
    let since = first.body["registeredAt"].as_str().unwrap();
    let right = json!({ "set": { "serial": "RIGHT" }, "effectiveAt": since, "reason": "misread" });
    let corrected = agent.post(&format!("{path}/correct"), &right).await;
    assert_eq!(corrected.body["attributes"]["serial"], "RIGHT");
    let then = agent.get(&format!("{path}?asOf={since}")).await.body;
    assert_eq!(then["attributes"]["serial"], "WRONG");
    let history = agent.get(&format!("{path}/history")).await.body;
    assert_eq!(history["items"][0]["effectiveAt"], since);
    let earlier = agent.get(&format!("{path}/history?asOf={since}")).await.body;
    assert_eq!(each(&earlier, "/type"), ["asset.registered"]);
}

#[tokio::test]
async fn tags_are_allotted_one_after_the_other_past_those_given_by_hand() {
    let (_app, _site, agent) = agent_at_work().await;
    registered(
        &agent,
        &json!({ "tag": "a-000002", "attributes": { "name": "By hand" } }),
    )
    .await;
    let mut tags = vec![];
    for tag in [json!(null), json!(""), json!("  ")] {
        let (_, asset) = registered(&agent, &json!({ "tag": tag, "attributes": { "name": "Laptop" } })).await;
        tags.push(asset.body["tag"].clone());
    }
    // The asset with a tag of its own took the first number, and the second makes its tag.
    assert_eq!(tags, ["A-000003", "A-000004", "A-000005"]);
}

#[tokio::test]
async fn a_tag_belongs_to_one_asset_ignoring_case_and_also_when_it_is_retired() {
    let (_app, _site, agent) = agent_at_work().await;
    let tagged = |tag: &str| json!({ "tag": tag, "attributes": { "name": "Laptop" } });
    let (path, first) = registered(&agent, &tagged(" Lap-01 ")).await;
    assert_eq!(first.body["tag"], "Lap-01");
    agent.post(&format!("{path}/retire"), &json!({})).await;
    for tag in ["Lap-01", "LAP-01", "lap-01"] {
        let refused = agent.post_refused("/assets", &tagged(tag)).await;
        assert_eq!(refused.status_and_code(), (409, "asset.tag_retired"), "{tag}");
        assert_eq!(refused.body["field"], "tag");
    }
    agent.post(&format!("{path}/restore"), &json!({})).await;
    let refused = agent.post_refused("/assets", &tagged("lap-01")).await;
    assert_eq!(refused.status_and_code(), (409, "asset.tag_taken"));
}

#[tokio::test]
async fn a_withdrawn_registration_leaves_the_register_and_frees_its_tag_but_not_its_history() {
    let (_app, _site, agent) = agent_at_work().await;
    let tagged = json!({ "tag": "LAP-1", "attributes": { "name": "Laptop", "type": "Laptpo" } });
    let (path, first) = registered(&agent, &tagged).await;
    let since = first.body["registeredAt"].as_str().unwrap();
    let reason = json!({ "reason": "mistyped" });
    let answer = agent.post(&format!("{path}/withdraw"), &reason).await;
    assert_eq!(answer.status, 204);
    let refused = agent.get_refused(&path).await;
    assert_eq!(refused.status_and_code(), (404, "asset.withdrawn"));
    let refused = agent
        .post_refused(&format!("{path}/check-out"), &json!({ "to": "712020:agent" }))
        .await;
    assert_eq!(refused.status_and_code(), (404, "asset.withdrawn"));
    for list in ["/assets", "/assets?q=lap", "/assets?query=tag%20%3D%20LAP-1"] {
        assert_eq!(each(&agent.get(list).await.body, "/tag"), [""; 0], "{list}");
    }
    assert_eq!(agent.get("/assets/count").await.body["total"], 0);
    assert_eq!(agent.get("/assets/facets").await.body["type"], json!([]));
    let history = agent.get(&format!("{path}/history")).await.body;
    assert_eq!(each(&history, "/type"), ["asset.withdrawn", "asset.registered"]);
    assert_eq!(history["items"][0]["reason"], "mistyped");
    let then = agent.get(&format!("/assets?asOf={since}")).await.body;
    assert_eq!(each(&then, "/tag"), ["LAP-1"]);
    assert_eq!(
        agent.get(&format!("{path}?asOf={since}")).await.body["tag"],
        "LAP-1"
    );
    let (again, _) = registered(&agent, &tagged).await;
    assert_ne!(again, path);
}

#[tokio::test]
async fn of_many_who_want_one_tag_at_once_one_gets_it() {
    let (_app, _site, agent) = agent_at_work().await;
    let bodies: Vec<_> = (0..8)
        .map(|n| json!({ "tag": if n % 2 == 0 { "LAP-1" } else { "lap-1" }, "attributes": { "name": format!("{n}") } }))
        .collect();
    let sent = bodies
        .iter()
        .map(|body| agent.request(Method::POST, "/assets").json(body).send());
    let mut got = 0;
    for answer in join_all(sent).await {
        let answer = answer.unwrap();
        if answer.status() == 201 {
            got += 1;
        } else {
            assert_eq!(
                Problem::of(answer).await.status_and_code(),
                (409, "asset.tag_taken")
            );
        }
    }
    assert_eq!(got, 1);
    assert_eq!(agent.get("/assets/count").await.body["total"], 1);
}

/// The keys of the attributes of which `member` is true.
fn keys_with(attributes: &[Value], member: &str) -> Vec<String> {
    let found = attributes.iter().filter(|attribute| attribute[member] == true);
    let keys: Vec<String> = found
        .map(|attribute| attribute["key"].as_str().unwrap().to_owned())
        .collect();
    assert!(!keys.is_empty(), "no attribute is {member}");
    keys
}

#[tokio::test]
async fn the_schema_lists_the_built_in_attributes_and_what_a_command_added() {
    let (_app, _site, agent) = agent_at_work().await;
    let new = agent.get("/schema").await.body;
    let attributes = new["attributes"].as_array().unwrap();
    assert_eq!(attributes.len(), 11);
    let first = &attributes[0];
    let facts = ["key", "kind", "required", "builtIn"].map(|member| first[member].clone());
    assert_eq!(facts, [json!("name"), json!("text"), json!(true), json!(true)]);
    for key in keys_with(attributes, "sortable") {
        agent.get(&format!("/assets?sort={key}")).await;
    }
    let facets = agent.get("/assets/facets").await.body;
    for key in keys_with(attributes, "facet") {
        assert!(facets[&key].is_array(), "{key}");
        agent.get(&format!("/assets?{key}=x")).await;
    }
    let named = json!({ "attributes": { "name": "Laptop", "rack_u": "7" } });
    registered(&agent, &named).await;
    let refused = json!({ "attributes": { "colour": "blue" } });
    agent.post_refused("/assets", &refused).await;
    let schema = agent.get("/schema").await.body;
    let added = &schema["attributes"].as_array().unwrap()[11..];
    assert_eq!(added.len(), 1, "a refused command adds none");
    assert_eq!(
        (&added[0]["key"], &added[0]["builtIn"]),
        (&json!("rack_u"), &json!(false))
    );
}

#[tokio::test]
async fn an_attribute_keeps_its_first_name_and_is_found_by_key_and_name() {
    let (_app, _site, agent) = agent_at_work().await;
    let named = json!({ "attributes": { "name": "Laptop", "Rack (U)": "7", "Seriennummer": "S1" } });
    let (_, asset) = registered(&agent, &named).await;
    let attributes = json!({ "name": "Laptop", "rack_u": "7", "serial": "S1" });
    assert_eq!(asset.body["attributes"], attributes);
    let again = json!({ "attributes": { "name": "Desk", "rack_u": "8", "Rack U": "9" } });
    let (_, other) = registered(&agent, &again).await;
    let attributes = json!({ "name": "Desk", "rack_u": "8", "rack_u_2": "9" });
    assert_eq!(other.body["attributes"], attributes);
    let schema = agent.get("/schema").await.body;
    let added = schema["attributes"].as_array().unwrap()[11..].iter();
    let names: Vec<(&Value, &Value)> = added.map(|a| (&a["key"], &a["name"])).collect();
    let expected = [
        (&json!("rack_u"), &json!("Rack (U)")),
        (&json!("rack_u_2"), &json!("Rack U")),
    ];
    assert_eq!(names, expected);
    for query in ["rack_u = 8", "%22Rack (U)%22 = 8", "%22RACK U%22 = 9"] {
        let address = format!("/assets?query={}", query.replace(' ', "%20").replace('=', "%3D"));
        let found = agent.get(&address).await.body;
        assert_eq!(found["items"][0]["id"], other.body["id"], "{query}");
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{query}");
    }
    let twice = json!({ "attributes": { "name": "Laptop", "Name": "Desk" } });
    let refused = agent.post_refused("/assets", &twice).await;
    assert_eq!(refused.status_and_code(), (422, "asset.attribute_invalid"));
    assert_eq!(refused.body["parameters"]["why"], "named_twice");
}
