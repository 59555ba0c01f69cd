//! The plan: which keeper does what on which day of two years.

use chrono::{DateTime, Duration, Utc};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use tally_domain::AccountId;

use super::catalogue::{self, Article};
use super::step::{Act, AssetChange, Step};

/// A company that keeps a register.
pub struct Company {
    /// The people who keep the register, in turn.
    pub keepers: Vec<AccountId>,
    /// The people who hold assets.
    pub staff: Vec<AccountId>,
    /// Random numbers, the same in every run.
    pub random: StdRng,
}

/// All steps between `begin` and `end`, in order of time.
pub fn make_plan(company: &mut Company, begin: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Step> {
    let mut planner = Planner {
        company,
        begin,
        end,
        drafts: Vec::new(),
        assets: 0,
    };
    planner.furnish_rooms();
    planner.assign_licences();
    planner.lend_loaners();
    planner.equip_people();
    planner.number_steps()
}

/// A step before the steps are sorted: its asset has the number in order of planning.
struct Draft {
    at: DateTime<Utc>,
    asset: usize,
    action: DraftAction,
    reason: Option<&'static str>,
}

enum DraftAction {
    Buy(&'static Article, Vec<(&'static str, String)>),
    Change(AssetChange),
}

struct Planner<'a> {
    company: &'a mut Company,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
    drafts: Vec<Draft>,
    assets: usize,
}

