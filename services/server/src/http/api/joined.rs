//! People in requests and answers: from the accounts that a caller names to people, and from the
//! people of an answer to what may be shown of them. Each takes one query of the view.

use std::collections::HashMap;

use tally_domain::{AccountId, PersonId};
use tally_projections::{PeopleList, PersonRow};
use tally_query::AssetQuery;
use tally_view_store::StoreError;

use super::dto::{KnownPeople, Person};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::roles::Names;

impl Caller {
    /// What is known of the people in an answer. Jira is asked for names that are not remembered,
    /// and a name that is new is recorded later.
    ///
    /// # Errors
    /// `view.unavailable`.
    pub(super) async fn people(
        &self,
        ids: impl IntoIterator<Item = PersonId>,
    ) -> Result<KnownPeople, Problem> {
        let mut ids: Vec<PersonId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(KnownPeople::new());
        }
        let tenant = self.principal.tenant();
        let rows = self
            .query(move |views| PeopleList::of(views).by_ids(tenant, &ids))
            .await?;
        let accounts: Vec<AccountId> = rows.iter().filter_map(|row| row.account.clone()).collect();
        let names = self.app.roles.names(&self.principal, &accounts).await;
        Ok(rows.into_iter().map(|row| self.join_name(row, &names)).collect())
    }

    fn join_name(&self, row: PersonRow, names: &Names) -> (PersonId, Person) {
        let name = row.account.as_ref().and_then(|account| names.get(account));
        if let Some(name) = name
            && row.name.as_ref() != Some(name)
        {
            self.app.namer.note(self.principal.tenant(), row.id, name);
        }
        let person = Person {
            person: row.id.0,
            number: Some(row.number),
            erased: row.is_erased(),
            display_name: name.cloned().or(row.name),
            account_id: row.account.map(|account| account.to_string()),
        };
        (row.id, person)
    }

    /// The caller's person, if there is one, and name.
    ///
    /// # Errors
    /// `view.unavailable`.
    pub(super) async fn own_name(&self) -> Result<(Option<PersonId>, Option<String>), Problem> {
        let (tenant, account) = (self.principal.tenant(), self.principal.account().clone());
        let by_account = vec![account.clone()];
        let found = self
            .query(move |views| PeopleList::of(views).by_accounts(tenant, &by_account))
            .await?;
        if let Some(person) = found.get(&account) {
            let known = Person::of(*person, &self.people([*person]).await?);
            return Ok((Some(*person), known.display_name));
        }
        let names = &mut self
            .app
            .roles
            .names(&self.principal, std::slice::from_ref(&account))
            .await;
        Ok((None, names.remove(&account)))
    }

    /// The people that a list's parameters name, by the text as it was written: the holder, those
    /// in the query, and the caller where the query asks for them. An account behind which there is
    /// no person is absent. People can be named by their id in Tally as well.
    ///
    /// # Errors
    /// `view.unavailable`.
    pub(super) async fn find_people(
        &self,
        holder: Option<&AccountId>,
        query: Option<&AssetQuery>,
    ) -> Result<HashMap<String, PersonId>, Problem> {
        let own = self.principal.account().as_str();
        let in_query = query.map(AssetQuery::people).unwrap_or_default();
        let in_query = in_query.into_iter().map(|written| written.unwrap_or(own));
        let written: Vec<String> = holder
            .map(AccountId::as_str)
            .into_iter()
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
    tenant: tally_domain::TenantId,
    written: Vec<String>,
) -> Result<HashMap<String, PersonId>, StoreError> {
    let accounts: Vec<AccountId> = written.iter().filter_map(|text| AccountId::parse(text)).collect();
    let ids: Vec<PersonId> = written.iter().filter_map(|text| text.parse().ok()).collect();
    let by_account = people.by_accounts(tenant, &accounts)?;
    let by_id: Vec<PersonId> = match ids.is_empty() {
        true => vec![],
        false => people.by_ids(tenant, &ids)?.iter().map(|row| row.id).collect(),
    };
    let find = |text: &String| {
        let by_account = AccountId::parse(text).and_then(|account| by_account.get(&account).copied());
        by_account.or_else(|| text.parse().ok().filter(|id| by_id.contains(id)))
    };
    Ok(written
        .into_iter()
        .filter_map(|text| Some((find(&text)?, text)))
        .map(|(person, text)| (text, person))
        .collect())
}
