//! The acts, with the name and the explanation that the control page shows.

use serde::Serialize;

use crate::site::SiteState;

/// Something that the platform or an administrator does to an installation.
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
    /// The platform signs with a secret that the app never received.
    BreakSecret,
    /// The app receives the secret that is now in use.
    RepairSecret,
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
        Self::RepairSecret,
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
            Self::RepairSecret => "repair-secret",
            Self::SwallowCallbacks => "swallow-callbacks",
            Self::DeliverCallbacks => "deliver-callbacks",
            Self::RestDown => "rest-down",
            Self::RestForbid => "rest-forbid",
            Self::RestUp => "rest-up",
        }
    }

    /// The act with that name in a URL; `repair-secret` is also found by its former name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "mend-secret" => Some(Self::RepairSecret),
            _ => Self::ALL.into_iter().find(|act| act.name() == name),
        }
    }

    /// One sentence for a newcomer: which real event it stands for. Names of callbacks are in
    /// backticks.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Install => "An admin adds the app: `installed` with a first secret, then `enabled`.",
            Self::Upgrade => {
                "The site takes a new app version: `installed` with a new secret, then `enabled`. \
                 A publication does this to every site, in batches over a day."
            }
            Self::Rotate => "The platform issues a new secret: `installed`, nothing else. Pages stay open.",
            Self::Refresh => "`installed` comes again with the same secret, as after an instance restart.",
            Self::Disable => "An admin switches the app off: `disabled`, signed with the secret.",
            Self::Enable => "An admin switches the app on again: `enabled`.",
            Self::Uninstall => {
                "An admin removes the app: `disabled` and `uninstalled` at the same moment, in either order."
            }
            Self::Reinstall => "An admin removes the app and adds it again: same client key, new secret.",
            Self::Rename => {
                "The site moves to another address: `installed` with a new base URL, same client key."
            }
            Self::Import => {
                "Data was imported into the site: `installed` with a new client key and secret, same address."
            }
            Self::BreakSecret => {
                "From now on tokens are signed with a secret that the app never received: \
                 the outage, on demand."
            }
            Self::RepairSecret => {
                "`installed` with the secret that is now in use, as when an admin chooses Update."
            }
            Self::SwallowCallbacks => {
                "From now on a proxy answers every `installed` with 204 and never passes it on, as on \
                 7 March 2022. Rotate next, and open the app."
            }
            Self::DeliverCallbacks => {
                "`installed` reaches the app again. A swallowed callback is not sent again: \
                 reinstall the app, or choose repair secret."
            }
            Self::RestDown => "The site's REST interface answers 503 to every call of the app.",
            Self::RestForbid => {
                "The site's REST interface answers 403 to every call of the app, as when global \
                 permissions exclude apps."
            }
            Self::RestUp => "The site's REST interface answers again.",
        }
    }

    /// Whether the platform fetches the app's descriptor for this act.
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
            Self::Upgrade
            | Self::Rotate
            | Self::Refresh
            | Self::Disable
            | Self::Enable
            | Self::Uninstall
            | Self::Import
            | Self::BreakSecret
            | Self::RepairSecret => has_app,
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
            assert_eq!(Act::from_name(act.name()), Some(act));
            assert_eq!(serde_json::to_value(act).unwrap(), json!(act.name()));
            assert!(act.meaning().ends_with('.'));
        }
        assert_eq!(Act::from_name("explode"), None);
    }

    #[test]
    fn the_former_name_of_repair_secret_still_works() {
        assert_eq!(Act::from_name("mend-secret"), Some(Act::RepairSecret));
    }
}
