//! What a diagnosis is made from: facts with times, gathered beforehand. Plain data, so that each entry of the catalogue is a pure function.

use chrono::{DateTime, Duration, Utc};
use tally_domain::Refused;
use tally_domain::tenant::{SecretState, Status};

pub use tally_operator::observations::sightings::{JiraAnswer, JiraAnswers, RefusedTokens, Times};
pub use tally_operator::observer::RequestKind;

/// How far back callbacks are looked at.
pub const CALLBACK_WINDOW: Duration = Duration::days(7);
/// How far back refused tokens are looked at.
pub const TOKEN_WINDOW: Duration = Duration::hours(6);
/// How far back answers of Jira are looked at.
pub const CALL_WINDOW: Duration = Duration::hours(1);

/// Everything known of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The moment it is true of.
    pub now: DateTime<Utc>,
    /// Since when the server notes what it only keeps in memory; `None` when that memory could not be asked.
    pub noting_since: Option<DateTime<Utc>>,
    /// The installation, if there ever was one.
    pub site: Option<Site>,
    /// Lifecycle callbacks of it or in its name, newest first.
    pub callbacks: Vec<Callback>,
    /// Its requests that no secret verifies, with none verified since.
    pub streak: Option<Streak>,
    /// Its refused tokens.
    pub tokens: Vec<RefusedTokens>,
    /// Tokens from its client key, when that never installed.
    pub stranger: Option<Times>,
    /// When one of its pages was served last.
    pub page_at: Option<DateTime<Utc>>,
    /// When the API took one of its tokens last.
    pub call_at: Option<DateTime<Utc>>,
    /// What its Jira answered.
    pub answers: Vec<JiraAnswers>,
    /// Where a page said it was shown, when that is not where the site is known to be.
    pub framed_at: Option<(String, DateTime<Utc>)>,
    /// Other installations at its address.
    pub neighbours: Vec<Neighbour>,
    /// When any site's install callback last verified, since the server started.
    pub install_verified_at: Option<DateTime<Utc>>,
    /// How many other sites' requests are refused now.
    pub failing_beside: u64,
    /// What is known of releases.
    pub releases: Releases,
}

/// An installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// How it stands.
    pub status: Status,
    /// Where its API is known to be.
    pub base_url: String,
    /// When it installed first.
    pub first_installed_at: DateTime<Utc>,
    /// When a signed installation was accepted last.
    pub last_handshake_at: DateTime<Utc>,
    /// Its secrets.
    pub secrets: Vec<Secret>,
}

/// A secret by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its fingerprint.
    pub fingerprint: String,
    /// How it stands.
    pub state: SecretState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it verified a request last.
    pub used_at: Option<DateTime<Utc>>,
}

/// Requests that no secret verifies, with none verified since the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streak {
    /// The code of the latest.
    pub code: String,
    /// How many, and when.
    pub times: Times,
}

/// A lifecycle callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Which.
    pub callback: String,
    /// The code it was refused with; `None` when it was accepted.
    pub code: Option<String>,
}

/// Another installation at the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Our id of it.
    pub tenant: String,
    /// How it stands.
    pub status: Status,
    /// When it installed first.
    pub first_installed_at: DateTime<Utc>,
}

/// What is known of releases, as far as it bears on a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Releases {
    /// The newest release that changed the descriptor, and when it was staged.
    pub descriptor_changed: Option<(String, DateTime<Utc>)>,
    /// The release that runs, when what it serves is not the descriptor it was staged with.
    pub descriptor_strays: Option<String>,
}

impl Evidence {
    /// Callbacks of one kind within the window, newest first.
    pub fn callbacks<'a>(&'a self, callback: &'a str) -> impl Iterator<Item = &'a Callback> {
        let recent = move |c: &&Callback| c.callback == callback && self.now - c.at < CALLBACK_WINDOW;
        self.callbacks.iter().filter(recent)
    }

    /// `installed` callbacks that were refused and may have been genuine, with none accepted since; newest first.
    pub fn open_installs(&self) -> impl Iterator<Item = (&Callback, &str)> {
        let handshake = self.site.as_ref().map(|site| site.last_handshake_at);
        self.callbacks("installed")
            .filter(move |c| handshake.is_none_or(|accepted| c.at > accepted))
            .filter_map(|c| Some((c, c.code.as_deref()?)))
            .filter(|(_, code)| self.plausible(code))
    }

    /// Whether a refusal with `code` may have met a genuine callback. What anybody can forge is not taken for one. An unknown key, or another
    /// audience, is a sign of a wrong configuration only while no callback ever verified with it.
    fn plausible(&self, code: &str) -> bool {
        match code {
            "install.key_unknown" | "install.audience_mismatch" => self.install_verified_at.is_none(),
            "log.unavailable" | "view.lagging" | "view.unavailable" | "internal" | "request.rate_limited" => {
                true
            }
            "install.keys_unavailable" | "install.app_key_mismatch" | "install.base_url_not_allowed" => true,
            "install.secret_missing" | "install.secret_too_long" | "install.body_malformed" => true,
            "jwt.qsh_mismatch" | "jwt.expired" | "jwt.not_yet_valid" => true,
            _ => false,
        }
    }

    /// The newest refused `installed` that may have been genuine, when its code is one of `codes`.
    pub fn open_install(&self, codes: &[&str]) -> Option<&Callback> {
        let (callback, code) = self.open_installs().next()?;
        codes.contains(&code).then_some(callback)
    }

    /// Refused tokens with `code` within the window.
    pub fn tokens<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a RefusedTokens> {
        let recent =
            move |t: &&RefusedTokens| t.refusal.code() == code && self.now - t.times.last < TOKEN_WINDOW;
        self.tokens.iter().filter(recent)
    }

    /// When a request of it verified last.
    pub fn verified_at(&self) -> Option<DateTime<Utc>> {
        let used = self.site.iter().flat_map(|site| &site.secrets);
        let used = used.filter_map(|secret| secret.used_at).max();
        used.max(self.page_at).max(self.call_at)
    }

    /// What its Jira answered last, within the window.
    pub fn last_answer(&self) -> Option<&JiraAnswers> {
        let last = self.answers.iter().max_by_key(|a| (a.times.last, a.answer))?;
        (self.now - last.times.last < CALL_WINDOW).then_some(last)
    }

    /// Whether the site has the app, as far as is known.
    pub fn installed(&self) -> bool {
        let site = self.site.as_ref();
        site.is_some_and(|site| site.status != Status::Uninstalled)
    }
}

impl Site {
    /// The secret in force.
    pub fn current(&self) -> Option<&Secret> {
        self.secrets.iter().find(|s| s.state == SecretState::Current)
    }
}
