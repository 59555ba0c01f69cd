//! Commands on assets.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use tally_domain::asset::{
    AssetCommand, AssetEvent, AssetRefusal, AssetState, AttributeName, Tag, abandon, decide, extend_schema,
    trim_note,
};
use tally_domain::schema::Schema;
use tally_domain::value::FreeText;
use tally_domain::{AssetId, CommandId, Context, Revision, StreamName, TenantId};
use tally_event_log::{LogReader, LogWriter};
use tracing::warn;
use uuid::Uuid;

use crate::claims::{self, ClaimOutcome, ClaimRequest};
use crate::error::{CommandError, Unavailable};
use crate::execute::{Done, Loaded, execute, find_earlier_result, load, rehearse};
use crate::origin::Origin;
use crate::registrar::Registrar;

/// How long a claim may wait for its asset before another may fence it and take the tag. Far longer
/// than any append, so that registrations under way are left alone.
const CLAIM_TIMEOUT: Duration = Duration::seconds(30);

/// New values of attributes; `None` takes an attribute away.
pub type AttributeChanges = BTreeMap<AttributeName, Option<String>>;

/// Why a command on an asset was not carried out.
pub type AssetError = CommandError<AssetRefusal>;

/// What a registration leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its id, derived from the command, so that a retry yields the same.
    pub asset: AssetId,
    /// Its tag, as given or allotted.
    pub tag: Tag,
    /// What the command left in the log.
    pub done: Done,
}

/// An asset to be registered.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its id.
    pub asset: AssetId,
    /// Its tag; without one, its number makes it.
    pub tag: Option<Tag>,
    /// A number that was drawn for it before; otherwise the next one.
    pub number: Option<u64>,
    /// Its attributes.
    pub attributes: AttributeChanges,
}

impl Registration {
    /// The asset that the command registers: its id derives from the command alone.
    pub fn new(command: CommandId, tag: Option<Tag>, attributes: AttributeChanges) -> Self {
        Self {
            asset: command.asset(),
            tag,
            number: None,
            attributes,
        }
    }
}

/// Registers an asset under its tag, or under an allotted one. Either way it takes a number; that
/// of a refused registration may be lost.
///
/// The tag is claimed before the asset's own event. When the asset is then refused, the claim is
/// released; when the process dies in between, a retry goes on, or the next claimant fences the
/// asset. A retry may be allotted another tag; then the next claimant takes over the first.
///
/// # Errors
/// See [`CommandError`]; refused when another asset has the tag or an attribute breaks a rule.
pub async fn register(
    log: &dyn LogWriter,
    registrar: &Registrar,
    origin: &Origin,
    registration: Registration,
) -> Result<Registered, AssetError> {
    let asset = registration.asset;
    let stream = StreamName::asset(origin.tenant, asset);
    let context = origin.context();
    if let Some((tag, done)) = find_registration(log, &stream, &context).await? {
        return Ok(Registered { asset, tag, done });
    }
    let attributes = &registration.attributes;
    let names: Vec<AttributeName> = attributes.keys().cloned().collect();
    let known = registrar.schemas.find(log, origin.tenant, &names).await?;
    // Checked before the claim, so that a refused registration leaves no trace.
    let trial = Registering {
        number: 0,
        tag: Tag::from_number(0),
        attributes,
        schema: Arc::new(extend_schema(&known, &names)?),
        now: origin.now,
    };
    trial.decide(&AssetState::Absent)?;
    let claimant = Claimant {
        log,
        registrar,
        origin,
        asset,
    };
    let (number, tag) = claimant.take_identity(&registration).await?;
    let recording = async {
        let schema = registrar.complete_schema(log, origin, known, &names).await?;
        let context = with_schema(context, &schema, &names);
        let registering = Registering {
            number,
            tag: tag.clone(),
            schema,
            ..trial
        };
        let decide = |loaded: &Loaded<_>| registering.decide(&AssetState::fold(&loaded.events));
        execute(log, &stream, &context, None, decide).await
    };
    let outcome = recording.await;
    claimant.conclude(tag, outcome).await
}

