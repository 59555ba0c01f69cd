//! Gathering the evidence about one site.

use chrono::{DateTime, Utc};
use tally_domain::tenant::{HeldSecret, Status};
use tally_domain::{ClientKey, TenantId};
use tally_operator_records::domain::release::ReleaseVersion;
use tally_operator_records::views::{HealthList, ReleaseList, ReleaseRecord};
use tally_projections::{CredentialList, InstallLog, InstallLogEntry, QueryError, TenantCredentials};
use tally_view_store::ViewStore;

use super::code::RefusalCode;
use super::evidence::{Callback, Evidence, Neighbour, RefusedRequests, ReleaseFacts, SecretFacts, Site};
use tally_observations::node::TenantDirectory;
use tally_observations::sightings::{TenantSightings, Times};
use tally_observations::{Observations, Streak, TenantHealth};

/// How many callbacks are read.
const CALLBACKS: u32 = 200;
/// How many releases are read.
const RELEASES: u32 = 50;

/// What a running server has in memory.
#[derive(Clone, Copy)]
pub struct ServerMemory<'a> {
    /// The tenants, with the use of their secrets.
    pub tenants: &'a dyn TenantDirectory,
    /// What was observed of requests, callbacks and calls.
    pub observations: &'a Observations,
}

/// What this Tally serves, for comparison with what was released.
#[derive(Clone, Debug)]
pub struct ServedRelease {
    /// The version that runs here.
    pub version: ReleaseVersion,
    /// SHA-256 of the descriptor that is served, in lower-case hex.
    pub descriptor_sha256: Option<String>,
}

/// The site that a diagnosis is about.
pub enum Subject {
    /// A site that installed at some time.
    Installed(Box<TenantCredentials>),
    /// A client key without an accepted installation.
    NeverInstalled(ClientKey),
}

impl Subject {
    /// Its tenant id; `None` when it never installed.
    pub fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::Installed(known) => Some(known.id),
            Self::NeverInstalled(_) => None,
        }
    }

    /// Atlassian's id of it.
    pub fn client_key(&self) -> &ClientKey {
        match self {
            Self::Installed(known) => &known.client_key,
            Self::NeverInstalled(key) => key,
        }
    }

    fn credentials(&self) -> Option<&TenantCredentials> {
        match self {
            Self::Installed(known) => Some(known),
            Self::NeverInstalled(_) => None,
        }
    }
}

/// Finds a tenant by its id.
///
/// # Errors
/// The views cannot be read.
pub fn find_tenant(views: &ViewStore, tenant: TenantId) -> Result<Option<Subject>, QueryError> {
    let known = CredentialList::of(views).by_tenant(tenant)?;
    Ok(known.map(|known| Subject::Installed(Box::new(known))))
}

/// Finds the site that `text` names: by client key, by tenant id, or by address. Of several at one
/// address it is the one that has Tally installed and had the latest handshake. Most client keys
/// look like an id, so the form does not say which is meant.
///
/// # Errors
/// The views cannot be read.
pub fn find_subject(
    views: &ViewStore,
    memory: Option<ServerMemory<'_>>,
    text: &str,
) -> Result<Option<Subject>, QueryError> {
    let text = text.trim();
    let key = ClientKey::parse(text);
    if let Some(known) = find_installed(views, key.as_ref(), text)? {
        return Ok(Some(Subject::Installed(Box::new(known))));
    }
    let Some(key) = key else { return Ok(None) };
    let in_memory = memory.is_some_and(|memory| {
        let sightings = &memory.observations.sightings;
        sightings.unknown_issuer(&key).is_some() || !sightings.unwritten_callbacks(key.as_str()).is_empty()
    });
    let seen = in_memory || !callbacks_claiming(views, &key)?.is_empty();
    Ok(seen.then_some(Subject::NeverInstalled(key)))
}

fn find_installed(
    views: &ViewStore,
    key: Option<&ClientKey>,
    text: &str,
) -> Result<Option<TenantCredentials>, QueryError> {
    let credentials = CredentialList::of(views);
    if let Some(key) = key
        && let Some(known) = credentials.by_client_key(key)?
    {
        return Ok(Some(known));
    }
    if let Ok(id) = text.parse()
        && let Some(known) = credentials.by_tenant(id)?
    {
        return Ok(Some(known));
    }
    let Some(address) = to_address(text) else {
        return Ok(None);
    };
    let rank = |found: &TenantCredentials| {
        let installed = found.tenant.status != Status::Uninstalled;
        (installed, found.last_handshake_at)
    };
    match credentials.at_address(&address)?.into_iter().max_by_key(rank) {
        Some(found) => Ok(credentials.by_tenant(found.id)?),
        None => Ok(None),
    }
}

