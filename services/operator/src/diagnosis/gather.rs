//! Gathering evidence of one site.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tally_domain::tenant::{HeldSecret, Status};
use tally_domain::{ClientKey, TenantId};
use tally_projections::{InstallLogEntry, QueryError, ReleaseRecord, TenantCredentials, ViewStore};

use super::evidence::{Callback, Evidence, Neighbour, Releases, Secret, Site, Streak, Times};
use crate::config::Config;
use crate::directory::Directory;
use crate::tally::Tally;
use tally_operator::observations::sightings::TenantSightings;
use tally_operator::observations::{Observations, Streak as Spell, TenantHealth};

/// How many callbacks are looked at.
const CALLBACKS: u32 = 200;
/// How many releases are looked at.
const RELEASES: u32 = 50;

/// What a running server has in memory.
pub struct Memory<'a> {
    directory: &'a Directory,
    observations: &'a Observations,
}

impl<'a> Memory<'a> {
    /// Of a running server.
    pub fn of(tally: &'a Tally) -> Self {
        Self {
            directory: &tally.directory,
            observations: &tally.observations,
        }
    }
}

/// Whom a diagnosis is about.
pub enum Subject {
    /// A site that installed at some time.
    Known(Box<TenantCredentials>),
    /// A client key of which no installation was ever accepted.
    Stranger(ClientKey),
}

impl Subject {
    /// Our id of it.
    pub fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::Known(known) => Some(known.id),
            Self::Stranger(_) => None,
        }
    }

    /// The platform's id of it.
    pub fn client_key(&self) -> &ClientKey {
        match self {
            Self::Known(known) => &known.tenant.facts.client_key,
            Self::Stranger(key) => key,
        }
    }
}

/// A tenant by its id.
///
/// # Errors
/// The views cannot be read.
pub fn tenant(views: &ViewStore, tenant: TenantId) -> Result<Option<Subject>, QueryError> {
    let known = views.tenant_credentials().by_tenant(tenant)?;
    Ok(known.map(|known| Subject::Known(Box::new(known))))
}

/// Whom `text` names: a client key, a tenant's id, or an address; of several at one address, the one that has the app and shook hands last.
/// Most client keys have the form of an id, so the form tells nothing.
///
/// # Errors
/// The views cannot be read.
pub fn subject(
    views: &ViewStore,
    memory: Option<&Memory<'_>>,
    text: &str,
) -> Result<Option<Subject>, QueryError> {
    let text = text.trim();
    let credentials = views.tenant_credentials();
    let key = ClientKey::parse(text);
    let mut known = match &key {
        Some(key) => credentials.by_client_key(key)?,
        None => None,
    };
    if let (None, Ok(id)) = (&known, text.parse()) {
        known = credentials.by_tenant(id)?;
    }
    if known.is_none() {
        let at = address(text)
            .map(|url| credentials.at_address(&url))
            .transpose()?;
        let last = |found: &TenantCredentials| {
            (
                found.tenant.status != Status::Uninstalled,
                found.last_handshake_at,
            )
        };
        let found = at.into_iter().flatten().max_by_key(last);
        known = found
            .map(|found| credentials.by_tenant(found.id))
            .transpose()?
            .flatten();
    }
    if let Some(known) = known {
        return Ok(Some(Subject::Known(Box::new(known))));
    }
    let Some(key) = key else { return Ok(None) };
    let heard = memory.is_some_and(|memory| {
        memory.observations.sightings.unknown_issuer(&key).is_some()
            || !memory
                .observations
                .sightings
                .unwritten_callbacks(key.as_str())
                .is_empty()
    });
    let heard = heard || !claims(views, &key)?.is_empty();
    Ok(heard.then_some(Subject::Stranger(key)))
}

fn address(text: &str) -> Option<String> {
    if text.contains("://") {
        return Some(text.trim_end_matches('/').to_owned());
    }
    text.contains('.')
        .then(|| format!("https://{}", text.trim_end_matches('/')))
}

/// The evidence of `subject` at `now`, without what is in memory when there is none to ask.
///
/// # Errors
/// The views cannot be read.
pub fn evidence(
    views: &ViewStore,
    memory: Option<&Memory<'_>>,
    subject: &Subject,
    (config, now): (&Config, DateTime<Utc>),
) -> Result<Evidence, QueryError> {
    let known = match subject {
        Subject::Known(known) => Some(&**known),
        Subject::Stranger(_) => None,
    };
    let traces = match (memory, known) {
        (Some(memory), Some(known)) => memory.observations.sightings.of(known.id),
        _ => TenantSightings::default(),
    };
    let mut callbacks = written(views, subject)?;
    if let Some(memory) = memory {
        callbacks.extend(unwritten(memory, subject));
        callbacks.sort_by_key(|callback| std::cmp::Reverse(callback.at));
    }
    let tenant = subject.tenant();
    let health = match (memory, tenant) {
        (Some(memory), Some(tenant)) => memory.observations.health.of(tenant),
        _ => TenantHealth::default(),
    };
    let mut evidence = Evidence {
        now,
        noting_since: memory.map(|memory| memory.observations.sightings.since()),
        site: known.map(|known| site(known, memory)),
        callbacks,
        streak: None,
        tokens: traces.tokens(),
        stranger: memory
            .and_then(|memory| memory.observations.sightings.unknown_issuer(subject.client_key())),
        page_at: health.last_page,
        call_at: health.last_call,
        answers: traces.answers(),
        framed_at: traces.framed_at,
        neighbours: known
            .map(|known| neighbours(views, known))
            .transpose()?
            .unwrap_or_default(),
        install_verified_at: memory.and_then(|memory| memory.observations.sightings.install_verified_at()),
        failing_beside: failing_beside(views, tenant)?,
        releases: releases(views, config)?,
    };
    evidence.streak = streak(&evidence, health.trouble.refused.map(told), noted(views, tenant)?);
    Ok(evidence)
}

