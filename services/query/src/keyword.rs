//! The words of the language.

/// Whether a field of this name has to stand in quotes.
pub(crate) fn is_reserved(word: &str) -> bool {
    let keywords = ["and", "or", "not", "order", "by", "is", "in", "like", "empty"];
    keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}
