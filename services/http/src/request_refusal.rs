//! Refusals of a request as such, whatever it is about.

use tally_domain::{Revision, refusals};

refusals! {
    /// Why a request is refused before, or apart from, the rules of what it is about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RequestRefusal {
        /// The route needs `If-Match`.
        PreconditionRequired = "request.precondition_required" {
            kind: Unconditional,
            title: "Condition needed",
            cause: "the request does not say which version the change is based on",
            remedy: "Send the ETag of the version you loaded as If-Match.",
        },
        /// The asset or import is at another revision than the caller's.
        PreconditionFailed {
            /// Its revision; absent when there is no such thing.
            revision: Option<Revision>,
        } = "request.precondition_failed" {
            kind: Outdated,
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
        /// The same request is being carried out.
        KeyInUse = "request.idempotency_key_in_use" {
            kind: Conflict,
            title: "Request under way",
            cause: "a request with this Idempotency-Key is being carried out",
            remedy: "Send the same request again after the seconds in Retry-After.",
        },
        /// The address takes other methods.
        MethodNotAllowed {
            /// The method of the request.
            method: String,
        } = "request.method_not_allowed" {
            kind: Unsupported,
            title: "Method not possible",
            cause: "this address does not take {method}",
            remedy: "The API's document lists the methods of each address.",
        },
        /// The body has more bytes than the route accepts.
        TooLarge {
            /// The most bytes that are accepted.
            limit: usize,
        } = "request.too_large" {
            kind: TooLarge,
            title: "Request too large",
            cause: "the body is larger than {limit} bytes",
            remedy: "Send less in one request.",
        },
        /// More requests came from one address than are answered.
        RateLimited = "request.rate_limited" {
            kind: TooOften,
            title: "Too many requests",
            cause: "too many requests came from your address",
            remedy: "Wait for the seconds in Retry-After, then send fewer requests.",
        },
        /// An answer was not found in the time that a question has.
        TookTooLong = "request.took_too_long" {
            kind: Invalid,
            title: "Answer takes too long",
            cause: "finding the answer took too long and was stopped",
            remedy: "Ask for less: a smaller page, a more exact filter, no past date. If that does \
                not help, try again later.",
        },
        /// The caller's site, or all sites together, have as much under way as is done at once.
        Busy = "request.busy" {
            kind: TooOften,
            title: "Too much under way",
            cause: "this site asks more at the same time than its share of Tally answers, or all \
                sites together send more than there is room for",
            remedy: "Wait for the seconds in Retry-After, then try again. A program sends one request \
                after the other.",
        },
        /// There is no such address.
        NotFound = "not_found" {
            kind: NotFound,
            title: "Address not found",
            cause: "there is nothing at this address",
            remedy: "Check the address.",
        },
        /// The user interface has no such file; one of an older release had it.
        FileNotFound = "not_found" {
            kind: NotFound,
            title: "File not found",
            cause: "there is no such file",
            remedy: "Reload the page.",
        },
    }
}
