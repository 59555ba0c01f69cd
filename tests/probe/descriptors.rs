//! `tally descriptor diff` and `print`, as a pipeline asks them.

use std::fs;

use serde_json::Value;

use crate::bench::{Bench, root};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_is_what_was_published() {
    let bench = Bench::new().with("TALLY_BASE_URL", "https://tally.example");
    let published = root().join("descriptor/golden/atlassian-connect.json");
    let published = published.to_str().unwrap();
    let server = bench.serve().await;
    let served = format!("{}/atlassian-connect.json", server.url);
    let ran = bench.bare(&["descriptor", "diff", published, &served]);
    assert_eq!(
        (ran.code, ran.out.lines().count()),
        (0, 1),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(ran.out.starts_with("none: "), "{}", ran.out);
    // And so would be what this binary serves, without a server.
    let printed = bench.bare(&["descriptor", "print", "--base-url", "https://tally.example"]);
    assert_eq!(printed.out, fs::read_to_string(published).unwrap());
}

#[test]
fn each_effect_has_its_exit_code_and_says_why() {
    let bench = Bench::new();
    let golden = root().join("descriptor/golden/atlassian-connect.json");
    let golden = fs::read_to_string(golden).unwrap();
    let old = bench.path("old.json");
    fs::write(&old, &golden).unwrap();
    for (from, to, code, effect) in [
        ("", "", 0, "none"),
        ("\"name\": \"Tally\"", "\"name\": \"Tally 2\"", 3, "handshake"),
        ("\"READ\"", "\"READ\", \"WRITE\"", 4, "approval"),
        ("\"tally-assets\"", "\"tally\"", 5, "invalid"),
    ] {
        let new = bench.path("new.json");
        fs::write(&new, golden.replacen(from, to, 1)).unwrap();
        let files = [old.to_str().unwrap(), new.to_str().unwrap()];
        let ran = bench.bare(&["descriptor", "diff", files[0], files[1]]);
        assert_eq!(ran.code, code, "{effect}: {}{}", ran.out, ran.err);
        assert!(ran.out.starts_with(&format!("{effect}: ")), "{}", ran.out);
        let ran = bench.bare(&["descriptor", "diff", "--json", files[0], files[1]]);
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((ran.code, &answer["effect"]), (code, &effect.into()), "{answer}");
        let reasons = answer["reasons"].as_array().unwrap();
        assert_eq!(reasons.is_empty(), code == 0, "{answer}");
        assert!(
            reasons
                .iter()
                .all(|reason| reason["why"].is_string() && reason["place"].is_string())
        );
    }
}

#[test]
fn what_cannot_be_read_is_no_verdict() {
    let bench = Bench::new();
    let broken = bench.path("broken.json");
    fs::write(&broken, "{").unwrap();
    let broken = broken.to_str().unwrap();
    for source in [
        broken,
        "/none.json",
        "http://127.0.0.1:1/descriptor.json",
        "http://tally.example/descriptor.json",
    ] {
        let ran = bench.bare(&["descriptor", "diff", source, broken]);
        assert_eq!(ran.code, 1, "{source}: {}", ran.out);
        assert!(
            ran.err.contains("tally: ") && ran.out.is_empty(),
            "{source}: {}",
            ran.err
        );
    }
    assert_eq!(bench.bare(&["descriptor", "diff", broken]).code, 2);
}
