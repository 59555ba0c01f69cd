//! The effect of an act: the site as it will be, and the callbacks that notify the app.

use serde::Deserialize;
use thiserror::Error;

use super::catalogue::Act;
use crate::callback::CallbackKind;
use crate::descriptor::Descriptor;
use crate::secret::Secret;
use crate::site::{Site, SiteState, is_site_name};

/// ActOptions of an act. Unknown fields are refused, so that a misspelt option is noticed.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ActOptions {
    /// `false`: the change takes effect and no callback is sent.
    pub deliver: bool,
    /// After a refused `installed`: whether the platform continues to sign with the old secret
    /// (`true`) or signs with the one that the app refused. The real platform's behaviour is not
    /// documented.
    pub keep_old_on_failure: bool,
    /// `uninstall` only: `disabled` comes after `uninstalled` and without a token.
    pub unsigned_disabled: bool,
    /// `rename` only: the new name.
    pub to: Option<String>,
}

impl Default for ActOptions {
    fn default() -> Self {
        Self {
            deliver: true,
            keep_old_on_failure: true,
            unsigned_disabled: false,
            to: None,
        }
    }
}

/// Reason why an act cannot be performed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ActRefusal {
    /// The site's state does not allow the act.
    #[error("{act} cannot be done while the app is {state}")]
    State {
        /// Name of the act in URLs.
        act: &'static str,
        /// Present state of the site.
        state: SiteState,
    },
    /// `rename` without a name that can be a host name.
    #[error("rename needs \"to\": 1 to 40 of a-z, 0-9 and '-'")]
    Name,
}

/// The effect of an act on a site, and the callbacks that go with it.
#[derive(Debug)]
pub struct Plan {
    /// The site once the act is done.
    pub next: Site,
    /// The callback whose answer decides whether the act succeeds.
    pub callback: Option<CallbackKind>,
    /// A callback that is sent after the first was accepted.
    pub follow_up: Option<CallbackKind>,
    /// Whether the change is a fact that no answer of the app can undo.
    pub irrevocable: bool,
}

/// Plans an act. Pure: the new secret and the descriptor are arguments.
///
/// # Errors
/// [`ActRefusal::State`] when the site's state does not allow the act, [`ActRefusal::Name`] when a
/// rename has no usable name.
pub fn plan(
    site: &Site,
    act: Act,
    options: &ActOptions,
    secret: Secret,
    descriptor: Option<Descriptor>,
) -> Result<Plan, ActRefusal> {
    if !act.applies_to(site.state) {
        return Err(ActRefusal::State {
            act: act.name(),
            state: site.state,
        });
    }
    let mut next = site.clone();
    if descriptor.is_some() {
        next.descriptor = descriptor;
    }
    Ok(match act {
        Act::Install | Act::Upgrade | Act::Reinstall => install(next, secret),
        Act::Rotate => rotate(next, secret),
        Act::Import => import(next, secret),
        Act::Refresh | Act::RepairSecret => handshake(next, None),
        Act::BreakSecret => break_secret(next, secret),
        Act::Rename => rename(next, options.to.as_deref())?,
        Act::Disable => enter_state(next, SiteState::Disabled, CallbackKind::Disabled),
        Act::Enable => enter_state(next, SiteState::Installed, CallbackKind::Enabled),
        Act::Uninstall => enter_state(next, SiteState::Uninstalled, CallbackKind::Uninstalled),
        Act::SwallowCallbacks | Act::DeliverCallbacks => {
            next.callbacks_swallowed = act == Act::SwallowCallbacks;
            fact(next, None)
        }
        Act::RestDown | Act::RestForbid | Act::RestUp => {
            next.rest_down = act == Act::RestDown;
            next.rest_forbids = act == Act::RestForbid;
            fact(next, None)
        }
    })
}

/// A plan that succeeds only if the app accepts `installed`.
fn handshake(next: Site, follow_up: Option<CallbackKind>) -> Plan {
    Plan {
        next,
        callback: Some(CallbackKind::Installed),
        follow_up,
        irrevocable: false,
    }
}

/// A plan that takes effect whatever the app answers.
fn fact(next: Site, callback: Option<CallbackKind>) -> Plan {
    Plan {
        next,
        callback,
        follow_up: None,
        irrevocable: true,
    }
}

fn install(mut site: Site, secret: Secret) -> Plan {
    site.replace_secret(secret);
    site.version += 1;
    site.state = SiteState::Installed;
    handshake(site, Some(CallbackKind::Enabled))
}

fn rotate(mut site: Site, secret: Secret) -> Plan {
    site.replace_secret(secret);
    handshake(site, None)
}

fn import(mut site: Site, secret: Secret) -> Plan {
    site.renew_client_key();
    rotate(site, secret)
}

fn break_secret(mut site: Site, secret: Secret) -> Plan {
    site.replace_secret(secret);
    fact(site, None)
}

