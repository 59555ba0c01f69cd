//! What an event is about, read from its envelope: the tenant, and the thing whose stream it is in.
//!
//! Tenancy is checked here for all views: an event whose envelope names one tenant and whose stream
//! names another is poison.

use std::str::FromStr;

use tally_domain::{AnyEvent, Recorded, StreamName, TenantId};

use crate::error::Fault;

/// The envelope's tenant, and the id that follows `infix` in the stream's name.
pub fn member_of<Id: FromStr>(recorded: &Recorded<AnyEvent>, infix: &str) -> Option<(TenantId, Id)> {
    let (_, id) = recorded.stream.as_str().split_once(infix)?;
    Some((recorded.context.tenant?, id.parse().ok()?))
}

/// What follows `prefix` in the stream's name, if the envelope names no tenant.
pub fn without_tenant<'a>(recorded: &'a Recorded<AnyEvent>, prefix: &str) -> Option<&'a str> {
    let name = recorded.stream.as_str().strip_prefix(prefix)?;
    recorded.context.tenant.is_none().then_some(name)
}

/// The owner in `expected`, if `recorded` is in the stream beside it. An event of an unknown type
/// may be in any stream; one that `is_ours` must be in its own.
///
/// # Errors
/// [`Fault::Poison`] if the event is ours and in another stream than the expected one.
pub fn check_owner<T>(
    recorded: &Recorded<AnyEvent>,
    is_ours: bool,
    expected: Option<(StreamName, T)>,
) -> Result<Option<T>, Fault> {
    if !is_ours && !recorded.event.is_unknown() {
        return Ok(None);
    }
    match expected {
        Some((stream, owner)) if stream == recorded.stream => Ok(Some(owner)),
        _ if is_ours => Err(Fault::poison(
            "the event is in a stream of another tenant or of another kind",
        )),
        _ => Ok(None),
    }
}