fn to_address(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    if text.contains("://") {
        return Some(text.to_owned());
    }
    text.contains('.').then(|| format!("https://{text}"))
}

/// The evidence about `subject` at `now`. Without `memory` it holds only what is stored.
///
/// # Errors
/// The views cannot be read.
pub fn gather(
    views: &ViewStore,
    memory: Option<ServerMemory<'_>>,
    subject: &Subject,
    (served, now): (&ServedRelease, DateTime<Utc>),
) -> Result<Evidence, QueryError> {
    let (known, tenant) = (subject.credentials(), subject.tenant());
    let (sightings, health) =
        memory
            .zip(tenant)
            .map_or_else(<(TenantSightings, TenantHealth)>::default, |(memory, tenant)| {
                let seen = memory.observations;
                (seen.sightings.of(tenant), seen.health.of(tenant))
            });
    let of_issuer = |memory: ServerMemory<'_>| {
        let sightings = &memory.observations.sightings;
        sightings.unknown_issuer(subject.client_key())
    };
    let mut evidence = Evidence {
        now,
        remembers_since: memory.map(|memory| memory.observations.sightings.since()),
        site: known.map(|known| to_site(known, memory)),
        callbacks: callbacks(views, memory, subject)?,
        refused_requests: None,
        tokens: sightings.tokens(),
        unknown_issuer: memory.and_then(of_issuer),
        page_at: health.last_page,
        call_at: health.last_call,
        answers: sightings.answers(),
        framed_at: sightings.framed_at,
        neighbours: known
            .map(|known| neighbours(views, known))
            .transpose()?
            .unwrap_or_default(),
        install_verified_at: memory.and_then(|memory| memory.observations.sightings.install_verified_at()),
        other_failing: count_other_failing(views, tenant)?,
        log_fails_since: memory.and_then(|memory| memory.observations.log_fails_since()),
        releases: release_facts(views, served)?,
    };
    let observed = health.trouble.refused.as_ref().map(from_streak);
    evidence.refused_requests = unended_refusals(&evidence, observed, recorded_refusals(views, tenant)?);
    Ok(evidence)
}

fn from_streak(streak: &Streak) -> RefusedRequests {
    RefusedRequests {
        code: RefusalCode::from_code(&streak.code),
        times: Times {
            count: streak.count,
            first: streak.first,
            last: streak.last,
        },
    }
}

/// What the log has about a failing site, in case the server was restarted since or cannot be
/// asked.
fn recorded_refusals(
    views: &ViewStore,
    tenant: Option<TenantId>,
) -> Result<Option<RefusedRequests>, QueryError> {
    let Some(tenant) = tenant else { return Ok(None) };
    let failing = HealthList::of(views).find_failing(tenant)?;
    Ok(failing.map(|failing| RefusedRequests {
        code: RefusalCode::from_code(&failing.code),
        times: Times {
            count: failing.refusals,
            first: failing.since,
            last: failing.noted_at,
        },
    }))
}

/// Leaves out what was refused before a request verified, or before a newer secret came: as far as
/// is known, that is repaired.
fn unended_refusals(
    evidence: &Evidence,
    observed: Option<RefusedRequests>,
    recorded: Option<RefusedRequests>,
) -> Option<RefusedRequests> {
    let verified = evidence.verified_at();
    let handshake = evidence.site.as_ref().map(|site| site.last_handshake_at);
    let goes_on = |refused: &RefusedRequests| {
        verified.is_none_or(|at| at < refused.times.first)
            && handshake.is_none_or(|at| at < refused.times.last)
    };
    let mut both = [observed, recorded].into_iter().flatten().filter(goes_on);
    let newest = both.next()?;
    // What is recorded began earlier, if the server was restarted since.
    let first = both
        .map(|other| other.times.first)
        .fold(newest.times.first, DateTime::min);
    Some(RefusedRequests {
        times: Times {
            first,
            ..newest.times
        },
        ..newest
    })
}

