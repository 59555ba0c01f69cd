//! What Tally stands on fails: the key server, the clocks, the disk.

use std::time::Duration;

use tally_descriptor::{callback, page};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::{Mood, Person};

use crate::audit;
use crate::disk::Disk;
use crate::load::Load;
use crate::options::Options;
use crate::platform::{Answer, Callback, Keeps};
use crate::row::Row;
use crate::stage::Stage;
use crate::world::World;

/// For how long Tally believes the key server that it has no such key.
const ABSENCE: Duration = Duration::from_secs(61);
/// A rollout of at least this pace is large enough to wait that long.
const PATIENT: Duration = Duration::from_secs(1);
/// The codes of a change that the log did not take.
const LOG: [&str; 2] = ["log.unavailable", "log.full"];
/// The key store did not seal something.
const KEYS: &str = "keys.unavailable";
/// The log took it, and the views did not yet.
const VIEWS: &str = "view.lagging";
/// How long an opened secret is used in the outage of the key store. It stands for 5 min, so the
/// outage of more than twice this time stands for more than 10 min.
const SECRET_TTL: Duration = Duration::from_secs(2);
const LIMITED: &str = "6c the log and all files refuse to grow";
const FULL: &str = "6d the disk is full";
/// Why several nodes do not play them.
const NO_DISK: &str =
    "since it limits the files of the process that has the log, and nodes have none: PostgreSQL's server has";
/// How many rotations are tried until a full disk shows: what has been allotted may be written once
/// more.
const TRIES: usize = 2000;

pub async fn play(options: Options) -> Vec<Row> {
    let mut rows = vec![
        key_server(&options).await,
        clocks(&options).await,
        key_store(&options).await,
    ];
    if options.has_several_nodes() {
        rows.extend([LIMITED, FULL].map(|name| Row::left_out(name, &options, NO_DISK)));
        return rows;
    }
    rows.push(disk(&options, &Disk::Limited, LIMITED).await);
    if let Some(full) = Disk::mounted() {
        rows.push(disk(&options, &full, FULL).await);
    }
    rows
}

async fn key_server(options: &Options) -> Row {
    let stage = Stage::set(options, &[]).await;
    let world = stage.world(options);
    world.install_all().await;
    let load = Load::begin(&world);
    let unavailable = || Answer::Refused(503, "install.keys_unavailable".to_owned());
    let unknown = || Answer::Refused(401, "install.key_unknown".to_owned());
    let moods = [
        (Mood::Down, unavailable()),
        (Mood::Confused, unavailable()),
        (Mood::Lost, unknown()),
        (Mood::Slow(Duration::from_millis(800)), Answer::Taken),
        (Mood::Slow(Duration::from_secs(7)), unavailable()),
    ];
    for (mood, expected) in moods {
        stage.keys.feel(mood);
        let key = InstallKey::generate();
        stage.keys.publish(&key);
        let answer = rotate_by(&world, 0, &key).await;
        world.promise(answer == expected, || {
            format!("a new key while the key server is {mood:?}: {answer:?}")
        });
        let answer = rotate_by(&world, 1, InstallKey::platform()).await;
        world.promise(answer == Answer::Taken, || {
            format!("a known key while it is {mood:?}: {answer:?}")
        });
        stage.keys.feel(Mood::Well);
        if mood == Mood::Lost && options.pause() < PATIENT {
            continue;
        }
        if mood == Mood::Lost {
            world.pass(ABSENCE).await;
        }
        let answer = rotate_by(&world, 0, &key).await;
        world.promise(answer == Answer::Taken, || {
            format!("the retry after {mood:?}: {answer:?}")
        });
    }
    load.end().await;
    let lost = audit::lost(&world).await;
    only_callbacks_refused(&world, &["install.keys_unavailable", "install.key_unknown"]);
    world.row("6a key server down, slow, lost; new key ids", &lost)
}

async fn rotate_by(world: &World, n: usize, key: &InstallKey) -> Answer {
    let site = world.site(n).rotated();
    let callback = Callback::signed(world, &site, callback::INSTALLED, site.installed(), key, 0);
    let answer = world.call(n, &callback).await;
    if answer == Answer::Taken {
        world.installed(n, &site);
    }
    answer
}

