//! The synthetic tenant of probes: which tenants are such, and whether there are to be any here.

use anyhow::{Context, anyhow};
use tally_atlassian::synthetic::{self, SyntheticIssuer};
use tally_domain::ClientKey;

use crate::config::Config;
use crate::tally::Tally;

/// Whether a client key is that of a synthetic tenant. Such a one is nobody's site: it counts in no signal and is shown to no customer.
pub fn is_synthetic(key: &ClientKey) -> bool {
    synthetic::is_synthetic(key.as_str())
}

/// Who signs the installs of synthetic tenants, if there are to be any.
///
/// # Errors
/// The configured key cannot be read.
pub fn issuer(config: &Config) -> anyhow::Result<Option<SyntheticIssuer>> {
    let Some(path) = &config.probe_key_file else {
        return Ok(None);
    };
    let named = || format!("TALLY_PROBE_PUBLIC_KEY_FILE: {}", path.display());
    let pem = std::fs::read_to_string(path).with_context(named)?;
    let issuer = SyntheticIssuer::from_pem(&pem).ok_or_else(|| anyhow!("it is not an RSA public key in PEM"));
    issuer.map(Some).with_context(named)
}

impl Tally {
    /// Whether tenants of this client key are served: once the probe's key is taken away, so is what it installed.
    pub(crate) fn serves(&self, key: &ClientKey) -> bool {
        !is_synthetic(key) || self.config.probe_key_file.is_some()
    }
}
