//! What can be done to an installation, and what each act means, before anything is sent.
//!
//! To add an act: a variant here with its name and its sentence, an arm in [`plan()`], a line in the tests. The control
//! page draws its buttons from the list it is given.

mod plan;

use serde::Serialize;

pub use self::plan::{NotPossible, Options, Plan, after_failure, plan};
use crate::site::SiteState;

/// Something the platform or an administrator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// The app is added to the site.
    Install,
    /// The site takes a new app version, with a new secret.
    Upgrade,
    /// The platform issues a new secret.
    Rotate,
    /// `installed` comes again with nothing new in it.
    Refresh,
    /// An administrator switches the app off.
    Disable,
    /// An administrator switches the app on.
    Enable,
    /// An administrator removes the app.
    Uninstall,
    /// Removed and added again: same client key, new secret.
    Reinstall,
    /// The site gets another name and so another base URL.
    Rename,
    /// The site was imported: new client key and secret at the same URL.
    Import,
    /// The platform signs with a secret the app was never told.
    BreakSecret,
    /// The app is told the secret now in use.
    MendSecret,
    /// A proxy before the app begins to answer `installed` in its place.
    SwallowCallbacks,
    /// The proxy passes `installed` on again.
    DeliverCallbacks,
    /// The site's REST interface stops answering.
    RestDown,
    /// The site's REST interface lets the app do nothing.
    RestForbid,
    /// The site's REST interface answers again.
    RestUp,
}

impl Act {
    /// Every act, in the order in which the control page shows them.
    pub const ALL: [Self; 17] = [
        Self::Install,
        Self::Upgrade,
        Self::Rotate,
        Self::Refresh,
        Self::Disable,
        Self::Enable,
        Self::Rename,
        Self::Import,
        Self::Uninstall,
        Self::Reinstall,
        Self::BreakSecret,
        Self::MendSecret,
        Self::SwallowCallbacks,
        Self::DeliverCallbacks,
        Self::RestDown,
        Self::RestForbid,
        Self::RestUp,
    ];

    /// The act's name in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Rotate => "rotate",
            Self::Refresh => "refresh",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Uninstall => "uninstall",
            Self::Reinstall => "reinstall",
            Self::Rename => "rename",
            Self::Import => "import",
            Self::BreakSecret => "break-secret",
            Self::MendSecret => "mend-secret",
            Self::SwallowCallbacks => "swallow-callbacks",
            Self::DeliverCallbacks => "deliver-callbacks",
            Self::RestDown => "rest-down",
            Self::RestForbid => "rest-forbid",
            Self::RestUp => "rest-up",
        }
    }

    /// The act with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }

    /// One sentence for a newcomer: what it stands for in life. Callbacks stand between backticks.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Install => "An admin adds the app: `installed` with a first secret, then `enabled`.",
            Self::Upgrade => {
                "The site takes a new app version: `installed` with a new secret, then `enabled`. \
                 A publication does this to every site, in batches over a day."
            }
            Self::Rotate => {
                "The platform issues a new secret by itself: `installed`, nothing else. Pages stay open."
            }
            Self::Refresh => "`installed` comes again with the same secret, as after an instance restart.",
            Self::Disable => "An admin switches the app off: `disabled`, signed with the secret.",
            Self::Enable => "An admin switches the app on again: `enabled`.",
            Self::Uninstall => {
                "An admin removes the app: `disabled` and `uninstalled` at the same moment, in no order."
            }
            Self::Reinstall => "Removed and added again: same client key, new secret.",
            Self::Rename => {
                "The site moves to another address: `installed` with a new base URL, same client key."
            }
            Self::Import => {
                "Data was imported into the site: `installed` with a new client key and secret, same address."
            }
            Self::BreakSecret => {
                "From now on tokens are signed with a secret the app was never told: the outage, on demand."
            }
            Self::MendSecret => "`installed` with the secret now in use: what an admin's Update does.",
            Self::SwallowCallbacks => {
                "From now on a proxy answers every `installed` with 204 and never passes it on: what went wrong on \
                 7 March 2022. Then rotate, and open the app."
            }
            Self::DeliverCallbacks => {
                "`installed` reaches the app again. What was swallowed does not come back: an admin reinstalls, or \
                 presses mend secret."
            }
            Self::RestDown => "The site's REST interface answers 503 to every call of the app.",
            Self::RestForbid => {
                "The site's REST interface answers 403 to every call of the app, as when global permissions shut apps out."
            }
            Self::RestUp => "The site's REST interface answers again.",
        }
    }

    /// Whether the platform reads the app's descriptor anew.
    #[must_use]
    pub fn reads_descriptor(self) -> bool {
        matches!(
            self,
            Self::Install | Self::Upgrade | Self::Reinstall | Self::Import
        )
    }

    /// Whether the act can be performed in that state.
    #[must_use]
    pub fn applies_to(self, state: SiteState) -> bool {
        let has_app = matches!(state, SiteState::Installed | SiteState::Disabled);
        match self {
            Self::Install => !has_app,
            Self::Reinstall => state != SiteState::NotInstalled,
            Self::Rename
            | Self::SwallowCallbacks
            | Self::DeliverCallbacks
            | Self::RestDown
            | Self::RestForbid
            | Self::RestUp => true,
            _ => has_app,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_act_is_found_by_its_name_and_explained() {
        for act in Act::ALL {
            assert_eq!(Act::named(act.name()), Some(act));
            assert_eq!(serde_json::to_value(act).unwrap(), json!(act.name()));
            assert!(act.meaning().ends_with('.'));
        }
        assert_eq!(Act::named("explode"), None);
    }
}
