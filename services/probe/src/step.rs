//! The steps of a walk.

/// One step. The order is that of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The descriptor is served and has the values that Jira needs.
    Descriptor,
    /// The app is installed.
    Install,
    /// The register's page opens.
    Page,
    /// The page calls the API.
    Context,
    /// An asset is registered, checked out, checked in, retired.
    Command,
    /// The platform replaces the secret.
    Rotate,
    /// The page opens with the new secret.
    PageNewSecret,
    /// The page opens with the replaced secret during its grace period.
    PageOldSecret,
    /// The page calls the API with the new secret.
    ContextNewSecret,
    /// The app is uninstalled.
    Uninstall,
    /// The page is refused after that.
    PageRefused,
}

impl Step {
    /// All of them in their order.
    pub const ALL: [Self; 11] = [
        Self::Descriptor,
        Self::Install,
        Self::Page,
        Self::Context,
        Self::Command,
        Self::Rotate,
        Self::PageNewSecret,
        Self::PageOldSecret,
        Self::ContextNewSecret,
        Self::Uninstall,
        Self::PageRefused,
    ];

    /// The name in reports and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Descriptor => "descriptor",
            Self::Install => "install",
            Self::Page => "page",
            Self::Context => "context",
            Self::Command => "command",
            Self::Rotate => "rotate",
            Self::PageNewSecret => "page_new_secret",
            Self::PageOldSecret => "page_old_secret",
            Self::ContextNewSecret => "context_new_secret",
            Self::Uninstall => "uninstall",
            Self::PageRefused => "page_refused",
        }
    }
}
