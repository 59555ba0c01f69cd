//! Making events: every one comes from a decision on the fold of its stream.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, TimeZone, Utc};
use tally_domain::asset::{
    self, AssetCommand, AssetEvent, AssetRefusal, AssetState, AttributeId, AttributeName, Tag,
};
use tally_domain::event::Family;
use tally_domain::import::{
    self, Column, Finding, ImportEvent, ImportOutcome, ImportRefusal, ImportState, RowJudged, Verdict,
};
use tally_domain::person::{self, PersonEvent, PersonState};
use tally_domain::refusal::Parameter;
use tally_domain::schema::Schema;
use tally_domain::tenant::{
    self, Delivery, Installation, InstalledFacts, RefusedCallback, SealedSecret, SecretFingerprint,
    TenantCommand, TenantEvent, TenantRefusal, TenantState,
};
use tally_domain::value::FreeText;
use tally_domain::{
    AccountId, Actor, AnyEvent, AssetId, ClientKey, CommandId, Context, EventId, ImportId, PersonId,
    Position, Recorded, RegisterId, RequestId, StreamName, TenantId, Via,
};
use uuid::Uuid;

pub fn tenant_id(n: u8) -> TenantId {
    TenantId(Uuid::from_u128(0x7e00 + u128::from(n)))
}

pub fn asset_id(n: u8) -> AssetId {
    AssetId(Uuid::from_u128(0xa500 + u128::from(n)))
}

pub fn import_id(n: u8) -> ImportId {
    ImportId(Uuid::from_u128(0x1400 + u128::from(n)))
}

pub fn person(n: u8) -> PersonId {
    PersonId(Uuid::from_u128(0x9e00 + u128::from(n)))
}

/// The account of `person(n)`.
pub fn account(n: u8) -> AccountId {
    AccountId::parse(&format!("712020:person-{n}")).unwrap()
}

pub fn client_key(n: u8) -> ClientKey {
    ClientKey::parse(&format!("client-key-{n}")).unwrap()
}

pub fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

pub fn fingerprint(n: u8) -> SecretFingerprint {
    SecretFingerprint(format!("fp-{n:02}"))
}

/// What stands for the sealed secret `n`: its ciphertext is found nowhere else.
pub fn sealed(n: u8) -> SealedSecret {
    SealedSecret {
        alg: "A256GCM".to_owned(),
        kid: "key-1".to_owned(),
        n: format!("NONCE{n:02}NONCE"),
        ct: format!("CIPHERTEXT{n:02}CIPHERTEXT"),
    }
}

/// Changes of attributes; an empty value removes one.
pub fn set(pairs: &[(&str, &str)]) -> BTreeMap<AttributeName, Option<String>> {
    let change = |(key, value): &(&str, &str)| {
        let value = (!value.is_empty()).then(|| (*value).to_owned());
        (AttributeName::parse(key).unwrap(), value)
    };
    pairs.iter().map(change).collect()
}

/// The attribute of tenant 0 with this key.
pub fn attribute(key: &str) -> AttributeId {
    attribute_of(tenant_id(0), key)
}

/// The attribute of a tenant with this key.
pub fn attribute_of(tenant: TenantId, key: &str) -> AttributeId {
    Schema::new(RegisterId::of_tenant(tenant)).id_of(&AttributeName::parse(key).unwrap())
}

/// A log, and a clock that moves only when a test moves it.
pub struct World {
    pub log: Vec<Recorded<AnyEvent>>,
    pub now: DateTime<Utc>,
    revisions: HashMap<StreamName, u64>,
    position: u64,
}

impl World {
    pub fn new() -> Self {
        Self {
            log: vec![],
            now: Utc.with_ymd_and_hms(2026, 3, 1, 8, 0, 0).unwrap(),
            revisions: HashMap::new(),
            position: 0,
        }
    }

    pub fn wait(&mut self, time: Duration) -> DateTime<Utc> {
        self.now += time;
        self.now
    }

    /// The events of one tenant, and of none.
    pub fn log_of(&self, tenant: TenantId) -> Vec<Recorded<AnyEvent>> {
        let ours = |recorded: &&Recorded<AnyEvent>| recorded.context.tenant.is_none_or(|t| t == tenant);
        self.log.iter().filter(ours).cloned().collect()
    }

    pub fn last(&self) -> &Recorded<AnyEvent> {
        self.log.last().unwrap()
    }

