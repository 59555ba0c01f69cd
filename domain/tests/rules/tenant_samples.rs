//! Words for stories about tenants.

use chrono::{DateTime, Duration, Utc};
use tally_domain::ClientKey;
use tally_domain::tenant::{
    ConnectLink, Delivery, Installation, InstalledFacts, SealedSecret, SecretFingerprint, TenantCommand,
    TenantEvent, TenantState,
};

use crate::story::{Story, at, given};

/// An `installed` callback that brings the secret `secret`, its token issued at a minute of the
/// story.
#[derive(Clone, Debug)]
pub struct Callback(pub Installation);

/// A story in which no site has installed yet.
pub fn no_tenant() -> Story<TenantEvent> {
    given([])
}

pub fn fingerprint(secret: &str) -> SecretFingerprint {
    SecretFingerprint(format!("fp-{secret}"))
}

pub fn sealed(secret: &str) -> SealedSecret {
    SealedSecret {
        alg: "A256GCM".to_owned(),
        kid: "key-1".to_owned(),
        n: "nonce".to_owned(),
        ct: format!("sealed {secret}"),
    }
}

pub fn facts() -> InstalledFacts {
    InstalledFacts {
        client_key: ClientKey::parse("client-key-of-acme").unwrap(),
        base_url: "https://acme.atlassian.net".to_owned(),
        display_url: None,
        product_type: "jira".to_owned(),
        oauth_client_id: None,
        installation_id: None,
    }
}

/// What a token issued at `minutes` leaves behind: it lives for five minutes.
pub fn delivery(token: &str, body: &str, minutes: i64) -> Delivery {
    Delivery {
        token_digest: format!("token {token} of minute {minutes}"),
        body_digest: format!("body {body}"),
        issued_at: at(minutes),
        expires_at: at(minutes + 5),
    }
}

/// The callback with `secret`, issued at `minutes`, that leaves the displaced secret an hour.
pub fn installed(secret: &str, minutes: i64) -> Callback {
    Callback(Installation {
        facts: facts(),
        secret: sealed(secret),
        fingerprint: fingerprint(secret),
        delivery: delivery(secret, secret, minutes),
        grace: Duration::minutes(60),
    })
}

impl Callback {
    pub fn at_url(mut self, base_url: &str) -> Self {
        self.0.facts.base_url = base_url.to_owned();
        self
    }

    pub fn shown_at(mut self, display_url: &str) -> Self {
        self.0.facts.display_url = Some(display_url.to_owned());
        self
    }

    /// With another body under the same token.
    pub fn with_body(mut self, secret: &str) -> Self {
        self.0.secret = sealed(secret);
        self.0.fingerprint = fingerprint(secret);
        self.0.delivery.body_digest = format!("body {secret}");
        self
    }

    pub fn without_grace(mut self) -> Self {
        self.0.grace = Duration::zero();
        self
    }

    pub fn command(&self) -> TenantCommand {
        TenantCommand::RecordInstallation(Box::new(self.0.clone()))
    }

    /// The event when nothing was known before.
    pub fn first(&self) -> TenantEvent {
        let Installation {
            facts,
            secret,
            fingerprint,
            delivery,
            ..
        } = self.0.clone();
        TenantEvent::Installed {
            facts,
            secret,
            fingerprint,
            delivery,
        }
    }

    /// The event after an uninstall.
    pub fn again(&self) -> TenantEvent {
        let Installation {
            facts,
            secret,
            fingerprint,
            delivery,
            ..
        } = self.0.clone();
        TenantEvent::Reinstalled {
            facts,
            secret,
            fingerprint,
            delivery,
        }
    }

    /// The event when it displaces `previous`, which stays accepted until `until`.
    pub fn rotating(&self, previous: &str, until: i64) -> TenantEvent {
        let Installation {
            secret,
            fingerprint: new,
            delivery,
            ..
        } = self.0.clone();
        TenantEvent::SharedSecretRotated {
            secret,
            fingerprint: new,
            previous: fingerprint(previous),
            previous_until: at(until),
            delivery,
        }
    }

    /// The event when it says what is known.
    pub fn confirming(&self) -> TenantEvent {
        TenantEvent::InstallationConfirmed {
            fingerprint: self.0.fingerprint.clone(),
            delivery: self.0.delivery.clone(),
        }
    }

    /// The event when it came late with a secret not known.
    pub fn as_candidate(&self) -> TenantEvent {
        TenantEvent::CandidateSecretReceived {
            secret: self.0.secret.clone(),
            fingerprint: self.0.fingerprint.clone(),
            delivery: self.0.delivery.clone(),
        }
    }
}

pub fn uninstall(minutes: i64) -> TenantCommand {
    TenantCommand::RecordUninstallation(delivery("uninstall", "uninstall", minutes))
}

pub fn uninstalled(minutes: i64) -> TenantEvent {
    TenantEvent::Uninstalled {
        delivery: delivery("uninstall", "uninstall", minutes),
    }
}

pub fn promote(secret: &str) -> TenantCommand {
    TenantCommand::PromoteCandidate {
        fingerprint: fingerprint(secret),
        grace: Duration::minutes(60),
    }
}

pub fn promoted(secret: &str, previous: &str, until: i64) -> TenantEvent {
    TenantEvent::CandidateSecretPromoted {
        fingerprint: fingerprint(secret),
        previous: fingerprint(previous),
        previous_until: at(until),
    }
}

pub fn discarded(secret: &str) -> TenantEvent {
    TenantEvent::CandidateSecretDiscarded {
        fingerprint: fingerprint(secret),
    }
}

/// The tenant's link to Connect.
pub fn connect_link(state: &TenantState) -> &ConnectLink {
    let tenant = state.tenant().expect("the tenant is known");
    tenant.connect().expect("it is linked to Connect")
}

/// The names of the secrets that a request may verify with at `now`, in the order in which they are
/// tried.
pub fn accepted(state: &TenantState, now: DateTime<Utc>) -> Vec<SecretFingerprint> {
    let tenant = state.tenant().expect("the tenant is known");
    tenant
        .accepted_secrets(now)
        .map(|known| known.fingerprint.clone())
        .collect()
}

/// The same for names without their prefix.
pub fn fingerprints<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Vec<SecretFingerprint> {
    secrets.into_iter().map(fingerprint).collect()
}
