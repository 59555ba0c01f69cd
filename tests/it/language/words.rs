//! The words that this project does not use, each with the plain word in its place.

/// A word or phrase that no prose here has, and no name as one of its parts.
const IN_PROSE: &[(&[&str], &str)] = &[
    (&["told", "tells"], "reports, notifies, describes, says"),
    (&["anew"], "again; or rebuild"),
    (&["whom"], "who; or name the role"),
    (
        &["whoever"],
        "name the role: the operator, the caller, a node that ...",
    ),
    (
        &["wish", "wishes", "wished", "wishing"],
        "command, request, option",
    ),
    (&["hurt", "hurts", "hurting"], "affects, affected"),
    (&["mend", "mends", "mended", "mending"], "fix, repair, resolve"),
    (
        &["somebody", "nobody"],
        "a user, the caller, no one; or name the role",
    ),
    (&["such a one"], "say which"),
    (&["be had"], "is unavailable, cannot be recovered"),
];

/// Words that are no name by themselves, though they are good words in a sentence.
const AS_NAME: &[(&[&str], &str)] = &[
    (
        &["asked", "judged", "settled", "held", "kept"],
        "a verb with its object, or a noun: `current_holder`, `Verdict`",
    ),
    (
        &["whole", "over"],
        "a verb with its object, or a noun that says what",
    ),
    (&["patience"], "timeout, deadline"),
    (&["look"], "tick; or a verb with its object"),
    (&["stand"], "state, position"),
    (&["way"], "channel, route"),
    (&["place"], "location, position, path"),
    (&["spell"], "period"),
];

/// One finding: the word as it was written, and the plain alternative.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub word: String,
    pub instead: &'static str,
}

/// The forbidden words and phrases of a text.
pub fn check_prose(text: &str) -> Vec<Finding> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    IN_PROSE
        .iter()
        .flat_map(|(phrases, instead)| phrases.iter().map(move |phrase| (*phrase, *instead)))
        .flat_map(|(phrase, instead)| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            let count = words
                .windows(parts.len())
                .filter(|found| **found == *parts)
                .count();
            (0..count).map(move |_| Finding {
                word: phrase.to_owned(),
                instead,
            })
        })
        .collect()
}

/// The forbidden parts of a name, such as `told` in `who_is_told`.
pub fn check_name_parts(name: &str) -> Vec<Finding> {
    check_prose(&split_name(name))
}

/// The forbidden parts of a name, and the name itself when it is as little as `held`.
pub fn check_name(name: &str) -> Vec<Finding> {
    let mut findings = check_name_parts(name);
    let word = name.to_lowercase();
    findings.extend(
        AS_NAME
            .iter()
            .filter(|(words, _)| words.contains(&word.as_str()))
            .map(|(_, instead)| Finding {
                word: name.to_owned(),
                instead,
            }),
    );
    findings
}

/// `MendSecret`, `mend_secret` and `MEND_SECRET` as words with spaces between them.
fn split_name(name: &str) -> String {
    let mut words = String::new();
    let mut after_lower_case = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower_case {
            words.push(' ');
        }
        after_lower_case = c.is_lowercase() || c.is_ascii_digit();
        words.push(if c == '_' { ' ' } else { c });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|finding| finding.word).collect()
    }

    #[test]
    fn forbidden_words_are_found_in_every_form_and_case_but_not_inside_other_words() {
        let text = "Whom it hurts is TOLD anew. A mended wish; nobody's.";
        let mut found = words(check_prose(text));
        found.sort();
        let expected = ["anew", "hurts", "mended", "nobody", "told", "whom", "wish"];
        assert_eq!(found, expected);
        assert!(check_prose("We recommend dishwashers; hold, tell and amend nothing.").is_empty());
    }

    #[test]
    fn phrases_are_found_across_line_ends() {
        assert_eq!(words(check_prose("not to be\n   had")), ["be had"]);
        assert_eq!(words(check_prose("such  a one")), ["such a one"]);
        assert!(
            check_prose("it will be. Had it been").len() == 1,
            "a full stop does not hide it"
        );
    }

    #[test]
    fn names_are_checked_part_by_part_and_as_a_whole() {
        for name in ["who_is_told", "MendSecret", "MENDED_SECRETS", "newWishes"] {
            assert_eq!(check_name(name).len(), 1, "{name}");
        }
        for name in ["held", "Patience", "PATIENCE", "over", "place"] {
            assert_eq!(words(check_name(name)), [name]);
        }
        for name in [
            "current_holder",
            "overlay",
            "placeholder",
            "keep_whole_file",
            "told1st",
        ] {
            assert!(check_name(name).is_empty(), "{name}");
        }
    }
}