    /// Decides `command` on the asset and records what comes of it.
    pub fn asset(&mut self, tenant: u8, asset: u8, command: &AssetCommand) -> Result<(), AssetRefusal> {
        let stream = StreamName::asset(tenant_id(tenant), asset_id(asset));
        let state = AssetState::fold(&self.asset_events(&stream));
        let schema = Schema::new(RegisterId::of_tenant(tenant_id(tenant))).with(&command.names());
        let events = asset::decide(&state, command, &schema, self.now)?;
        let mut context = self.context(Some(tenant_id(tenant)), Actor::user(person(9)));
        if let AssetCommand::Correct {
            effective_at, reason, ..
        } = command
        {
            context.effective_at = Some(*effective_at);
            context.reason = Some(reason.clone());
        }
        for event in events {
            self.record(&stream, context.clone(), event);
        }
        Ok(())
    }

    /// Registers an asset with these attributes; `tag` and `name` come first.
    pub fn register(&mut self, tenant: u8, asset: u8, tag_text: &str, name: &str, more: &[(&str, &str)]) {
        let mut attributes = set(more);
        attributes.extend(set(&[("name", name)]));
        let tag = tag(tag_text);
        self.asset(
            tenant,
            asset,
            &AssetCommand::Register {
                number: u64::from(asset),
                tag,
                attributes,
            },
        )
        .unwrap();
    }

    pub fn check_out(&mut self, tenant: u8, asset: u8, to: u8) {
        let command = AssetCommand::CheckOut {
            to: person(to),
            due_on: None,
            note: None,
        };
        self.asset(tenant, asset, &command).unwrap();
    }

    /// Decides `command` on the tenant and records what comes of it.
    pub fn tenant(&mut self, tenant: u8, command: &TenantCommand) -> Result<(), TenantRefusal> {
        let stream = StreamName::tenant(tenant_id(tenant));
        let state = TenantState::fold(&self.tenant_events(&stream));
        let context = self.context(Some(tenant_id(tenant)), Actor::without_person(Via::Platform));
        for event in tenant::decide(&state, command, self.now)? {
            self.record(&stream, context.clone(), event);
        }
        Ok(())
    }

    /// A verified `installed` with the secret `secret`, issued `age` ago.
    pub fn install(&mut self, tenant: u8, secret: u8, age: Duration) {
        self.install_at(tenant, secret, age, &format!("https://site-{tenant}.example"));
    }

    pub fn install_at(&mut self, tenant: u8, secret: u8, age: Duration, base_url: &str) {
        let installation = Installation {
            facts: InstalledFacts {
                client_key: client_key(tenant),
                base_url: base_url.to_owned(),
                display_url: None,
                product_type: "jira".to_owned(),
                oauth_client_id: Some(format!("oauth-{tenant}")),
                installation_id: None,
            },
            secret: sealed(secret),
            fingerprint: fingerprint(secret),
            delivery: self.delivery(age),
            grace: Duration::hours(24),
        };
        self.tenant(tenant, &TenantCommand::RecordInstallation(Box::new(installation)))
            .unwrap();
    }

    /// A delivery of a fresh token, issued `age` ago.
    pub fn delivery(&self, age: Duration) -> Delivery {
        Delivery {
            token_digest: format!("token-{}-{}", self.position, self.now.timestamp_micros()),
            body_digest: "body".to_owned(),
            issued_at: self.now - age,
            expires_at: self.now - age + Duration::minutes(3),
        }
    }

    pub fn refuse_callback(&mut self, claimed: Option<u8>) {
        let refused = RefusedCallback {
            callback: "installed".to_owned(),
            code: "jwt.expired".to_owned(),
            parameters: BTreeMap::from([("seconds".to_owned(), Parameter::Number(95))]),
            claimed_client_key: claimed.map(|n| client_key(n).to_string()),
            suppressed: 2,
        };
        let context = self.context(None, Actor::without_person(Via::Platform));
        self.record(&StreamName::refused_callbacks(), context, refused);
    }

    /// The person `n` becomes known.
    pub fn know(&mut self, tenant: u8, n: u8) {
        self.person(tenant, n, |state| person::know(&state, person(n), &account(n)));
    }

    /// Jira gives the person `n` a name.
    pub fn rename(&mut self, tenant: u8, n: u8, name: &str) {
        self.person(tenant, n, |state| person::rename(&state, person(n), name));
    }

    pub fn erase(&mut self, tenant: u8, n: u8) {
        self.person(tenant, n, |state| person::erase(&state));
    }

    fn person(&mut self, tenant: u8, n: u8, decide: impl FnOnce(PersonState) -> Vec<PersonEvent>) {
        let stream = StreamName::person(tenant_id(tenant), person(n));
        let events = self.events(&stream);
        let state = PersonState::fold(events.iter().map(|recorded| &recorded.event));
        let context = self.context(Some(tenant_id(tenant)), Actor::without_person(Via::App));
        for event in decide(state) {
            self.record(&stream, context.clone(), event);
        }
    }

    pub fn start_import(&mut self, tenant: u8, n: u8, rows: u64) -> Result<(), ImportRefusal> {
        self.start_import_of(FreeText::new("x.csv"), tenant, n, rows)
    }

