//! Cursors of lists as callers have them: each is good for the list that gave it and no other.
//!
//! A cursor of a view holds the values of the last row, and nothing of the request it belongs to.
//! With another tenant, filter or order it would begin the list anywhere. So a caller gets it with a
//! code over all that the list depends on.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tally_domain::TenantId;
use tally_projections::QueryRefusal;

/// How many bytes of the code a cursor carries. It protects a list's order and no secret.
const CODE: usize = 16;

/// What a list depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListScope(Vec<u8>);

impl ListScope {
    /// The list of `tenant` at `path` with these parameters, in their order.
    pub fn new<'a>(
        tenant: TenantId,
        path: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut bytes = tenant.0.as_bytes().to_vec();
        let named = parameters.into_iter().flat_map(|(name, value)| [name, value]);
        for text in std::iter::once(path).chain(named) {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Self(bytes)
    }

    fn with_cursor(&self, cursor: &str) -> Vec<u8> {
        let length = (cursor.len() as u64).to_be_bytes();
        [self.0.as_slice(), &length, cursor.as_bytes()].concat()
    }
}

/// Binds cursors to their lists.
pub struct Cursors {
    /// Those of the node itself, then those of nodes that have another master key, while it is
    /// replaced.
    keys: Vec<hmac::Key>,
}

impl Cursors {
    /// Under the first of `keys`; cursors under the others are understood.
    pub fn new<'k>(keys: impl IntoIterator<Item = &'k [u8]>) -> Self {
        let keys = keys.into_iter();
        Self {
            keys: keys.map(|key| hmac::Key::new(hmac::HMAC_SHA256, key)).collect(),
        }
    }

    /// The cursor as the caller gets it.
    pub fn bind(&self, scope: &ListScope, cursor: &str) -> String {
        let content = scope.with_cursor(cursor);
        let code = self.keys.first().map(|key| hmac::sign(key, &content));
        let code = code.as_ref().map_or(&[][..], |code| &code.as_ref()[..CODE]);
        format!("{cursor}.{}", URL_SAFE_NO_PAD.encode(code))
    }

    /// The cursor of the view in what a caller sends.
    ///
    /// # Errors
    /// `request.cursor_invalid` if it was not given out for this list.
    pub fn open<'c>(&self, scope: &ListScope, bound: &'c str) -> Result<&'c str, QueryRefusal> {
        let (cursor, code) = bound.rsplit_once('.').ok_or(QueryRefusal::CursorInvalid)?;
        let code = URL_SAFE_NO_PAD.decode(code).unwrap_or_default();
        let content = scope.with_cursor(cursor);
        let mut keys = self.keys.iter();
        if code.len() == CODE && keys.any(|key| matches(key, &content, &code)) {
            return Ok(cursor);
        }
        Err(QueryRefusal::CursorInvalid)
    }
}

/// Whether `code` begins the code of `content`. It takes the same time whichever byte differs.
fn matches(key: &hmac::Key, content: &[u8], code: &[u8]) -> bool {
    let right = hmac::sign(key, content);
    aws_lc_rs::constant_time::verify_slices_are_equal(&right.as_ref()[..CODE], code).is_ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn scope(tenant: u128, path: &str, parameters: &[(&str, &str)]) -> ListScope {
        ListScope::new(
            TenantId(Uuid::from_u128(tenant)),
            path,
            parameters.iter().copied(),
        )
    }

    #[test]
    fn a_cursor_is_good_for_its_tenant_list_filter_and_order_alone() {
        let cursors = Cursors::new([[1; 32].as_slice()]);
        let of = [("q", "desk"), ("sort", "name")];
        let bound = cursors.bind(&scope(1, "/assets", &of), "abc");
        assert_eq!(cursors.open(&scope(1, "/assets", &of), &bound), Ok("abc"));
        for other in [
            scope(2, "/assets", &of),
            scope(1, "/imports", &of),
            scope(1, "/assets", &[("q", "desk"), ("sort", "-name")]),
            scope(1, "/assets", &[("q", "lamp"), ("sort", "name")]),
            scope(1, "/assets", &[("q", "desksort"), ("", "name")]),
            scope(1, "/assets", &[]),
        ] {
            assert_eq!(
                cursors.open(&other, &bound),
                Err(QueryRefusal::CursorInvalid),
                "{other:?}"
            );
        }
    }

    #[test]
    fn what_was_not_given_out_is_refused() {
        let cursors = Cursors::new([[1; 32].as_slice()]);
        let scope = scope(1, "/assets", &[]);
        let bound = cursors.bind(&scope, "abc");
        for made_up in [
            "",
            ".",
            "abc",
            "abc.",
            "abd.AAAA",
            &bound[..bound.len() - 1],
            &format!("x{bound}"),
        ] {
            assert!(cursors.open(&scope, made_up).is_err(), "{made_up}");
        }
        assert!(Cursors::new([[2; 32].as_slice()]).open(&scope, &bound).is_err());
    }

    #[test]
    fn while_the_master_key_is_replaced_nodes_understand_the_cursors_of_each_other() {
        let (old, new) = ([1; 32], [2; 32]);
        let scope = scope(1, "/assets", &[]);
        let of_old = Cursors::new([old.as_slice()]).bind(&scope, "abc");
        let both = Cursors::new([new.as_slice(), old.as_slice()]);
        assert_eq!(both.open(&scope, &of_old), Ok("abc"));
    }
}
