//! Incidents: nothing is public before a confirmation, and nothing published is withdrawn.

use tally_domain::TenantId;
use tally_operator::domain::incident::{
    Affected, Component, IncidentCommand as C, IncidentEvent as E, IncidentState, Phase, Stage,
};
use uuid::Uuid;

use crate::story::{Story, given};

fn sites(numbers: impl IntoIterator<Item = u128>) -> Affected {
    Affected::Tenants(
        numbers
            .into_iter()
            .map(|n| TenantId(Uuid::from_u128(n)))
            .collect(),
    )
}

fn propose(title: &str, affected: Affected) -> C {
    C::Propose {
        title: title.into(),
        component: Component::Pages,
        alarm: Some("TenantsFailing".to_owned()),
        affected,
    }
}

fn proposed(affected: Affected) -> E {
    E::Proposed {
        title: "Sites cannot open Tally".into(),
        component: Component::Pages,
        alarm: Some("TenantsFailing".to_owned()),
        affected,
    }
}

fn add(affected: Affected) -> C {
    C::AddAffected { affected }
}

fn confirm(title: Option<&str>, message: &str) -> C {
    C::Confirm {
        title: title.map(str::to_owned),
        message: message.to_owned(),
    }
}

fn confirmed() -> E {
    E::Confirmed {
        title: "Sites cannot open Tally".into(),
        message: "We look for the cause.".to_owned(),
    }
}

fn update(phase: Phase, message: &str) -> C {
    C::Update {
        phase,
        message: message.to_owned(),
    }
}

fn resolve(message: &str) -> C {
    C::Resolve {
        message: message.to_owned(),
    }
}

fn resolved() -> E {
    E::Resolved {
        message: "All is well.".to_owned(),
    }
}

fn dismiss() -> C {
    C::Dismiss {
        reason: "a drill".to_owned(),
    }
}

fn dismissed() -> E {
    E::Dismissed {
        reason: "a drill".to_owned(),
    }
}

fn publish(text: &str) -> C {
    C::PublishPostmortem {
        text: text.to_owned(),
    }
}

fn a_proposal() -> Story<E> {
    given([proposed(sites([1]))])
}

fn a_public_one() -> Story<E> {
    a_proposal().and([confirmed()])
}

#[test]
fn an_incident_is_proposed_once_and_names_each_tenant_once() {
    let command = || propose(" Sites cannot open Tally ", sites([2, 1, 2]));
    let story = given([]).when(command()).then([proposed(sites([1, 2]))]);
    story.when(command()).nothing_happens();
}

#[test]
fn what_was_never_proposed_is_not_found() {
    let commands = [
        add(Affected::Everyone),
        confirm(None, "x"),
        update(Phase::Identified, "x"),
        resolve("x"),
        dismiss(),
        publish("x"),
    ];
    for command in commands {
        given::<E>([]).when(command).refused("incident.not_found");
    }
}

#[test]
fn only_tenants_not_known_yet_are_added() {
    let story = a_proposal()
        .when(add(sites([3, 1, 2, 3])))
        .then([E::MoreAffected {
            affected: sites([2, 3]),
        }]);
    story.clone().when(add(sites([1, 2, 3]))).nothing_happens();
    let story = story.when(add(Affected::Everyone)).then([E::MoreAffected {
        affected: Affected::Everyone,
    }]);
    story.clone().when(add(Affected::Everyone)).nothing_happens();
    let story = story.and([confirmed()]);
    let story = story
        .when(add(sites([4])))
        .then([E::MoreAffected { affected: sites([4]) }]);
    for ended in [resolved(), dismissed()] {
        story
            .clone()
            .and([ended])
            .when(add(sites([5])))
            .refused("incident.over");
    }
}

#[test]
fn too_many_tenants_at_once_are_refused() {
    let limit = Affected::MAX_TENANTS as u128;
    given::<E>([])
        .when(propose("x", sites(0..=limit)))
        .refused("incident.too_many_tenants");
    a_proposal()
        .when(add(sites(0..=limit)))
        .refused("incident.too_many_tenants");
    let (decision, _) = given::<E>([]).when(propose("x", sites(0..limit))).decided();
    assert_eq!(decision.unwrap().len(), 1);
}

#[test]
fn a_proposal_is_confirmed_with_its_own_title_or_another() {
    let story = a_proposal()
        .when(confirm(None, " We look for the cause. "))
        .then([confirmed()]);
    story
        .clone()
        .when(confirm(None, "We look for the cause."))
        .nothing_happens();
    story
        .clone()
        .when(confirm(None, "Something else."))
        .refused("incident.confirmed_before");
    story
        .when(confirm(Some("Another"), "We look for the cause."))
        .refused("incident.confirmed_before");
    a_proposal()
        .when(confirm(Some("Another"), "x"))
        .then([E::Confirmed {
            title: "Another".into(),
            message: "x".to_owned(),
        }]);
}

