//! What a diagnosis is based on: facts with times, gathered beforehand. Plain data, so that each
//! entry of the catalogue is a pure function.

use chrono::{DateTime, Duration, Utc};
use tally_atlassian::Refusal;
use tally_domain::tenant::{SecretState, Status};

use super::code::RefusalCode;
use tally_observations::sightings::{JiraAnswers, RefusedTokens, Times};

/// How far back callbacks count.
pub const CALLBACK_WINDOW: Duration = Duration::days(7);
/// How far back refused tokens count.
pub const TOKEN_WINDOW: Duration = Duration::hours(6);
/// How far back answers of Jira count.
pub const CALL_WINDOW: Duration = Duration::hours(1);

/// Everything that is known about one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// When it was gathered.
    pub now: DateTime<Utc>,
    /// Since when the server remembers what it keeps in memory only; `None` when no server could be
    /// asked.
    pub remembers_since: Option<DateTime<Utc>>,
    /// The installation, if there ever was one.
    pub site: Option<Site>,
    /// Lifecycle callbacks of the site or with its client key in the body, newest first.
    pub callbacks: Vec<Callback>,
    /// Requests of the site that no secret verifies, with none verified since.
    pub refused_requests: Option<RefusedRequests>,
    /// Refused tokens of the site.
    pub tokens: Vec<RefusedTokens>,
    /// Tokens of the client key, when that never installed.
    pub unknown_issuer: Option<Times>,
    /// When one of its pages was last served.
    pub page_at: Option<DateTime<Utc>>,
    /// When the API last accepted one of its tokens.
    pub call_at: Option<DateTime<Utc>>,
    /// What its Jira answered to our calls.
    pub answers: Vec<JiraAnswers>,
    /// The origin at which Jira shows its pages, if the site is not known to be there; and when
    /// that was seen.
    pub framed_at: Option<(String, DateTime<Utc>)>,
    /// Other installations at the same address.
    pub neighbours: Vec<Neighbour>,
    /// When an `installed` callback of any site last verified, since the server started.
    pub install_verified_at: Option<DateTime<Utc>>,
    /// The number of other sites that fail now.
    pub other_failing: u64,
    /// Since when the event log cannot be written or read; `None` while it can.
    pub log_fails_since: Option<DateTime<Utc>>,
    /// What is known about releases.
    pub releases: ReleaseFacts,
}

/// An installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Whether Tally is installed there.
    pub status: Status,
    /// The address of its Jira.
    pub base_url: String,
    /// When it installed first.
    pub first_installed_at: DateTime<Utc>,
    /// When a signed installation was last accepted.
    pub last_handshake_at: DateTime<Utc>,
    /// Its secrets, by fingerprint.
    pub secrets: Vec<SecretFacts>,
}

/// What is known about a secret. The secret itself is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFacts {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its standing.
    pub state: SecretState,
    /// Since when it has this standing.
    pub since: DateTime<Utc>,
    /// When it last verified a request.
    pub used_at: Option<DateTime<Utc>>,
}

/// Requests that no secret verifies, with none verified since the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRequests {
    /// The code of the latest one.
    pub code: RefusalCode,
    /// How many, and when.
    pub times: Times,
}

impl RefusedRequests {
    /// Whether the latest one was signed with a secret that was replaced.
    pub fn match_superseded_secret(&self) -> bool {
        self.code.refusal() == Some(&Refusal::MatchesSupersededSecret)
    }
}

/// A lifecycle callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Its name, such as `installed`.
    pub callback: String,
    /// The code with which it was refused; `None` when it was accepted.
    pub code: Option<RefusalCode>,
}

impl Callback {
    /// Its code in words, for a sentence; empty when it was accepted.
    pub fn code_text(&self) -> &str {
        self.code.as_ref().map_or("", RefusalCode::code)
    }
}

/// Another installation at the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its tenant id.
    pub tenant: String,
    /// Whether Tally is installed there.
    pub status: Status,
    /// When it installed first.
    pub first_installed_at: DateTime<Utc>,
}

