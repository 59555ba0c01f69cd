//! A tenant's events told to its admin.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tally_domain::tenant::{InstalledFacts, SecretFingerprint, TenantEvent};

/// An event as the timeline tells it.
pub(super) struct Told {
    pub event_type: String,
    pub summary: String,
    pub fingerprint: Option<SecretFingerprint>,
    pub details: Value,
}

/// Tells `event`. Details are picked one by one: what is not picked, such as a sealed secret, cannot slip in.
pub(super) fn tell(event: &TenantEvent) -> Told {
    use TenantEvent as E;
    match event {
        E::Installed { facts, fingerprint, delivery, .. } => told("installed")
            .saying(format!("{} installed Tally with the secret {fingerprint}.", facts.base_url))
            .about(fingerprint)
            .with(site(facts, delivery.issued_at)),
        E::Reinstalled { facts, fingerprint, delivery, .. } => told("reinstalled")
            .saying(format!(
                "{} installed Tally again, with the secret {fingerprint}; secrets from before are not accepted any more.",
                facts.base_url
            ))
            .about(fingerprint)
            .with(site(facts, delivery.issued_at)),
        E::SharedSecretRotated { fingerprint, previous, previous_until, delivery, .. } => {
            told("shared_secret_rotated")
                .saying(format!(
                    "The secret {fingerprint} took the place of {previous}, which is accepted until {}.",
                    time(*previous_until)
                ))
                .about(fingerprint)
                .with(json!({
                    "previous": previous,
                    "previousUntil": time(*previous_until),
                    "issuedAt": time(delivery.issued_at),
                }))
        }
        E::InstallationConfirmed { fingerprint, delivery } => told("installation_confirmed")
            .saying(format!("The site confirmed its installation; the secret {fingerprint} was known."))
            .about(fingerprint)
            .with(json!({ "issuedAt": time(delivery.issued_at) })),
        _ => tell_more(event),
    }
}

fn tell_more(event: &TenantEvent) -> Told {
    use TenantEvent as E;
    match event {
        E::CandidateSecretReceived { fingerprint, delivery, .. } => told("candidate_secret_received")
            .saying(format!(
                "An installation older than the newest one brought the secret {fingerprint}; the first request signed with it makes it \
                 the current one."
            ))
            .about(fingerprint)
            .with(json!({ "issuedAt": time(delivery.issued_at) })),
        E::CandidateSecretPromoted { fingerprint, previous, previous_until } => {
            told("candidate_secret_promoted")
                .saying(format!(
                    "A request was signed with the candidate {fingerprint}, which took the place of {previous}, accepted until {}.",
                    time(*previous_until)
                ))
                .about(fingerprint)
                .with(json!({ "previous": previous, "previousUntil": time(*previous_until) }))
        }
        E::CandidateSecretDiscarded { fingerprint } => told("candidate_secret_discarded")
            .saying(format!("A newer installation made the candidate {fingerprint} needless."))
            .about(fingerprint),
        E::BaseUrlChanged { from, to, display_url } => told("base_url_changed")
            .saying(moved(from, to, display_url.as_deref()))
            .with(json!({ "from": from, "to": to, "displayUrl": display_url })),
        E::Enabled {} => told("enabled").saying("Tally was enabled."),
        E::Disabled {} => told("disabled").saying("Tally was disabled."),
        E::Uninstalled { delivery } => told("uninstalled")
            .saying("The site uninstalled Tally; its data stays, its secrets are not accepted any more.")
            .with(json!({ "issuedAt": time(delivery.issued_at) })),
        E::Installed { .. }
        | E::Reinstalled { .. }
        | E::SharedSecretRotated { .. }
        | E::InstallationConfirmed { .. } => tell(event),
    }
}

/// Tells an event of a type that this version does not know. Nothing of its content: who knows what is in it.
pub(super) fn tell_unknown(event_type: &str) -> Told {
    Told {
        event_type: event_type.to_owned(),
        ..told("").saying("A newer version of Tally recorded something that this one does not know.")
    }
}

fn told(name: &str) -> Told {
    Told {
        event_type: format!("tenant.{name}"),
        summary: String::new(),
        fingerprint: None,
        details: json!({}),
    }
}

impl Told {
    fn saying(self, summary: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            ..self
        }
    }

    fn about(self, fingerprint: &SecretFingerprint) -> Self {
        Self {
            fingerprint: Some(fingerprint.clone()),
            ..self
        }
    }

    fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}

fn site(facts: &InstalledFacts, issued_at: DateTime<Utc>) -> Value {
    json!({
        "clientKey": facts.client_key,
        "baseUrl": facts.base_url,
        "displayUrl": facts.display_url,
        "productType": facts.product_type,
        "issuedAt": time(issued_at),
    })
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The address people see can change by itself.
fn moved(from: &str, to: &str, display_url: Option<&str>) -> String {
    match display_url {
        _ if from != to => format!("The site moved from {from} to {to}."),
        Some(shown) => format!("People see the site at {shown} now."),
        None => format!("People see the site at {to} now."),
    }
}
