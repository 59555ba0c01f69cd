//! The Connect descriptor: what Tally says to Jira about itself.
//!
//! Jira fetches it, keeps it, and makes a new version of the app whenever the served text differs.
//! A new version is rolled out to every site over a day, each site sends `installed` again, and
//! each may bring a new secret. So the text is frozen: fields are serialised in the order of the
//! types here, and `golden/atlassian-connect.json` fails the tests when a single byte moves. An
//! address that was ever published has to keep answering, because sites that wait for an admin's
//! approval go on using the old descriptor.
//!
//! # Adding one more module
//! Its key in [`module`], its address in [`page`], an entry in the descriptor, and the new golden
//! file (`UPDATE_GOLDEN=1 cargo test -p tally-descriptor`). The server mounts routes by the same
//! constants. Added scopes need each admin's approval, so think twice.

pub mod diff;
mod model;

pub use model::{
    AdminPage, ApiMigrations, Authentication, Condition, Descriptor, GeneralPage, Lifecycle, Links,
    ModuleName, Modules, Vendor,
};

/// Where the descriptor is served, relative to the base URL.
pub const PATH: &str = "/atlassian-connect.json";

/// The name users see. At most 80 characters.
pub const NAME: &str = "Tally";

const DESCRIPTION: &str = "Asset management for Jira with a history that has no holes: \
     a register of what you own, who holds it and who held it on any past day.";

/// Addresses of the lifecycle callbacks, relative to the base URL.
pub mod callback {
    /// Signed with Atlassian's key; carries the shared secret.
    pub const INSTALLED: &str = "/connect/lifecycle/installed";
    /// Signed with Atlassian's key; sent once.
    pub const UNINSTALLED: &str = "/connect/lifecycle/uninstalled";
    /// Signed with the shared secret.
    pub const ENABLED: &str = "/connect/lifecycle/enabled";
    /// Signed with the shared secret, or not at all near an uninstall.
    pub const DISABLED: &str = "/connect/lifecycle/disabled";
}

/// Keys of the modules. Jira opens one at `/plugins/servlet/ac/{app key}/{module key}`.
pub mod module {
    /// The page with the register.
    pub const ASSETS: &str = "assets";
    /// The diagnosis of installs, for admins.
    pub const INSTALL_DIAGNOSIS: &str = "install-diagnosis";
}

/// Addresses of the pages that Jira shows in a frame, relative to the base URL.
pub mod page {
    /// The page with the register.
    pub const ASSETS: &str = "/pages/assets";
    /// The diagnosis of installs. The condition in the descriptor only hides the link: the server
    /// has to check.
    pub const INSTALL_DIAGNOSIS: &str = "/pages/install-diagnosis";
}

/// The descriptor of an app with this key (at most 64 of `a-z A-Z 0-9 - . _`) at this base URL
/// (https, or http for development; no slash at the end; at most 200 characters). Neither is
/// checked here.
#[must_use]
pub fn descriptor(app_key: &str, base_url: &str) -> Descriptor {
    Descriptor {
        key: app_key.to_owned(),
        name: NAME,
        description: DESCRIPTION,
        vendor: Vendor {
            name: NAME,
            url: base_url.to_owned(),
        },
        base_url: base_url.to_owned(),
        links: Links {
            this: format!("{base_url}{PATH}"),
        },
        authentication: Authentication { kind: "jwt" },
        api_version: 1,
        api_migrations: ApiMigrations {
            gdpr: true,
            signed_install: true,
            context_qsh: true,
        },
        lifecycle: Lifecycle {
            installed: callback::INSTALLED,
            uninstalled: callback::UNINSTALLED,
            enabled: callback::ENABLED,
            disabled: callback::DISABLED,
        },
        scopes: vec!["READ"],
        modules: modules(),
    }
}

fn modules() -> Modules {
    Modules {
        general_pages: vec![GeneralPage {
            key: module::ASSETS,
            name: ModuleName { value: "Assets" },
            url: page::ASSETS,
            location: "system.top.navigation.bar",
        }],
        admin_pages: vec![AdminPage {
            key: module::INSTALL_DIAGNOSIS,
            name: ModuleName {
                value: "Tally: install diagnosis",
            },
            url: page::INSTALL_DIAGNOSIS,
            conditions: vec![Condition {
                condition: "user_is_admin",
            }],
        }],
    }
}
