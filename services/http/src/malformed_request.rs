//! Refusals of a request that cannot be read, with the part that is wrong.

use tally_domain::refusals;

const CORRECT: &str = "Correct the request and send it again.";

refusals! {
    /// Why a request cannot be read. All rows have one code: programs find the part that is wrong
    /// in `field`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum MalformedRequest {
        /// The connection broke off, or the compression is broken.
        BodyIncomplete = "request.malformed" {
            kind: Malformed,
            title: "Body incomplete",
            cause: "the body ends too early, or its encoding is not what its headers say",
            remedy: "Send the whole request again.",
        },
        /// The body comes more slowly than anyone waits.
        BodyTooSlow {
            /// How long it was waited for.
            seconds: u64,
        } = "request.malformed" {
            kind: Malformed,
            title: "Body too slow",
            cause: "the body did not arrive within {seconds} seconds",
            remedy: "Send the whole request again, over a faster connection.",
        },
        /// The body is JSON of another kind.
        BodyNotObject = "request.malformed" {
            kind: Malformed,
            title: "Not a JSON object",
            cause: "the body is not a JSON object",
            remedy: CORRECT,
        },
        /// The body cannot be read, and no field of it is to blame.
        BodyWrong {
            /// What is wrong with it.
            cause: String,
        } = "request.malformed" {
            kind: Malformed,
            title: "Body not valid",
            cause: "the body is not right: {cause}",
            remedy: CORRECT,
        },
        /// Something follows the JSON object.
        BodyNotEnded = "request.malformed" {
            kind: Malformed,
            title: "Body not valid",
            cause: "there is more in the body after its JSON object",
            remedy: CORRECT,
        },
        /// A field of the body is wrong.
        FieldWrong {
            /// The field, as a path.
            field: String,
            /// What is wrong with it; completes the sentence "the field F ...".
            what: String,
        } = "request.malformed" {
            kind: Malformed,
            title: "Field not valid",
            cause: "the field {field} {what}",
            remedy: CORRECT,
            field: field,
        },
        /// The address takes no such parameter.
        ParameterUnknown {
            /// The parameter, or its beginning.
            name: String,
            /// The parameters that the address takes.
            known: String,
        } = "request.malformed" {
            kind: Malformed,
            title: "Parameter not known",
            cause: "there is no parameter {name:?}; known here: {known}",
            remedy: CORRECT,
            field: name,
        },
        /// The value of a parameter is wrong.
        ParameterWrong {
            /// The parameter.
            name: String,
            /// What is wrong with it; completes the sentence "the parameter P ...".
            what: String,
        } = "request.malformed" {
            kind: Malformed,
            title: "Parameter not valid",
            cause: "the parameter {name} {what}",
            remedy: CORRECT,
            field: name,
        },
        /// The address itself cannot be read.
        AddressWrong {
            /// What is wrong with it; completes the sentence "the address ...".
            what: &'static str,
        } = "request.malformed" {
            kind: Malformed,
            title: "Address not valid",
            cause: "the address {what}",
            remedy: CORRECT,
        },
        /// The value of a header is not ASCII text.
        HeaderNotText {
            /// The header.
            name: &'static str,
        } = "request.malformed" {
            kind: Malformed,
            title: "Header not valid",
            cause: "the header {name} is not text",
            remedy: CORRECT,
        },
        /// The `Idempotency-Key` is empty, too long, or not visible ASCII.
        KeyWrong = "request.malformed" {
            kind: Malformed,
            title: "Key not valid",
            cause: "the Idempotency-Key is not 1 to 128 visible ASCII characters",
            remedy: CORRECT,
        },
        /// The condition names no version.
        ConditionWrong = "request.malformed" {
            kind: Malformed,
            title: "Condition not valid",
            cause: "the header If-Match is not an ETag of this API",
            remedy: CORRECT,
        },
    }
}