fn only_callbacks_refused(world: &World, codes: &[&str]) {
    for refusal in world.ledger.refusals() {
        let expected = refusal.what == callback::INSTALLED && codes.contains(&refusal.code.as_str());
        world.promise(expected, || {
            format!("{} was refused: {}", refusal.what, refusal.code)
        });
    }
}

async fn clocks(options: &Options) -> Row {
    let stage = Stage::set(options, &[]).await;
    let world = stage.world(options);
    world.install_all().await;
    let load = Load::begin(&world);
    for (n, seconds) in [(0, -20), (1, 20)] {
        let site = world.site(n).rotated();
        let answer = world.call(n, &Callback::installed(&world, &site, seconds)).await;
        world.promise(answer == Answer::Taken, || {
            format!("installed {seconds} s off: {answer:?}")
        });
        world.installed(n, &site);
        let seen = page_off_by(&world, n, seconds).await;
        world.promise(seen.is_none(), || format!("a page {seconds} s off: {seen:?}"));
    }
    for (n, seconds, code) in [(2, -300, "jwt.expired"), (3, 300, "jwt.not_yet_valid")] {
        let site = world.site(n).rotated();
        let answer = world
            .try_call(n, &Callback::installed(&world, &site, seconds))
            .await;
        let refused = Answer::Refused(401, code.to_owned());
        world.promise(answer == refused, || {
            format!("installed {seconds} s off: {answer:?}")
        });
        let seen = page_off_by(&world, n, seconds).await;
        world.promise(seen.as_deref() == Some(code), || {
            format!("a page {seconds} s off: {seen:?}")
        });
    }
    world.pass(options.pause()).await;
    load.end().await;
    let lost = audit::lost(&world).await;
    world.promise_nothing_refused();
    world.row("6b clocks off by 20 s and by 5 min", &lost)
}

/// Ten minutes without the store of data keys. What was open before goes on; a rotation, which
/// needs a new seal, is answered 503; a site that was not used before is answered 503 with a code of
/// its own. In the first half the store fails, in the second it hangs, where there is a server.
async fn key_store(options: &Options) -> Row {
    let (stage, outage) = stage_of_outage(options).await;
    let world = stage.world(options);
    world.install_all().await;
    for turn in 0..world.entrances().len() {
        for n in 0..options.sites as usize {
            world.open_page(n, turn).await;
        }
    }
    become_known(&world).await;
    let unused = world.jira().site("unused");
    let answer = world.try_call(0, &Callback::installed(&world, &unused, 0)).await;
    world.promise(answer == Answer::Taken, || format!("a further site: {answer:?}"));
    let load = Load::begin(&world);
    stage.stop_key_store();
    world.pass(outage / 2).await;
    refuses_what_needs_a_key(&world, &unused).await;
    stage.start_key_store();
    let hanging = stage.hang_key_store();
    if hanging.is_some() {
        refuses_what_needs_a_key(&world, &unused).await;
    }
    world.pass(outage / 2).await;
    drop(hanging);
    world.pass(SECRET_TTL).await;
    let seen = world.view_page(0, &world.entrance(0), &unused).await;
    world.promise(seen.is_ok(), || format!("the same page afterwards: {seen:?}"));
    let (_, answer) = world.rotate(0, Keeps::Old).await;
    world.promise(answer == Answer::Taken, || {
        format!("a rotation afterwards: {answer:?}")
    });
    load.end().await;
    let lost = audit::lost(&world).await;
    only_callbacks_refused(&world, &[KEYS]);
    world.row(&outage_name(options), &lost)
}

/// Everyone who works gives a first command, for which a person needs a key.
async fn become_known(world: &World) {
    for n in 0..world.len() {
        for turn in 0..world.turns() {
            world.change_asset(n, turn, None).await;
        }
    }
}

/// The nodes of the outage, and how long it takes: as the options say, with the usual time for
/// which a secret is open, or scaled down with that time.
async fn stage_of_outage(options: &Options) -> (Stage, Duration) {
    if let Some(seconds) = options.outage {
        return (Stage::set(options, &[]).await, Duration::from_secs(seconds));
    }
    let ttl = SECRET_TTL.as_secs().to_string();
    let stage = Stage::set(options, &[("TALLY_SECRET_TTL_SECONDS", &ttl)]).await;
    (stage, SECRET_TTL * 2 + options.pause())
}