/// Carries out any other command on an asset.
///
/// # Errors
/// See [`CommandError`]; refused when there is no such asset or its state forbids the command.
pub async fn change(
    log: &dyn LogWriter,
    registrar: &Registrar,
    origin: &Origin,
    asset: AssetId,
    if_revision: Option<Revision>,
    command: &AssetCommand,
    reason: Option<FreeText>,
) -> Result<Done, AssetError> {
    let reason = trim_note(&reason)?;
    let stream = StreamName::asset(origin.tenant, asset);
    let names = command.names();
    let known = registrar.schemas.find(log, origin.tenant, &names).await?;
    if !known.has_all(&names) {
        // Decided before, so that a refused command adds no attribute.
        let loaded = load::<AssetEvent>(log, &stream).await?;
        let state = AssetState::fold(&loaded.events);
        decide(&state, command, &extend_schema(&known, &names)?, origin.now)?;
    }
    let schema = registrar.complete_schema(log, origin, known, &names).await?;
    let context = with_schema(with_reason(origin.context(), command, reason), &schema, &names);
    let done = execute::<AssetEvent, _>(log, &stream, &context, if_revision, |loaded| {
        let state = AssetState::fold(&loaded.events);
        Ok(decide(&state, command, &schema, origin.now)?)
    });
    done.await.map_err(find_absence)
}

/// Decides as [`change`] does, but writes nothing: what the command left where it is a repeat or has
/// nothing to do, and `None` where it would change the asset. So a command can be decided with a
/// person who is added only after it.
///
/// # Errors
/// As for [`change`].
pub async fn rehearse_change(
    log: &dyn LogWriter,
    registrar: &Registrar,
    origin: &Origin,
    asset: AssetId,
    if_revision: Option<Revision>,
    command: &AssetCommand,
) -> Result<Option<Done>, AssetError> {
    let names = command.names();
    let known = registrar.schemas.find(log, origin.tenant, &names).await?;
    let schema = extend_schema(&known, &names)?;
    let (stream, context) = (StreamName::asset(origin.tenant, asset), origin.context());
    let done = rehearse::<AssetEvent, _>(log, &stream, &context, if_revision, |loaded| {
        let state = AssetState::fold(&loaded.events);
        Ok(decide(&state, command, &schema, origin.now)?)
    });
    done.await.map_err(find_absence)
}

/// A condition on the version of an absent asset fails since it is absent: there is no version to
/// load again.
fn find_absence(error: AssetError) -> AssetError {
    match error {
        CommandError::Precondition { actual: None } => AssetRefusal::NotFound.into(),
        CommandError::Refused(_)
        | CommandError::Precondition { actual: Some(_) }
        | CommandError::KeyReused
        | CommandError::Unavailable(_) => error,
    }
}

fn with_reason(context: Context, command: &AssetCommand, reason: Option<FreeText>) -> Context {
    if let AssetCommand::Correct {
        effective_at, reason, ..
    } = command
    {
        return Context {
            effective_at: Some(*effective_at),
            reason: Some(reason.clone()),
            ..context
        };
    }
    Context { reason, ..context }
}

/// The tag under which this very command registered the asset before, and what it left.
async fn find_registration(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
) -> Result<Option<(Tag, Done)>, AssetError> {
    let loaded = load::<AssetEvent>(log, stream).await?;
    let Some(done) = find_earlier_result(&loaded, context)? else {
        return Ok(None);
    };
    let tag = loaded.events.iter().find_map(|e| {
        let AssetEvent::Registered { tag, .. } = &e.event else {
            return None;
        };
        Some(tag.clone())
    });
    Ok(tag.map(|tag| (tag, done)))
}

/// The decision to register an asset.
struct Registering<'a> {
    number: u64,
    tag: Tag,
    attributes: &'a AttributeChanges,
    schema: Arc<Schema>,
    now: DateTime<Utc>,
}

