//! Handing an asset to a person.

use actix_web::HttpResponse;
use tally_commands::Done;
use tally_commands::assets;
use tally_domain::asset::AssetCommand;
use tally_domain::{AccountId, AssetId, PersonId, Revision};
use uuid::Uuid;

use super::commands::{ChangeRequest, answer_done};
use super::dto::HandOver;
use super::input::{parse_asset_id, wrong_field};
use crate::http::caller::Caller;
use crate::http::problem::Problem;

impl ChangeRequest<HandOver> {
    /// Hands the asset of the path over, once.
    pub(super) async fn hand_over(
        self,
        caller: &Caller,
        id: &str,
        change_to: impl Fn(PersonId) -> AssetCommand,
    ) -> Result<HttpResponse, Problem> {
        let to = Recipient::parse(&self.body.to)?;
        let asset = parse_asset_id(id)?;
        let if_revision = self.command.if_revision(caller, asset).await?;
        let apply = async || {
            self.change_hands(caller, (asset, if_revision), &to, &change_to)
                .await
        };
        let done = self.carry_out_once(caller, asset, apply).await?;
        answer_done(caller, asset, &done).await
    }

    /// A repeat or a command that is refused makes no person known: of an account that is new, it
    /// is decided with an id that is made up, and only what would change the asset adds the person.
    async fn change_hands(
        &self,
        caller: &Caller,
        (asset, if_revision): (AssetId, Option<Revision>),
        to: &Recipient,
        change_to: &impl Fn(PersonId) -> AssetCommand,
    ) -> Result<Done, Problem> {
        let person = match to.find(caller).await? {
            Some(person) => person,
            None => {
                let made_up = change_to(PersonId(Uuid::new_v4()));
                let (log, registrar) = (&*caller.app.log, &caller.app.registrar);
                let rehearsed =
                    assets::rehearse_change(log, registrar, &self.origin, asset, if_revision, &made_up);
                if let Some(done) = rehearsed.await? {
                    return Ok(done);
                }
                to.add(caller).await?
            }
        };
        self.apply(caller, asset, if_revision, &change_to(person), None)
            .await
    }
}

/// Who gets an asset, as a request names them. A UUID is the id of a person, never an account.
enum Recipient {
    Account(AccountId),
    Person(PersonId),
}

impl Recipient {
    fn parse(text: &str) -> Result<Self, Problem> {
        if let Ok(person) = text.parse() {
            return Ok(Self::Person(person));
        }
        let account = AccountId::parse(text).map(Self::Account);
        account.ok_or_else(|| wrong_field("to", "is neither an account id nor the id of a person"))
    }

    /// The person, who is known and was not erased.
    async fn find(&self, caller: &Caller) -> Result<Option<PersonId>, Problem> {
        match self {
            Self::Account(account) => caller.known_person_of(account).await,
            Self::Person(person) => {
                let (people, tenant) = (&caller.app.people, caller.principal.tenant());
                let is_known = people.is_known(tenant, *person).await?;
                Ok(is_known.then_some(*person))
            }
        }
    }

    /// The person of an account that Jira knows, added; there is no account to the id of a person.
    async fn add(&self, caller: &Caller) -> Result<PersonId, Problem> {
        match self {
            Self::Account(account) => {
                caller.app.roles.check_account(&caller.principal, account).await?;
                caller.person_of(account).await
            }
            Self::Person(_) => Err(wrong_field(
                "to",
                "is the id of a person who is not known or was erased",
            )),
        }
    }
}
