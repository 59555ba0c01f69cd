//! The probe's key, as Tally reads its public half.

use std::fs;

use tally_atlassian::synthetic::{CLIENT_KEY_PREFIX, SyntheticIssuer};
use tally_probe::{ProbeKey, generate_key_pair};

#[test]
fn tally_derives_the_key_id_from_the_public_half_as_the_probe_does_from_the_private_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = generate_key_pair(folder.path()).unwrap();
    let key = ProbeKey::read(&files.private).unwrap();
    let public = fs::read_to_string(&files.public).unwrap();
    let issuer = SyntheticIssuer::from_pem(&public).unwrap();
    assert_eq!(key.key_id(), issuer.key_id().to_string());
}

#[test]
fn the_probes_tenant_is_synthetic_to_tally() {
    let folder = tempfile::tempdir().unwrap();
    let key = ProbeKey::read(&generate_key_pair(folder.path()).unwrap().private).unwrap();
    let client_key = key.client_key("2026-03-07T02:00:00Z".parse().unwrap());
    assert!(client_key.starts_with(CLIENT_KEY_PREFIX), "{client_key}");
}
