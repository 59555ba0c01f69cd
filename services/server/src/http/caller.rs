//! The caller of the API, as an argument of the handler: a route cannot forget to verify it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, CONTENT_LENGTH, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, web};
use tally_atlassian::Refusal;
use tally_atlassian::token::RawToken;
use tally_domain::{AccountId, Actor, AssetId, CommandId, PersonId, Revision};
use tally_http::{MalformedRequest, RequestRefusal, input};
use tally_projections::AssetRegister;
use tally_view_store::ViewStore;
use uuid::Uuid;

use super::problem::Problem;
use super::request_id;
use crate::app::App;
use crate::namer::Source;
use crate::roles::Action;
use tally_authentication::Principal;
use tally_commands::{Origin, digest_content, name_command};

/// The longest Idempotency-Key, in bytes.
const MAX_KEY: usize = 128;

/// The token of a request, in a header or in the query.
///
/// # Errors
/// As for [`RawToken::extract`].
pub fn find_token(request: &HttpRequest) -> Result<RawToken, Refusal> {
    let headers = request
        .headers()
        .get_all(AUTHORIZATION)
        .map(|value| value.as_bytes());
    RawToken::extract(headers, path_and_query(request))
}

/// Path and query as received, undecoded: what a query hash covers.
pub fn path_and_query(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("/", |raw| raw.as_str())
}

/// A person in Jira whose context token verified.
pub struct Caller {
    /// The verified tenant and person.
    pub principal: Principal,
    /// What every handler shares.
    pub app: Arc<App>,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let raw = find_token(request);
        let app = request
            .app_data::<web::Data<App>>()
            .map(|data| data.clone().into_inner());
        Box::pin(async move {
            let app = app.ok_or_else(|| Problem::internal(&"the app is not attached"))?;
            let principal = app.authenticator.verify_context(&raw?, app.clock.now()).await?;
            Ok(Self { principal, app })
        })
    }
}

impl Caller {
    /// Checks that the caller may do `action`.
    ///
    /// # Errors
    /// `permission.denied`, or `permission.check_unavailable` when Jira does not answer.
    pub async fn may(&self, action: Action) -> Result<(), Problem> {
        Ok(self.app.roles.permit(&self.principal, action).await?)
    }

    /// The person behind `account`, who is about to be named in an event.
    ///
    /// # Errors
    /// `tenant.secrets_unavailable` or `log.unavailable`.
    pub async fn person_of(&self, account: &AccountId) -> Result<PersonId, Problem> {
        let tenant = self.principal.tenant();
        let person = self.app.people.find_or_add(tenant, account).await?;
        self.note_name(account, person);
        Ok(person)
    }

    /// The person behind `account`; `None` when the account was never seen, or the person erased.
    ///
    /// # Errors
    /// `tenant.secrets_unavailable` or `log.unavailable`.
    pub async fn known_person_of(&self, account: &AccountId) -> Result<Option<PersonId>, Problem> {
        let person = self.app.people.find(self.principal.tenant(), account).await?;
        if let Some(person) = person {
            self.note_name(account, person);
        }
        Ok(person)
    }

    /// Reads a body of at most `limit` bytes, once there is room for it among all bodies under way.
    ///
    /// # Errors
    /// `request.busy`, and as for [`input::read_body`].
    pub async fn read_body(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        limit: usize,
    ) -> Result<Body, Problem> {
        let length = content_length(request).filter(|length| *length <= limit);
        let tenant = self.principal.tenant();
        let room = self
            .app
            .uploads
            .make_room(tenant, length.unwrap_or(limit))
            .await?;
        let bytes = input::read_body(payload, limit).await?;
        Ok(Body { bytes, room })
    }

    fn note_name(&self, account: &AccountId, person: PersonId) {
        let tenant = self.principal.tenant();
        if let Some(name) = self.app.roles.remembered_name(tenant, account) {
            self.app.namer.note(tenant, person, &name, Source::Remembered);
        }
    }