impl Registering<'_> {
    fn decide(&self, state: &AssetState) -> Result<Vec<AssetEvent>, AssetError> {
        let command = AssetCommand::Register {
            number: self.number,
            tag: self.tag.clone(),
            attributes: self.attributes.clone(),
        };
        Ok(decide(state, &command, &self.schema, self.now)?)
    }
}

/// Says with which schema a command that sets attributes was decided.
fn with_schema(context: Context, schema: &Schema, names: &[AttributeName]) -> Context {
    Context {
        schema: schema.revision().filter(|_| !names.is_empty()),
        ..context
    }
}

/// An asset that claims its tag.
struct Claimant<'a> {
    log: &'a dyn LogWriter,
    registrar: &'a Registrar,
    origin: &'a Origin,
    asset: AssetId,
}

impl Claimant<'_> {
    /// The asset's number and its tag, claimed. An allotted tag is that of its number, unless an
    /// asset was given that tag by hand: then it takes the next number.
    async fn take_identity(&self, registration: &Registration) -> Result<(u64, Tag), AssetError> {
        if let Some(tag) = &registration.tag {
            let tag = self.claim_tag(tag.clone()).await?;
            return Ok((self.number_or_next(registration.number).await?, tag));
        }
        let mut drawn = registration.number;
        loop {
            let number = self.number_or_next(drawn.take()).await?;
            match self.claim_tag(Tag::from_number(number)).await {
                Err(CommandError::Refused(
                    AssetRefusal::TagTaken { .. } | AssetRefusal::TagRetired { .. },
                )) => {}
                outcome => return Ok((number, outcome?)),
            }
        }
    }

    async fn number_or_next(&self, drawn: Option<u64>) -> Result<u64, Unavailable> {
        match drawn {
            Some(number) => Ok(number),
            None => self.registrar.numbers.next(self.log, self.origin).await,
        }
    }

    async fn claim_tag(&self, tag: Tag) -> Result<Tag, AssetError> {
        let Self { log, origin, .. } = *self;
        let mut request = ClaimRequest {
            stream: self.registrar.tag_claim(origin.tenant, &tag).await?,
            kind: "tag",
            value: tag.as_str(),
            claimant: self.asset.0,
            fenced: None,
        };
        let context = origin.context();
        match claims::acquire(log, &request, &context).await? {
            ClaimOutcome::Granted => return Ok(tag),
            ClaimOutcome::HeldBy { holder, since }
                if since + CLAIM_TIMEOUT < origin.now && self.is_void(AssetId(holder), &tag).await? =>
            {
                request.fenced = Some(holder);
            }
            ClaimOutcome::HeldBy { holder, .. } => return Err(self.refuse_tag(&tag, holder).await),
        }
        match claims::acquire(log, &request, &context).await? {
            ClaimOutcome::Granted => Ok(tag),
            ClaimOutcome::HeldBy { holder, .. } => Err(self.refuse_tag(&tag, holder).await),
        }
    }

    async fn refuse_tag(&self, tag: &Tag, holder: Uuid) -> AssetError {
        match load_state(self.log, self.origin.tenant, AssetId(holder)).await {
            Ok(state) => refuse_tag(tag, &state).into(),
            Err(error) => error.into(),
        }
    }

    /// Whether the claim of `holder` on `tag` stands for nothing: it was never registered, and is
    /// fenced now; its registration was withdrawn; or it was registered under another tag. The last is left when a try that was
    /// allotted `tag` ended before its last step, and the next try was allotted another.
    async fn is_void(&self, holder: AssetId, tag: &Tag) -> Result<bool, AssetError> {
        let Self { log, origin, .. } = *self;
        if fence(log, origin, holder).await? {
            return Ok(true);
        }
        let used = find_tag(log, origin.tenant, holder).await?;
        Ok(used.is_none_or(|used| used.normal_form() != tag.normal_form()))
    }

    /// What the registration left, by the outcome of its last step. Where another try of the same
    /// command came first, the asset has the tag of that try.
    async fn conclude(&self, tag: Tag, outcome: Result<Done, AssetError>) -> Result<Registered, AssetError> {
        let Self {
            log, origin, asset, ..
        } = *self;
        match &outcome {
            Ok(done) if done.appended > 0 => {}
            Ok(_) | Err(CommandError::Refused(_) | CommandError::KeyReused) => {
                self.release_unused_tag(&tag).await;
            }
            Err(CommandError::Unavailable(cause)) if cause.is_answered() => {
                self.release_unused_tag(&tag).await;
            }
            Err(CommandError::Precondition { .. } | CommandError::Unavailable(_)) => {}
        }
        let done = outcome?;
        let registered = match done.appended {
            0 => find_tag(log, origin.tenant, asset).await?,
            _ => None,
        };
        Ok(Registered {
            asset,
            tag: registered.unwrap_or(tag),
            done,
        })
    }

    /// Gives back a tag that was claimed and not used, unless the asset has it by another try of the
    /// same command. A claim that cannot be released now is left to the next claimant, who takes it
    /// over.
    async fn release_unused_tag(&self, tag: &Tag) {
        if let Err(cause) = self.try_release_tag(tag).await {
            let tenant = self.origin.tenant;
            warn!(%tenant, %cause, "an unused tag could not be released");
        }
    }

    async fn try_release_tag(&self, tag: &Tag) -> Result<(), Unavailable> {
        let Self {
            log, origin, asset, ..
        } = *self;
        let used = find_tag(log, origin.tenant, asset).await?;
        if used.is_some_and(|used| used.normal_form() == tag.normal_form()) {
            return Ok(());
        }
        let stream = self.registrar.tag_claim(origin.tenant, tag).await?;
        claims::release(log, &stream, asset.0, &origin.context()).await
    }
}

