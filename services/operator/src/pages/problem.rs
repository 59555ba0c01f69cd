//! Refusals and failures on the operator's listener: as problem details for programs, as a page for
//! people.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use tally_domain::Refused;
use tally_http::{MalformedRequest, ProblemDetails};
use tally_projections::QueryError;
use tally_view_store::StoreError;

use crate::commands::CommandFailure;
use crate::refusal::OperatorRefusal;
use tally_observations::node::ViewsLagging;

/// A refusal or failure, answered as problem details.
#[derive(Clone, Debug)]
pub(super) struct OpsProblem(pub ProblemDetails);

impl OpsProblem {
    /// A refusal by the rules of a family.
    pub fn from_refusal(refusal: &impl Refused) -> Self {
        Self(ProblemDetails::from_refusal(refusal))
    }

    /// A field of the request is wrong. `what` completes the sentence "The field F ...".
    pub fn wrong_field(field: &str, what: &str) -> Self {
        let (field, what) = (field.to_owned(), what.to_owned());
        MalformedRequest::FieldWrong { field, what }.into()
    }
}

impl fmt::Display for OpsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for OpsProblem {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}

impl From<ProblemDetails> for OpsProblem {
    fn from(details: ProblemDetails) -> Self {
        Self(details)
    }
}

impl From<MalformedRequest> for OpsProblem {
    fn from(refusal: MalformedRequest) -> Self {
        Self(refusal.into())
    }
}

impl From<OperatorRefusal> for OpsProblem {
    fn from(refusal: OperatorRefusal) -> Self {
        Self(refusal.into())
    }
}

impl From<StoreError> for OpsProblem {
    fn from(cause: StoreError) -> Self {
        Self(if cause.is_unavailable() {
            ProblemDetails::view_unavailable(&cause)
        } else {
            ProblemDetails::internal(&cause)
        })
    }
}

impl From<QueryError> for OpsProblem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Refused(refusal) => Self::from_refusal(&refusal),
            QueryError::Store(cause) => cause.into(),
        }
    }
}

impl<R: Refused> From<CommandFailure<R>> for OpsProblem {
    fn from(failure: CommandFailure<R>) -> Self {
        match failure {
            CommandFailure::Refused(refusal) => Self::from_refusal(&refusal),
            CommandFailure::Unavailable(cause) => {
                Self(ProblemDetails::log_unavailable(&format!("{cause:#}")))
            }
        }
    }
}

impl From<ViewsLagging> for OpsProblem {
    fn from(_: ViewsLagging) -> Self {
        Self(ProblemDetails::view_lagging())
    }
}

/// The same as a page, which `guard` makes in the reader's language.
#[derive(Debug)]
pub(super) struct PageProblem(pub OpsProblem);

impl fmt::Display for PageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: Into<OpsProblem>> From<E> for PageProblem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl ResponseError for PageProblem {
    fn status_code(&self) -> StatusCode {
        self.0.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}