fn outage_name(options: &Options) -> String {
    match options.outage {
        Some(seconds) => format!("6e key store down for {seconds} s"),
        None => "6e key store down for ten minutes, 1 s for 150 s".to_owned(),
    }
}

async fn refuses_what_needs_a_key(world: &World, unused: &Site) {
    let (_, answer) = world.rotate(0, Keeps::Old).await;
    world.promise(answer == Answer::Refused(503, KEYS.to_owned()), || {
        format!("a rotation without the key store: {answer:?}")
    });
    let seen = world.view_page(0, &world.entrance(0), unused).await.err();
    let code = seen.map(|(code, _)| code);
    world.promise(code.as_deref() == Some("tenant.secrets_unavailable"), || {
        format!("a page whose secret is not open: {code:?}")
    });
}

/// The code of what was wrong with a page whose token was issued `seconds` later than now.
async fn page_off_by(world: &World, n: usize, seconds: i64) -> Option<String> {
    let site = world.site(n);
    let token = Token::request(&site.client_key, "GET", page::ASSETS)
        .claim("sub", Person::viewer().account_id)
        .later(seconds)
        .signed_with(&site.secret);
    let path = format!("{}?jwt={token}", page::ASSETS);
    let url = format!("{}{path}", world.entrance(n));
    let (code, page) = world.view_address(n, &url).await.err()?;
    if let Some(page) = page {
        world.ledger.explained(page);
    }
    Some(code)
}

async fn disk(options: &Options, disk: &Disk, name: &str) -> Row {
    let mut stage = Stage::set_as(1, &[], |tally| match disk.folder() {
        Some(folder) => tally.with("TALLY_DATA_DIR", folder.to_str().unwrap()),
        None => tally.outliving_file_limits(),
    })
    .await;
    let world = stage.world(options);
    world.install_all().await;
    let load = Load::begin(&world);
    world.pass(options.pause()).await;
    disk.refuse(&stage);
    refused_and_nothing_saved(&world).await;
    world.change_shift();
    world.pass(options.pause()).await;
    disk.relent(&stage);
    works_again(&world).await;
    world.pass(options.pause()).await;
    load.end().await;
    let refused = world.ledger.refusals();
    let wrong = refused.iter().find(|r| {
        let write = r.what != "page" && !r.what.starts_with("GET");
        !write || ![LOG[0], LOG[1], VIEWS, KEYS].contains(&r.code.as_str())
    });
    world.promise(wrong.is_none(), || {
        format!("refused while the disk was full: {wrong:?}")
    });
    let lost = audit::lost(&world).await;
    stage.restart(&world).await;
    let lost = [lost, audit::lost(&world).await].concat();
    world.row(name, &lost)
}

/// Rotations are tried until the log refuses one, as it has to; then its secret must not be known.
/// One that the log took and the views could not is answered 503 too: then the secret counts
/// already, and the one before counts still.
async fn refused_and_nothing_saved(world: &World) {
    for turn in 0..TRIES {
        let n = turn % world.len();
        let (rotated, answer) = world.rotate(n, Keeps::Old).await;
        match answer {
            Answer::Refused(503, code) if LOG.contains(&code.as_str()) => {
                half_saved(world, n, &rotated).await;
                let opens = world.open_page(n, n).await;
                return world.promise(opens, || "the old secret does not work any more".to_owned());
            }
            Answer::Refused(503, code) if code == VIEWS => {
                let opens = world.open_page_as(n, n, &rotated).await && world.open_page(n, n).await;
                world.promise(opens, || "a secret that was stored does not work".to_owned());
            }
            Answer::Taken => {}
            other => world.promise(false, || format!("installed on a full disk: {other:?}")),
        }
    }
    world.promise(false, || "the disk never refused".to_owned());
}

async fn half_saved(world: &World, n: usize, rotated: &Site) {
    let seen = world.view_page(n, &world.entrance(n), rotated).await;
    world
        .ledger
        .intruded("a page with a secret that could not be stored", seen.is_ok());
}

async fn works_again(world: &std::sync::Arc<World>) {
    let all: Vec<usize> = (0..world.len()).collect();
    world
        .in_parallel(&all, async |world, n| {
            let (_, answer) = world.rotate(n, Keeps::Old).await;
            world.promise(answer == Answer::Taken, || {
                format!("installed with space again: {answer:?}")
            });
        })
        .await;
}
