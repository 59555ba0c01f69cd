//! What is wrong with a token or a callback's body that cannot be read.

use std::fmt;

use tally_domain::refusal::{Parameter, ToParameter};

/// What is wrong with a token or a callback's body that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unreadable {
    /// The token is too long.
    TokenTooLong,
    /// The token holds characters that none has.
    TokenCharacters,
    /// The token is not text.
    TokenNotText,
    /// The token does not have three parts.
    TokenParts,
    /// The token's header cannot be read.
    TokenHeader,
    /// The token demands an extension.
    TokenExtension,
    /// The token's signature is not base64url.
    TokenSignature,
    /// The token's claims cannot be read.
    TokenClaims,
    /// The token names no issuer.
    TokenIssuer,
    /// A time in the token is none.
    TokenTime,
    /// The token does not say when it was issued.
    TokenIssuedAt,
    /// The body is too long.
    BodyTooLong,
    /// The body breaks off.
    BodyIncomplete,
    /// The body is not that of a callback.
    BodyNotCallback,
    /// The body has no usable client key.
    BodyClientKey,
    /// The body has no address of a site.
    BodyBaseUrl,
}

impl Unreadable {
    /// Everything that can be wrong.
    pub const ALL: [Self; 16] = [
        Self::TokenTooLong,
        Self::TokenCharacters,
        Self::TokenNotText,
        Self::TokenParts,
        Self::TokenHeader,
        Self::TokenExtension,
        Self::TokenSignature,
        Self::TokenClaims,
        Self::TokenIssuer,
        Self::TokenTime,
        Self::TokenIssuedAt,
        Self::BodyTooLong,
        Self::BodyIncomplete,
        Self::BodyNotCallback,
        Self::BodyClientKey,
        Self::BodyBaseUrl,
    ];

    /// The stable word for events, programs, and texts in other languages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TokenTooLong => "token_too_long",
            Self::TokenCharacters => "token_characters",
            Self::TokenNotText => "token_not_text",
            Self::TokenParts => "token_parts",
            Self::TokenHeader => "token_header",
            Self::TokenExtension => "token_extension",
            Self::TokenSignature => "token_signature",
            Self::TokenClaims => "token_claims",
            Self::TokenIssuer => "token_issuer",
            Self::TokenTime => "token_time",
            Self::TokenIssuedAt => "token_issued_at",
            Self::BodyTooLong => "body_too_long",
            Self::BodyIncomplete => "body_incomplete",
            Self::BodyNotCallback => "body_not_callback",
            Self::BodyClientKey => "body_client_key",
            Self::BodyBaseUrl => "body_base_url",
        }
    }
}

/// A clause, as the English cause prints it.
impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TokenTooLong => "it is longer than 8 KiB",
            Self::TokenCharacters => "it holds characters that no token has",
            Self::TokenNotText => "it is not text",
            Self::TokenParts => "it does not have three parts",
            Self::TokenHeader => "its header cannot be read",
            Self::TokenExtension => "it demands an extension that is not supported",
            Self::TokenSignature => "its signature is not base64url",
            Self::TokenClaims => "its claims cannot be read",
            Self::TokenIssuer => "it names no issuer",
            Self::TokenTime => "one of its times is not a time",
            Self::TokenIssuedAt => "it does not say when it was issued",
            Self::BodyTooLong => "it is longer than 64 KiB",
            Self::BodyIncomplete => "it breaks off",
            Self::BodyNotCallback => "it is not the JSON object of a callback",
            Self::BodyClientKey => "it has no usable clientKey",
            Self::BodyBaseUrl => "it has no baseUrl",
        })
    }
}

impl ToParameter for Unreadable {
    fn to_parameter(&self) -> Option<Parameter> {
        Some(Parameter::Text(self.as_str().to_owned()))
    }
}
