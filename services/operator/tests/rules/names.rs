//! The names of the operator's streams, which are stored.

use tally_domain::TenantId;
use tally_operator::domain::release::ReleaseVersion;
use tally_operator::domain::{IncidentId, streams};
use uuid::Uuid;

#[test]
fn the_names_of_streams_are_those_of_every_log_ever_written() {
    let id = Uuid::from_u128(7);
    let version = ReleaseVersion::parse("1.4.0").unwrap();
    let names = [
        streams::health(TenantId(id)),
        streams::alarm("TenantsFailing"),
        streams::notices("TenantsFailing"),
        streams::release(&version),
        streams::incident(IncidentId(id)),
    ];
    let names = names.map(|name| name.as_str().to_owned());
    assert_eq!(
        names,
        [
            "00000000-0000-0000-0000-000000000007.health",
            "operator.alarm-TenantsFailing",
            "operator.notices-TenantsFailing",
            "operator.release-1.4.0",
            "operator.incident-00000000-0000-0000-0000-000000000007",
        ]
    );
}

#[test]
fn a_release_is_named_by_what_fits_in_a_streams_name() {
    for good in ["1.4.0", "v1.4.0-rc.1+9f2c1e7", "9f2c1e7", &"x".repeat(64)] {
        assert_eq!(ReleaseVersion::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", "1.4 0", "1/4", "é", "a\n", &"x".repeat(65)] {
        assert_eq!(ReleaseVersion::parse(bad), None, "{bad:?}");
    }
}
