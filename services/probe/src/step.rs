//! The steps of a walk.

use strum::{IntoStaticStr, VariantArray};

/// One step. The order is that of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
    /// The name in reports and metrics.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_in_reports_and_metrics_are_those_that_were_published() {
        let names: Vec<&str> = Step::VARIANTS.iter().map(|step| step.as_str()).collect();
        assert_eq!(
            names,
            [
                "descriptor",
                "install",
                "page",
                "context",
                "command",
                "rotate",
                "page_new_secret",
                "page_old_secret",
                "context_new_secret",
                "uninstall",
                "page_refused",
            ]
        );
    }
}