/// What is known about releases, as far as it concerns a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseFacts {
    /// The newest release that changed the descriptor, and when it was staged.
    pub descriptor_changed: Option<(String, DateTime<Utc>)>,
    /// The release that runs, when it serves another descriptor than the one with which it was
    /// staged.
    pub descriptor_differs: Option<String>,
}

impl Evidence {
    /// Callbacks of one name within the window, newest first.
    pub fn callbacks<'a>(&'a self, callback: &'a str) -> impl Iterator<Item = &'a Callback> {
        let recent = move |c: &&Callback| c.callback == callback && self.now - c.at < CALLBACK_WINDOW;
        self.callbacks.iter().filter(recent)
    }

    /// `installed` callbacks that were refused and may have been genuine, with none accepted since;
    /// newest first.
    pub fn open_installs(&self) -> impl Iterator<Item = (&Callback, &RefusalCode)> {
        let handshake = self.site.as_ref().map(|site| site.last_handshake_at);
        self.callbacks("installed")
            .filter(move |c| handshake.is_none_or(|accepted| c.at > accepted))
            .filter_map(|c| Some((c, c.code.as_ref()?)))
            .filter(|(_, code)| self.may_be_genuine(code))
    }

    /// Whether a callback that was refused with `code` may have been genuine. What anyone can forge
    /// does not count. An unknown key, or another audience, is a sign of a wrong configuration only
    /// as long as no callback has verified with it.
    fn may_be_genuine(&self, code: &RefusalCode) -> bool {
        use Refusal as R;
        match code {
            RefusalCode::Failed(_) => true,
            RefusalCode::Refused(R::KeyUnknown | R::AudienceMismatch) => self.install_verified_at.is_none(),
            RefusalCode::Refused(refusal) => matches!(
                refusal,
                R::KeysUnavailable
                    | R::AppKeyMismatch
                    | R::BaseUrlNotAllowed
                    | R::SecretMissing
                    | R::SecretTooLong
                    | R::SecretTooShort
                    | R::BodyMalformed { .. }
                    | R::QshMismatch
                    | R::Expired { .. }
                    | R::NotYetValid { .. }
                    | R::LifetimeTooLong { .. }
            ),
            RefusalCode::Unknown(_) => false,
        }
    }

    /// The newest refused `installed` that may have been genuine, when its code `matches`.
    pub fn open_install(&self, matches: impl Fn(&RefusalCode) -> bool) -> Option<&Callback> {
        let (callback, code) = self.open_installs().next()?;
        matches(code).then_some(callback)
    }

    /// Refused tokens within the window whose refusal `matches`.
    pub fn tokens(&self, matches: impl Fn(&Refusal) -> bool) -> impl Iterator<Item = &RefusedTokens> {
        let recent = |tokens: &&RefusedTokens| self.now - tokens.times.last < TOKEN_WINDOW;
        self.tokens
            .iter()
            .filter(move |tokens| matches(&tokens.refusal))
            .filter(recent)
    }

    /// When a request of the site last verified.
    pub fn verified_at(&self) -> Option<DateTime<Utc>> {
        let secrets = self.site.iter().flat_map(|site| &site.secrets);
        let used = secrets.filter_map(|secret| secret.used_at).max();
        used.max(self.page_at).max(self.call_at)
    }

    /// What its Jira last answered, within the window.
    pub fn last_answer(&self) -> Option<&JiraAnswers> {
        let last = self.answers.iter().max_by_key(|a| (a.times.last, a.answer))?;
        (self.now - last.times.last < CALL_WINDOW).then_some(last)
    }

    /// Whether the site has Tally installed, as far as is known.
    pub fn is_installed(&self) -> bool {
        let site = self.site.as_ref();
        site.is_some_and(|site| site.status != Status::Uninstalled)
    }
}

impl Site {
    /// The secret in force.
    pub fn current_secret(&self) -> Option<&SecretFacts> {
        self.secrets.iter().find(|s| s.state == SecretState::Current)
    }
}
