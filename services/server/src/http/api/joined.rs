//! People in requests and answers: from the accounts that a caller names to people, and from the
//! people of an answer to what may be shown of them.
//!
//! The people of an answer are read by the same query as what names them. Their names come from
//! memory and from that query; what is missing is asked of Jira beside the answer.

use std::collections::HashMap;
use std::time::Duration;

use tally_domain::{AccountId, PersonId, TenantId};
use tally_projections::{PeopleList, PersonRow};
use tally_query::AssetQuery;
use tally_view_store::{StoreError, ViewStore};
use tokio::time::timeout;

use super::dto::{KnownPeople, Person};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::namer::Source;

/// How long an answer that shows what was asked for waits for names. Without them it shows the last
/// ones that are known.
const NAMES_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether an answer waits for names that Jira is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// A while, when something is read.
    Awaited,
    /// Not at all: what a command did is answered as soon as it is shown.
    AsKnown,
}

/// The people of a tenant with these ids, which may repeat.
///
/// # Errors
/// A failure of the database.
pub(super) fn find_by_ids(
    views: &ViewStore,
    tenant: TenantId,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<Vec<PersonRow>, StoreError> {
    let mut ids: Vec<PersonId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    PeopleList::of(views).by_ids(tenant, &ids)
}

impl Caller {
    /// What may be shown of the people in an answer, by their rows as the answer's query read them.
    pub(super) async fn show(&self, rows: impl IntoIterator<Item = PersonRow>, names: Names) -> KnownPeople {
        let rows: HashMap<PersonId, PersonRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        let accounts = rows.values().filter_map(|row| row.account.clone());
        self.learn_names(accounts.collect(), &rows, names).await;
        rows.into_iter()
            .map(|(id, row)| (id, self.join_name(row)))
            .collect()
    }

    fn join_name(&self, row: PersonRow) -> Person {
        let tenant = self.principal.tenant();
        let account = row.account.as_ref();
        let name = account.and_then(|account| self.app.roles.remembered_name(tenant, account));
        if let (Some(name), None) = (&name, &row.name) {
            self.app.namer.note(tenant, row.id, name, Source::Remembered);
        }
        Person {
            person: row.id.0,
            number: Some(row.number),
            erased: row.is_erased(),
            display_name: name.or(row.name),
            account_id: row.account.map(|account| account.to_string()),
        }
    }

    /// Asks Jira for those names of `accounts` that are not remembered, on a task of its own. What
    /// Jira gives is remembered, and recorded for the people in `rows`.
    async fn learn_names(&self, accounts: Vec<AccountId>, rows: &HashMap<PersonId, PersonRow>, names: Names) {
        let tenant = self.principal.tenant();
        let waits = names == Names::Awaited;
        let unknown = self.app.roles.find_unnamed(tenant, accounts, waits);
        if unknown.is_empty() {
            return;
        }
        let (app, principal) = (self.app.clone(), self.principal.clone());
        let people = rows.values();
        let people = people.filter_map(|row| Some((row.account.clone()?, (row.id, row.name.clone()))));
        let people: HashMap<AccountId, (PersonId, Option<String>)> = people.collect();
        let asking = actix_web::rt::spawn(async move {
            for (account, name) in app.roles.ask_names(&principal, unknown).await {
                if let Some((person, known)) = people.get(&account)
                    && known.as_ref() != Some(&name)
                {
                    app.namer.note(tenant, *person, &name, Source::Given);
                }
            }
        });
        if waits {
            drop(timeout(NAMES_TIMEOUT, asking).await);
        }
    }

    /// The caller's person, if there is one, and name.
    ///
    /// # Errors
    /// `view.unavailable`.
    pub(super) async fn own_name(&self) -> Result<(Option<PersonId>, Option<String>), Problem> {
        let (tenant, account) = (self.principal.tenant(), self.principal.account().clone());
        let by_account = vec![account.clone()];
        let rows = self.query(move |views| {
            let found = PeopleList::of(views).by_accounts(tenant, &by_account)?;
            find_by_ids(views, tenant, found.into_values())
        });
        let Some(row) = rows.await?.pop() else {
            let (accounts, no_rows) = (vec![account.clone()], HashMap::new());
            self.learn_names(accounts, &no_rows, Names::Awaited).await;
            return Ok((None, self.app.roles.remembered_name(tenant, &account)));
        };
        let person = row.id;
        let known = Person::of(person, &self.show([row], Names::Awaited).await);
        Ok((Some(person), known.display_name))
    }

    /// The people that a list's parameters name, by the text as it was written: the holders, those
    /// in the query, and the caller where the query asks for them. An account behind which there is
    /// no person is absent. People can be named by their id in Tally as well: a UUID is an id only.
    ///
    /// # Errors
    /// `view.unavailable`.
    pub(super) async fn find_people(
        &self,
        holders: &[AccountId],
        query: Option<&AssetQuery>,
    ) -> Result<HashMap<String, PersonId>, Problem> {
        let own = self.principal.account().as_str();
        let in_query = query.map(AssetQuery::people).unwrap_or_default();
        let in_query = in_query.into_iter().map(|written| written.unwrap_or(own));
        let written: Vec<String> = holders
            .iter()
            .map(AccountId::as_str)
            .chain(in_query)
            .map(str::to_owned)
            .collect();
        if written.is_empty() {
            return Ok(HashMap::new());
        }
        let tenant = self.principal.tenant();
        self.query(move |views| find_written(PeopleList::of(views), tenant, written))
            .await
    }
}

fn find_written(
    people: PeopleList<'_>,
    tenant: TenantId,
    written: Vec<String>,
) -> Result<HashMap<String, PersonId>, StoreError> {
    let accounts: Vec<AccountId> = written.iter().filter_map(|text| AccountId::parse(text)).collect();
    let ids: Vec<PersonId> = written.iter().filter_map(|text| text.parse().ok()).collect();
    let by_account = people.by_accounts(tenant, &accounts)?;
    let by_id = people.by_ids(tenant, &ids)?;
    let by_id: Vec<PersonId> = by_id.iter().map(|row| row.id).collect();
    // What is a UUID is an id and no account, which an erased person could be hidden behind.
    let find = |text: &String| match text.parse() {
        Ok(id) => Some(id).filter(|id| by_id.contains(id)),
        Err(_) => AccountId::parse(text).and_then(|account| by_account.get(&account).copied()),
    };
    Ok(written
        .into_iter()
        .filter_map(|text| Some((find(&text)?, text)))
        .map(|(person, text)| (text, person))
        .collect())
}