    /// The origin of a command of this caller. With an `Idempotency-Key` the command's id is made
    /// of tenant, person, target and key, and `content` is what a second use of the key must
    /// repeat.
    ///
    /// # Errors
    /// `tenant.secrets_unavailable` or `log.unavailable`.
    pub async fn origin(&self, command: &Command, content: &[u8]) -> Result<Origin, Problem> {
        let person = self.person_of(self.principal.account()).await?;
        let (id, content_digest) = match &command.key {
            Some(key) => {
                let (vault, tenant) = (&self.app.vault, self.principal.tenant());
                let parts = [person.0.as_bytes(), command.target.as_bytes(), key.as_bytes()];
                let id = name_command(vault, tenant, &parts).await?;
                (id, Some(digest_content(vault, tenant, content).await?))
            }
            None => (CommandId(Uuid::new_v4()), None),
        };
        Ok(Origin {
            request: request_id::current(),
            content_digest,
            ..Origin::new(
                self.principal.tenant(),
                Actor::user(person),
                id,
                self.app.clock.now(),
            )
        })
    }
}

/// A body, and the room that it takes.
pub struct Body {
    /// The body.
    pub bytes: Vec<u8>,
    /// To be kept for as long as the bytes.
    pub room: tally_http::uploads::Room,
}

fn content_length(request: &HttpRequest) -> Option<usize> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// The headers of a command.
pub struct Command {
    /// Method and path of the request.
    target: String,
    /// The caller's name for the command.
    key: Option<String>,
    /// The revisions that the caller's change may be based on; none for any.
    if_revisions: Vec<Revision>,
    /// Whether the caller gave a condition, be it `*`.
    conditional: bool,
}

impl Command {
    /// Reads the headers of a command. Not an extractor: a caller who may not give commands must
    /// not learn first what is wrong with one.
    ///
    /// # Errors
    /// `request.malformed` when the key or the condition cannot be read.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let key = header(request, "idempotency-key")?.map(str::to_owned);
        if key.as_deref().is_some_and(|key| !is_key(key)) {
            return Err(MalformedRequest::KeyWrong.into());
        }
        let condition = condition(request)?;
        let if_revisions = match condition.as_deref() {
            None | Some("*") => vec![],
            Some(tags) => parse_revisions(tags)?,
        };
        let target = format!("{} {}", request.method(), request.path());
        Ok(Self {
            target,
            key,
            if_revisions,
            conditional: condition.is_some(),
        })
    }

    /// The revision that the change is based on. Of several, the one that the asset is at; a change in
    /// this moment is found when the command is carried out.
    ///
    /// # Errors
    /// As for a query of the views.
    pub async fn if_revision(&self, caller: &Caller, asset: AssetId) -> Result<Option<Revision>, Problem> {
        let [first, _, ..] = self.if_revisions.as_slice() else {
            return Ok(self.if_revisions.first().copied());
        };
        let tenant = caller.principal.tenant();
        let get = move |views: &ViewStore| AssetRegister::of(views).get(tenant, asset, None);
        let found = caller.app.questions.ask(tenant, get).await??;
        let current = found.map(|row| row.asset.revision);
        let named = current.filter(|current| self.if_revisions.contains(current));
        Ok(Some(named.unwrap_or(*first)))
    }

    /// Checks that the caller named the version that the change is based on.
    ///
    /// # Errors
    /// `request.precondition_required` when there is no `If-Match`.
    pub fn conditional(&self) -> Result<(), Problem> {
        if self.conditional {
            return Ok(());
        }
        Err(RequestRefusal::PreconditionRequired.into())
    }
}

fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// All conditions of the request as one list. A request may have the header several times.
fn condition(request: &HttpRequest) -> Result<Option<String>, MalformedRequest> {
    let mut given = Vec::new();
    for value in request.headers().get_all(IF_MATCH) {
        let not_text = |_| MalformedRequest::HeaderNotText { name: "if-match" };
        given.push(value.to_str().map_err(not_text)?.trim());
    }
    Ok((!given.is_empty()).then(|| given.join(", ")))
}

fn parse_revisions(tags: &str) -> Result<Vec<Revision>, MalformedRequest> {
    let tags = tally_http::etag::parse_list(tags).unwrap_or_default();
    let revisions: Option<Vec<Revision>> = tags.into_iter().map(|digits| digits.parse().ok()).collect();
    revisions
        .filter(|revisions| !revisions.is_empty())
        .ok_or(MalformedRequest::ConditionWrong)
}

fn header<'a>(request: &'a HttpRequest, name: &'static str) -> Result<Option<&'a str>, MalformedRequest> {
    let value = request.headers().get(name);
    value
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_| MalformedRequest::HeaderNotText { name })
}
