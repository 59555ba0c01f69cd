//! Text from outside, as a line of a terminal can show it.

/// Text from outside, in quotation marks where it could be taken for something else.
pub(super) fn quote_if_needed(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() || text.contains([' ', '"', '=', '(', ')', '[', ']']) {
        format!("{text:?}")
    } else {
        text
    }
}

/// Text from outside on one line, without control characters that a terminal would obey.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
