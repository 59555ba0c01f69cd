//! Finding the one token of a request, and peeking at it before it is verified.

use std::fmt;

use crate::compact;
use crate::{Digest, Refusal, Unreadable};

/// The longest token that is looked at. Real ones are below one kilobyte; a longer one only costs
/// work.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A token as it came, not verified. `Debug` prints a placeholder.
#[derive(Clone, PartialEq, Eq)]
pub struct RawToken(String);

impl RawToken {
    /// Takes the text of a token.
    ///
    /// # Errors
    /// [`Refusal::Missing`] for an empty text, [`Refusal::Malformed`] for one that is too long or
    /// not made of the characters a token is made of.
    pub fn new(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::Missing);
        }
        if text.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::Malformed {
                reason: Unreadable::TokenTooLong,
            });
        }
        let is_token_character = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !text.bytes().all(is_token_character) {
            return Err(Refusal::Malformed {
                reason: Unreadable::TokenCharacters,
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// Finds the token of a request in its `Authorization: JWT ...` headers (scheme in any case) or
    /// in the query parameter `jwt`. Headers of other schemes are not ours and are passed over.
    ///
    /// # Errors
    /// [`Refusal::Missing`] when there is none; [`Refusal::TwoTokens`] when there is more than one,
    /// because then the sender of one could make the other count; [`Refusal::Malformed`] as for
    /// [`RawToken::new`].
    pub fn extract<'a>(
        authorization: impl IntoIterator<Item = &'a [u8]>,
        path_and_query: &str,
    ) -> Result<Self, Refusal> {
        let mut found = Vec::new();
        for header in authorization {
            found.extend(token_of_header(header)?.map(str::to_owned));
        }
        found.extend(tokens_of_query(path_and_query));
        match found.as_slice() {
            [] => Err(Refusal::Missing),
            [one] => Self::new(one),
            _ => Err(Refusal::TwoTokens),
        }
    }

    /// What the token says about itself, for looking up the issuer's secrets and for nothing else.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] when it cannot be read or names no issuer.
    pub fn unverified_claims(&self) -> Result<UnverifiedClaims, Refusal> {
        let issuer = compact::unverified_issuer(self.text())?;
        Ok(UnverifiedClaims { issuer })
    }

    /// The digest by which this very token is recognised when it comes again.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RawToken([redacted])")
    }
}

/// Claims that are not verified yet. Anyone can write them.
///
/// May be used to choose which tenant's secrets to verify the token with. May not be used to
/// answer, to log as fact, to authorise, or to distinguish tenants once verification is done: the
/// verifier returns the claims to use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnverifiedClaims {
    issuer: String,
}

impl UnverifiedClaims {
    /// The client key the token claims to come from.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

fn token_of_header(header: &[u8]) -> Result<Option<&str>, Refusal> {
    let is_ours = header
        .get(..4)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"JWT "));
    if !is_ours {
        return Ok(None);
    }
    match std::str::from_utf8(&header[4..]) {
        Ok(text) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Err(_) => Err(Refusal::Malformed {
            reason: Unreadable::TokenNotText,
        }),
    }
}

fn tokens_of_query(path_and_query: &str) -> Vec<String> {
    let query = path_and_query.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| name == "jwt" && !value.is_empty())
        .map(|(_, value)| value.into_owned())
        .collect()
}