/// The number of other sites that are recorded as failing, by whatever node.
fn count_other_failing(views: &ViewStore, this: Option<TenantId>) -> Result<u64, QueryError> {
    let failing = HealthList::of(views).failing()?;
    let others = failing.iter().filter(|failing| Some(failing.tenant) != this);
    Ok(others.count() as u64)
}

/// How the descriptor changed from release to release, and whether the served one is that of its
/// release.
fn release_facts(views: &ViewStore, served: &ServedRelease) -> Result<ReleaseFacts, QueryError> {
    let all = ReleaseList::of(views).all(RELEASES)?;
    let with_digest = |record: ReleaseRecord| Some((record.descriptor_sha256.clone()?, record));
    let mut releases: Vec<(String, ReleaseRecord)> = all.into_iter().filter_map(with_digest).collect();
    releases.sort_by_key(|(_, record)| std::cmp::Reverse(record.staged_at));
    let changed = releases
        .iter()
        .zip(releases.iter().skip(1))
        .find(|((newer, _), (older, _))| newer != older)
        .map(|((_, record), _)| (record.version.to_string(), record.staged_at));
    let running = releases
        .iter()
        .find(|(_, record)| record.version == served.version);
    let differs = |digest: &String| {
        served
            .descriptor_sha256
            .as_ref()
            .is_some_and(|served| served != digest)
    };
    Ok(ReleaseFacts {
        descriptor_changed: changed,
        descriptor_differs: running
            .filter(|(digest, _)| differs(digest))
            .map(|(_, record)| record.version.to_string()),
    })
}

fn to_site(known: &TenantCredentials, memory: Option<ServerMemory<'_>>) -> Site {
    let used_at = |tenant_secret: &HeldSecret| {
        memory?
            .tenants
            .secret_use(known.id, &tenant_secret.fingerprint)
            .last
    };
    let to_facts = |tenant_secret: &HeldSecret| SecretFacts {
        fingerprint: tenant_secret.fingerprint.to_string(),
        state: tenant_secret.state,
        since: secret_since(known, tenant_secret),
        used_at: used_at(tenant_secret),
    };
    Site {
        status: known.tenant.status,
        base_url: known.tenant.site.base_url.clone(),
        first_installed_at: known.first_installed_at,
        last_handshake_at: known.last_handshake_at,
        secrets: known.tenant.secrets().iter().map(to_facts).collect(),
    }
}

fn secret_since(known: &TenantCredentials, tenant_secret: &HeldSecret) -> DateTime<Utc> {
    let since = known.standings.get(&tenant_secret.fingerprint);
    since.map_or(known.first_installed_at, |since| since.at)
}

/// The callbacks of the install log and those that could not be written to it, newest first.
fn callbacks(
    views: &ViewStore,
    memory: Option<ServerMemory<'_>>,
    subject: &Subject,
) -> Result<Vec<Callback>, QueryError> {
    let entries = match subject {
        Subject::Installed(known) => InstallLog::of(views).page(known.id, CALLBACKS, None)?.items,
        Subject::NeverInstalled(key) => callbacks_claiming(views, key)?,
    };
    let to_callback = |entry: InstallLogEntry| Callback {
        at: entry.at,
        callback: entry.callback,
        code: entry.code.as_deref().map(RefusalCode::from_code),
    };
    let mut callbacks: Vec<Callback> = entries.into_iter().map(to_callback).collect();
    if let Some(memory) = memory {
        let sightings = &memory.observations.sightings;
        let unwritten = sightings.unwritten_callbacks(subject.client_key().as_str());
        callbacks.extend(unwritten.into_iter().map(|refused| Callback {
            at: refused.at,
            callback: refused.callback.to_owned(),
            code: Some(RefusalCode::from_code(&refused.code)),
        }));
        callbacks.sort_by_key(|callback| std::cmp::Reverse(callback.at));
    }
    Ok(callbacks)
}

fn callbacks_claiming(views: &ViewStore, key: &ClientKey) -> Result<Vec<InstallLogEntry>, QueryError> {
    InstallLog::of(views).claiming(key, CALLBACKS)
}

fn neighbours(views: &ViewStore, known: &TenantCredentials) -> Result<Vec<Neighbour>, QueryError> {
    let at = CredentialList::of(views).at_address(&known.tenant.site.base_url)?;
    let others = at.into_iter().filter(|other| other.id != known.id);
    Ok(others
        .map(|other| Neighbour {
            tenant: other.id.to_string(),
            status: other.tenant.status,
            first_installed_at: other.first_installed_at,
        })
        .collect())
}
