//! `tally replay` beside the running server.

use std::process::Output;

use secrecy::SecretString;
use serde_json::{Value, json};
use tally_tests::connect::Site;
use tally_tests::doubles::{KeyServer, Person};
use tally_tests::process::{Serving, Tally};

use crate::world::World;
use crate::{leaks, rotation};

/// A server with a site whose secret was rotated between two changes of an asset.
struct Story {
    tally: Tally,
    server: Serving,
    world: World,
    http: reqwest::Client,
    folder: tempfile::TempDir,
    /// As installed, and as rotated.
    sites: [Site; 2],
    /// The answers to the registration, to the check-out before the rotation, and to the check-in
    /// after it.
    answers: [Value; 3],
    /// The token of the last command.
    token: String,
    _keys: KeyServer,
}

impl Story {
    async fn play() -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        // As talkative as it gets: what must not be written is not written at any level.
        let tally = Tally::new(folder.path(), &keys).with("TALLY_LOG", "trace");
        let server = tally.serve().await;
        let (world, http) = (World::new(), tally_tests::http::client());
        world.server_is(Some(&server.url));
        let installed = world.site();
        rotation::deliver(&world, &http, &installed).await;
        let command = async |path: &str, body: Value| {
            let send = |http: &reqwest::Client, url: &str| {
                let request = http.post(format!("{url}/api/v1/assets{path}")).json(&body);
                request.header("Authorization", world.authorization())
            };
            world.insist(&http, send).await
        };
        let asset = command("", json!({ "tag": "L-7", "attributes": { "name": "Laptop" } })).await;
        let path = format!("/{}", asset["id"].as_str().unwrap());
        let holder = Person::viewer().account_id;
        let handed_out = command(&format!("{path}/check-out"), json!({ "to": holder })).await;
        // Two tokens of one second would be the same token.
        let rotated = rotation::after_a_second(installed.rotated()).await;
        rotation::deliver(&world, &http, &rotated).await;
        let taken_back = command(&format!("{path}/check-in"), json!({})).await;
        let token = world.authorization();
        Self {
            sites: [installed, rotated],
            answers: [asset, handed_out, taken_back],
            token,
            tally,
            server,
            world,
            http,
            folder,
            _keys: keys,
        }
    }

    /// The names of the two secrets.
    fn fingerprints(&self) -> [String; 2] {
        self.sites
            .each_ref()
            .map(|site| tally_vault::fingerprint(&SecretString::from(site.secret.clone())))
    }

    /// When the `n`th change was recorded.
    fn recorded_at(&self, n: usize) -> &str {
        self.answers[n]["updatedAt"].as_str().unwrap()
    }

    fn replay(&self, tenant: &str, more: &[&str]) -> String {
        let arguments = [&["replay", "--tenant", tenant], more].concat();
        successful(&self.tally.run(&arguments))
    }
}

