//! Refusals of the operator's listener.

use tally_domain::{TenantId, refusals};
use tally_http::ProblemDetails;

refusals! {
    /// Why the operator's listener refuses a request, apart from the rules of what it is about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum OperatorRefusal {
        /// The `Host` is not this machine.
        HostUnknown = "ops.host_unknown" {
            kind: Misdirected,
            title: "Host not served",
            cause: "the request names a host that this listener does not serve",
            remedy: "Use localhost, 127.0.0.1, [::1], or the address in TALLY_OPS_LISTEN.",
        },
        /// A foreign page in the operator's browser may have sent the request.
        CrossOrigin = "ops.cross_origin" {
            kind: Forbidden,
            title: "Request of a foreign page",
            cause: "the request does not come from the operator's own pages",
            remedy: "Open /ops at this very address and use the form there. Programs use /ops/api.",
        },
        /// The request carries neither the token nor a login.
        TokenMissing = "ops.token_missing" {
            kind: Unauthenticated,
            title: "Token missing",
            cause: "this needs the operator's token",
            remedy: "Log in, or send the token as Authorization: Bearer. The command line reads it from \
                TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.",
        },
        /// The token is another one.
        TokenWrong = "ops.token_wrong" {
            kind: Unauthenticated,
            title: "Wrong token",
            cause: "this is not the operator's token",
            remedy: "Use the token of the running server: TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.",
        },
        /// Someone may be guessing the token.
        TooManyAttempts = "ops.too_many_attempts" {
            kind: TooOften,
            title: "Too many wrong tokens",
            cause: "too many wrong tokens came from your address",
            remedy: "Wait a minute, then use the right token.",
        },
        /// No tenant has this id.
        TenantUnknown {
            /// The id as requested.
            tenant: TenantId,
        } = "ops.tenant_unknown" {
            kind: NotFound,
            title: "Tenant not found",
            cause: "no tenant has the id {tenant}",
            remedy: "See the failing tenants on /ops. A site's admin finds its id on the page Install \
                diagnosis.",
        },
        /// Neither a tenant nor a refused callback is of this site.
        SiteUnknown = "ops.site_unknown" {
            kind: NotFound,
            title: "Site not found",
            cause: "nothing is known about a site of that name",
            remedy: "Name the site by its tenant id, its client key, or its address.",
        },
        /// A release or an incident has no such command.
        CommandUnknown {
            /// The commands that it has.
            known: &'static str,
        } = "not_found" {
            kind: NotFound,
            title: "Command not found",
            cause: "there is no such command; known are {known}",
            remedy: "Use one of the commands that are known.",
        },
    }
}

impl From<OperatorRefusal> for ProblemDetails {
    fn from(refusal: OperatorRefusal) -> Self {
        Self::from_refusal(&refusal)
    }
}
