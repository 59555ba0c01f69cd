//! The files of a deployment name what there is.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const COMPOSE_FILES: [&str; 2] = ["docker-compose.yml", "services/deploy/single.yml"];
const DOCKERFILE: &str = "services/server/Dockerfile";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// What follows `word` in the lines that begin with it.
fn values<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("- "));
    let values = lines.filter_map(|line| line.strip_prefix(word));
    values.map(str::trim).collect()
}

fn is_pinned(image: &str) -> bool {
    let tag = image.rsplit('/').next().and_then(|name| name.split_once(':'));
    tag.is_some_and(|(_, tag)| !tag.is_empty() && !tag.starts_with("latest"))
}

/// The names of the services that run Tally on several nodes.
fn nodes<'t>(compose: &'t str) -> Vec<&'t str> {
    let services = compose.split_once("\nservices:\n").unwrap().1;
    let ours = services
        .split("\n\n")
        .filter(|service| service.contains("<<: *web\n") || service.contains("<<: *tally\n"));
    let name = |line: &'t str| line.strip_prefix("  ")?.strip_suffix(':');
    ours.filter_map(|service| service.lines().find_map(name))
        .collect()
}

#[test]
fn every_variable_that_a_compose_file_sets_or_asks_for_is_one_that_tally_knows() {
    let known: BTreeSet<String> = tally_server::config::TABLE
        .all()
        .iter()
        .flat_map(|setting| [Some(setting.variable()), setting.file_variable()])
        .flatten()
        .collect();
    for file in COMPOSE_FILES {
        let text = read(file);
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let named: BTreeSet<&str> = words.filter(|word| word.starts_with("TALLY_")).collect();
        let unknown: Vec<_> = named.into_iter().filter(|name| !known.contains(*name)).collect();
        assert_eq!(unknown, Vec::<&str>::new(), "{file}");
    }
}

#[test]
fn every_image_is_pinned() {
    for file in COMPOSE_FILES {
        for image in values(&read(file), "image:") {
            assert!(is_pinned(image), "{file}: {image}");
        }
    }
    let dockerfile = read(DOCKERFILE);
    let stages = values(&dockerfile, "FROM");
    let made_here: BTreeSet<&str> = stages
        .iter()
        .filter_map(|stage| stage.split(" AS ").nth(1))
        .collect();
    for stage in &stages {
        let image = stage.split(" AS ").next().unwrap_or_default();
        assert!(
            made_here.contains(image) || is_pinned(image),
            "{DOCKERFILE}: {image}"
        );
    }
    assert!(!is_pinned("nginx") && !is_pinned("nginx:latest") && !is_pinned("host:5000/nginx"));
}

#[test]
fn every_file_that_is_mounted_is_there() {
    let compose = read("docker-compose.yml");
    let mounted = values(&compose, "./")
        .into_iter()
        .filter_map(|m| m.split_once(':'));
    let mounted: Vec<&str> = mounted.map(|(file, _)| file).collect();
    assert!(mounted.len() > 5, "{mounted:?}");
    for file in mounted {
        assert!(root().join(file).exists(), "{file}");
    }
}

#[test]
fn every_node_is_scraped_by_prometheus() {
    let (compose, prometheus) = (read("docker-compose.yml"), read("services/deploy/prometheus.yml"));
    let nodes = nodes(&compose);
    assert_eq!(nodes, ["web1", "web2", "projector1", "projector2"]);
    for node in nodes {
        assert!(prometheus.contains(&format!("{node}:8080")), "{node}");
    }
}

#[test]
fn the_proxy_lets_go_of_idle_connections_before_tally_does() {
    let proxy = read("services/deploy/nginx.conf");
    let upstream = proxy.split("upstream tally").nth(1).unwrap();
    let seconds = values(upstream, "keepalive_timeout")[0].trim_end_matches("s;");
    assert!(seconds.parse::<u32>().unwrap() < 75);
}