impl Planner<'_> {
    fn furnish_rooms(&mut self) {
        for (article, count, location) in &catalogue::ROOMS {
            for _ in 0..self.share(*count) {
                let day = self.random_between(0, 30);
                let asset = self.buy(article, day, vec![("location", (*location).to_owned())]);
                self.maintain(asset, day);
            }
        }
    }

    fn maintain(&mut self, asset: usize, bought: i64) {
        if self.one_in(4) {
            let day = self.random_between(bought + 60, 290);
            self.change(
                asset,
                day,
                AssetChange::Edit(vec![("status_note", "Firmware updated".to_owned())]),
                None,
            );
        }
        if self.one_in(9) {
            let day = self.random_between(bought + 300, 690);
            self.change(asset, day, AssetChange::Retire, Some("Defective, beyond repair"));
        }
    }

    fn assign_licences(&mut self) {
        for (article, count) in &catalogue::LICENCES {
            for seat in 0..self.share(*count) {
                let day = self.random_between(5, 200);
                let asset = self.buy(article, day, vec![("seat", (seat + 1).to_string())]);
                let to = self.anyone();
                self.change(
                    asset,
                    day + 1,
                    AssetChange::CheckOut {
                        to,
                        due_in: None,
                        note: None,
                    },
                    None,
                );
                if self.one_in(3) {
                    let to = self.anyone();
                    let later = self.random_between(day + 100, 700);
                    self.change(
                        asset,
                        later,
                        AssetChange::Transfer {
                            to,
                            note: Some("Changed teams"),
                        },
                        None,
                    );
                }
            }
        }
    }

    /// Assets that are lent for some days, again and again; a few are overdue today.
    fn lend_loaners(&mut self) {
        for (article, count) in &catalogue::LOANERS {
            for _ in 0..self.share(*count) {
                let mut day = self.random_between(0, 20);
                let asset = self.buy(article, day, vec![("location", "Stock room".to_owned())]);
                loop {
                    day += self.random_between(10, 60);
                    let days_out = self.random_between(2, 21);
                    let to = self.anyone();
                    let out = AssetChange::CheckOut {
                        to,
                        due_in: Some(14),
                        note: Some("Loan"),
                    };
                    if self.day(day) >= self.end {
                        break;
                    }
                    self.change(asset, day, out, None);
                    day += days_out;
                    self.change(asset, day, AssetChange::CheckIn { note: None }, None);
                }
            }
        }
    }

    fn equip_people(&mut self) {
        let staff = self.company.staff.clone();
        let founders = staff.len() * 2 / 5;
        for (index, person) in staff.iter().enumerate() {
            let hired = if index < founders {
                self.random_between(1, 14)
            } else {
                self.random_between(20, 700)
            };
            let owned = self.equip(person, hired, index);
            self.plan_career(person, hired, &owned);
        }
    }

    /// Buys and checks out the equipment of a new colleague's first day.
    fn equip(&mut self, person: &AccountId, hired: i64, index: usize) -> Vec<usize> {
        let mut articles = vec![
            &catalogue::LAPTOPS[self.laptop_of(hired)],
            pick(&catalogue::MONITORS, index),
        ];
        if !index.is_multiple_of(3) {
            articles.push(pick(&catalogue::PHONES, index / 3));
        }
        if index.is_multiple_of(2) {
            articles.push(pick(&catalogue::HEADSETS, index / 2));
        }
        if index % 3 == 1 {
            articles.push(pick(&catalogue::DOCKS, index));
        }
        let floor = catalogue::FLOORS[index % catalogue::FLOORS.len()];
        let mut owned = Vec::new();
        for article in articles {
            let asset = self.buy(article, hired - 1, vec![("location", floor.to_owned())]);
            let out = AssetChange::CheckOut {
                to: person.clone(),
                due_in: None,
                note: Some("First day"),
            };
            self.change(asset, hired, out, None);
            owned.push(asset);
        }
        owned
    }

    /// Repairs, corrections, and for some people the last day.
    fn plan_career(&mut self, person: &AccountId, hired: i64, owned: &[usize]) {
        let laptop = owned[0];
        if self.one_in(4) {
            let day = self.random_between(hired + 20, 640);
            let repaired = vec![("status_note", "Keyboard replaced under warranty".to_owned())];
            self.change(
                laptop,
                day,
                AssetChange::CheckIn {
                    note: Some("For repair"),
                },
                None,
            );
            self.change(laptop, day + 2, AssetChange::Edit(repaired), None);
            let out = AssetChange::CheckOut {
                to: person.clone(),
                due_in: None,
                note: Some("Back from repair"),
            };
            self.change(laptop, day + 6, out, None);
        }
        if self.one_in(7) {
            let day = self.random_between(hired + 15, 680);
            let serial = self.serial();
            let correct = AssetChange::Correct {
                attributes: vec![("serial", serial)],
                days_ago: 10,
                reason: "The serial was read from the box, not from the device",
            };
            self.change(owned[1], day, correct, None);
        }
        if self.one_in(8) && hired < 500 {
            let last = self.random_between(hired + 120, 690);
            for asset in owned {
                self.drafts
                    .retain(|draft| draft.asset != *asset || draft.at < self.begin + Duration::days(last));
                self.change(
                    *asset,
                    last,
                    AssetChange::CheckIn {
                        note: Some("Last day"),
                    },
                    None,
                );
            }
            self.retire_old(laptop, last);
        }
    }

    fn retire_old(&mut self, laptop: usize, day: i64) {
        if self.one_in(2) {
            self.change(
                laptop,
                day + 5,
                AssetChange::Retire,
                Some("Too old to hand out again"),
            );
            if self.one_in(3) {
                self.change(
                    laptop,
                    day + 25,
                    AssetChange::Restore,
                    Some("Kept as a spare after all"),
                );
            }
        }
    }

    fn buy(&mut self, article: &'static Article, day: i64, more: Vec<(&'static str, String)>) -> usize {
        let asset = self.assets;
        self.assets += 1;
        let serial = self.serial();
        let bought = self.day(day - 7).format("%Y-%m-%d").to_string();
        let mut attributes = vec![
            ("name", format!("{} {}", article.maker, article.model)),
            ("type", article.kind.to_owned()),
            ("manufacturer", article.maker.to_owned()),
            ("model", article.model.to_owned()),
            ("serial", serial),
            ("purchased_on", bought),
            ("price", format!("{} EUR", article.price)),
            ("supplier", article.supplier.to_owned()),
        ];
        attributes.extend(more);
        let at = self.moment(day);
        self.drafts.push(Draft {
            at,
            asset,
            action: DraftAction::Buy(article, attributes),
            reason: None,
        });
        asset
    }

    fn change(&mut self, asset: usize, day: i64, change: AssetChange, reason: Option<&'static str>) {
        let at = self.moment(day);
        self.drafts.push(Draft {
            at,
            asset,
            action: DraftAction::Change(change),
            reason,
        });
    }

    /// Sorts the steps by time, numbers the tags of each kind, and drops steps after the end.
    fn number_steps(mut self) -> Vec<Step> {
        let end = self.end;
        self.drafts.retain(|draft| draft.at < end);
        self.drafts.sort_by_key(|draft| draft.at);
        let mut numbers = std::collections::HashMap::new();
        let mut counts = std::collections::HashMap::<&str, u32>::new();
        let mut steps = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            let act = match draft.action {
                DraftAction::Buy(article, attributes) => {
                    numbers.insert(draft.asset, numbers.len());
                    let count = counts.entry(article.prefix).or_default();
                    *count += 1;
                    Act::Register {
                        tag: format!("{}-{count:03}", article.prefix),
                        attributes,
                    }
                }
                DraftAction::Change(change) => match numbers.get(&draft.asset) {
                    Some(&asset) => Act::Change {
                        asset,
                        change,
                        reason: draft.reason,
                    },
                    None => continue,
                },
            };
            let by = self.company.keepers[steps.len() % self.company.keepers.len()].clone();
            steps.push(Step {
                at: draft.at,
                by,
                act,
            });
        }
        steps
    }

    fn day(&self, day: i64) -> DateTime<Utc> {
        self.begin + Duration::days(day.max(0))
    }

    /// A time on a working day. Two steps of one asset on the same day keep their order, since the
    /// sort is stable.
    fn moment(&self, day: i64) -> DateTime<Utc> {
        let minute = self.drafts.len() as i64 % 500;
        self.day(day) + Duration::minutes(minute)
    }

    /// The part of `count` that a company of this size has; at least one.
    fn share(&self, count: usize) -> usize {
        (count * self.company.staff.len() / 60).max(1)
    }

    fn anyone(&mut self) -> AccountId {
        let anyone = self.company.staff.choose(&mut self.company.random).cloned();
        anyone.unwrap_or_else(|| self.company.keepers[0].clone())
    }

    fn laptop_of(&mut self, hired: i64) -> usize {
        let newest = (2 + hired / 180).clamp(2, 5);
        usize::try_from(self.random_between(0, newest + 1))
            .unwrap_or(0)
            .min(catalogue::LAPTOPS.len() - 1)
    }

    /// A random number from `low` up to but not including `high`; `low` when that range is empty.
    fn random_between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high {
            low
        } else {
            self.company.random.random_range(low..high)
        }
    }

    fn one_in(&mut self, count: u32) -> bool {
        self.company.random.random_ratio(1, count)
    }

    fn serial(&mut self) -> String {
        format!("{:08X}", self.company.random.next_u32())
    }
}

fn pick(articles: &'static [Article], index: usize) -> &'static Article {
    &articles[index % articles.len()]
}
