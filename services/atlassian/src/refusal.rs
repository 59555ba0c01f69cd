//! Why a token or a callback was refused, in words a Jira admin can act on.
//!
//! The codes are a contract: the user interface, the install log and the metrics are keyed by them,
//! so a code is never renamed. The texts may be improved at any time. No text holds anything taken
//! from a token, a body or a secret, with one exception: by how many seconds a token whose
//! signature was good missed its time.
//!
//! To add one: a variant with its texts in the table below, and a line in [`Refusal::catalogue`].

use std::borrow::Cow;
use std::fmt;

/// A refusal. `Display` gives code and cause, which is what a log line wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Refusal {
    /// No token in the request.
    Missing,
    /// Not a token, or not one we can read; says which part.
    Malformed(&'static str),
    /// Signed with another algorithm than the one this route takes.
    AlgorithmNotAllowed,
    /// Good signature, too late, by this many seconds.
    Expired {
        /// Seconds since `exp`.
        seconds: i64,
    },
    /// Good signature, too early, by this many seconds.
    NotYetValid {
        /// Seconds until `iat` or `nbf`.
        seconds: i64,
    },
    /// Good signature, but valid for ever.
    ExpiryMissing,
    /// Not bound to a request.
    QshMissing,
    /// Bound to another request.
    QshMismatch,
    /// A context token on a route that takes only tokens bound to the request.
    ContextTokenNotAllowed,
    /// Another token on a route that takes only context tokens.
    ContextTokenRequired,
    /// From a client key that no installation has. Raised by whoever looks tenants up.
    UnknownIssuer,
    /// No secret or key verifies the signature.
    SignatureInvalid,
    /// Signed with a secret that was replaced and is no longer accepted.
    MatchesSupersededSecret,
    /// A token of the shared-secret kind that names a key.
    KidNotAllowed,
    /// A context token without a user.
    SubjectMissing,
    /// More than one token in one request.
    TwoTokens,
    /// The tenant has uninstalled the app. Raised by whoever looks tenants up.
    TenantUninstalled,
    /// The tenant's secrets cannot be opened now. Raised by the caller that opens them.
    SecretsUnavailable,
    /// The install token names no key, or one that cannot be a key's name.
    KeyIdMalformed,
    /// The key server does not know the key.
    KeyUnknown,
    /// The key server could not be asked.
    KeysUnavailable,
    /// The install token was made for another app.
    AudienceMismatch,
    /// The token and the body speak of different tenants.
    IssuerMismatch,
    /// The body speaks of another app.
    AppKeyMismatch,
    /// The body belongs to another callback.
    EventTypeMismatch,
    /// The site's address is not one we may talk to.
    BaseUrlNotAllowed,
    /// `installed` without a shared secret.
    SecretMissing,
    /// A shared secret beyond the documented length.
    SecretTooLong,
    /// Not the body of a lifecycle callback; says which part.
    BodyMalformed(&'static str),
    /// A token seen before, now with another body. Raised by whoever remembers digests.
    ReplayedWithAnotherBody,
    /// A verified callback for a tenant that was never installed. Raised by whoever looks tenants
    /// up.
    InstallTenantUnknown,
    /// A callback of a synthetic tenant where there are to be none.
    SyntheticNotConfigured,
    /// A callback of a synthetic tenant that names another key than the probe's.
    SyntheticKeyMismatch,
    /// The probe's key on a callback of a tenant that is not synthetic.
    SyntheticKeyForSite,
    /// A synthetic tenant that claims to be at a real address.
    SyntheticBaseUrlMismatch,
}

struct Text {
    code: &'static str,
    status: u16,
    title: &'static str,
    cause: &'static str,
    remedy: &'static str,
}

const fn text(
    code: &'static str,
    status: u16,
    title: &'static str,
    cause: &'static str,
    remedy: &'static str,
) -> Text {
    Text {
        code,
        status,
        title,
        cause,
        remedy,
    }
}

const RELOAD: &str = "Reload the page in Jira. If it happens again, a Jira admin can look at the install diagnosis \
     page or send the code to Tally's operator.";
const RESEND: &str = "A Jira admin opens Apps > Manage apps and chooses Update on Tally, or reinstalls it. Jira then \
     sends a fresh secret. No data is lost by either.";
const RETRY_INSTALL: &str =
    "Retry the installation from Manage apps. If it fails again, send the code to Tally's operator.";
const OPERATOR_BASE_URL: &str = "Tally's operator compares TALLY_BASE_URL with the baseUrl of the published \
     descriptor (they must be equal), and checks that no proxy rewrites the path.";
const NOT_JIRA: &str = "Nothing to do if the sender was not Jira (scanners and tests do this). If it was, send the code to \
     Tally's operator.";

impl Refusal {
    /// The stable code, such as `jwt.expired`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.text().code
    }

    /// A few words for a heading.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.text().title
    }

    /// What happened, in a sentence or two.
    #[must_use]
    pub fn cause(&self) -> Cow<'static, str> {
        let cause = self.text().cause;
        match self {
            Self::Malformed(detail) | Self::BodyMalformed(detail) => format!("{cause}: {detail}.").into(),
            Self::Expired { seconds } => format!("{cause} {seconds} s ago by this server's clock.").into(),
            Self::NotYetValid { seconds } => format!("{cause} in {seconds} s by this server's clock.").into(),
            _ => cause.into(),
        }
    }

    /// What to do now, and who does it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.text().remedy
    }

    /// The HTTP status that fits. 503 is chosen where trying again can help, because Jira repeats
    /// on 503 and not on 401.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.text().status
    }

    /// One of each, in the order of the table, for documentation and for tests that must not miss
    /// one.
    #[must_use]
    pub fn catalogue() -> Vec<Self> {
        use Refusal::*;
        vec![
            Missing,
            Malformed("it does not have three parts"),
            AlgorithmNotAllowed,
            Expired { seconds: 95 },
            NotYetValid { seconds: 95 },
            ExpiryMissing,
            QshMissing,
            QshMismatch,
            ContextTokenNotAllowed,
            ContextTokenRequired,
            UnknownIssuer,
            SignatureInvalid,
            MatchesSupersededSecret,
            KidNotAllowed,
            SubjectMissing,
            TwoTokens,
            TenantUninstalled,
            SecretsUnavailable,
            KeyIdMalformed,
            KeyUnknown,
            KeysUnavailable,
            AudienceMismatch,
            IssuerMismatch,
            AppKeyMismatch,
            EventTypeMismatch,
            BaseUrlNotAllowed,
            SecretMissing,
            SecretTooLong,
            BodyMalformed("it is not JSON"),
            ReplayedWithAnotherBody,
            InstallTenantUnknown,
            SyntheticNotConfigured,
            SyntheticKeyMismatch,
            SyntheticKeyForSite,
            SyntheticBaseUrlMismatch,
        ]
    }

    fn text(self) -> Text {
        match self {
            Self::TenantUninstalled
            | Self::SecretsUnavailable
            | Self::KeyIdMalformed
            | Self::KeyUnknown
            | Self::KeysUnavailable
            | Self::AudienceMismatch
            | Self::IssuerMismatch
            | Self::AppKeyMismatch
            | Self::EventTypeMismatch
            | Self::BaseUrlNotAllowed
            | Self::SecretMissing
            | Self::SecretTooLong
            | Self::BodyMalformed(_)
            | Self::ReplayedWithAnotherBody
            | Self::InstallTenantUnknown => self.install_text(),
            Self::SyntheticNotConfigured
            | Self::SyntheticKeyMismatch
            | Self::SyntheticKeyForSite
            | Self::SyntheticBaseUrlMismatch => self.synthetic_text(),
            _ => self.token_text(),
        }
    }

    /// Refusals of a token, whatever it was sent for.
    fn token_text(self) -> Text {
        match self {
            Self::Missing => text(
                "jwt.missing",
                401,
                "No token",
                "The request carried no token from Jira. This address only answers when Jira opens it.",
                "Open Tally from Jira's navigation instead of by its own address.",
            ),
            Self::Malformed(_) => text(
                "jwt.malformed",
                401,
                "Unreadable token",
                "The token in the request cannot be read",
                RELOAD,
            ),
            Self::AlgorithmNotAllowed => text(
                "jwt.algorithm_not_allowed",
                401,
                "Wrong kind of token",
                "The token is signed in another way than this address takes. Install callbacks must be signed \
                 with Atlassian's key, everything else with the site's shared secret.",
                NOT_JIRA,
            ),
            Self::Expired { .. } => text(
                "jwt.expired",
                401,
                "Expired token",
                "The token is genuine, but it ended",
                "Reload the page in Jira: the token of a page lives for a few minutes only. If fresh pages fail as \
                 well, the clock of Tally's server is wrong and its operator has to correct it.",
            ),
            Self::NotYetValid { .. } => text(
                "jwt.not_yet_valid",
                401,
                "Token from the future",
                "The token is genuine, but it only becomes valid",
                "The clock of Tally's server is behind. Its operator has to correct it (NTP).",
            ),
            Self::ExpiryMissing => text(
                "jwt.expiry_missing",
                401,
                "Token without an end",
                "The token does not say when it expires, so it could be used for ever by anybody who finds it.",
                NOT_JIRA,
            ),
            Self::QshMissing => text(
                "jwt.qsh_missing",
                401,
                "Token not bound to the request",
                "The token does not say which request it was made for.",
                NOT_JIRA,
            ),
            Self::QshMismatch => text(
                "jwt.qsh_mismatch",
                401,
                "Token of another request",
                "The token is genuine, but was made for another address than the one it came to. If every page \
                 fails like this, a proxy between Jira and Tally changes the path.",
                OPERATOR_BASE_URL,
            ),
            Self::ContextTokenNotAllowed => text(
                "jwt.context_token_not_allowed",
                401,
                "Context token not allowed here",
                "The token is a context token, which any user's browser can obtain. Pages, webhooks and \
                 lifecycle callbacks take only tokens made for that very request.",
                NOT_JIRA,
            ),
            Self::ContextTokenRequired => text(
                "jwt.context_token_required",
                401,
                "Context token required",
                "The token was made for one request, such as opening a page. The API takes context tokens only.",
                "Reload the page in Jira. Programs that call the API ask AP.context.getToken for a token before each call.",
            ),
            Self::UnknownIssuer => text(
                "jwt.unknown_issuer",
                401,
                "Unknown site",
                "The token names a Jira site on which Tally knows of no installation.",
                "A Jira admin opens Apps > Manage apps and reinstalls Tally, or chooses Update on it. If the site was \
                 imported from another one, its data is kept; ask Tally's operator to link it.",
            ),
            Self::MatchesSupersededSecret => text(
                "jwt.signature.matches_superseded_secret",
                401,
                "Signed with a replaced secret",
                "The token is signed with a secret that this site used before and that is no longer accepted. \
                 Jira and Tally disagree about which secret is in force: the last installed callback was lost, or \
                 was not accepted by Jira.",
                RESEND,
            ),
            Self::KidNotAllowed => text(
                "jwt.kid_not_allowed",
                401,
                "Token names a key",
                "The token asks to be verified with a key of its own choosing. Tokens signed with a shared secret \
                 never do.",
                NOT_JIRA,
            ),
            Self::SubjectMissing => text(
                "jwt.subject_missing",
                401,
                "Token without a user",
                "The token does not say which user it stands for, as it happens when somebody who is not logged \
                 in opens the page.",
                "Log in to Jira and reload the page.",
            ),
            Self::TwoTokens => text(
                "jwt.two_tokens",
                401,
                "More than one token",
                "The request carried more than one token, and it is not for Tally to choose between them.",
                NOT_JIRA,
            ),
            _ => text(
                "jwt.signature_invalid",
                401,
                "Signature not verified",
                "The token's signature was not made with any secret or key that counts. For a page, that means \
                 Jira has given this site a new secret and Tally never received it.",
                RESEND,
            ),
        }
    }

    /// Refusals of an install callback, and of a tenant's state.
    fn install_text(self) -> Text {
        match self {
            Self::TenantUninstalled => text(
                "tenant.uninstalled",
                403,
                "App uninstalled",
                "Tally was uninstalled from this site. Its register is kept for a while, but is not shown.",
                "A Jira admin installs Tally again; the register is then as it was.",
            ),
            Self::SecretsUnavailable => text(
                "tenant.secrets_unavailable",
                503,
                "Site's secrets unavailable",
                "Tally cannot open the secrets of this site at the moment, so it cannot check whether the request \
                 is genuine. Nothing is wrong with the request or with the site.",
                "Try again in a few minutes. If it fails again, send the code to Tally's operator, who checks the \
                 store of data keys and the master key.",
            ),
            Self::KeyIdMalformed => text(
                "install.key_id_malformed",
                401,
                "Unusable key id",
                "The install callback does not name the key it is signed with, or names one that cannot be \
                 Atlassian's.",
                NOT_JIRA,
            ),
            Self::KeyUnknown => text(
                "install.key_unknown",
                401,
                "Unknown install key",
                "Atlassian's key server does not know the key with which the install callback is signed.",
                "Nothing to do if the sender was not Jira (scanners and tests do this). If it was, Tally's operator \
                 checks that TALLY_INSTALL_KEYS_URL is the key server of this Jira's environment.",
            ),
            Self::KeysUnavailable => text(
                "install.keys_unavailable",
                503,
                "Install keys unavailable",
                "The install callback could not be verified, because Atlassian's key server did not give its \
                 answer in time, gave something that is not a key, or was being asked too often.",
                "Retry the installation in a few minutes. If it fails again, Tally's operator checks that the server may \
                 reach TALLY_INSTALL_KEYS_URL.",
            ),
            Self::AudienceMismatch => text(
                "install.audience_mismatch",
                401,
                "Install callback for another app",
                "The install callback was made for an app at another base URL than Tally's.",
                OPERATOR_BASE_URL,
            ),
            Self::IssuerMismatch => text(
                "install.issuer_mismatch",
                401,
                "Token and body disagree",
                "The callback is signed for one Jira site and its body speaks of another.",
                NOT_JIRA,
            ),
            Self::AppKeyMismatch => text(
                "install.app_key_mismatch",
                400,
                "Callback of another app",
                "The callback's body carries the key of another app.",
                "Tally's operator compares TALLY_APP_KEY with the key of the published descriptor; they must be equal.",
            ),
            Self::EventTypeMismatch => text(
                "install.event_type_mismatch",
                400,
                "Body of another callback",
                "The callback's body belongs to another kind of callback than the address it came to.",
                NOT_JIRA,
            ),
            Self::BaseUrlNotAllowed => text(
                "install.base_url_not_allowed",
                403,
                "Site address not allowed",
                "The site's address is not one of Atlassian's, or is not served over https.",
                "If the site is meant to be served (a test site, say), Tally's operator adds its host to \
                 TALLY_ALLOWED_HOSTS. Otherwise there is nothing to do.",
            ),
            Self::SecretMissing => text(
                "install.secret_missing",
                400,
                "No shared secret",
                "The installed callback brought no shared secret, so nothing could be verified afterwards. The \
                 secret in force before stays in force.",
                RETRY_INSTALL,
            ),
            Self::SecretTooLong => text(
                "install.secret_too_long",
                400,
                "Shared secret too long",
                "The installed callback brought a shared secret of more than 400 bytes, the most that Atlassian \
                 documents. The secret in force before stays in force.",
                RETRY_INSTALL,
            ),
            Self::ReplayedWithAnotherBody => text(
                "install.replayed_with_another_body",
                409,
                "Callback repeated with another body",
                "The token of an earlier install callback came again with a different body. Somebody may be trying to \
                 put a secret of their own in place. Nothing was changed.",
                "If nobody was testing this, tell Tally's operator. Jira itself never does it.",
            ),
            Self::InstallTenantUnknown => text(
                "install.tenant_unknown",
                404,
                "Site was never installed",
                "The callback is genuine, but Tally knows of no installation on that site.",
                "Nothing to do if the app was just removed. Otherwise a Jira admin reinstalls Tally.",
            ),
            _ => text(
                "install.body_malformed",
                400,
                "Unreadable callback",
                "The body of the callback cannot be read",
                RETRY_INSTALL,
            ),
        }
    }
}