fn enter_state(site: Site, state: SiteState, callback: CallbackKind) -> Plan {
    fact(Site { state, ..site }, Some(callback))
}

fn rename(mut site: Site, to: Option<&str>) -> Result<Plan, ActRefusal> {
    let callback = site.has_app().then_some(CallbackKind::Installed);
    let name = to.filter(|name| is_site_name(name)).ok_or(ActRefusal::Name)?;
    let old = std::mem::replace(&mut site.name, name.to_owned());
    site.former_names.retain(|former| former != name);
    if old != name {
        site.former_names.push(old);
    }
    Ok(fact(site, callback))
}

/// The site after the app refused the deciding callback or did not answer it.
///
/// The state stays as it was. The secret is the new one if the platform does not go back
/// (`keep_old` is false).
#[must_use]
pub fn after_failure(before: &Site, plan: Plan, keep_old: bool) -> Site {
    if plan.irrevocable {
        return plan.next;
    }
    let after = if keep_old {
        before.clone()
    } else {
        Site {
            state: before.state,
            ..plan.next
        }
    };
    Site {
        handshake_failed: true,
        ..after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed() -> Site {
        let mut site = Site::new("acme");
        site.state = SiteState::Installed;
        site.version = 1;
        site.replace_secret(Secret::generate());
        site
    }

    fn plan_act(site: &Site, act: Act) -> Plan {
        let options = ActOptions {
            to: Some("moved".to_owned()),
            ..ActOptions::default()
        };
        plan(site, act, &options, Secret::generate(), None).unwrap()
    }

    #[test]
    fn only_installs_and_upgrades_are_followed_by_enabled() {
        let site = installed();
        for (act, follow_up) in [
            (Act::Upgrade, Some(CallbackKind::Enabled)),
            (Act::Reinstall, Some(CallbackKind::Enabled)),
            (Act::Rotate, None),
            (Act::Refresh, None),
            (Act::Rename, None),
            (Act::Import, None),
            (Act::RepairSecret, None),
        ] {
            let plan = plan_act(&site, act);
            assert_eq!(
                (plan.callback, plan.follow_up),
                (Some(CallbackKind::Installed), follow_up),
                "{act:?}"
            );
        }
        assert_eq!(
            plan_act(&Site::new("acme"), Act::Install).follow_up,
            Some(CallbackKind::Enabled)
        );
    }

    #[test]
    fn acts_change_secret_client_key_and_address_as_the_real_ones_do() {
        let site = installed();
        let changes = |act: Act| {
            let next = plan_act(&site, act).next;
            [
                next.secret != site.secret,
                next.client_key != site.client_key,
                next.name != site.name,
            ]
        };
        for act in [Act::Upgrade, Act::Rotate, Act::Reinstall, Act::BreakSecret] {
            assert_eq!(changes(act), [true, false, false], "{act:?}");
        }
        for act in [
            Act::Refresh,
            Act::RepairSecret,
            Act::Disable,
            Act::Enable,
            Act::Uninstall,
        ] {
            assert_eq!(changes(act), [false, false, false], "{act:?}");
        }
        assert_eq!(changes(Act::Import), [true, true, false]);
        assert_eq!(changes(Act::Rename), [false, false, true]);
        assert_eq!(plan_act(&site, Act::Rename).next.former_names, ["acme"]);
        assert_eq!(plan_act(&site, Act::Upgrade).next.version, 2);
    }

    #[test]
    fn acts_that_make_no_sense_in_a_state_are_refused() {
        let is_refused =
            |site: &Site, act| plan(site, act, &ActOptions::default(), Secret::generate(), None).is_err();
        let empty = Site::new("acme");
        for act in [
            Act::Upgrade,
            Act::Rotate,
            Act::Uninstall,
            Act::Reinstall,
            Act::BreakSecret,
            Act::Disable,
        ] {
            assert!(is_refused(&empty, act), "{act:?}");
        }
        assert!(is_refused(&installed(), Act::Install));
        assert!(is_refused(&installed(), Act::Rename), "no name given");
    }

    #[test]
    fn after_a_refused_rotation_the_platform_signs_with_the_old_or_the_new_secret_as_the_option_says() {
        let site = installed();
        let plan_of = || plan_act(&site, Act::Rotate);
        assert_eq!(after_failure(&site, plan_of(), true).secret, site.secret);
        let plan = plan_of();
        let new = plan.next.secret.clone();
        let after = after_failure(&site, plan, false);
        assert_eq!(after.secret, new);
        assert!(after.handshake_failed);
    }

    #[test]
    fn a_refused_first_install_leaves_the_site_without_the_app_either_way() {
        let site = Site::new("acme");
        for keep_old in [true, false] {
            let after = after_failure(&site, plan_act(&site, Act::Install), keep_old);
            assert_eq!(after.state, SiteState::NotInstalled);
            assert_eq!(after.secret.is_none(), keep_old);
        }
    }
}
