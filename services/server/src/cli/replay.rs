//! `tally replay`: a tenant's history, read from the log and from no view.

mod fields;
mod names;
mod text;

use std::fmt::Write as _;
use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Parser;
use tally_domain::tenant::{SecretFingerprint, SecretState, TenantEvent, TenantState};
use tally_domain::{AnyEvent, AsOf, ClientKey, Clock, Recorded, TenantId};
use tally_event_log::{Chain, Damage, LogReader, StoredEvent};

use self::fields::{format_fields, format_text};
use self::names::Names;
use super::output::{print_error, print_line};
use crate::config::Config;
use tally_commands::tenants;

/// The number of events that are read at a time.
const PAGE_SIZE: usize = 2048;

/// Which tenant to replay, and up to when.
#[derive(Parser)]
pub struct ReplayArguments {
    /// The tenant: its id, or the client key of its site.
    #[arg(long)]
    tenant: String,
    /// Replay only what was recorded up to this time (RFC 3339), and print the state at that time.
    #[arg(long)]
    as_of: Option<DateTime<Utc>>,
}

/// Prints the history, then the tenant's state at its end. A server may be running. Each event is
/// checked against its digest; what was altered or cannot be read is named, and the exit code is 1.
pub async fn run(arguments: ReplayArguments, config: Config, clock: &Clock) -> anyhow::Result<ExitCode> {
    let log = crate::assembly::open_log_read_only(&config).await?;
    let tenant = find_tenant(&*log, &arguments.tenant).await?;
    let as_of = match arguments.as_of {
        Some(instant) => Some(resolve_instant(&*log, tenant, instant).await?),
        None => None,
    };
    let mut replay = Replay::default();
    replay.read(&*log, tenant, as_of).await?;
    replay.print_state(tenant, arguments.as_of.unwrap_or_else(|| clock.now()))?;
    if let Some(gap) = log.find_gap().await? {
        replay.faults += 1;
        print_line(&format!(
            "DAMAGED position {gap}: no event stands here; one was removed"
        ))?;
    }
    if replay.faults == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    print_error(&format!(
        "tally: {} of the events above were altered, are missing or cannot be read; tally log verify \
         checks the whole log",
        replay.faults
    ));
    Ok(ExitCode::FAILURE)
}

/// What `instant` means for `tenant`. Reads all its events: a clock may have been set back later.
async fn resolve_instant(
    log: &dyn LogReader,
    tenant: TenantId,
    instant: DateTime<Utc>,
) -> anyhow::Result<AsOf> {
    let mut state = AsOf::resolve(instant, []);
    let mut at = None;
    loop {
        let page = log.read_tenant(tenant, at, PAGE_SIZE).await?;
        let Some(last) = page.last() else { return Ok(state) };
        at = Some(last.position);
        state = page.iter().fold(state, |state, stored| {
            state.after(stored.recorded_at, stored.position)
        });
    }
}

/// The tenant with this client key or id. Most client keys have the form of an id, so the form does
/// not decide.
async fn find_tenant(log: &dyn LogReader, text: &str) -> anyhow::Result<TenantId> {
    if let Some(key) = ClientKey::parse(text)
        && let Some(holder) = tenants::find(log, &key).await?
    {
        return Ok(holder);
    }
    if let Ok(id) = text.parse()
        && tenants::state(log, id).await?.0 != TenantState::Unknown
    {
        return Ok(id);
    }
    anyhow::bail!("no tenant has that id or client key")
}

/// The state after the events so far.
#[derive(Default)]
struct Replay {
    state: TenantState,
    in_force: Vec<(DateTime<Utc>, Option<SecretFingerprint>)>,
    events: u64,
    names: Names,
    chain: Chain,
    /// The events that were altered or cannot be read.
    faults: u64,
}

