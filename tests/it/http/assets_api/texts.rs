//! Texts, numbers and days as people write them, and the names of fields as they see them.

use reqwest::Method;
use serde_json::{Value, json};
use tally_tests::app::{Caller, refused};
use tally_tests::doubles::Person;
use tally_tests::waiting::eventually;
use url::form_urlencoded::byte_serialize;

use super::{agent_at_work, each, named, registered};

fn asking(query: &str) -> String {
    let escaped: String = byte_serialize(query.as_bytes()).collect();
    format!("/assets?query={escaped}")
}

/// The tags of what a query finds.
async fn found(agent: &Caller, query: &str) -> Vec<String> {
    each(&agent.get(&asking(query)).await.body, "/tag")
}

fn tagged(tag: &str, attributes: &Value) -> Value {
    json!({ "tag": tag, "attributes": attributes })
}

#[tokio::test]
async fn what_shows_nothing_is_no_name_and_no_part_of_one() {
    let (_app, _site, agent) = agent_at_work().await;
    for nothing in ["\u{200B}", "\u{AD}\u{200D}", "\u{FEFF}", "\u{2800}", "\u{3164}"] {
        let refused = agent.post_refused("/assets", &named(nothing)).await;
        assert_eq!(
            refused.status_and_code(),
            (422, "asset.name_empty"),
            "{nothing:?}"
        );
    }
    let (_, beamer) = registered(
        &agent,
        &tagged("B\u{200B}-1\u{FEFF}", &json!({ "name": "Beamer\u{200B}" })),
    )
    .await;
    assert_eq!(beamer.body["attributes"]["name"], "Beamer");
    for query in ["name = Beamer", "name == Beamer", "tag = B-1"] {
        assert_eq!(found(&agent, query).await, ["B-1"], "{query}");
    }
    let (_, toolbox) = registered(&agent, &named("👩\u{200D}🔧 toolbox")).await;
    assert_eq!(toolbox.body["attributes"]["name"], "👩\u{200D}🔧 toolbox");
}

#[tokio::test]
async fn what_turns_or_controls_text_is_refused_wherever_text_is_taken() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    let to = Person::viewer().account_id;
    for bad in ["invoice \u{202E}gpj.exe", "a\u{2066}b", "a\u{0}b", "a\u{1B}[31m"] {
        for (address, body, code) in [
            ("/assets".to_owned(), named(bad), "asset.attribute_invalid"),
            (
                format!("{path}/check-out"),
                json!({ "to": to, "note": bad }),
                "asset.note_invalid",
            ),
            (
                format!("{path}/retire"),
                json!({ "reason": bad }),
                "asset.note_invalid",
            ),
            (
                "/assets".to_owned(),
                tagged(bad, &json!({ "name": "x" })),
                "asset.tag_invalid",
            ),
        ] {
            let refused = agent.post_refused(&address, &body).await;
            assert_eq!(refused.status_and_code(), (422, code), "{address} {bad:?}");
        }
        let refused = agent.get_refused(&asking(&format!("name = \"{bad}\""))).await;
        assert_eq!(refused.status_and_code(), (400, "query.invalid"), "{bad:?}");
    }
}

