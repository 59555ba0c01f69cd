//! An act worked out: what the site will be, and what the app is told.

use serde::Deserialize;
use thiserror::Error;

use super::Act;
use crate::descriptor::Descriptor;
use crate::lifecycle::Hook;
use crate::secret::Secret;
use crate::site::{Site, SiteState, is_site_name};

/// How an act is to be performed. Unknown fields are refused, so that a misspelt option does not pass unseen.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    /// `false`: the change takes effect and the app is not told.
    pub deliver: bool,
    /// After a refused `installed`: whether the platform goes on signing with the old secret (`true`) or with the
    /// one the app refused. What the real platform does is not documented.
    pub keep_old_on_failure: bool,
    /// `uninstall` only: `disabled` comes after `uninstalled` and without a token.
    pub unsigned_disabled: bool,
    /// `rename` only: the new name.
    pub to: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deliver: true,
            keep_old_on_failure: true,
            unsigned_disabled: false,
            to: None,
        }
    }
}

/// Why an act cannot be performed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotPossible {
    /// The site is not in a state for it.
    #[error("{act} cannot be done while the app is {state}")]
    State {
        /// The act's name.
        act: &'static str,
        /// The state the site is in.
        state: SiteState,
    },
    /// `rename` without a usable name.
    #[error("rename needs \"to\": 1 to 40 of a-z, 0-9 and '-'")]
    Name,
}

/// An act worked out: the site as it will be, and the callbacks that tell the app.
#[derive(Debug)]
pub struct Plan {
    /// The site once the act is done.
    pub next: Site,
    /// The callback whose answer decides whether the act succeeded.
    pub callback: Option<Hook>,
    /// A callback sent once the first was accepted.
    pub then: Option<Hook>,
    /// Whether the change is a fact that no answer of the app can undo.
    pub at_once: bool,
}

/// Works out an act. Pure: new secrets and the descriptor come in.
///
/// # Errors
/// When the act does not apply.
pub fn plan(
    site: &Site,
    act: Act,
    options: &Options,
    secret: Secret,
    descriptor: Option<Descriptor>,
) -> Result<Plan, NotPossible> {
    if !act.applies_to(site.state) {
        return Err(NotPossible::State {
            act: act.name(),
            state: site.state,
        });
    }
    let mut next = site.clone();
    if descriptor.is_some() {
        next.descriptor = descriptor;
    }
    let told = |next: Site, then: Option<Hook>| Plan {
        next,
        callback: Some(Hook::Installed),
        then,
        at_once: false,
    };
    let fact = |next: Site, callback: Option<Hook>| Plan {
        next,
        callback,
        then: None,
        at_once: true,
    };
    Ok(match act {
        Act::Install | Act::Upgrade | Act::Reinstall => {
            next.put_in_force(secret);
            next.version += 1;
            next.state = SiteState::Installed;
            told(next, Some(Hook::Enabled))
        }
        Act::Rotate => {
            next.put_in_force(secret);
            told(next, None)
        }
        Act::Import => {
            next.become_another_installation();
            next.put_in_force(secret);
            told(next, None)
        }
        Act::Refresh | Act::MendSecret => told(next, None),
        Act::BreakSecret => {
            next.put_in_force(secret);
            fact(next, None)
        }
        Act::Rename => {
            let callback = site.has_app().then_some(Hook::Installed);
            rename(&mut next, options.to.as_deref())?;
            fact(next, callback)
        }
        Act::Disable => fact(
            Site {
                state: SiteState::Disabled,
                ..next
            },
            Some(Hook::Disabled),
        ),
        Act::Enable => fact(
            Site {
                state: SiteState::Installed,
                ..next
            },
            Some(Hook::Enabled),
        ),
        Act::Uninstall => fact(
            Site {
                state: SiteState::Uninstalled,
                ..next
            },
            Some(Hook::Uninstalled),
        ),
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

fn rename(site: &mut Site, to: Option<&str>) -> Result<(), NotPossible> {
    let name = to.filter(|name| is_site_name(name)).ok_or(NotPossible::Name)?;
    let old = std::mem::replace(&mut site.name, name.to_owned());
    site.former_names.retain(|former| former != name);
    if old != name {
        site.former_names.push(old);
    }
    Ok(())
}

/// The site after the app refused, or did not answer, the callback that decides.
///
/// The state is what it was; only the secret may be the new one, when the platform does not go back.
#[must_use]
pub fn after_failure(before: &Site, plan: Plan, keep_old: bool) -> Site {
    if plan.at_once {
        return plan.next;
    }
    let kept = if keep_old {
        before.clone()
    } else {
        Site {
            state: before.state,
            ..plan.next
        }
    };
    Site {
        handshake_failed: true,
        ..kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed() -> Site {
        let mut site = Site::new("acme");
        site.state = SiteState::Installed;
        site.version = 1;
        site.put_in_force(Secret::fresh());
        site
    }

    fn planned(site: &Site, act: Act) -> Plan {
        let options = Options {
            to: Some("moved".to_owned()),
            ..Options::default()
        };
        plan(site, act, &options, Secret::fresh(), None).unwrap()
    }

    #[test]
    fn only_installs_and_upgrades_are_followed_by_enabled() {
        let site = installed();
        for (act, then) in [
            (Act::Upgrade, Some(Hook::Enabled)),
            (Act::Reinstall, Some(Hook::Enabled)),
            (Act::Rotate, None),
            (Act::Refresh, None),
            (Act::Rename, None),
            (Act::Import, None),
            (Act::MendSecret, None),
        ] {
            let plan = planned(&site, act);
            assert_eq!(
                (plan.callback, plan.then),
                (Some(Hook::Installed), then),
                "{act:?}"
            );
        }
        assert_eq!(
            planned(&Site::new("acme"), Act::Install).then,
            Some(Hook::Enabled)
        );
    }

    #[test]
    fn acts_change_secret_client_key_and_address_as_the_real_ones_do() {
        let site = installed();
        let changes = |act: Act| {
            let next = planned(&site, act).next;
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
            Act::MendSecret,
            Act::Disable,
            Act::Enable,
            Act::Uninstall,
        ] {
            assert_eq!(changes(act), [false, false, false], "{act:?}");
        }
        assert_eq!(changes(Act::Import), [true, true, false]);
        assert_eq!(changes(Act::Rename), [false, false, true]);
        assert_eq!(planned(&site, Act::Rename).next.former_names, ["acme"]);
        assert_eq!(planned(&site, Act::Upgrade).next.version, 2);
    }

    #[test]
    fn acts_that_make_no_sense_in_a_state_are_refused() {
        let refused = |site: &Site, act| plan(site, act, &Options::default(), Secret::fresh(), None).is_err();
        let fresh = Site::new("acme");
        for act in [
            Act::Upgrade,
            Act::Rotate,
            Act::Uninstall,
            Act::Reinstall,
            Act::BreakSecret,
            Act::Disable,
        ] {
            assert!(refused(&fresh, act), "{act:?}");
        }
        assert!(refused(&installed(), Act::Install));
        assert!(refused(&installed(), Act::Rename), "no name given");
    }

    #[test]
    fn after_a_refused_rotation_the_platform_signs_with_the_old_or_the_new_secret_as_told() {
        let site = installed();
        let plan_of = || planned(&site, Act::Rotate);
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
            let after = after_failure(&site, planned(&site, Act::Install), keep_old);
            assert_eq!(after.state, SiteState::NotInstalled);
            assert_eq!(after.secret.is_none(), keep_old);
        }
    }
}
