//! Refusals of a request as such, whatever it is about.

use actix_web::http::StatusCode;
use tally_domain::{Revision, refusals};
use tally_http::ProblemDetails;

refusals! {
    /// Why a request is refused before, or apart from, the rules of what it is about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RequestRefusal {
        /// The route needs `If-Match`.
        PreconditionRequired = "request.precondition_required" {
            kind: Invalid,
            title: "Condition needed",
            cause: "the request does not say which version the change is based on",
            remedy: "Send the ETag of the version you loaded as If-Match.",
        },
        /// The asset or import is at another revision than the caller's.
        PreconditionFailed {
            /// Its revision; absent when there is no such thing.
            revision: Option<Revision>,
        } = "request.precondition_failed" {
            kind: Conflict,
            title: "Changed meanwhile",
            cause: "this was changed since you loaded it",
            remedy: "Load it again, check what changed, and repeat your change.",
        },
        /// The caller named two different requests alike.
        KeyReused = "request.idempotency_key_reused" {
            kind: Invalid,
            title: "Key used twice",
            cause: "this Idempotency-Key was used for another request",
            remedy: "Use a new key for a new request.",
        },
        /// The address takes other methods.
        MethodNotAllowed {
            /// The method of the request.
            method: String,
        } = "request.method_not_allowed" {
            kind: Invalid,
            title: "Method not possible",
            cause: "this address does not take {method}",
            remedy: "The API's document lists the methods of each address.",
        },
        /// More requests came from one address than are answered.
        RateLimited = "request.rate_limited" {
            kind: Forbidden,
            title: "Too many requests",
            cause: "too many requests came from your address",
            remedy: "Wait for the seconds in Retry-After, then send fewer requests.",
        },
        /// There is no such address.
        NotFound = "not_found" {
            kind: NotFound,
            title: "Not found",
            cause: "there is nothing at this address",
            remedy: "Check the address.",
        },
    }
}

impl RequestRefusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::PreconditionFailed { .. } => StatusCode::PRECONDITION_FAILED,
            Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound => StatusCode::NOT_FOUND,
        }
    }

    /// The answer to the refused request.
    pub fn to_details(&self) -> ProblemDetails {
        let details = ProblemDetails::from_refusal(self).with_status(self.status());
        match self {
            Self::PreconditionFailed { revision } => details.with("revision", *revision),
            Self::PreconditionRequired
            | Self::KeyReused
            | Self::MethodNotAllowed { .. }
            | Self::RateLimited
            | Self::NotFound => details,
        }
    }
}
