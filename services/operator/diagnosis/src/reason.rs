//! The evidence of a finding, piece by piece: each has a stable code, the values in its text, and
//! the text in English, so that it can be shown in another language.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use tally_observations::sightings::Times;

/// A piece of evidence in a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReasonText {
    /// The stable code.
    #[schema(value_type = ReasonCode)]
    pub code: String,
    /// The values in the text by name. Times are in RFC 3339.
    pub values: BTreeMap<String, ReasonValue>,
    /// The text in English.
    pub text: String,
}

/// A value in the text of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum ReasonValue {
    /// A number.
    Number(i64),
    /// A time, a code, an address or a version.
    Text(String),
}

impl From<&Reason> for ReasonText {
    fn from(reason: &Reason) -> Self {
        Self {
            code: reason.code().to_owned(),
            values: reason.values(),
            text: reason.to_text(),
        }
    }
}

/// Makes the reasons from a table: name, code, values with their types, and the text in English.
macro_rules! reasons {
    ($($name:ident = $code:literal { $($value:ident: $kind:ty),* } $text:literal;)*) => {
        /// A piece of evidence with its values.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum Reason {
            $($name { $($value: $kind),* },)*
        }

        /// The codes of all evidence that a site's own admin may read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, utoipa::ToSchema)]
        pub enum ReasonCode {
            $(#[doc = $text] #[schema(rename = $code)] $name,)*
        }

        impl Reason {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)*
                }
            }

            fn values(&self) -> BTreeMap<String, ReasonValue> {
                match self {
                    $(Self::$name { $($value),* } => {
                        let each: Vec<Vec<_>> = vec![$($value.to_values(stringify!($value))),*];
                        each.into_iter().flatten().collect()
                    })*
                }
            }

            pub(crate) fn to_text(&self) -> String {
                match self {
                    $(Self::$name { $($value),* } => format!($text, $($value = $value.to_text()),*),)*
                }
            }
        }
    };
}

reasons! {
    RequestsUnverified = "requests_unverified" { times: Times }
        "Requests that no secret of this site verifies came {times}, and none verified since the first.";
    LastSecret = "last_secret" { at: DateTime<Utc> }
        "Jira last sent a secret at {at}; no newer callback came, accepted or refused.";
    LastUninstalled = "last_uninstalled" {}
        "The last callback that reached Tally says that the site uninstalled the app; no newer \
         callback came, accepted or refused.";
    NeverInstalled = "never_installed" { times: Times }
        "Tokens of the site came {times}, and its installation never reached Tally.";
    ReplacedSecretInUse = "replaced_secret_in_use" { times: Times }
        "Requests signed with a replaced secret came {times}: Jira did not adopt the newer one.";
    InstallRefused = "install_refused" { at: DateTime<Utc>, code: String }
        "Jira's callback `installed` was refused at {at} with {code}.";
    UnverifiedSince = "unverified_since" { times: Times }
        "Since then, requests that no secret verifies came {times}.";
    PreviousSecretInUse = "previous_secret_in_use" { since: DateTime<Utc>, until: DateTime<Utc> }
        "The secret in force came at {since}, and the site still signs with the one before, which is \
         accepted until {until}.";
    CallsRefused = "calls_refused" { status: u16, times: Times }
        "Jira answered Tally's calls with {status} {times}.";
    CallsToWait = "calls_to_wait" { status: u16, times: Times, seconds: i64 }
        "Jira answered Tally's calls with {status} {times}, and asked to wait {seconds} s.";
    RequestsVerify = "requests_verify" { at: DateTime<Utc> }
        "Requests from Jira verify, the last at {at}.";
    SecretsUnopened = "secrets_unopened" { times: Times }
        "The secrets of the site did not open for requests that came {times}, and none verified since.";
    InstallForAnotherAddress = "install_for_another_address" { at: DateTime<Utc> }
        "The `installed` callback of {at} was made for another base URL.";
    CallbacksNotFromJira = "callbacks_not_from_jira" { count: usize, at: DateTime<Utc>, code: String }
        "Callbacks that cannot have come from Jira: {count} within a week, the last at {at} with {code}.";
    CallbacksWithAnotherSecret = "callbacks_with_another_secret"
        { count: usize, at: DateTime<Utc>, code: String }
        "Callbacks that would have replaced the secret. They were refused: {count} within a week, the last \
         at {at} with {code}.";
    InstallKeyUnknown = "install_key_unknown" { at: DateTime<Utc> }
        "The `installed` callback of {at} is signed with a key that the key server does not know.";
    InstallKeysUnavailable = "install_keys_unavailable" { at: DateTime<Utc> }
        "The `installed` callback of {at} could not be verified, because the key server returned no key.";
    NoInstallSince = "no_install_since" { at: DateTime<Utc>, code: String }
        "The `installed` callback of {at} was refused with {code}, and none was accepted since.";
    InstallsRepeated = "installs_repeated"
        { count: usize, first: DateTime<Utc>, last: DateTime<Utc>, code: String }
        "`installed` was refused {count} times from {first} to {last}, last with {code}, and the site was \
         not used meanwhile.";
    TokensMismatched = "tokens_mismatched" { times: Times }
        "Genuine tokens did not match their request {times}.";
    InstallMismatched = "install_mismatched" { at: DateTime<Utc> }
        "The `installed` callback of {at} did not match its own token.";
    TokensMismatchedEverywhere = "tokens_mismatched_everywhere" { times: Times }
        "Genuine tokens did not match their request {times}, and no page opened since.";
    TokensMismatchedSomewhere = "tokens_mismatched_somewhere" { times: Times }
        "Genuine tokens did not match their request {times}, while other pages opened.";
    RequestTokenAtApi = "request_token_at_api" { times: Times }
        "The API received a token made for another request {times}.";
    ContextTokenAtPage = "context_token_at_page" { times: Times }
        "A page or a callback received a context token {times}.";
    ExpiredAtApi = "expired_at_api" { times: Times, seconds: i64 }
        "The API received expired tokens {times}, the last {seconds} s after its expiry.";
    TokensEarly = "tokens_early" { times: Times, seconds: i64 }
        "Tokens from the future came {times}, the last {seconds} s early.";
    InstallOutOfTime = "install_out_of_time" { at: DateTime<Utc> }
        "The `installed` callback of {at} was expired or not valid yet when it came.";
    PagesExpired = "pages_expired" { times: Times, seconds: i64 }
        "Tokens of pages that were being opened had expired {times}, the last by {seconds} s, and no page \
         opened since.";
    DisabledAroundUninstall = "disabled_around_uninstall" { at: DateTime<Utc> }
        "It came at {at}, around the uninstall.";
    DisabledAlone = "disabled_alone" { at: DateTime<Utc> }
        "It came at {at}.";
    FramedElsewhere = "framed_elsewhere" { at: DateTime<Utc>, origin: String, known: String }
        "At {at} Jira showed a page at {origin}; Tally knows the site at {known}.";
    CallsRedirected = "calls_redirected" { site: String, times: Times }
        "{site} redirected Tally's calls {times}.";
    CallsNotFound = "calls_not_found" { site: String, times: Times }
        "{site} answered Tally's calls with 404 {times}.";
    CallsUnanswered = "calls_unanswered" { site: String, times: Times }
        "{site} did not answer Tally's calls {times}.";
    CallsFailed = "calls_failed" { site: String, times: Times }
        "{site} answered Tally's calls with errors of its own {times}.";
    LogFails = "log_fails" { at: DateTime<Utc> }
        "Tally cannot write its event log since {at}.";
    UninstallRefused = "uninstall_refused" { at: DateTime<Utc> }
        "Its `uninstalled` callback of {at} was refused, and no request of the site verified since.";
    SilentSince = "silent_since" { at: DateTime<Utc> }
        "No request of the site has verified since {at}.";
    HandshakeBeforeVersion = "handshake_before_version"
        { version: String, staged: DateTime<Utc>, handshake: DateTime<Utc> }
        "Version {version} of {staged} changed what Tally offers Jira, and the site's last handshake is of \
         {handshake}.";
}

