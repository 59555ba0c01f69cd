//! A command that its caller named is carried out once.
//!
//! Where it leaves events, they are the record: their ids derive from its name, and their envelope
//! has the digest of its content. Where it leaves none, since it was refused or there was nothing to
//! do, its answer is remembered in the log, in the place of its first event. Answers that say
//! nothing of a decision, such as those of rights, limits and failures, are not remembered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tally_commands::{Done, Origin, Unavailable};
use tally_domain::asset::AttributeFault;
use tally_domain::refusal::{Parameter, RefusalEntry};
use tally_domain::{EventId, Revision, StreamName};
use tally_event_log::{AnswerStored, AppendError, Failure, ReadError};
use tally_http::{ProblemDetails, RequestRefusal};

use super::caller::Caller;
use super::problem::Problem;
use crate::refusals::FAMILIES;

/// How often a command is carried out again, since another try of it came in between.
const ATTEMPTS: usize = 8;
/// The parameter that is stored as a word, and printed as what the word stands for.
const FAULT: &str = "why";

/// An answer as it is remembered: no name of a person, and no text but the parameters.
#[derive(Serialize, Deserialize)]
struct RememberedAnswer {
    /// Of the command's content.
    digest: String,
    status: u16,
    /// The revision at which there was nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<Revision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refusal: Option<RememberedRefusal>,
}

#[derive(Serialize, Deserialize)]
struct RememberedRefusal {
    code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, Parameter>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    extras: Map<String, Value>,
}

/// The outcome of a command.
type Outcome = Result<Done, Problem>;

/// A command of a caller who named it.
struct NamedCommand<'a> {
    caller: &'a Caller,
    /// The stream that it decides about.
    stream: &'a StreamName,
    /// The id of its first event, or of its answer.
    id: EventId,
    digest: &'a str,
}

impl Caller {
    /// Carries out a command on `stream`. One that the caller named is carried out once: a repeat
    /// gets the answer of the first try, whatever it was, if it was that of a decision.
    ///
    /// # Errors
    /// Those of `carry_out`; `request.idempotency_key_in_use`, `request.idempotency_key_reused`,
    /// or `log.unavailable`.
    pub async fn carry_out_once(
        &self,
        origin: &Origin,
        stream: &StreamName,
        carry_out: impl AsyncFn() -> Outcome,
    ) -> Outcome {
        let Some(digest) = &origin.content_digest else {
            return carry_out().await;
        };
        let command = NamedCommand {
            caller: self,
            stream,
            id: origin.command.event_id(stream.as_str(), 0),
            digest,
        };
        let _underway = self.app.in_flight.begin(command.id, digest)?;
        for _ in 0..ATTEMPTS {
            if let Some(earlier) = command.find().await? {
                return earlier;
            }
            if let Some(outcome) = command.attempt(&carry_out).await? {
                return outcome;
            }
        }
        Err(RequestRefusal::KeyInUse.into())
    }
}

