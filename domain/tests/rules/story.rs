//! Given, when, then: the aggregates of this house whose rules are stories.

use chrono::{DateTime, Utc};
use tally_domain::asset::{self, AssetCommand, AssetEvent, AssetRefusal, AssetState};
use tally_domain::schema::Schema;
use tally_domain::tenant::{self, TenantCommand, TenantEvent, TenantRefusal, TenantState};
use tally_domain::{Decision, Recorded, RegisterId};
use tally_house_tests::story::Rules;
pub use tally_house_tests::story::{at, recorded};
use uuid::Uuid;

/// The tests of this house.
#[derive(Clone, Copy, Debug)]
pub struct Suite;

/// A story of this house.
pub type Story<E> = tally_house_tests::story::Story<E, Suite>;

/// A story in which `events` happened at its beginning.
pub fn given<E: Rules<Suite>>(events: impl IntoIterator<Item = E>) -> Story<E> {
    tally_house_tests::story::given(events)
}

/// A schema in which the command finds its attributes.
pub fn schema_for(command: &AssetCommand) -> Schema {
    Schema::new(REGISTER).with(&command.names())
}

/// The register of all stories.
pub const REGISTER: RegisterId = RegisterId(Uuid::from_u128(7));

impl Rules<Suite> for AssetEvent {
    type Command = AssetCommand;
    type State = AssetState;
    type Refusal = AssetRefusal;

    fn fold(history: &[Recorded<Self>]) -> AssetState {
        AssetState::fold(history)
    }

    fn decide(
        state: &AssetState,
        command: &AssetCommand,
        now: DateTime<Utc>,
    ) -> Decision<Self, AssetRefusal> {
        asset::decide(state, command, &schema_for(command), now)
    }
}

impl Rules<Suite> for TenantEvent {
    type Command = TenantCommand;
    type State = TenantState;
    type Refusal = TenantRefusal;

    fn fold(history: &[Recorded<Self>]) -> TenantState {
        TenantState::fold(history)
    }

    fn decide(
        state: &TenantState,
        command: &TenantCommand,
        now: DateTime<Utc>,
    ) -> Decision<Self, TenantRefusal> {
        tenant::decide(state, command, now)
    }
}
