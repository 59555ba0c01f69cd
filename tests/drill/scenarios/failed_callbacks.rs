//! `installed` fails on its way or on its way back, and the platform then signs with the old
//! secret, or with the new one. Later it tries again.

use std::time::Duration;

use tally_tests::doubles::Fault;

use crate::audit;
use crate::load::Load;
use crate::options::Options;
use crate::platform::{Answer, Keeps};
use crate::row::Row;
use crate::stage::{Edge, Stage};

/// How long the platform waits where answers get lost.
const TIMEOUT: Duration = Duration::from_secs(1);

/// How requests are refused between a secret that never came and the retry: with the new secret as
/// unverifiable; and one that came just before with the old secret, since Jira, asked with that
/// what the person may do, knows only the new one at that point.
const IN_BETWEEN: [&str; 2] = ["jwt.signature_invalid", "permission.check_unavailable"];

/// What goes wrong, and whether people notice before the platform tries again.
struct Case {
    name: &'static str,
    fault: Fault,
    keeps: Keeps,
    unnoticed: bool,
}

const CASES: [Case; 4] = [
    Case {
        name: "2a installed never arrives, old secret kept",
        fault: Fault::Answers(502),
        keeps: Keeps::Old,
        unnoticed: true,
    },
    Case {
        name: "2b installed never arrives, new secret used",
        fault: Fault::Answers(502),
        keeps: Keeps::New,
        // Tally cannot verify with a secret that it never received; until the retry people see the
        // page that says so.
        unnoticed: false,
    },
    Case {
        name: "2c its answer gets lost, old secret kept",
        fault: Fault::LosesAnswers,
        keeps: Keeps::Old,
        unnoticed: true,
    },
    Case {
        name: "2d its answer gets lost, new secret used",
        fault: Fault::LosesAnswers,
        keeps: Keeps::New,
        unnoticed: true,
    },
];

pub async fn play(options: Options) -> Vec<Row> {
    let mut rows = vec![];
    for case in &CASES {
        rows.push(play_case(&options, case).await);
    }
    rows
}

async fn play_case(options: &Options, case: &Case) -> Row {
    let stage = Stage::set(options, &[]).await;
    let world = stage.world(options);
    let edge = Edge::before(&stage, &world);
    world.install_all().await;
    let load = Load::begin(&world);
    world.wait_for_callbacks(TIMEOUT);
    edge.suffer("/installed", case.fault);
    let sites = world.some_sites(2);
    world
        .in_parallel(&sites, async |world, n| {
            let (_, answer) = world.rotate(n, case.keeps).await;
            world.promise(answer == Answer::Failed, || {
                format!("the callback was not lost: {answer:?}")
            });
        })
        .await;
    // What people may do is asked of Jira now, which holds the secret that it kept.
    world.change_shift();
    world.pass(options.pause()).await;
    edge.repair();
    world.wait_for_callbacks(Duration::from_secs(10));
    let before = world.ledger.refusals().len();
    world
        .in_parallel(&sites, async |world, n| {
            let _quiet = world.tenant(n).busy.clone().lock_owned().await;
            // Half of them again with the secret that they have, half with yet another one.
            let answer = if n % 2 == 0 {
                world.install(n).await
            } else {
                world.rotate(n, Keeps::New).await.1
            };
            world.promise(answer == Answer::Taken, || format!("the retry: {answer:?}"));
        })
        .await;
    let during = world.ledger.refusals().len();
    world.pass(options.pause()).await;
    load.end().await;
    let lost = audit::lost(&world).await;
    let after = world.ledger.refusals().len();
    world.promise(after == during, || {
        format!("{} valid requests refused after the retry", after - during)
    });
    if case.unnoticed {
        world.promise_nothing_refused();
    } else {
        world.promise(before > 0, || {
            "no finding says that a secret never arrived".to_owned()
        });
        let codes = world.ledger.refused_by_code();
        world.promise(
            codes.keys().all(|code| IN_BETWEEN.contains(&code.as_str())),
            || format!("{codes:?}"),
        );
    }
    world.row(case.name, &lost)
}
