//! The form in which texts are compared and searched.

/// `text` in the form in which texts are compared and searched.
pub(super) fn fold_text(text: &str) -> String {
    text.to_lowercase()
}

/// `text` folded, for a LIKE pattern in which its own `%` and `_` stand for themselves.
pub(super) fn escape_pattern(text: &str) -> String {
    fold_text(text)
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