#[test]
fn confirming_again_is_recognised_also_after_news() {
    let news = E::Updated {
        phase: Phase::Identified,
        message: "A proxy.".to_owned(),
    };
    let story = a_public_one().and([news]);
    story
        .when(confirm(None, "We look for the cause."))
        .nothing_happens();
}

#[test]
fn updates_are_for_public_incidents_and_never_twice_in_a_row() {
    let news = || update(Phase::Identified, " A proxy is at fault. ");
    a_proposal().when(news()).refused("incident.not_confirmed");
    let event = E::Updated {
        phase: Phase::Identified,
        message: "A proxy is at fault.".to_owned(),
    };
    let story = a_public_one().when(news()).then([event]);
    story.clone().when(news()).nothing_happens();
    let back = update(Phase::Investigating, "A proxy is at fault.");
    let (decision, _) = story.clone().when(back).decided();
    assert_eq!(decision.unwrap().len(), 1, "another phase is news");
    story.and([resolved()]).when(news()).refused("incident.over");
}

#[test]
fn what_is_public_is_resolved_and_not_dismissed() {
    a_public_one().when(dismiss()).refused("incident.public");
    let story = a_public_one().when(resolve("All is well.")).then([resolved()]);
    story.clone().when(resolve("All is well.")).nothing_happens();
    story.clone().when(resolve("Or not.")).refused("incident.over");
    story.clone().when(dismiss()).refused("incident.over");
    story.when(confirm(None, "x")).refused("incident.over");
}

#[test]
fn what_is_not_public_is_dismissed_and_not_resolved() {
    a_proposal().when(resolve("x")).refused("incident.not_confirmed");
    let story = a_proposal().when(dismiss()).then([dismissed()]);
    story.clone().when(dismiss()).nothing_happens();
    for command in [confirm(None, "x"), update(Phase::Identified, "x"), resolve("x")] {
        story.clone().when(command).refused("incident.over");
    }
}

#[test]
fn a_postmortem_comes_after_the_end_and_may_be_published_again() {
    let text = |text: &str| E::PostmortemPublished {
        text: text.to_owned(),
    };
    for story in [a_proposal(), a_public_one(), a_proposal().and([dismissed()])] {
        story.when(publish("x")).refused("incident.not_resolved");
    }
    let story = a_public_one().and([resolved()]);
    let story = story.when(publish("A proxy.")).then([text("A proxy.")]);
    story.clone().when(publish(" A proxy. ")).nothing_happens();
    story.when(publish("Two proxies.")).then([text("Two proxies.")]);
}

#[test]
fn texts_are_neither_empty_nor_endless() {
    let unfit = "incident.text_unfit";
    let long = "é".repeat(4001);
    for title in ["", " \n", &"é".repeat(201)] {
        given::<E>([])
            .when(propose(title, Affected::Everyone))
            .refused(unfit);
        a_proposal().when(confirm(Some(title), "x")).refused(unfit);
    }
    for text in ["", long.as_str()] {
        a_proposal().when(confirm(None, text)).refused(unfit);
        a_public_one()
            .when(update(Phase::Identified, text))
            .refused(unfit);
        a_public_one().when(resolve(text)).refused(unfit);
        let reason = text.to_owned();
        a_proposal().when(C::Dismiss { reason }).refused(unfit);
    }
    let story = a_public_one().and([resolved()]);
    story.clone().when(publish(&"é".repeat(40_001))).refused(unfit);
    let (decision, _) = story.when(publish(&"é".repeat(40_000))).decided();
    assert_eq!(decision.unwrap().len(), 1);
}

#[test]
fn the_words_of_stages_components_and_phases_are_read_as_they_are_written() {
    let phases = [Phase::Investigating, Phase::Identified, Phase::Monitoring];
    let confirmed = phases.map(Stage::Confirmed);
    for stage in [Stage::Proposed, Stage::Resolved, Stage::Dismissed]
        .into_iter()
        .chain(confirmed)
    {
        assert_eq!(Stage::parse(stage.as_str()), Some(stage));
    }
    for component in Component::ALL {
        assert_eq!(Component::parse(component.as_str()), Some(component));
        let stored = serde_json::to_value(component).unwrap();
        assert_eq!(stored, component.as_str());
    }
    for phase in phases {
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
    }
    assert_eq!((Stage::parse("over"), Component::parse("x")), (None, None));
}

#[test]
fn an_incident_knows_which_tenants_it_affects() {
    let story = given([
        proposed(Affected::Everyone),
        E::MoreAffected { affected: sites([1]) },
    ]);
    let IncidentState::Known(incident) = story.state() else {
        panic!("it is not known");
    };
    assert!(incident.everyone && incident.tenants.len() == 1);
}