fn told(spell: Spell) -> Streak {
    Streak {
        code: spell.code,
        times: Times {
            count: spell.count,
            first: spell.first,
            last: spell.last,
        },
    }
}

/// What the log has of a site that fails, for when the server has started since, or cannot be asked.
fn noted(views: &ViewStore, tenant: Option<TenantId>) -> Result<Option<Streak>, QueryError> {
    let Some(tenant) = tenant else { return Ok(None) };
    let failing = views.tenant_health().of(tenant)?;
    Ok(failing.map(|failing| Streak {
        code: failing.code,
        times: Times {
            count: failing.refusals,
            first: failing.since,
            last: failing.noted_at,
        },
    }))
}

/// What was refused before a request verified, or before a newer secret came, is mended as far as is known.
fn streak(evidence: &Evidence, seen: Option<Streak>, noted: Option<Streak>) -> Option<Streak> {
    let verified = evidence.verified_at();
    let handshake = evidence.site.as_ref().map(|site| site.last_handshake_at);
    let lasts = |streak: &Streak| {
        verified.is_none_or(|at| at < streak.times.first) && handshake.is_none_or(|at| at < streak.times.last)
    };
    let mut both = [seen, noted].into_iter().flatten().filter(lasts);
    let newest = both.next()?;
    // What was noted began earlier, when the server has started since.
    let first = both
        .map(|other| other.times.first)
        .fold(newest.times.first, DateTime::min);
    Some(Streak {
        times: Times {
            first,
            ..newest.times
        },
        ..newest
    })
}

/// How many other sites are noted as failing, by whichever node saw it.
fn failing_beside(views: &ViewStore, this: Option<TenantId>) -> Result<u64, QueryError> {
    let failing = views.tenant_health().failing()?;
    let others = failing.iter().filter(|failing| Some(failing.tenant) != this);
    Ok(others.count() as u64)
}

/// What changed in what is told to Jira.
fn releases(views: &ViewStore, config: &Config) -> Result<Releases, QueryError> {
    let all = views.releases().all(RELEASES)?;
    let told = |record: &ReleaseRecord| Some((record.descriptor_sha256.clone()?, record.clone()));
    let mut told: Vec<(String, ReleaseRecord)> = all.iter().filter_map(told).collect();
    told.sort_by_key(|(_, record)| std::cmp::Reverse(record.staged_at));
    let changed = told.windows(2).find(|pair| pair[0].0 != pair[1].0);
    let running = told
        .iter()
        .find(|(_, record)| record.version == config.release.running);
    let served = tally_descriptor::descriptor(&config.app_key, config.base_url.as_str()).to_json();
    let served = served.ok().map(|text| hex::encode(Sha256::digest(text)));
    Ok(Releases {
        descriptor_changed: changed.map(|pair| (pair[0].1.version.to_string(), pair[0].1.staged_at)),
        descriptor_strays: running
            .filter(|(digest, _)| served.as_ref().is_some_and(|served| served != digest))
            .map(|(_, record)| record.version.to_string()),
    })
}

fn site(known: &TenantCredentials, memory: Option<&Memory<'_>>) -> Site {
    let secret = |held: &HeldSecret| Secret {
        fingerprint: held.fingerprint.to_string(),
        state: held.state,
        since: since(known, held),
        used_at: memory.and_then(|memory| memory.directory.secret_use(known.id, &held.fingerprint).last()),
    };
    Site {
        status: known.tenant.status,
        base_url: known.tenant.facts.base_url.clone(),
        first_installed_at: known.first_installed_at,
        last_handshake_at: known.last_handshake_at,
        secrets: known.tenant.secrets.iter().map(secret).collect(),
    }
}

fn since(known: &TenantCredentials, held: &HeldSecret) -> DateTime<Utc> {
    let since = known.standings.get(&held.fingerprint);
    since.map_or(known.first_installed_at, |since| since.at)
}

/// What the install log has.
fn written(views: &ViewStore, subject: &Subject) -> Result<Vec<Callback>, QueryError> {
    let entries = match subject {
        Subject::Known(known) => views.install_log().page(known.id, CALLBACKS, None)?.items,
        Subject::Stranger(key) => claims(views, key)?,
    };
    let callback = |entry: InstallLogEntry| Callback {
        at: entry.at,
        callback: entry.callback,
        code: entry.code,
    };
    Ok(entries.into_iter().map(callback).collect())
}

fn claims(views: &ViewStore, key: &ClientKey) -> Result<Vec<InstallLogEntry>, QueryError> {
    views.install_log().claiming(key, CALLBACKS)
}

fn unwritten(memory: &Memory<'_>, subject: &Subject) -> impl Iterator<Item = Callback> {
    let refused = memory
        .observations
        .sightings
        .unwritten_callbacks(subject.client_key().as_str());
    refused.into_iter().map(|refused| Callback {
        at: refused.at,
        callback: refused.callback.to_owned(),
        code: Some(refused.code),
    })
}

fn neighbours(views: &ViewStore, known: &TenantCredentials) -> Result<Vec<Neighbour>, QueryError> {
    let at = views
        .tenant_credentials()
        .at_address(&known.tenant.facts.base_url)?;
    let others = at.into_iter().filter(|other| other.id != known.id);
    Ok(others
        .map(|other| Neighbour {
            tenant: other.id.to_string(),
            status: other.tenant.status,
            first_installed_at: other.first_installed_at,
        })
        .collect())
}
