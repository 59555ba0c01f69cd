//! Decisions on what is known of a person. Each is idempotent.

use super::event::PersonEvent;
use super::state::PersonState;
use crate::ids::{AccountId, PersonId};
use crate::text::is_blank;
use crate::value::Personal;

/// The longest name that is stored, in characters; a longer one is cut.
pub const MAX_NAME: usize = 255;

/// Records the account behind `person`. Nothing happens if it is known, or the person was erased.
pub fn know(state: &PersonState, person: PersonId, account: &AccountId) -> Vec<PersonEvent> {
    match state {
        PersonState::Absent => vec![PersonEvent::Known {
            account: Personal::new(person, Some(account.to_string())),
        }],
        PersonState::Known { .. } | PersonState::Erased => vec![],
    }
}

/// Records the name that Jira gives `person`. Nothing happens if it is blank or the same as before,
/// or if the person is not known or was erased.
pub fn rename(state: &PersonState, person: PersonId, name: &str) -> Vec<PersonEvent> {
    match (state, stored_name(name)) {
        (PersonState::Known { name: known }, Some(name)) if known.as_ref() != Some(&name) => {
            vec![PersonEvent::Renamed {
                name: Personal::new(person, Some(name)),
            }]
        }
        (PersonState::Absent | PersonState::Known { .. } | PersonState::Erased, _) => vec![],
    }
}

/// Records a name that Jira gave a while ago. Nothing happens where a name is known, which may be a
/// newer one, nor where [`rename`] does nothing.
pub fn name_first(state: &PersonState, person: PersonId, name: &str) -> Vec<PersonEvent> {
    match state {
        PersonState::Known { name: None } => rename(state, person, name),
        PersonState::Absent | PersonState::Known { name: Some(_) } | PersonState::Erased => vec![],
    }
}

/// A name as it is stored, without blanks around it and cut; `None` if there is nothing to see.
pub fn stored_name(text: &str) -> Option<String> {
    let name: String = text.trim().chars().take(MAX_NAME).collect();
    (!is_blank(&name)).then_some(name)
}

/// Erases a person, also one whose account was never recorded: its row in the key store may exist.
/// Nothing happens if it was erased before, see [`erase_again`].
pub fn erase(state: &PersonState) -> Vec<PersonEvent> {
    match state {
        PersonState::Absent | PersonState::Known { .. } => vec![PersonEvent::Erased {}],
        PersonState::Erased => vec![],
    }
}

/// Records the erasure of a person once more, whose row in the key store was still there: the
/// erasure broke off, or a restored backup had brought the row back.
pub fn erase_again(state: &PersonState) -> Vec<PersonEvent> {
    match state {
        PersonState::Erased => vec![PersonEvent::Erased {}],
        PersonState::Absent | PersonState::Known { .. } => vec![],
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ADA: PersonId = PersonId(Uuid::from_u128(1));

    fn account() -> AccountId {
        AccountId::parse("712020:ada").unwrap()
    }

    fn name_of(text: &str) -> PersonEvent {
        PersonEvent::Renamed {
            name: Personal::new(ADA, Some(text.to_owned())),
        }
    }

    fn known() -> PersonState {
        PersonState::fold(&know(&PersonState::Absent, ADA, &account()))
    }

    #[test]
    fn a_person_becomes_known_once() {
        let first = know(&PersonState::Absent, ADA, &account());
        let expected = Personal::new(ADA, Some("712020:ada".to_owned()));
        assert_eq!(first, vec![PersonEvent::Known { account: expected }]);
        assert_eq!(know(&known(), ADA, &account()), vec![]);
    }

    #[test]
    fn a_name_is_recorded_when_it_differs_from_the_one_before() {
        let first = rename(&known(), ADA, " Ada ");
        assert_eq!(first, vec![name_of("Ada")]);
        let named = known().evolve(&first[0]);
        assert_eq!(rename(&named, ADA, "Ada"), vec![]);
        assert_eq!(rename(&named, ADA, "Ada L."), vec![name_of("Ada L.")]);
    }

    #[test]
    fn a_blank_name_is_no_name_and_a_long_one_is_cut() {
        assert_eq!(rename(&known(), ADA, "  "), vec![]);
        let long = "é".repeat(MAX_NAME + 1);
        let cut = name_of(&"é".repeat(MAX_NAME));
        assert_eq!(rename(&known(), ADA, &long), vec![cut.clone()]);
        assert_eq!(rename(&known().evolve(&cut), ADA, &long), vec![]);
    }

    #[test]
    fn a_name_of_a_while_ago_is_recorded_only_where_there_is_none() {
        assert_eq!(name_first(&known(), ADA, "Ada"), vec![name_of("Ada")]);
        let named = known().evolve(&name_of("Ada L."));
        assert_eq!(name_first(&named, ADA, "Ada"), vec![]);
        for state in [PersonState::Absent, PersonState::Erased] {
            assert_eq!(name_first(&state, ADA, "Ada"), vec![]);
        }
    }

    #[test]
    fn a_name_needs_a_person_who_is_known() {
        assert_eq!(rename(&PersonState::Absent, ADA, "Ada"), vec![]);
    }

    #[test]
    fn an_erased_person_stays_erased() {
        for state in [PersonState::Absent, known()] {
            assert_eq!(erase(&state), vec![PersonEvent::Erased {}]);
        }
        let erased = known().evolve(&PersonEvent::Erased {});
        assert_eq!(erase(&erased), vec![]);
        assert_eq!(erase_again(&erased), vec![PersonEvent::Erased {}]);
        assert_eq!(erase_again(&known()), vec![]);
        assert_eq!(know(&erased, ADA, &account()), vec![]);
        assert_eq!(rename(&erased, ADA, "Ada"), vec![]);
        assert_eq!(erased.evolve(&name_of("Ada")), PersonState::Erased);
    }
}
