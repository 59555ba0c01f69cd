//! The events of a tenant described for its admin.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tally_domain::tenant::{InstalledFacts, SecretFingerprint, TenantEvent};

/// The description of an event.
pub(super) struct Description {
    pub summary: String,
    pub fingerprint: Option<SecretFingerprint>,
    pub details: Value,
}

/// Describes `event`. Details are picked one by one, so that no others, such as a sealed secret,
/// can be shown.
pub(super) fn describe_event(event: &TenantEvent) -> Description {
    let (summary, details) = (summary(event), details(event));
    Description {
        summary,
        fingerprint: fingerprint(event).cloned(),
        details,
    }
}

/// Describes an event of a type that this version does not know, without any of its content.
pub(super) fn describe_unknown_event() -> Description {
    Description {
        summary: "A newer version of Tally recorded something that this one does not know.".to_owned(),
        fingerprint: None,
        details: json!({}),
    }
}

/// What happened, in one sentence. The sentences are stored: changing one changes the view's
/// version.
fn summary(event: &TenantEvent) -> String {
    use TenantEvent as E;
    match event {
        E::Installed {
            facts, fingerprint, ..
        } => {
            format!(
                "{} installed Tally with the secret {fingerprint}.",
                facts.base_url
            )
        }
        E::Reinstalled {
            facts, fingerprint, ..
        } => format!(
            "{} installed Tally again, with the secret {fingerprint}; \
             secrets from before are not accepted any more.",
            facts.base_url
        ),
        E::SharedSecretRotated {
            fingerprint,
            previous,
            previous_until,
            ..
        } => format!(
            "The secret {fingerprint} took the place of {previous}, which is accepted until {}.",
            time(*previous_until)
        ),
        E::InstallationConfirmed { fingerprint, .. } => {
            format!("The site confirmed its installation; the secret {fingerprint} was known.")
        }
        E::CandidateSecretReceived { fingerprint, .. } => format!(
            "An installation older than the newest one brought the secret {fingerprint}; \
             the first request signed with it makes it the current one."
        ),
        E::CandidateSecretPromoted {
            fingerprint,
            previous,
            previous_until,
        } => format!(
            "A request was signed with the candidate {fingerprint}, \
             which took the place of {previous}, accepted until {}.",
            time(*previous_until)
        ),
        E::CandidateSecretDiscarded { fingerprint } => {
            format!("A newer installation made the candidate {fingerprint} needless.")
        }
        E::BaseUrlChanged {
            from,
            to,
            display_url,
        } => move_summary(from, to, display_url.as_deref()),
        E::Enabled {} => "Tally was enabled.".to_owned(),
        E::Disabled {} => "Tally was disabled.".to_owned(),
        E::Uninstalled { .. } => {
            "The site uninstalled Tally; its data stays, its secrets are not accepted any more.".to_owned()
        }
        // The view removes the rows of an erased tenant, so neither is shown.
        E::Erased {} | E::KeysDestroyed {} => String::new(),
    }
}

/// The secret that the event concerns.
fn fingerprint(event: &TenantEvent) -> Option<&SecretFingerprint> {
    use TenantEvent as E;
    match event {
        E::Installed { fingerprint, .. }
        | E::Reinstalled { fingerprint, .. }
        | E::SharedSecretRotated { fingerprint, .. }
        | E::InstallationConfirmed { fingerprint, .. }
        | E::CandidateSecretReceived { fingerprint, .. }
        | E::CandidateSecretPromoted { fingerprint, .. }
        | E::CandidateSecretDiscarded { fingerprint } => Some(fingerprint),
        E::BaseUrlChanged { .. }
        | E::Enabled {}
        | E::Disabled {}
        | E::Uninstalled { .. }
        | E::Erased {}
        | E::KeysDestroyed {} => None,
    }
}

/// What else may be shown.
fn details(event: &TenantEvent) -> Value {
    use TenantEvent as E;
    match event {
        E::Installed { facts, delivery, .. } | E::Reinstalled { facts, delivery, .. } => {
            site_details(facts, delivery.issued_at)
        }
        E::SharedSecretRotated {
            previous,
            previous_until,
            delivery,
            ..
        } => json!({
            "previous": previous,
            "previousUntil": time(*previous_until),
            "issuedAt": time(delivery.issued_at),
        }),
        E::InstallationConfirmed { delivery, .. }
        | E::CandidateSecretReceived { delivery, .. }
        | E::Uninstalled { delivery } => json!({ "issuedAt": time(delivery.issued_at) }),
        E::CandidateSecretPromoted {
            previous,
            previous_until,
            ..
        } => {
            json!({ "previous": previous, "previousUntil": time(*previous_until) })
        }
        E::BaseUrlChanged {
            from,
            to,
            display_url,
        } => {
            json!({ "from": from, "to": to, "displayUrl": display_url })
        }
        E::CandidateSecretDiscarded { .. }
        | E::Enabled {}
        | E::Disabled {}
        | E::Erased {}
        | E::KeysDestroyed {} => json!({}),
    }
}

fn site_details(facts: &InstalledFacts, issued_at: DateTime<Utc>) -> Value {
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

/// The address under which a site is displayed can change by itself.
fn move_summary(from: &str, to: &str, display_url: Option<&str>) -> String {
    match display_url {
        _ if from != to => format!("The site moved from {from} to {to}."),
        Some(shown) => format!("People see the site at {shown} now."),
        None => format!("People see the site at {to} now."),
    }
}
