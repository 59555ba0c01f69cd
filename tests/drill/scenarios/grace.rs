//! Requests signed with the previous secret: accepted in the grace window, named as superseded
//! after it, and at once when the window is zero.

use std::time::{Duration, Instant};

use crate::audit;
use crate::load::Load;
use crate::options::Options;
use crate::platform::{Answer, Keeps};
use crate::row::Row;
use crate::stage::Stage;
use crate::world::World;

const WINDOW: Duration = Duration::from_secs(4);
/// How near to the end of the window nothing is promised: the request is on its way.
const EDGE: Duration = Duration::from_millis(700);
const SUPERSEDED: &str = "jwt.signature.matches_superseded_secret";
const WITHDRAWN: &str = "a withdrawn secret";

pub async fn play(options: Options) -> Vec<Row> {
    vec![within_and_after(&options).await, leaked(&options).await]
}

async fn within_and_after(options: &Options) -> Row {
    let seconds = WINDOW.as_secs().to_string();
    let stage = Stage::set(options, &[("TALLY_PREVIOUS_SECRET_GRACE_SECONDS", &seconds)]).await;
    let world = stage.world(options);
    world.install_all().await;
    let load = Load::begin(&world);
    for batch in world.batches(4) {
        world
            .in_parallel(&batch, async |world, n| outlive(world, n).await)
            .await;
    }
    load.end().await;
    let lost = audit::lost(&world).await;
    world.promise_nothing_refused();
    world.row("4a previous secret in the grace window and after", &lost)
}

/// Rotates, and goes on with the old secret as long as the window is open and beyond.
async fn outlive(world: &World, n: usize) {
    let old = world.site(n);
    let began = Instant::now();
    let (_, answer) = world.rotate(n, Keeps::Old).await;
    let answered = Instant::now();
    world.promise(answer == Answer::Taken, || format!("a rotation: {answer:?}"));
    let mut turn = n;
    while began.elapsed() < WINDOW - EDGE {
        world.open_page_as(n, turn, &old).await;
        turn += 1;
        world.pass(WINDOW / 8).await;
    }
    world
        .pass((WINDOW + EDGE).saturating_sub(answered.elapsed()))
        .await;
    world.withdrawn(n, &old, SUPERSEDED, WITHDRAWN).await;
}

async fn leaked(options: &Options) -> Row {
    let stage = Stage::set(options, &[("TALLY_PREVIOUS_SECRET_GRACE_SECONDS", "0")]).await;
    let world = stage.world(options);
    world.install_all().await;
    let load = Load::begin(&world);
    for batch in world.batches(4) {
        world
            .in_parallel(&batch, async |world, n| {
                // Without a window a request under way with the old secret would be refused, and
                // rightly.
                let _quiet = world.tenant(n).busy.clone().lock_owned().await;
                let old = world.site(n);
                let (_, answer) = world.rotate(n, Keeps::Old).await;
                world.promise(answer == Answer::Taken, || format!("a rotation: {answer:?}"));
                world.withdrawn(n, &old, SUPERSEDED, WITHDRAWN).await;
            })
            .await;
        world.pass(options.pause() / 4).await;
    }
    load.end().await;
    let lost = audit::lost(&world).await;
    world.promise_nothing_refused();
    world.row("4b leaked: the window set to zero", &lost)
}