    pub fn start_import_of(
        &mut self,
        file_name: FreeText,
        tenant: u8,
        n: u8,
        rows: u64,
    ) -> Result<(), ImportRefusal> {
        let column = Column {
            header: "Asset Tag".to_owned(),
            field: "tag".to_owned(),
            position: None,
            findings: vec![],
        };
        self.import(tenant, n, |state| {
            import::start(
                state,
                Some(file_name),
                "5a".to_owned(),
                rows,
                vec![column],
                None,
                false,
            )
        })
    }

    /// Judges the next rows.
    pub fn judge(&mut self, tenant: u8, n: u8, verdicts: &[Verdict]) -> Result<(), ImportRefusal> {
        self.import(tenant, n, |state| {
            let finished = state.counts().unwrap_or_default().judged_rows();
            let rows = verdicts.iter().zip(finished + 1..);
            import::judge(
                state,
                rows.map(|(verdict, row)| judged_row(row, *verdict)).collect(),
            )
        })
    }

    pub fn cancel_import(&mut self, tenant: u8, n: u8) -> Result<(), ImportRefusal> {
        self.import(tenant, n, import::cancel)
    }

    pub fn end_import(&mut self, tenant: u8, n: u8, outcome: ImportOutcome) -> Result<(), ImportRefusal> {
        self.import(tenant, n, |state| import::finish(state, outcome))
    }

    fn import(
        &mut self,
        tenant: u8,
        n: u8,
        decide: impl FnOnce(ImportState) -> Result<Vec<ImportEvent>, ImportRefusal>,
    ) -> Result<(), ImportRefusal> {
        let stream = StreamName::import(tenant_id(tenant), import_id(n));
        let events = self.events(&stream);
        let state = ImportState::fold(events.iter().map(|recorded| &recorded.event));
        let context = self.context(Some(tenant_id(tenant)), Actor::user(person(9)));
        for event in decide(state)? {
            self.record(&stream, context.clone(), event);
        }
        Ok(())
    }

    /// An event of a type that this version does not know.
    pub fn unknown(&mut self, tenant: u8, stream: &StreamName) {
        let event = AnyEvent::Unknown {
            event_type: "asset.audited".to_owned(),
            schema: 1,
            payload: serde_json::json!({ "secret": sealed(99) }),
        };
        let context = self.context(Some(tenant_id(tenant)), Actor::user(person(9)));
        self.record(stream, context, event);
    }

    pub fn context(&self, tenant: Option<TenantId>, actor: Actor) -> Context {
        let command = CommandId(Uuid::from_u128(0xc000 + u128::from(self.position)));
        Context {
            tenant,
            actor,
            causation: command,
            correlation: command,
            reverts: None,
            request: RequestId::parse(&format!("request-{}", self.position)),
            effective_at: None,
            schema: None,
            reason: None,
            content_digest: None,
        }
    }

    /// Appends `event`. Positions leave gaps, as those of some engines do.
    pub fn record(&mut self, stream: &StreamName, context: Context, event: impl Into<AnyEvent>) {
        self.position += 1;
        let revision = self
            .revisions
            .entry(stream.clone())
            .and_modify(|r| *r += 1)
            .or_insert(0);
        self.log.push(Recorded {
            id: EventId(Uuid::from_u128(0xe000 + u128::from(self.position))),
            stream: stream.clone(),
            revision: *revision,
            position: Position {
                commit: self.position / 3 * 10,
                prepare: self.position * 10,
            },
            recorded_at: self.now,
            context,
            event: event.into(),
        });
    }

    pub fn asset_events(&self, stream: &StreamName) -> Vec<Recorded<AssetEvent>> {
        self.events(stream)
    }

    pub fn tenant_events(&self, stream: &StreamName) -> Vec<Recorded<TenantEvent>> {
        self.events(stream)
    }

    pub fn events<E: Family>(&self, stream: &StreamName) -> Vec<Recorded<E>> {
        let ours = self.log.iter().filter(|recorded| recorded.stream == *stream);
        ours.filter_map(|recorded| Some(recorded.with_event(recorded.event.of::<E>()?.clone())))
            .collect()
    }
}

fn judged_row(row: u64, verdict: Verdict) -> RowJudged {
    RowJudged {
        row,
        line: row + 1,
        verdict,
        findings: vec![Finding {
            code: "import.tag_allotted".to_owned(),
            parameters: BTreeMap::new(),
        }],
        tag: Some(format!("T-{row}")),
        asset: None,
    }
}

/// A tenant that has Tally, with an asset that has a holder.
pub fn some_world() -> World {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    world.register(0, 1, "A-1", "Desk", &[]);
    world.check_out(0, 1, 1);
    world
}