fn successful(output: &Output) -> String {
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// The lines of the history that begin a list of secrets, without when.
fn in_force(said: &str) -> Vec<&str> {
    let (_, behind) = said.split_once("secret in force:\n").unwrap();
    let (list, _) = behind.split_once("secrets:\n").unwrap();
    list.lines()
        .map(|line| line.split(' ').next_back().unwrap())
        .collect()
}

/// The types of the printed events, in order. Names of people follow at any time.
fn events(said: &str) -> Vec<&str> {
    let (history, _) = said.split_once("\n\n").unwrap();
    history
        .lines()
        .map(|line| line.split_whitespace().nth(2).unwrap())
        .filter(|name| *name != "person.renamed")
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_beside_the_server_shows_what_happened_and_which_secret_was_in_force_when() {
    let story = Story::play().await;
    let [first, second] = story.fingerprints();
    let said = story.replay(&story.sites[0].client_key, &[]);
    let expected = [
        "tenant.installed",
        "person.known",
        "claim.claimed",
        "register.numbers_reserved",
        "asset.registered",
        "person.known",
        "asset.checked_out",
        "tenant.shared_secret_rotated",
        "asset.checked_in",
    ];
    assert_eq!(events(&said), expected, "{said}");
    assert_eq!(in_force(&said), [first.as_str(), second.as_str()], "{said}");
    assert!(said.contains(&format!("{second} current\n")), "{said}");
    assert!(
        said.contains(&format!("{first} previous: accepted until ")),
        "{said}"
    );
    let holder = story.answers[1]["holder"]["person"].as_str().unwrap();
    for fact in [
        "tag=L-7",
        "attributes.name=Laptop",
        "(L-7 \"Laptop\")",
        &format!("to={holder}"),
    ] {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    assert!(!said.contains(&Person::viewer().account_id), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_of_a_past_moment_knows_nothing_of_what_came_later() {
    let story = Story::play().await;
    let [first, second] = story.fingerprints();
    let key = &story.sites[0].client_key;
    let before = story.replay(key, &["--as-of", story.recorded_at(1)]);
    assert_eq!(
        events(&before),
        [
            "tenant.installed",
            "person.known",
            "claim.claimed",
            "register.numbers_reserved",
            "asset.registered",
            "person.known",
            "asset.checked_out"
        ],
        "{before}"
    );
    assert_eq!(in_force(&before), [first.as_str()]);
    assert!(
        before.contains(&format!("{first} current\n")) && !before.contains(&second),
        "{before}"
    );
    let earlier = story.replay(key, &["--as-of", story.recorded_at(0)]);
    assert_eq!(
        events(&earlier),
        [
            "tenant.installed",
            "person.known",
            "claim.claimed",
            "register.numbers_reserved",
            "asset.registered"
        ],
        "{earlier}"
    );
    let never = story.replay(key, &["--as-of", "2001-01-01T00:00:00Z"]);
    assert!(never.contains("nothing was recorded up to 2001"), "{never}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_takes_a_tenant_by_its_id_or_its_client_key_and_no_other() {
    let story = Story::play().await;
    let me = crate::seen::get(&story.world, &story.http, &story.server.url, "/me").await;
    let until = ["--as-of", story.recorded_at(2)];
    let by_id = story.replay(me["site"]["tenantId"].as_str().unwrap(), &until);
    assert_eq!(by_id, story.replay(&story.sites[0].client_key, &until));
    for stranger in ["nobody-we-know", "5cb5a5b1-7d67-4f0c-bd62-4d6d1d0cc4a5"] {
        let output = story.tally.run(&["replay", "--tenant", stranger]);
        assert_eq!(output.status.code(), Some(1));
        let why = String::from_utf8(output.stderr).unwrap();
        assert!(why.contains("no tenant has that id or client key"), "{why}");
    }
}

/// What one who writes to the database without Tally may change, and the words by which each is
/// named: position, stream and revision of the event, or the position of one that is gone.
const CHANGES: [(&str, &[&str]); 3] = [
    (
        "UPDATE events SET recorded_at = recorded_at - 86400000000 WHERE type = 'asset.checked_out'",
        &[".asset-", "revision 1", "it was altered"],
    ),
    (
        "DELETE FROM events WHERE type = 'asset.registered'",
        &[".asset-", "revision 1", "removed"],
    ),
    (
        "DELETE FROM events WHERE type = 'register.numbers_reserved'",
        &["no event stands"],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_was_altered_or_removed_is_named_by_every_reader_of_the_log() {
    let story = Story::play().await;
    let (tally, tenant) = (&story.tally, story.sites[0].client_key.as_str());
    assert_eq!(story.server.stop().await.code(), Some(0));
    let (file, unaltered) = (tally.data().join("events.db"), tally.data().join("unaltered.db"));
    let tool = rusqlite::Connection::open(&file).unwrap();
    tool.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(tool);
    std::fs::copy(&file, &unaltered).unwrap();
    let url = format!("sqlite:{}", file.display());
    let copy = format!("sqlite:{}", story.folder.path().join("copy.db").display());
    let readers: [&[&str]; 5] = [
        &["replay", "--tenant", tenant],
        &["log", "verify", "--log", &url],
        &["log", "copy", "--from", &url, "--to", &copy],
        &["views", "rebuild"],
        &["serve"],
    ];
    let restore = || {
        for rest in ["events.db-wal", "events.db-shm"] {
            drop(std::fs::remove_file(tally.data().join(rest)));
        }
        std::fs::copy(&unaltered, &file).unwrap();
    };
    for (change, named) in CHANGES {
        restore();
        let tool = rusqlite::Connection::open(&file).unwrap();
        let triggers = "DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted;";
        tool.execute_batch(&format!("{triggers} {change};")).unwrap();
        drop(tool);
        for reader in readers {
            let output = tally.run(reader);
            let [said, complained] =
                [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
            let said = format!("{said}{complained}");
            assert_eq!(output.status.code(), Some(1), "{reader:?} after {change}: {said}");
            if reader != ["serve"] && !named.contains(&"removed") {
                let missing = named.iter().find(|part| !said.contains(**part));
                assert_eq!(missing, None, "{reader:?} after {change}: {said}");
            }
            assert!(said.contains("position"), "{reader:?} after {change}: {said}");
        }
        let verified = String::from_utf8(tally.run(readers[1]).stdout).unwrap();
        assert!(
            named.iter().all(|part| verified.contains(part)),
            "{change}: {verified}"
        );
    }
    restore();
    for reader in &readers[..4] {
        successful(&tally.run(reader));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_and_no_token_is_in_any_file_or_log_or_replay() {
    let story = Story::play().await;
    let replayed = story.replay(&story.sites[0].client_key, &[]);
    // A page is refused with its token in the URL, and a callback with a token in its header.
    let forged = story.sites[0].rotated();
    let page = forged.request_token("712020:agent", "GET", "/pages/assets");
    let url = format!("{}/pages/assets?jwt={page}", story.server.url);
    assert_eq!(story.http.get(url).send().await.unwrap().status().as_u16(), 401);
    let mut planted: Vec<String> = [&story.sites[0], &story.sites[1], &forged]
        .map(|site| site.secret.clone())
        .into();
    let (_, token) = story.token.split_once(' ').unwrap();
    planted.extend([page, token.to_owned()]);
    planted.push(story.tally.variable("TALLY_MASTER_KEY").to_owned());
    leaks::nowhere_in("the replay", &replayed, &planted);
    leaks::nowhere_below(story.folder.path(), &planted);
    // Closing the stores moves what the write-ahead logs held into their files.
    assert_eq!(story.server.stop().await.code(), Some(0));
    leaks::nowhere_below(story.folder.path(), &planted);
}