impl NamedCommand<'_> {
    /// The outcome of the command; `None` when another try of it came in between.
    async fn attempt(&self, carry_out: &impl AsyncFn() -> Outcome) -> Result<Option<Outcome>, Problem> {
        let mut outcome = carry_out().await;
        if self.to_answer(&outcome).is_some() && self.announce().await? {
            outcome = carry_out().await;
        }
        let Some(answer) = self.to_answer(&outcome) else {
            return self.complete(outcome).await;
        };
        let bytes = serde_json::to_vec(&answer).map_err(|e| Problem::internal(&e))?;
        let answers = self.caller.app.log.answers();
        match answers.store_answer(self.stream, self.id, bytes).await {
            Ok(AnswerStored::Now) => Ok(Some(outcome)),
            Ok(AnswerStored::Earlier(earlier)) => self.read(&earlier).await.map(Some),
            Ok(AnswerStored::NotInPlace) => Ok(None),
            Err(cause) => Err(Unavailable::from(cause).into()),
        }
    }

    /// An outcome that is not remembered. A failure may be that another try was answered meanwhile.
    async fn complete(&self, outcome: Outcome) -> Result<Option<Outcome>, Problem> {
        let earlier = match &outcome {
            Ok(_) => None,
            Err(_) => self.find().await?,
        };
        Ok(Some(earlier.unwrap_or(outcome)))
    }

    async fn announce(&self) -> Result<bool, Problem> {
        let announced = self.caller.app.log.answers().announce_answer(self.id).await;
        announced.map_err(|cause| Unavailable::from(cause).into())
    }

    /// The answer that an outcome leaves; `None` of one that left events, or decided nothing.
    fn to_answer(&self, outcome: &Outcome) -> Option<RememberedAnswer> {
        let digest = self.digest.to_owned();
        match outcome {
            Ok(done) if done.appended > 0 || done.is_repeat => None,
            Ok(done) => Some(RememberedAnswer {
                digest,
                status: 200,
                revision: Some(done.revision),
                refusal: None,
            }),
            Err(problem) if !problem.is_decision() => None,
            Err(problem) => Some(RememberedAnswer {
                digest,
                status: problem.status().as_u16(),
                revision: None,
                refusal: Some(RememberedRefusal {
                    code: problem.code().to_owned(),
                    parameters: problem.parameters().clone(),
                    extras: problem.details().extras().clone(),
                }),
            }),
        }
    }

    /// What an earlier try of the command was answered, if that is remembered.
    async fn find(&self) -> Result<Option<Outcome>, Problem> {
        let answers = self.caller.app.log.answers();
        match answers.find_answer(self.stream, self.id).await {
            Ok(Some(earlier)) => self.read(&earlier).await.map(Some),
            Ok(None) => Ok(None),
            Err(cause) => Err(to_problem(cause)),
        }
    }

    async fn read(&self, answer: &[u8]) -> Result<Outcome, Problem> {
        let answer: RememberedAnswer = serde_json::from_slice(answer)
            .map_err(|_| Problem::unavailable(&"a remembered answer cannot be read"))?;
        if answer.digest != self.digest {
            return Ok(Err(RequestRefusal::KeyReused.into()));
        }
        match (answer.refusal, answer.revision) {
            (Some(refusal), _) => refusal.into_problem().map(Err),
            (None, Some(revision)) => self.find_done(revision).await.map(Ok),
            (None, None) => Err(Problem::unavailable(&"a remembered answer says nothing")),
        }
    }

    /// What a command left that found nothing to do at `revision`.
    async fn find_done(&self, revision: Revision) -> Result<Done, Problem> {
        let found = self.caller.app.log.read_stream(self.stream, revision, 1).await;
        let found = found.map_err(to_problem)?;
        let event = found.first();
        let event =
            event.ok_or_else(|| Problem::unavailable(&"a stream ends before an answer's revision"))?;
        Ok(Done {
            revision: event.revision,
            position: event.position,
            appended: 0,
            is_repeat: true,
        })
    }
}

impl RememberedRefusal {
    /// The refusal as it was answered, in the words of this version.
    fn into_problem(self) -> Result<Problem, Problem> {
        let mut entries = FAMILIES.iter().flat_map(|family| family.entries);
        let entry = entries.find(|entry| entry.code == self.code);
        let unknown = || Problem::unavailable(&"a remembered refusal is of a later version");
        let entry = entry.ok_or_else(unknown)?;
        let cause = print_cause(entry, &self.parameters);
        Ok(ProblemDetails::from_stored(entry, &cause, self.parameters, self.extras).into())
    }
}

fn print_cause(entry: &RefusalEntry, parameters: &BTreeMap<String, Parameter>) -> String {
    let mut printed = parameters.clone();
    if let Some(Parameter::Text(word)) = printed.get_mut(FAULT)
        && let Some(fault) = AttributeFault::ALL.into_iter().find(|f| f.as_str() == word)
    {
        *word = fault.to_string();
    }
    entry.cause_with(&printed, |_| None)
}

fn to_problem(cause: ReadError) -> Problem {
    match cause {
        ReadError::Unavailable(failure) => Unavailable::from(AppendError::Unavailable(failure)).into(),
        ReadError::Corrupt { .. } | ReadError::BeyondHead { .. } => {
            let failure = Failure::new("reading an answer", cause);
            Unavailable::from(AppendError::Unavailable(failure)).into()
        }
    }
}