/// The tag of an asset; `None` if the register has no such asset.
///
/// # Errors
/// The log cannot be read.
pub async fn find_tag(
    log: &dyn LogReader,
    tenant: TenantId,
    asset: AssetId,
) -> Result<Option<Tag>, Unavailable> {
    let state = load_state(log, tenant, asset).await?;
    Ok(state.asset().map(|known| known.tag.clone()))
}

/// The state of an asset.
///
/// # Errors
/// The log cannot be read.
pub async fn load_state(
    log: &dyn LogReader,
    tenant: TenantId,
    asset: AssetId,
) -> Result<AssetState, Unavailable> {
    let loaded = load::<AssetEvent>(log, &StreamName::asset(tenant, asset)).await?;
    Ok(AssetState::fold(&loaded.events))
}

/// Why `tag` is refused whose holder is in this state: a retired asset can be restored instead.
pub fn refuse_tag(tag: &Tag, holder: &AssetState) -> AssetRefusal {
    let tag = tag.to_string();
    if matches!(holder, AssetState::Retired(_)) {
        AssetRefusal::TagRetired { tag }
    } else {
        AssetRefusal::TagTaken { tag }
    }
}

/// Makes sure that an asset which was never registered never will be; `false` when it was
/// registered.
///
/// # Errors
/// The log cannot be read or written.
pub async fn fence(log: &dyn LogWriter, origin: &Origin, asset: AssetId) -> Result<bool, AssetError> {
    let stream = StreamName::asset(origin.tenant, asset);
    let context = origin.context();
    let loaded = load::<AssetEvent>(log, &stream).await?;
    if AssetState::fold(&loaded.events) == AssetState::Absent {
        execute::<AssetEvent, AssetRefusal>(log, &stream, &context, None, |loaded| {
            Ok(abandon(&AssetState::fold(&loaded.events)))
        })
        .await?;
    }
    let loaded = load::<AssetEvent>(log, &stream).await?;
    Ok(AssetState::fold(&loaded.events) == AssetState::Abandoned)
}