impl Replay {
    /// Reads and prints the events of `tenant`, up to `as_of`.
    async fn read(
        &mut self,
        log: &dyn LogReader,
        tenant: TenantId,
        as_of: Option<AsOf>,
    ) -> anyhow::Result<()> {
        let mut at = None;
        loop {
            let page = log.read_tenant(tenant, at, PAGE_SIZE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            at = Some(last.position);
            for stored in page {
                if as_of.is_some_and(|state| !state.includes(stored.position)) {
                    return Ok(());
                }
                self.take(stored)?;
            }
        }
    }

    fn take(&mut self, stored: StoredEvent) -> anyhow::Result<()> {
        let damage = self.chain.check(&stored).err();
        let recorded = crate::events::codec().decode_any(stored);
        let unreadable = matches!(recorded.event, AnyEvent::Unreadable { .. });
        self.faults += u64::from(damage.is_some() || unreadable);
        self.apply(&recorded)?;
        damage.map_or(Ok(()), |damage| print_damage(&damage))
    }

    fn apply(&mut self, recorded: &Recorded<AnyEvent>) -> anyhow::Result<()> {
        self.events += 1;
        self.names.learn(recorded);
        print_line(&format_line(recorded, &self.names)?)?;
        if let Some(event) = recorded.event.of::<TenantEvent>() {
            let at = recorded.recorded_at;
            let event = recorded.with_event(event.clone());
            self.state = std::mem::take(&mut self.state).evolve(&event);
            let current = self
                .state
                .tenant()
                .and_then(|t| t.current())
                .map(|s| s.fingerprint.clone());
            if self.in_force.last().map(|(_, before)| before) != Some(&current) {
                self.in_force.push((at, current));
            }
        }
        Ok(())
    }

    fn print_state(&self, tenant: TenantId, at: DateTime<Utc>) -> anyhow::Result<()> {
        let Some(known) = self.state.tenant() else {
            print_line(&format!(
                "tenant {tenant}: nothing was recorded up to {}",
                time(at)
            ))?;
            return Ok(());
        };
        print_line("")?;
        print_line(&format!(
            "tenant {tenant} at {}: {}, {}",
            time(at),
            known.status.as_str(),
            known.site.base_url
        ))?;
        print_line(&format!("{} events", self.events))?;
        print_line("secret in force:")?;
        for (index, (since, secret)) in self.in_force.iter().enumerate() {
            let until = self
                .in_force
                .get(index + 1)
                .map_or("now".to_owned(), |(until, _)| time(*until));
            let name = secret.as_ref().map_or("none".to_owned(), ToString::to_string);
            print_line(&format!("  {} .. {until:<24} {name}", time(*since)))?;
        }
        print_line("secrets:")?;
        for secret in known.secrets() {
            print_line(&format!(
                "  {} {}",
                secret.fingerprint,
                describe_secret(&secret.state, at)
            ))?;
        }
        print_line("people:")?;
        for person in self.names.list_people() {
            print_line(&format!("  {person}"))?;
        }
        Ok(())
    }
}

/// Prints what is wrong with the event of the line before.
fn print_damage(damage: &Damage) -> anyhow::Result<()> {
    print_line(&format!("DAMAGED {damage}"))?;
    Ok(())
}

fn describe_secret(state: &SecretState, at: DateTime<Utc>) -> String {
    match state {
        SecretState::Current => "current".to_owned(),
        SecretState::Candidate => "candidate: arrived late, accepted".to_owned(),
        SecretState::Previous { until } if at < *until => {
            format!("previous: accepted until {}", time(*until))
        }
        SecretState::Previous { until } => format!("previous: was accepted until {}", time(*until)),
        SecretState::Superseded => "not accepted".to_owned(),
    }
}

fn format_line(recorded: &Recorded<AnyEvent>, names: &Names) -> serde_json::Result<String> {
    let text = describe_event(&recorded.event, names)?;
    let actor = &recorded.context.actor;
    let who = actor.person.map_or(actor.via.as_str().to_owned(), |person| {
        names.describe_person(person)
    });
    let subject = names.describe_subject(&recorded.stream);
    let subject = subject.map_or(String::new(), |subject| format!("{subject} "));
    let mut line = format!(
        "{} {:>8} {:<32} {subject}{text} [{who}]",
        time(recorded.recorded_at),
        recorded.position,
        recorded.event.event_type()
    );
    if let Some(effective) = recorded.context.effective_at {
        append(&mut line, format_args!(" true since {}", time(effective)));
    }
    if let Some(event) = recorded.context.reverts {
        append(&mut line, format_args!(" takes back {event}"));
    }
    if let Some(reason) = &recorded.context.reason {
        append(&mut line, format_args!(" because: {}", format_text(reason)));
    }
    Ok(line)
}

fn append(line: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = line.write_fmt(more);
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// What the event says: its fields. Those of a newer version may hold what must not be shown.
fn describe_event(event: &AnyEvent, names: &Names) -> serde_json::Result<String> {
    match event {
        AnyEvent::Unknown { schema, .. } => Ok(format!("written by a newer version (schema {schema})")),
        AnyEvent::Erased { .. } => Ok("erased".to_owned()),
        AnyEvent::Unreadable { why, .. } => Ok(format!("unreadable: {why}")),
        AnyEvent::Known(_) => Ok(format_fields(&event.to_payload()?, names)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use proptest::prelude::*;
    use tally_domain::asset::{AssetEvent, AttributeChange, Attributes, Tag};
    use tally_domain::person::PersonEvent;
    use tally_domain::schema::BUILT_IN;
    use tally_domain::value::Personal;
    use tally_domain::{Actor, AssetId, CommandId, Context, EventId, PersonId, StreamName, Via};
    use tally_event_log::{ExpectedRevision, LogWriter, MemoryLog, codec};
    use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
    use uuid::Uuid;

    use super::text::quote_if_needed;
    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn context(tenant: TenantId) -> Context {
        let command = CommandId(Uuid::new_v4());
        Context::new(Some(tenant), Actor::without_person(Via::App), command)
    }

    async fn append(log: &MemoryLog, tenant: TenantId) {
        let stream = StreamName::asset(tenant, AssetId(Uuid::new_v4()));
        let events = codec::new_events(&stream, &context(tenant), &[AssetEvent::Retired {}]).unwrap();
        log.append(&stream, ExpectedRevision::NoStream, events)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn an_instant_means_the_same_position_as_in_the_views_after_a_clock_was_set_back() {
        let noon: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let hours = chrono::TimeDelta::hours;
        let hour = Arc::new(AtomicI64::new(0));
        let clock = Clock::from_fn({
            let hour = hour.clone();
            move || noon + hours(hour.load(Ordering::Relaxed))
        });
        let wrapper = Arc::new(LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap()));
        let vault = Vault::in_memory(wrapper).unwrap();
        let other = TenantId(Uuid::from_u128(2));
        for tenant in [TENANT, other] {
            vault.create_tenant_key(tenant).unwrap();
        }
        let log = MemoryLog::sealed(clock, Arc::new(vault));
        for (tenant, at) in [(TENANT, 0), (TENANT, 5), (TENANT, 1), (other, -3)] {
            hour.store(at, Ordering::Relaxed);
            append(&log, tenant).await;
        }
        let events = log.read_all(None, 10).await.unwrap();
        let meant = async |instant| {
            let state = resolve_instant(&log, TENANT, instant).await.unwrap();
            events
                .iter()
                .filter(|event| state.includes(event.position))
                .count()
        };
        assert_eq!(meant(noon - hours(1)).await, 0);
        assert_eq!(meant(noon).await, 1);
        assert_eq!(
            meant(noon + hours(1)).await,
            3,
            "also the one whose clock was ahead"
        );
        assert_eq!(meant(noon + hours(9)).await, 3, "not that of another tenant");
    }

    fn recorded(stream: StreamName, context: Context) -> Recorded<AnyEvent> {
        Recorded {
            id: EventId(Uuid::from_u128(8)),
            stream,
            revision: 0,
            position: tally_domain::Position::single(1),
            recorded_at: DateTime::UNIX_EPOCH,
            context,
            event: AssetEvent::Restored {}.into(),
        }
    }

    /// What a line should have of a value. The status follows from the event's type.
    fn shown_values(event: &AssetEvent) -> Vec<String> {
        let changes = event.field_changes().into_iter();
        let changes = changes.filter(|change| change.field != "status");
        let values = changes.flat_map(|change| [change.from, change.to]);
        let note = event.note().and_then(|note| note.text().map(str::to_owned));
        let shown = values.flatten().chain(note);
        shown.map(|value| quote_if_needed(&value)).collect()
    }

    proptest! {
        #[test]
        fn a_line_has_every_value_that_the_history_in_the_app_lists(event in tally_house_tests::business::any_event()) {
            if let Some(asset) = event.of::<AssetEvent>() {
                let stream = StreamName::asset(TENANT, AssetId(Uuid::from_u128(7)));
                let line = Recorded { event: event.clone(), ..recorded(stream, context(TENANT)) };
                let line = format_line(&line, &Names::default()).unwrap();
                for value in shown_values(asset) {
                    prop_assert!(line.contains(&value), "{value}: {line}");
                }
            }
        }
    }

    #[test]
    fn lines_say_what_assets_and_people_are_called_and_who_was_erased() {
        let (asset, person) = (AssetId(Uuid::from_u128(7)), PersonId(Uuid::from_u128(9)));
        let personal = |text: &str| Personal::new(person, Some(text.to_owned()));
        let known = |event: AnyEvent, stream| Recorded {
            event,
            ..recorded(stream, context(TENANT))
        };
        let (assets, people) = (
            StreamName::asset(TENANT, asset),
            StreamName::person(TENANT, person),
        );
        let mut registered = Attributes::default();
        for attribute in BUILT_IN.iter().filter(|attribute| attribute.key == "name") {
            let change = AttributeChange {
                from: None,
                to: Some("Laptop".into()),
            };
            registered = registered.apply(&[(attribute.id, change)].into());
        }
        let mut names = Names::default();
        let mut line = |recorded: &Recorded<AnyEvent>| {
            names.learn(recorded);
            format_line(recorded, &names).unwrap()
        };
        line(&known(
            PersonEvent::Known {
                account: personal("712020:ada"),
            }
            .into(),
            people.clone(),
        ));
        let renamed = line(&known(
            PersonEvent::Renamed {
                name: personal("Ada L."),
            }
            .into(),
            people.clone(),
        ));
        assert!(
            renamed.contains(&format!("person-{person} (\"Ada L.\")")),
            "{renamed}"
        );
        assert!(!renamed.contains("712020"), "{renamed}");
        let tag = Tag::parse("LAP-1").unwrap();
        line(&known(
            AssetEvent::Registered {
                number: 1,
                tag,
                attributes: registered,
            }
            .into(),
            assets.clone(),
        ));
        let to = AssetEvent::CheckedOut {
            to: person,
            due_on: None,
            note: None,
        };
        let checked_out = line(&known(to.into(), assets));
        assert!(
            checked_out.contains(&format!("asset-{asset} (LAP-1 \"Laptop\")")),
            "{checked_out}"
        );
        assert!(
            checked_out.contains(&format!("to={person} (\"Ada L.\")")),
            "{checked_out}"
        );
        line(&known(PersonEvent::Erased {}.into(), people));
        let people: Vec<String> = names.list_people().collect();
        assert_eq!(people, [format!("{person} (erased)")]);
    }

    #[test]
    fn a_line_names_the_event_that_is_taken_back() {
        let reverts = EventId(Uuid::from_u128(7));
        let context = Context {
            reverts: Some(reverts),
            ..context(TENANT)
        };
        let line = format_line(&recorded(StreamName::tenant(TENANT), context), &Names::default()).unwrap();
        assert!(line.contains(&format!("takes back {reverts}")), "{line}");
    }

    #[test]
    fn a_line_names_the_asset_or_the_person_that_the_event_is_about() {
        let id = Uuid::from_u128(7);
        let line_of = |stream| format_line(&recorded(stream, context(TENANT)), &Names::default()).unwrap();
        let person = line_of(StreamName::person(TENANT, PersonId(id)));
        assert!(person.contains(&format!(" person-{id}  [")), "{person}");
        let asset = line_of(StreamName::asset(TENANT, AssetId(id)));
        assert!(asset.contains(&format!(" asset-{id}  [")), "{asset}");
        for stream in [StreamName::tenant(TENANT), StreamName::claim(TENANT, &[7; 32])] {
            let line = line_of(stream);
            assert!(line.contains("asset.restored                    ["), "{line}");
        }
    }
}
