//! Two app versions roll out in batches: each batch's sites get new secrets, while all sites are
//! used.

use crate::audit;
use crate::load::Load;
use crate::options::Options;
use crate::platform::{Answer, Keeps};
use crate::row::Row;
use crate::stage::Stage;

const VERSIONS: u64 = 2;

pub async fn play(options: Options) -> Vec<Row> {
    let stage = Stage::set(&options, &[]).await;
    let world = stage.world(&options);
    world.install_all().await;
    let load = Load::begin(&world);
    for version in 0..VERSIONS {
        for batch in world.batches(version) {
            world
                .in_parallel(&batch, async |world, n| {
                    let (_, answer) = world.rotate(n, Keeps::Old).await;
                    world.promise(answer == Answer::Taken, || format!("a rotation: {answer:?}"));
                })
                .await;
            world.pass(options.pause()).await;
        }
        world.change_shift();
    }
    load.end().await;
    let lost = audit::lost(&world).await;
    world.promise_nothing_refused();
    vec![world.row("1 rotated in batches under load", &lost)]
}