impl Refusal {
    /// Refusals around the synthetic tenant of probes.
    fn synthetic_text(self) -> Text {
        match self {
            Self::SyntheticNotConfigured => text(
                "install.synthetic_not_configured",
                403,
                "No synthetic tenants here",
                "The callback speaks of a synthetic tenant, as `tally probe` uses it, and this Tally takes none.",
                "To have Tally probed, its operator names the probe's public key in TALLY_PROBE_PUBLIC_KEY_FILE.",
            ),
            Self::SyntheticKeyMismatch => text(
                "install.synthetic_key_mismatch",
                401,
                "Synthetic tenant, other key",
                "The callback speaks of a synthetic tenant, and is signed with another key than the probe's.",
                "Tally's operator compares the private key of `tally probe` with the public key in \
                 TALLY_PROBE_PUBLIC_KEY_FILE: they must be a pair. Atlassian's keys are never taken for synthetic tenants.",
            ),
            Self::SyntheticKeyForSite => text(
                "install.synthetic_key_not_allowed",
                401,
                "Probe's key for a site",
                "The callback is signed with the probe's key and speaks of a site that is not synthetic. That key counts \
                 for synthetic tenants only.",
                "Nobody does this by mistake: Tally's operator replaces the probe's key, which somebody else may hold.",
            ),
            _ => text(
                "install.synthetic_base_url_mismatch",
                403,
                "Synthetic tenant at a real address",
                "The callback speaks of a synthetic tenant and gives it an address that is not the reserved one.",
                "Use the `tally probe` of this version. Nothing was changed.",
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code(), self.cause())
    }
}

impl std::error::Error for Refusal {}
