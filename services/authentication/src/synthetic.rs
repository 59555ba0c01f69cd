//! The synthetic tenants of probes: which client keys are theirs, and who may sign their installs.

use std::path::Path;

use anyhow::{Context, anyhow};
use tally_atlassian::synthetic::{self, SyntheticIssuer};
use tally_domain::ClientKey;

/// Whether a client key is that of a synthetic tenant. Such a tenant is no customer's site: it
/// counts in no signal and is shown to no customer.
pub fn is_synthetic(key: &ClientKey) -> bool {
    synthetic::is_synthetic(key.as_str())
}

/// The issuer that signs the installs of synthetic tenants, from the public key at `path`. None
/// where no key is configured, and then no synthetic tenant is served.
///
/// # Errors
/// The file cannot be read, or holds no RSA public key in PEM.
pub fn load_issuer(path: Option<&Path>) -> anyhow::Result<Option<SyntheticIssuer>> {
    let Some(path) = path else {
        return Ok(None);
    };
    let name = || format!("TALLY_PROBE_PUBLIC_KEY_FILE: {}", path.display());
    let pem = std::fs::read_to_string(path).with_context(name)?;
    let issuer = SyntheticIssuer::from_pem(&pem).ok_or_else(|| anyhow!("it is not an RSA public key in PEM"));
    issuer.map(Some).with_context(name)
}
