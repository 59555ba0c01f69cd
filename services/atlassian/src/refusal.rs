//! Why a token or a callback was refused, in words that a Jira admin can act on.
//!
//! The codes are a contract: the user interface, the install log and the metrics are keyed by them,
//! so a code is never renamed. The texts may be improved at any time. No text holds anything taken
//! from a token, a body or a secret, with one exception: by how many seconds a token whose
//! signature was good missed its time.
//!
//! Refusals of kind `Unavailable` are answered 503, where trying again can help: Jira repeats a
//! callback after 503 and not after 401.
//!
//! To add one: an entry in the table. Without all its texts it does not compile.

use tally_domain::refusals;

use crate::unreadable::Unreadable;

const RELOAD: &str = "Reload the page in Jira. If it happens again, a Jira admin can look at the \
     install diagnosis page or send the code to Tally support.";
const RESEND: &str = "A Jira admin opens Apps > Manage apps and chooses Update on Tally, or \
     reinstalls it. Jira then sends a fresh secret. No data is lost by either.";
const RETRY_INSTALL: &str = "Retry the installation from Manage apps. If it fails again, send the \
     code to Tally support.";
const OPERATOR_BASE_URL: &str = "Tally support compares TALLY_BASE_URL with the baseUrl of the \
     published descriptor (they must be equal), and checks that no proxy rewrites the path.";
const NOT_JIRA: &str = "Nothing to do if the sender was not Jira (scanners and tests do this). If it \
     was, send the code to Tally support.";

