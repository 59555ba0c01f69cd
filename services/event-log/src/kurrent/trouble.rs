//! What the client's errors mean for what was asked.

use eventstore::{CurrentRevision, Error};
use tally_domain::Revision;

/// The number of gRPC's status for an argument that is not valid. The client shows its status
/// without naming the type.
const INVALID_ARGUMENT: i32 = 3;

/// Why something asked was not done.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// The stream has another last revision.
    Conflict(Option<Revision>),
    /// Another node leads now. The client turns to it by itself.
    Moved,
    /// The connection, the node or its cluster. Another client may have more luck, with the same
    /// question.
    Passing(String),
    /// There is no such stream.
    Missing,
    /// What was asked is not taken, and will not be.
    Refused(String),
    /// The user may not.
    Denied,
}

impl Trouble {
    pub(super) fn of(error: Error) -> Self {
        match error {
            Error::WrongExpectedVersion { current, .. } => Self::Conflict(match current {
                CurrentRevision::Current(revision) => Some(revision),
                CurrentRevision::NoStream => None,
            }),
            Error::NotLeaderException(_) => Self::Moved,
            Error::ResourceNotFound => Self::Missing,
            Error::ResourceDeleted => Self::Refused("the stream was deleted by another tool".to_owned()),
            Error::AccessDenied => Self::Denied,
            Error::UnsupportedFeature => Self::Refused("the server is too old for it".to_owned()),
            Error::Grpc { code, message } if code as i32 == INVALID_ARGUMENT => Self::Refused(message),
            other if is_about_the_position(&other) => Self::Refused(other.to_string()),
            other => Self::Passing(other.to_string()),
        }
    }

    /// For the operator's log.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Conflict(_) => "the stream has another last revision".to_owned(),
            Self::Moved => "another node leads, and cannot be reached yet".to_owned(),
            Self::Passing(why) | Self::Refused(why) => why.clone(),
            Self::Missing => "there is no such stream".to_owned(),
            Self::Denied => {
                "the server denies access: check user, password and the streams' rights".to_owned()
            }
        }
    }
}

/// A read from where no event begins is answered as an unknown error that names the server's
/// result.
fn is_about_the_position(error: &Error) -> bool {
    matches!(error, Error::ServerError(message) if message.contains("InvalidPosition"))
}
