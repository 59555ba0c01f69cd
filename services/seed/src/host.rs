//! The simulated Jira: its sites and their people.

use anyhow::ensure;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Deserialize;
use tally_domain::AccountId;

use super::planner::Company;

/// The start of the random numbers, so that every seeding makes the same register.
const RANDOM_SEED: u64 = 20_220_307;
/// The number of people at every site after the first, so that the registers differ at a glance.
const SMALL_STAFF: usize = 12;

/// A site as the simulated Jira lists it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    pub name: String,
    pub base_url: String,
    pub client_key: String,
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    account_id: String,
    role: String,
}

#[derive(Deserialize)]
struct HostState {
    sites: Vec<Site>,
}

/// Asks the simulated Jira for its sites.
///
/// # Errors
/// It does not answer, or its answer is not a list of sites.
pub async fn fetch_sites(state_url: &str) -> anyhow::Result<Vec<Site>> {
    let answer = reqwest::get(state_url).await?.error_for_status()?;
    Ok(answer.json::<HostState>().await?.sites)
}

impl Site {
    /// The company of the site with this index. Its agents and admins keep the register in turn.
    ///
    /// # Errors
    /// The site has no agent or no staff.
    pub fn to_company(&self, index: usize) -> anyhow::Result<Company> {
        let keepers = [self.accounts("agent"), self.accounts("admin")].concat();
        let mut staff = self.accounts("staff");
        ensure!(
            !keepers.is_empty() && !staff.is_empty(),
            "the site {} has no people who could keep a register",
            self.name
        );
        if index > 0 {
            staff.truncate(SMALL_STAFF);
        }
        Ok(Company {
            keepers,
            staff,
            random: StdRng::seed_from_u64(RANDOM_SEED + index as u64),
        })
    }

    fn accounts(&self, role: &str) -> Vec<AccountId> {
        let users = self.users.iter().filter(|user| user.role == role);
        users
            .filter_map(|user| AccountId::parse(&user.account_id))
            .collect()
    }
}
