//! The drill of a rotation: the master key is replaced, and the process that wraps the keys again is
//! killed in the middle.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tally_domain::{EventId, StreamName, TenantId, TextId};
use tally_event_log::{Item, Location, NoKeys, Opened, Part, Sealer, Subject};
use tally_operator::domain::streams;
use tally_tests::doubles::KeyServer;
use tally_tests::process::Tally;
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use uuid::Uuid;

use crate::world::World;
use crate::{load, rotation};

/// Enough that wrapping them again takes a while.
const TEXTS: u128 = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_is_killed_goes_on_and_the_old_master_key_can_be_retired() {
    let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
    let mut tally = Tally::new(folder.path(), &keys);
    let server = tally.serve().await;
    let (world, http) = (World::new(), tally_tests::http::client());
    world.server_is(Some(&server.url));
    rotation::deliver(&world, &http, &world.site()).await;
    assert_refused_beside_a_server(&tally);
    assert_eq!(server.stop().await.code(), Some(0));
    let old = tally.variable("TALLY_MASTER_KEY").to_owned();
    let sealed = seal_texts(&tally.data(), &old).await;

    let new = STANDARD.encode([7; 32]);
    tally.set("TALLY_MASTER_KEY", &new);
    let (code, said) = answer(&tally, "rotate");
    assert!(code == Some(1) && said.contains("was not given"), "{said}");
    tally.set("TALLY_OTHER_MASTER_KEY", &old);
    let broken_off = kill_rotations(&tally);
    let (code, said) = answer(&tally, "rotate");
    assert_eq!(code, Some(0), "{said}");
    assert!(broken_off > 0, "none was killed in the middle");
    let (code, said) = answer(&tally, "status");
    assert!(
        code == Some(0) && said.contains("No key is under another master key."),
        "{said}"
    );

    tally.set("TALLY_OTHER_MASTER_KEY", "");
    assert_all_open(&tally.data(), &new, sealed).await;
    let server = tally.serve().await;
    world.server_is(Some(&server.url));
    load::register_shared(&world).await;
    assert_eq!(server.stop().await.code(), Some(0));
    assert_eq!(recorded(&tally).await, ["keys.rotation_started", "keys.rotated"]);
}

#[test]
fn in_a_wrong_folder_no_command_makes_keys() {
    let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
    let tally = Tally::new(folder.path(), &keys);
    let nil = Uuid::nil().to_string();
    for command in [
        &["keys", "status"][..],
        &["keys", "rotate"],
        &["tenant", "erase", "--tenant", &nil, "--yes"],
        &["person", "erase", "--tenant", &nil, "--person", &nil, "--yes"],
    ] {
        let output = tally.run(command);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(
            complained.contains("there are no keys at"),
            "{command:?}: {complained}"
        );
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(!tally.data().exists(), "{command:?}");
    }
}

fn assert_refused_beside_a_server(tally: &Tally) {
    let (code, said) = answer(tally, "rotate");
    assert!(code == Some(1) && said.contains("in use"), "{said}");
    let (code, said) = answer(tally, "status");
    assert!(code == Some(0) && said.contains("under local-"), "{said}");
}

/// Kills rotations until keys are under both master keys. Returns how many keys were still under
/// the old one then.
fn kill_rotations(tally: &Tally) -> u64 {
    for milliseconds in (50..).step_by(50) {
        let mut rotating = tally.command(&["keys", "rotate"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        rotating.kill().unwrap();
        rotating.wait().unwrap();
        let (_, said) = answer(tally, "status");
        let texts: Vec<u64> = said
            .lines()
            .filter_map(count_texts)
            .filter(|keys| *keys > 0)
            .collect();
        match texts.as_slice() {
            [_, behind] => return *behind,
            [_] if said.contains("No key is under") => return 0,
            _ => {}
        }
    }
    0
}

fn count_texts(line: &str) -> Option<u64> {
    let (count, _) = line.strip_prefix("text_keys")?.split_once(" under ")?;
    count.trim().parse().ok()
}

fn answer(tally: &Tally, verb: &str) -> (Option<i32>, String) {
    let output = tally.run(&["keys", verb]);
    let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (output.status.code(), format!("{said}{complained}"))
}

fn open_vault(data: &Path, master_key: &str) -> Vault {
    let key = KeyEncryptionKey::from_base64(master_key).unwrap();
    Vault::open_at(&data.join("keys.db"), Arc::new(LocalKeyWrapper::new(key))).unwrap()
}

async fn seal_texts(data: &Path, master_key: &str) -> Vec<Item> {
    let tenant = TenantId(Uuid::new_v4());
    let texts = (0..TEXTS).map(|number| Item {
        subject: Subject::Text(TextId(Uuid::from_u128(number))),
        location: Location {
            tenant,
            stream: StreamName::register(tenant),
            revision: 0,
            event: EventId(Uuid::from_u128(number)),
            event_type: "asset.edited".to_owned(),
            schema: 1,
            part: Part::Text {
                path: "payload/notes".to_owned(),
            },
        },
        bytes: b"a note".to_vec(),
        key_digest: None,
    });
    let texts: Vec<Item> = texts.collect();
    let vault = open_vault(data, master_key);
    vault.add_tenant(tenant).await.unwrap();
    let sealed = Sealer::seal(&vault, texts.clone()).await.unwrap();
    let stored = texts.into_iter().zip(sealed);
    stored
        .map(|(text, sealed)| Item {
            bytes: sealed.bytes,
            ..text
        })
        .collect()
}

async fn assert_all_open(data: &Path, master_key: &str, sealed: Vec<Item>) {
    let opened = Sealer::open(&open_vault(data, master_key), sealed).await.unwrap();
    for opened in opened {
        assert_eq!(opened.unwrap(), Opened::Plain(b"a note".to_vec()));
    }
}

/// The types of the events in the keys' stream.
async fn recorded(tally: &Tally) -> Vec<String> {
    let url = format!("sqlite:{}", tally.data().join("events.db").display());
    let log = tally_event_log::open_read_only(&url, Arc::new(NoKeys))
        .await
        .unwrap();
    let events = log.read_stream(&streams::keys(), 0, 10).await.unwrap();
    events.into_iter().map(|stored| stored.event_type).collect()
}
