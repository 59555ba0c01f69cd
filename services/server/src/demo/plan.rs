//! The plan: who did what on which day of two years.

use chrono::{DateTime, Duration, Utc};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use tally_domain::AccountId;

use super::catalogue::{self, Article};

/// A company that keeps a register.
pub struct Company {
    /// Who keeps it.
    pub keepers: Vec<AccountId>,
    /// Who works there.
    pub staff: Vec<AccountId>,
    /// Chance, the same every time.
    pub random: StdRng,
}

/// One thing that somebody did.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: AccountId,
    /// What.
    pub act: Act,
}

/// What can be done.
#[derive(Clone, Debug)]
pub enum Act {
    /// An asset was registered; assets are numbered in the order of the plan.
    Register {
        /// Its tag.
        tag: String,
        /// What was said of it.
        attributes: Vec<(&'static str, String)>,
    },
    /// Something else happened to it.
    Change {
        /// Its number.
        asset: usize,
        /// What.
        change: Change,
        /// Why, in the keeper's words.
        reason: Option<&'static str>,
    },
}

/// What can happen to an asset.
#[derive(Clone, Debug)]
pub enum Change {
    /// Handed out.
    CheckOut {
        /// To whom.
        to: AccountId,
        /// Back after so many days.
        due_in: Option<i64>,
        /// A remark.
        note: Option<&'static str>,
    },
    /// Came back.
    CheckIn {
        /// A remark.
        note: Option<&'static str>,
    },
    /// Handed on.
    Transfer {
        /// To whom.
        to: AccountId,
        /// A remark.
        note: Option<&'static str>,
    },
    /// Said otherwise.
    Edit(Vec<(&'static str, String)>),
    /// Put right.
    Correct {
        /// What.
        attributes: Vec<(&'static str, String)>,
        /// Since when.
        days_ago: i64,
        /// Why.
        reason: &'static str,
    },
    /// Out of use.
    Retire,
    /// Back in use.
    Restore,
}

/// All steps between `begin` and `end`, in order of time.
pub fn of(company: &mut Company, begin: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Step> {
    let mut planner = Planner {
        company,
        begin,
        end,
        drafts: Vec::new(),
        assets: 0,
    };
    planner.rooms();
    planner.licences();
    planner.loaners();
    planner.people();
    planner.numbered()
}

/// A step whose asset has a draft's number, which is not yet the number in order of time.
struct Draft {
    at: DateTime<Utc>,
    asset: usize,
    what: What,
    reason: Option<&'static str>,
}

enum What {
    Buy(&'static Article, Vec<(&'static str, String)>),
    Change(Change),
}

struct Planner<'a> {
    company: &'a mut Company,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
    drafts: Vec<Draft>,
    assets: usize,
}

impl Planner<'_> {
    fn rooms(&mut self) {
        for (article, count, place) in &catalogue::ROOMS {
            for _ in 0..self.share(*count) {
                let day = self.chance(0, 30);
                let asset = self.buy(article, day, vec![("location", (*place).to_owned())]);
                self.maintenance(asset, day);
            }
        }
    }

    fn maintenance(&mut self, asset: usize, bought: i64) {
        if self.one_in(4) {
            let day = self.chance(bought + 60, 290);
            self.change(
                asset,
                day,
                Change::Edit(vec![("status_note", "Firmware updated".to_owned())]),
                None,
            );
        }
        if self.one_in(9) {
            let day = self.chance(bought + 300, 690);
            self.change(asset, day, Change::Retire, Some("Defective, beyond repair"));
        }
    }

    fn licences(&mut self) {
        for (article, count) in &catalogue::LICENCES {
            for seat in 0..self.share(*count) {
                let day = self.chance(5, 200);
                let asset = self.buy(article, day, vec![("seat", (seat + 1).to_string())]);
                let to = self.anyone();
                self.change(
                    asset,
                    day + 1,
                    Change::CheckOut {
                        to,
                        due_in: None,
                        note: None,
                    },
                    None,
                );
                if self.one_in(3) {
                    let to = self.anyone();
                    let later = self.chance(day + 100, 700);
                    self.change(
                        asset,
                        later,
                        Change::Transfer {
                            to,
                            note: Some("Changed teams"),
                        },
                        None,
                    );
                }
            }
        }
    }

    /// Things that go out for some days and come back, again and again; a few are overdue today.
    fn loaners(&mut self) {
        for (article, count) in &catalogue::LOANERS {
            for _ in 0..self.share(*count) {
                let mut day = self.chance(0, 20);
                let asset = self.buy(article, day, vec![("location", "Stock room".to_owned())]);
                loop {
                    day += self.chance(10, 60);
                    let kept = self.chance(2, 21);
                    let to = self.anyone();
                    let out = Change::CheckOut {
                        to,
                        due_in: Some(14),
                        note: Some("Loan"),
                    };
                    if self.day(day) >= self.end {
                        break;
                    }
                    self.change(asset, day, out, None);
                    day += kept;
                    self.change(asset, day, Change::CheckIn { note: None }, None);
                }
            }
        }
    }

    fn people(&mut self) {
        let staff = self.company.staff.clone();
        let founders = staff.len() * 2 / 5;
        for (index, person) in staff.iter().enumerate() {
            let hired = if index < founders {
                self.chance(1, 14)
            } else {
                self.chance(20, 700)
            };
            let owned = self.equip(person, hired, index);
            self.life_of(person, hired, &owned);
        }
    }

    /// What a new colleague gets on the first day.
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
            let out = Change::CheckOut {
                to: person.clone(),
                due_in: None,
                note: Some("First day"),
            };
            self.change(asset, hired, out, None);
            owned.push(asset);
        }
        owned
    }

