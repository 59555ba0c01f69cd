//! Messages about alarms.

use proptest::collection::vec;
use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::{text, time, uuid};
use tally_operator::domain::notice::{Lease, Notice, NoticeEvent, NoticeNews};
use uuid::Uuid;

use super::{at, site, tenant};

pub(super) fn examples() -> Vec<AnyEvent> {
    let (id, node) = (Uuid::from_u128(0x0195_0001), Uuid::from_u128(0x0195_0002));
    let until = at("2026-03-07T09:01:00Z");
    let lease = Lease { node, until };
    let channel = "webhook".to_owned();
    let events = [
        NoticeEvent::Queued {
            notice: Notice {
                id,
                alarm: "TenantsFailing".to_owned(),
                news: NoticeNews::StillFiring,
                since: at("2026-03-07T09:00:00Z"),
                at: at("2026-03-07T09:00:30Z"),
                value: 4,
                limit: 3,
                tenants: vec![site(1), site(2)],
            },
            channels: vec![channel.clone(), "email".to_owned()],
            lease,
        },
        NoticeEvent::Taken { notice: id, lease },
        NoticeEvent::Delivered {
            notice: id,
            channel: channel.clone(),
        },
        NoticeEvent::GivenUp { notice: id, channel },
    ];
    events.map(AnyEvent::from).into()
}

fn any_news() -> impl Strategy<Value = NoticeNews> {
    prop_oneof![
        Just(NoticeNews::Firing),
        Just(NoticeNews::StillFiring),
        Just(NoticeNews::Resolved)
    ]
}

fn any_lease() -> impl Strategy<Value = Lease> {
    (uuid(), time()).prop_map(|(node, until)| Lease { node, until })
}

pub(super) fn any_event() -> impl Strategy<Value = NoticeEvent> {
    let notice = (
        uuid(),
        text(),
        any_news(),
        (time(), time()),
        (any::<u64>(), any::<u64>()),
        vec(tenant(), 0..4),
    );
    let notice = notice.prop_map(|(id, alarm, news, (since, at), (value, limit), tenants)| Notice {
        id,
        alarm,
        news,
        since,
        at,
        value,
        limit,
        tenants,
    });
    prop_oneof![
        (notice, vec(text(), 0..3), any_lease()).prop_map(|(notice, channels, lease)| {
            NoticeEvent::Queued {
                notice,
                channels,
                lease,
            }
        }),
        (uuid(), any_lease()).prop_map(|(notice, lease)| NoticeEvent::Taken { notice, lease }),
        (uuid(), text()).prop_map(|(notice, channel)| NoticeEvent::Delivered { notice, channel }),
        (uuid(), text()).prop_map(|(notice, channel)| NoticeEvent::GivenUp { notice, channel }),
    ]
}
