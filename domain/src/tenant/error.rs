//! Why the rules of a tenant refuse a command.

use crate::refusals;

refusals! {
    /// A refusal by the rules of a tenant.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TenantRefusal {
        /// Tally was never installed on the site.
        Unknown = "install.tenant_unknown" {
            kind: NotFound,
            title: "Site not known",
            cause: "the site has not installed Tally",
            remedy: "A Jira admin installs the app.",
        },
        /// An accepted token came again with another body. The signature does not cover the body,
        /// so this is how an intercepted callback could be misused to plant a secret.
        ReplayedWithAnotherBody = "install.replayed_with_another_body" {
            kind: Conflict,
            title: "Callback repeated with other content",
            cause: "this callback's token was accepted before with other content",
            remedy: "If a Jira admin sees this during an update, run the update again; \
                otherwise treat it as an attack.",
        },
        /// The callback's client key is empty, too long, or not visible ASCII.
        ClientKeyUnusable = "install.body_malformed" {
            kind: Malformed,
            title: "Client key not valid",
            cause: "the callback's client key is not valid",
            remedy: "Send 1 to 255 visible ASCII characters as clientKey.",
        },
        /// The secret with this fingerprint is not a candidate.
        NotACandidate = "tenant.not_a_candidate" {
            kind: Conflict,
            title: "Secret is not a candidate",
            cause: "the secret is not a candidate",
            remedy: "There is nothing to do: the secret is already in use or was replaced.",
        },
    }
}