/// A value of a reason: its words in English, and what a translation is made from.
trait Value {
    fn to_text(&self) -> String;

    /// By name. A value that is made of several gives each its own name.
    fn to_values(&self, name: &str) -> Vec<(String, ReasonValue)>;
}

impl Value for DateTime<Utc> {
    fn to_text(&self) -> String {
        at(*self)
    }

    fn to_values(&self, name: &str) -> Vec<(String, ReasonValue)> {
        vec![(name.to_owned(), ReasonValue::Text(at(*self)))]
    }
}

impl Value for Times {
    fn to_text(&self) -> String {
        if self.count == 1 {
            return format!("once, at {}", at(self.last));
        }
        format!(
            "{} times from {} to {}",
            self.count,
            at(self.first),
            at(self.last)
        )
    }

    fn to_values(&self, _: &str) -> Vec<(String, ReasonValue)> {
        let count = i64::try_from(self.count).unwrap_or(i64::MAX);
        let (first, last) = (at(self.first), at(self.last));
        vec![
            ("count".to_owned(), ReasonValue::Number(count)),
            ("first".to_owned(), ReasonValue::Text(first)),
            ("last".to_owned(), ReasonValue::Text(last)),
        ]
    }
}

impl Value for String {
    fn to_text(&self) -> String {
        self.clone()
    }

    fn to_values(&self, name: &str) -> Vec<(String, ReasonValue)> {
        vec![(name.to_owned(), ReasonValue::Text(self.clone()))]
    }
}

macro_rules! number_values {
    ($($kind:ty),*) => {$(
        impl Value for $kind {
            fn to_text(&self) -> String {
                self.to_string()
            }

            fn to_values(&self, name: &str) -> Vec<(String, ReasonValue)> {
                let number = i64::try_from(*self).unwrap_or(i64::MAX);
                vec![(name.to_owned(), ReasonValue::Number(number))]
            }
        }
    )*};
}

number_values!(u16, usize, i64);

/// A point in time, in words.
pub(crate) fn at(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