#[tokio::test]
async fn a_due_day_has_a_year_of_four_digits() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &tagged("D-1", &json!({ "name": "Tripod" }))).await;
    let to = Person::viewer().account_id;
    let out = |day: &str| json!({ "to": to, "dueOn": day });
    let bad = [
        "+12026-01-01",
        "+262142-12-31",
        "-0001-01-01",
        "12026-01-01",
        "2027-5-1",
        "1.5.2027",
        "",
    ];
    for day in bad {
        let refused = agent.post_refused(&format!("{path}/check-out"), &out(day)).await;
        assert_eq!(refused.status_and_code(), (400, "request.malformed"), "{day}");
        assert_eq!(refused.body["field"], "dueOn", "{day}");
    }
    agent.post(&format!("{path}/check-out"), &out("2027-05-01")).await;
    for (query, expected) in [
        ("due < startOfYear(9999y)", vec!["D-1"]),
        ("due > startOfYear(9999y)", vec![]),
        ("due = 1.5.2027", vec!["D-1"]),
    ] {
        assert_eq!(found(&agent, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_key_that_is_given_twice_in_a_body_is_refused_at_every_address() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    for (address, body) in [
        ("/assets", r#"{"attributes": {"name": "a", "name": "b"}}"#),
        (
            "/assets",
            r#"{"attributes": {"name": "a", "serial": "1", "seri\u0061l": "2"}}"#,
        ),
        (
            "/assets",
            r#"{"attributes": {"name": "a"}, "attributes": {"name": "b"}}"#,
        ),
        (
            &format!("{path}/correct"),
            r#"{"set": {"name": "a", "name": "b"}, "effectiveAt": "2026-01-01T00:00:00Z", "reason": "x"}"#,
        ),
    ] {
        let request = agent.request(Method::POST, address);
        let request = request.header("Content-Type", "application/json").body(body);
        let problem = refused(request).await;
        assert_eq!(problem.status_and_code(), (400, "request.malformed"), "{body}");
    }
}

#[tokio::test]
async fn a_field_has_the_names_of_the_file_that_brought_it() {
    let (_app, _site, agent) = agent_at_work().await;
    let file = "Asset Tag,Item Name,Category,Serial Number,Purchase Date,Purchase Cost,色\n\
        CN-1,Bench scale,Lab gear,BS-4471,2021-03-05,640,赤\n\
        CN-2,Fume hood,Lab gear,,2018-06-01,\"4.200,00\",青\n";
    let request = agent.request(Method::POST, "/imports?fileName=lab.csv&dryRun=false");
    let request = request.header("Content-Type", "text/csv").body(file);
    let started = request.send().await.unwrap();
    assert_eq!(started.status(), 202);
    eventually("both rows are assets", || async {
        let listed = agent.get("/assets").await.body;
        (listed["items"].as_array().unwrap().len() == 2).then_some(())
    })
    .await;
    for (query, expected) in [
        ("\"Serial Number\" = \"BS-4471\"", vec!["CN-1"]),
        ("\"Serial Number\" is EMPTY", vec!["CN-2"]),
        ("“Purchase Date” < 2020-01-01", vec!["CN-2"]),
        ("\"Purchase Cost\" > 1000", vec!["CN-2"]),
        ("Category = „Lab gear“", vec!["CN-1", "CN-2"]),
        ("\"Asset Tag\" = CN-1", vec!["CN-1"]),
        ("\"Item Name\" like bench", vec!["CN-1"]),
        ("色 = 赤", vec!["CN-1"]),
    ] {
        assert_eq!(found(&agent, query).await, expected, "{query}");
    }
    let query = "type = x OR \"Seriall Number\" is EMPTY";
    let refused = agent.get_refused(&asking(query)).await;
    assert_eq!(refused.status_and_code(), (400, "query.invalid"));
    assert_eq!(
        (&refused.body["from"], &refused.body["to"]),
        (&json!(12), &json!(28))
    );
    assert_eq!(refused.body["expected"][0], "\"Serial number\"");
}

#[tokio::test]
async fn every_label_of_a_page_is_the_name_of_its_field() {
    let (_app, _site, agent) = agent_at_work().await;
    let pages = [
        include_str!("../../../../services/web/src/messages/en/assets.ts"),
        include_str!("../../../../services/web/src/messages/de/assets.ts"),
    ];
    let labels = pages.iter().flat_map(|page| page.lines()).filter_map(|line| {
        let label = line.trim().strip_prefix("'attribute.")?.split('\'').nth(2)?;
        Some(label.to_owned())
    });
    let labels: Vec<String> = labels.collect();
    assert_eq!(labels.len(), 30, "{labels:?}");
    for label in labels {
        let operator = if label == "Status" {
            "!= retired"
        } else {
            "is not EMPTY"
        };
        let answer = agent.get(&asking(&format!("\"{label}\" {operator}"))).await;
        assert_eq!(answer.status, 200, "{label}: {}", answer.body);
    }
}

#[tokio::test]
async fn search_finds_the_assets_of_a_person_by_name() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &tagged("S-1", &json!({ "name": "Camera" }))).await;
    registered(&agent, &tagged("S-2", &json!({ "name": "Lens" }))).await;
    let to = Person::viewer();
    agent
        .post(&format!("{path}/check-out"), &json!({ "to": to.account_id }))
        .await;
    let name = to.display_name.to_uppercase().replace(' ', "+");
    eventually("the name has become known", || async {
        let listed = agent.get(&format!("/assets?q={name}")).await.body;
        (each(&listed, "/tag") == ["S-1"]).then_some(())
    })
    .await;
}
