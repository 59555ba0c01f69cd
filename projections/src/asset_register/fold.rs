//! The form in which texts are compared and searched, in a pattern.

use tally_domain::text::normal_form;

/// The normal form of `text`, for a LIKE pattern in which its own `%` and `_` stand for themselves.
pub(super) fn escape_pattern(text: &str) -> String {
    normal_form(text)
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