refusals! {
    /// A refusal of a token or of a lifecycle callback.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
    pub enum Refusal {
        /// The request carries no token.
        Missing = "jwt.missing" {
            kind: Unauthenticated,
            title: "No token",
            cause: "The request carried no token from Jira. This address only answers when Jira \
                opens it.",
            remedy: "Open Tally from Jira's navigation instead of by its own address.",
        },
        /// The text is not a token, or not one that can be read. The part that is wrong.
        Malformed {
            /// What is wrong with the token.
            reason: Unreadable,
        } = "jwt.malformed" {
            kind: Unauthenticated,
            title: "Unreadable token",
            cause: "The token in the request cannot be read: {reason}.",
            remedy: RELOAD,
        },
        /// Signed with another algorithm than the one this route takes.
        AlgorithmNotAllowed = "jwt.algorithm_not_allowed" {
            kind: Unauthenticated,
            title: "Wrong kind of token",
            cause: "The token is signed in another way than this address takes. Install callbacks \
                must be signed with Atlassian's key, everything else with the site's shared \
                secret.",
            remedy: NOT_JIRA,
        },
        /// The signature is good, but the token ended before now.
        Expired {
            /// Seconds since the end of the token, `exp`.
            seconds: i64,
        } = "jwt.expired" {
            kind: Unauthenticated,
            title: "Expired token",
            cause: "The token is genuine, but it ended {seconds} s ago by this server's clock.",
            remedy: "Reload the page in Jira: the token of a page lives for a few minutes only. \
                If fresh pages fail as well, the clock of Tally's server is wrong and Tally \
                support has to correct it.",
        },
        /// The signature is good, but the token starts after now.
        NotYetValid {
            /// Seconds until the start of the token, `iat` or `nbf`.
            seconds: i64,
        } = "jwt.not_yet_valid" {
            kind: Unauthenticated,
            title: "Token from the future",
            cause: "The token is genuine, but it only becomes valid in {seconds} s by this \
                server's clock.",
            remedy: "The clock of Tally's server is behind. Tally support has to correct it (NTP).",
        },
        /// Good signature, but valid for ever.
        ExpiryMissing = "jwt.expiry_missing" {
            kind: Unauthenticated,
            title: "Token without an end",
            cause: "The token does not say when it expires, so anyone who finds it could use it \
                for ever.",
            remedy: NOT_JIRA,
        },
        /// Good signature, but an end too far away.
        LifetimeTooLong {
            /// Hours until the end of the token, `exp`.
            hours: i64,
        } = "jwt.lifetime_too_long" {
            kind: Unauthenticated,
            title: "Token lives too long",
            cause: "The token is genuine, but ends only in {hours} hours by this server's clock. \
                It must end within a day, since anyone who finds it could use it until then.",
            remedy: "Reload the page in Jira. If fresh pages fail as well, the clock of Tally's \
                server is behind and Tally support has to correct it.",
        },
        /// Not bound to a request.
        QshMissing = "jwt.qsh_missing" {
            kind: Unauthenticated,
            title: "Token not bound to the request",
            cause: "The token does not say which request it was made for.",
            remedy: NOT_JIRA,
        },
        /// Bound to another request.
        QshMismatch = "jwt.qsh_mismatch" {
            kind: Unauthenticated,
            title: "Token of another request",
            cause: "The token is genuine, but was made for another address than the one it came \
                to. If every page fails like this, a proxy between Jira and Tally changes the \
                path.",
            remedy: OPERATOR_BASE_URL,
        },
        /// A context token on a route that takes only tokens bound to the request.
        ContextTokenNotAllowed = "jwt.context_token_not_allowed" {
            kind: Unauthenticated,
            title: "Context token not allowed here",
            cause: "The token is a context token, which any user's browser can obtain. Pages, \
                webhooks and lifecycle callbacks take only tokens made for that very request.",
            remedy: NOT_JIRA,
        },
        /// Another token on a route that takes only context tokens.
        ContextTokenRequired = "jwt.context_token_required" {
            kind: Unauthenticated,
            title: "Context token required",
            cause: "The token was made for one request, such as opening a page. The API takes \
                context tokens only.",
            remedy: "Reload the page in Jira. Programs that call the API ask AP.context.getToken \
                for a token before each call.",
        },
        /// No secret or key verifies the signature.
        SignatureInvalid = "jwt.signature_invalid" {
            kind: Unauthenticated,
            title: "Signature not verified",
            cause: "The token was not signed with any secret or key that counts. For a page, that \
                means that Tally never received the secret that Jira has given this site: of its \
                latest installation or update, or of its first.",
            remedy: RESEND,
        },
        /// Signed with a secret that was replaced and is no longer accepted.
        MatchesSupersededSecret = "jwt.signature.matches_superseded_secret" {
            kind: Unauthenticated,
            title: "Signed with a replaced secret",
            cause: "The token is signed with a secret that this site used before and that is no \
                longer accepted. Jira and Tally disagree about which secret is in force: the last \
                installed callback was lost, or was not accepted by Jira.",
            remedy: RESEND,
        },
        /// A token of the shared-secret kind that names a key.
        KidNotAllowed = "jwt.kid_not_allowed" {
            kind: Unauthenticated,
            title: "Token names a key",
            cause: "The token asks to be verified with a key of its own choosing. Tokens signed \
                with a shared secret never do.",
            remedy: NOT_JIRA,
        },
        /// A context token without a user.
        SubjectMissing = "jwt.subject_missing" {
            kind: Unauthenticated,
            title: "Token without a user",
            cause: "The token does not say which user it stands for. This happens when a visitor \
                who is not logged in opens the page.",
            remedy: "Log in to Jira and reload the page.",
        },
        /// More than one token in one request.
        TwoTokens = "jwt.two_tokens" {
            kind: Unauthenticated,
            title: "More than one token",
            cause: "The request carried more than one token, and Tally does not choose between \
                them.",
            remedy: NOT_JIRA,
        },
        /// The tenant has uninstalled the app. Raised by the caller that looks tenants up.
        TenantUninstalled = "tenant.uninstalled" {
            kind: Forbidden,
            title: "App uninstalled",
            cause: "Tally was uninstalled from this site. Its register is kept for a while, but \
                is not shown.",
            remedy: "A Jira admin installs Tally again; the register is then as it was.",
        },
        /// The tenant was erased while the request was under way. Raised by the caller that carries
        /// commands out.
        TenantErased = "tenant.erased" {
            kind: Forbidden,
            title: "Site's data erased",
            cause: "What Tally stored for this installation was erased for good, so nothing more \
                can be stored for it.",
            remedy: "A Jira admin installs Tally again; the register is then empty. If that is \
                refused with this code, the erasure is not complete: Tally support runs it again.",
        },
        /// The tenant's secrets cannot be opened now. Raised by the caller that opens them.
        SecretsUnavailable = "tenant.secrets_unavailable" {
            kind: Unavailable,
            title: "Site's secrets unavailable",
            cause: "Tally cannot open the secrets of this site at the moment, so it cannot check \
                whether the request is genuine. Nothing is wrong with the request or with the \
                site.",
            remedy: "Try again in a few minutes. If it fails again, send the code to Tally \
                support, who checks the store of data keys and the master key.",
        },
        /// The install token names no key, or one that cannot be a key's name.
        KeyIdMalformed = "install.key_id_malformed" {
            kind: Unauthenticated,
            title: "Unusable key id",
            cause: "The install callback does not name the key it is signed with, or names one \
                that cannot be Atlassian's.",
            remedy: NOT_JIRA,
        },
        /// The key server does not know the key.
        KeyUnknown = "install.key_unknown" {
            kind: Unauthenticated,
            title: "Unknown install key",
            cause: "Atlassian's key server does not know the key with which the install callback \
                is signed.",
            remedy: "Nothing to do if the sender was not Jira (scanners and tests do this). If it \
                was, Tally support checks that TALLY_INSTALL_KEYS_URL is the key server of \
                this Jira's environment.",
        },
        /// The key server could not be asked.
        KeysUnavailable = "install.keys_unavailable" {
            kind: Unavailable,
            title: "Install keys unavailable",
            cause: "The install callback could not be verified, because Atlassian's key server \
                did not give its answer in time, gave something that is not a key, or was being \
                asked too often.",
            remedy: "Retry the installation in a few minutes. If it fails again, Tally support \
                checks that the server may reach TALLY_INSTALL_KEYS_URL.",
        },
        /// The install token was made for another app.
        AudienceMismatch = "install.audience_mismatch" {
            kind: Unauthenticated,
            title: "Install callback for another app",
            cause: "The install callback was made for an app at another base URL than Tally's.",
            remedy: OPERATOR_BASE_URL,
        },
        /// The token and the body speak of different tenants.
        IssuerMismatch = "install.issuer_mismatch" {
            kind: Unauthenticated,
            title: "Token and body disagree",
            cause: "The callback is signed for one Jira site and its body speaks of another.",
            remedy: NOT_JIRA,
        },
        /// The body speaks of another app.
        AppKeyMismatch = "install.app_key_mismatch" {
            kind: Malformed,
            title: "Callback of another app",
            cause: "The callback's body carries the key of another app.",
            remedy: "Tally support compares TALLY_APP_KEY with the key of the published \
                descriptor; they must be equal.",
        },
        /// The body belongs to another callback.
        EventTypeMismatch = "install.event_type_mismatch" {
            kind: Malformed,
            title: "Body of another callback",
            cause: "The callback's body belongs to another kind of callback than the address it \
                came to.",
            remedy: NOT_JIRA,
        },
        /// The site's address is not one we may talk to.
        BaseUrlNotAllowed = "install.base_url_not_allowed" {
            kind: Forbidden,
            title: "Site address not allowed",
            cause: "The site's address is not one of Atlassian's, is not served over https, or \
                has a path.",
            remedy: "If the site is meant to be served (a test site, say), Tally support adds \
                its host to TALLY_ALLOWED_HOSTS. Otherwise there is nothing to do.",
        },
        /// `installed` without a shared secret.
        SecretMissing = "install.secret_missing" {
            kind: Malformed,
            title: "No shared secret",
            cause: "The installed callback brought no shared secret, so nothing could be verified \
                afterwards. The secret in force before stays in force.",
            remedy: RETRY_INSTALL,
        },
        /// A shared secret beyond the documented length.
        SecretTooLong = "install.secret_too_long" {
            kind: Malformed,
            title: "Shared secret too long",
            cause: "The installed callback brought a shared secret of more than 400 bytes, the \
                most that Atlassian documents. The secret in force before stays in force.",
            remedy: RETRY_INSTALL,
        },
        /// A shared secret that could be guessed.
        SecretTooShort = "install.secret_too_short" {
            kind: Malformed,
            title: "Shared secret too short",
            cause: "The installed callback brought a shared secret of less than 16 bytes, which \
                could be guessed. The secret in force before stays in force.",
            remedy: RETRY_INSTALL,
        },
        /// Not the body of a lifecycle callback; says which part.
        BodyMalformed {
            /// What is wrong with the body.
            reason: Unreadable,
        } = "install.body_malformed" {
            kind: Malformed,
            title: "Unreadable callback",
            cause: "The body of the callback cannot be read: {reason}.",
            remedy: RETRY_INSTALL,
        },
        /// A token seen before came with another body. Raised by the caller that remembers
        /// digests.
        ReplayedWithAnotherBody = "install.replayed_with_another_body" {
            kind: Conflict,
            title: "Callback repeated with another body",
            cause: "The token of an earlier install callback came again with a different body. An \
                attacker may be trying to put a secret of their own in place. Nothing was \
                changed.",
            remedy: "If this was not a test, inform Tally support. Jira itself never does it.",
        },
        /// A verified callback is for a tenant that was never installed. Raised by the caller
        /// that looks tenants up.
        InstallTenantUnknown = "install.tenant_unknown" {
            kind: NotFound,
            title: "Site was never installed",
            cause: "The callback is genuine, but Tally knows of no installation on that site.",
            remedy: "Nothing to do if the app was just removed. Otherwise a Jira admin reinstalls \
                Tally.",
        },
        /// A callback of a synthetic tenant came where none is served.
        SyntheticNotConfigured = "install.synthetic_not_configured" {
            kind: Forbidden,
            title: "No synthetic tenants here",
            cause: "The callback speaks of a synthetic tenant, as `tally probe` uses it, and this \
                Tally takes none.",
            remedy: "To have Tally probed, Tally support names the probe's public key in \
                TALLY_PROBE_PUBLIC_KEY_FILE.",
        },
        /// A callback of a synthetic tenant that names another key than the probe's.
        SyntheticKeyMismatch = "install.synthetic_key_mismatch" {
            kind: Unauthenticated,
            title: "Synthetic tenant, other key",
            cause: "The callback speaks of a synthetic tenant, and is signed with another key \
                than the probe's.",
            remedy: "Tally support compares the private key of `tally probe` with the public \
                key in TALLY_PROBE_PUBLIC_KEY_FILE: they must be a pair. Atlassian's keys are \
                never taken for synthetic tenants.",
        },
        /// The probe's key on a callback of a tenant that is not synthetic.
        SyntheticKeyForSite = "install.synthetic_key_not_allowed" {
            kind: Unauthenticated,
            title: "Probe's key for a site",
            cause: "The callback is signed with the probe's key and speaks of a site that is not \
                synthetic. That key counts for synthetic tenants only.",
            remedy: "This does not happen by mistake: Tally support replaces the probe's key, \
                which may have been stolen.",
        },
        /// A synthetic tenant that claims to be at a real address.
        SyntheticBaseUrlMismatch = "install.synthetic_base_url_mismatch" {
            kind: Forbidden,
            title: "Synthetic tenant at a real address",
            cause: "The callback speaks of a synthetic tenant and gives it an address that is not \
                the reserved one.",
            remedy: "Use the `tally probe` of this version. Nothing was changed.",
        },
    }
}
