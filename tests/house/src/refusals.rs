//! What holds of every refusal in a catalogue.

use tally_domain::refusal::RefusalEntry;

/// Every code is an area and a name, in small letters, and is used once.
///
/// # Panics
/// If one is not.
pub fn assert_codes_are_unique_names<'a>(entries: impl Iterator<Item = &'a RefusalEntry>) {
    let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !text.is_empty();
    let mut codes: Vec<&str> = entries.map(|entry| entry.code).collect();
    for code in &codes {
        let parts: Vec<&str> = code.split('.').collect();
        assert!(
            parts.len() == 2 && parts.iter().all(|part| is_word(part)),
            "{code}"
        );
    }
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count, "a code is used twice");
}

/// Every refusal has a title as a heading, a cause as a phrase and a remedy as a sentence.
///
/// # Panics
/// If one has not.
pub fn assert_texts_fit_together<'a>(entries: impl Iterator<Item = &'a RefusalEntry>) {
    for entry in entries {
        let RefusalEntry {
            code,
            title,
            cause,
            remedy,
            ..
        } = entry;
        assert!(
            title.starts_with(char::is_uppercase) && !title.ends_with('.'),
            "{code}: {title}"
        );
        assert!(
            cause.starts_with(|c: char| c.is_lowercase() || c == '{') && !cause.ends_with('.'),
            "{code}: {cause}"
        );
        assert!(
            remedy.starts_with(char::is_uppercase) && remedy.ends_with('.'),
            "{code}: {remedy}"
        );
    }
}