    /// Repairs, mistakes put right, moves, and for some the last day.
    fn life_of(&mut self, person: &AccountId, hired: i64, owned: &[usize]) {
        let laptop = owned[0];
        if self.one_in(4) {
            let day = self.chance(hired + 20, 640);
            let broken = vec![("status_note", "Keyboard replaced under warranty".to_owned())];
            self.change(
                laptop,
                day,
                Change::CheckIn {
                    note: Some("For repair"),
                },
                None,
            );
            self.change(laptop, day + 2, Change::Edit(broken), None);
            let out = Change::CheckOut {
                to: person.clone(),
                due_in: None,
                note: Some("Back from repair"),
            };
            self.change(laptop, day + 6, out, None);
        }
        if self.one_in(7) {
            let day = self.chance(hired + 15, 680);
            let serial = self.serial();
            let correct = Change::Correct {
                attributes: vec![("serial", serial)],
                days_ago: 10,
                reason: "The serial was read from the box, not from the device",
            };
            self.change(owned[1], day, correct, None);
        }
        if self.one_in(8) && hired < 500 {
            let last = self.chance(hired + 120, 690);
            for asset in owned {
                self.drafts
                    .retain(|draft| draft.asset != *asset || draft.at < self.begin + Duration::days(last));
                self.change(
                    *asset,
                    last,
                    Change::CheckIn {
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
            self.change(laptop, day + 5, Change::Retire, Some("Too old to hand out again"));
            if self.one_in(3) {
                self.change(
                    laptop,
                    day + 25,
                    Change::Restore,
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
            what: What::Buy(article, attributes),
            reason: None,
        });
        asset
    }

    fn change(&mut self, asset: usize, day: i64, change: Change, reason: Option<&'static str>) {
        let at = self.moment(day);
        self.drafts.push(Draft {
            at,
            asset,
            what: What::Change(change),
            reason,
        });
    }

    /// In order of time, tags counted per kind, what lies after the end left out.
    fn numbered(mut self) -> Vec<Step> {
        let end = self.end;
        self.drafts.retain(|draft| draft.at < end);
        self.drafts.sort_by_key(|draft| draft.at);
        let mut numbers = std::collections::HashMap::new();
        let mut counts = std::collections::HashMap::<&str, u32>::new();
        let mut steps = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            let act = match draft.what {
                What::Buy(article, attributes) => {
                    numbers.insert(draft.asset, numbers.len());
                    let count = counts.entry(article.prefix).or_default();
                    *count += 1;
                    Act::Register {
                        tag: format!("{}-{count:03}", article.prefix),
                        attributes,
                    }
                }
                What::Change(change) => match numbers.get(&draft.asset) {
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

    /// Some time of a working day. Later steps of one asset on one day stay later, since drafts are sorted stably.
    fn moment(&self, day: i64) -> DateTime<Utc> {
        let minute = self.drafts.len() as i64 % 500;
        self.day(day) + Duration::minutes(minute)
    }

    /// How many of `count` a company of this size has; at least one.
    fn share(&self, count: usize) -> usize {
        (count * self.company.staff.len() / 60).max(1)
    }

    fn anyone(&mut self) -> AccountId {
        let anyone = self.company.staff.choose(&mut self.company.random).cloned();
        anyone.unwrap_or_else(|| self.company.keepers[0].clone())
    }

    fn laptop_of(&mut self, hired: i64) -> usize {
        let newest = (2 + hired / 180).clamp(2, 5);
        usize::try_from(self.chance(0, newest + 1))
            .unwrap_or(0)
            .min(catalogue::LAPTOPS.len() - 1)
    }

    /// A whole number from `low` up to and without `high`; `low` when there is none.
    fn chance(&mut self, low: i64, high: i64) -> i64 {
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
