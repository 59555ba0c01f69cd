//! The form in which texts are compared: whatever asks whether two texts are the same, or whether
//! one contains the other, asks it of their normal forms. And which characters a text may have.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// The version of the rule by which [`normal_form`] is made. Names that are made of a normal form
/// for good hold it, so that they stay apart from those of a later rule.
pub const RULE: u32 = 2;

/// The dot above, which the Turkish capital `İ` keeps when it is folded.
const DOT_ABOVE: char = '\u{307}';

/// The normal form of `text`: in Unicode NFC, with full case folding that depends on no language,
/// letters and signs of East Asian widths as their ordinary ones, an `i` without a dot of its own,
/// without invisible characters and control characters, each run of white space as one space, none
/// at the ends.
///
/// ```
/// use tally_domain::text::normal_form;
///
/// assert_eq!(normal_form(" Große\u{AD}  STRASSE\n"), "grosse strasse");
/// assert_eq!(normal_form("İzmir ＭａｃＢｏｏｋ"), "izmir macbook");
/// ```
pub fn normal_form(text: &str) -> String {
    if text.is_ascii() {
        return join_words(text.to_ascii_lowercase().chars().filter(|c| is_shown(*c)));
    }
    let shown: String = text.chars().filter(|c| is_shown(*c)).collect();
    let shown = to_ordinary_width(&shown);
    // Decomposed before it is folded: some marks fold differently once they stand apart.
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&shown);
    let folded: Cow<'_, str> = CaseMapper::new().fold_string(&apart);
    let spaced = join_words(without_dot_of_i(&folded));
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(&spaced)
        .into_owned()
}

/// The letters and digits of a text's normal form, by which names of fields are recognised:
/// `SerialNumber`, `serial_number` and `Serial number:` have the same.
pub fn letters_and_digits(text: &str) -> String {
    normal_form(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a reader sees nothing of `text`: its normal form is empty.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(|c| is_shown(c) && !c.is_whitespace())
}

/// The text without what cannot be seen at its ends. What changes the look of the last character,
/// as in some emoji, stays; so does what no text may have.
pub fn trim(text: &str) -> &str {
    let is_nothing = |c: char| c.is_whitespace() || (!is_shown(c) && forbidden_kind(c).is_none());
    let text = text.trim_start_matches(is_nothing);
    text.trim_end_matches(|c| is_nothing(c) && !is_variation(c))
}

/// The text without any character that cannot be seen, and without white space at its ends.
pub fn without_invisible(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let is_hidden = |c: char| !c.is_control() && !is_shown(c);
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let shown: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    Cow::Owned(shown.trim().to_owned())
}

/// A character that no text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForbiddenCharacter {
    /// A control character that is no line break and no tab.
    Control,
    /// One that turns the direction of the text around it.
    Direction,
}

/// Looks for a character that no text may have.
pub fn find_forbidden(text: &str) -> Option<ForbiddenCharacter> {
    text.chars().find_map(forbidden_kind)
}

/// Why no text may have the character.
fn forbidden_kind(c: char) -> Option<ForbiddenCharacter> {
    match c {
        '\n' | '\r' | '\t' => None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some(ForbiddenCharacter::Direction),
        c => c.is_control().then_some(ForbiddenCharacter::Control),
    }
}

/// Whether a reader can see the character, or the space that it makes.
fn is_shown(c: char) -> bool {
    if c.is_control() {
        return c.is_whitespace();
    }
    // An empty Braille cell and the anchors of annotations show nothing either.
    let is_empty = matches!(c, '\u{2800}' | '\u{FFF9}'..='\u{FFFB}');
    c.is_ascii() || !(is_empty || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c))
}

/// Whether the character chooses the look of the one before it: variation selectors, and the tags
/// of which some flags consist.
fn is_variation(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

/// The text with full-width letters and signs, and half-width Katakana, as the ordinary ones.
fn to_ordinary_width(text: &str) -> Cow<'_, str> {
    let is_unusual = |c: char| matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{FF61}'..='\u{FF9F}');
    if !text.contains(is_unusual) {
        return Cow::Borrowed(text);
    }
    let compatible = DecomposingNormalizerBorrowed::new_nfkd();
    let mut ordinary = String::new();
    let mut buffer = [0; 4];
    for c in text.chars() {
        let c: &str = c.encode_utf8(&mut buffer);
        if c.contains(is_unusual) {
            ordinary.push_str(&compatible.normalize(c));
        } else {
            ordinary.push_str(c);
        }
    }
    Cow::Owned(ordinary)
}

/// The characters of a decomposed text, without a dot above an `i`: it has one anyway.
fn without_dot_of_i(text: &str) -> impl Iterator<Item = char> {
    let mut is_on_i = false;
    text.chars().filter(move |c| {
        let is_mark = matches!(c, '\u{300}'..='\u{36F}');
        is_on_i = *c == 'i' || (is_on_i && is_mark);
        !(is_on_i && *c == DOT_ABOVE)
    })
}

/// The characters with one space for each run of white space between words.
fn join_words(characters: impl Iterator<Item = char>) -> String {
    let mut joined = String::new();
    let mut is_apart = false;
    for c in characters {
        if c.is_whitespace() {
            is_apart = !joined.is_empty();
        } else {
            if std::mem::take(&mut is_apart) {
                joined.push(' ');
            }
            joined.push(c);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn case_variants_meet_in_one_form() {
        let same = [
            ["Straße", "STRASSE"],
            ["ΟΔΟΣ", "οδος"],
            ["ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"],
            ["ﬁt", "FIT"],
            ["Å", "a\u{30A}"],
            ["İstanbul", "i\u{307}stanbul"],
            ["İstanbul", "istanbul"],
            ["İ\u{323}", "ị"],
            ["ＬＡＰ－１２", "lap-12"],
            ["ｶﾞﾗｽ", "ガラス"],
            ["МОСКВА", "москва"],
            ["ЁЖ", "е\u{308}ж"],
            ["Ku\u{308}hlgera\u{308}t", "KÜHLGERÄT"],
            ["ŒUVRE", "œuvre"],
            ["한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"],
            ["K", "\u{212A}"],
        ];
        for [one, other] in same {
            assert_eq!(normal_form(one), normal_form(other), "{one} {other}");
        }
    }

    #[test]
    fn folding_follows_no_language() {
        assert_eq!(
            normal_form("I"),
            "i",
            "the Turkish I without a dot is another letter"
        );
        assert_ne!(normal_form("ı"), normal_form("i"));
    }

    #[test]
    fn what_cannot_be_seen_does_not_count() {
        let hidden = "\u{FEFF}La\u{AD}p\u{200B}t\u{200D}o\u{2060}p\u{FE0F}\u{202E}\u{0}\u{E0041}";
        assert_eq!(normal_form(hidden), "laptop");
    }

    #[test]
    fn what_shows_nothing_is_blank() {
        for nothing in [
            "\u{200B}",
            "\u{AD}\u{200D}",
            "\u{FEFF}",
            "\u{2800}",
            "\u{3164}",
            "\u{115F}",
            "\u{FFA0}",
            "\u{180E}",
            "\u{FFF9}",
            "\u{E0020}",
            "\u{FE0F}",
            "\u{200E} \u{3000}",
            "\u{0}",
        ] {
            assert!(is_blank(nothing), "{nothing:?}");
        }
        assert!(!is_blank("👩\u{200D}🔧"));
    }

    #[test]
    fn what_cannot_be_seen_at_the_ends_is_no_part_of_a_text() {
        for (text, trimmed) in [
            (" Beamer\u{200B}", "Beamer"),
            ("\u{FEFF}\u{2060} Beamer\u{AD}\n", "Beamer"),
            ("\u{200F}שלום\u{200F}", "שלום"),
            ("a\u{200B}b", "a\u{200B}b"),
            ("👩\u{200D}🔧 box", "👩\u{200D}🔧 box"),
            ("I \u{2764}\u{FE0F}", "I \u{2764}\u{FE0F}"),
            ("🏴\u{E0067}\u{E0062}\u{E007F}", "🏴\u{E0067}\u{E0062}\u{E007F}"),
            ("\u{200B}", ""),
            ("\u{202E}a\u{200B}", "\u{202E}a"),
            ("a\u{0}", "a\u{0}"),
        ] {
            assert_eq!(trim(text), trimmed, "{text:?}");
        }
        assert_eq!(without_invisible("\u{200B} A\u{AD}-1\u{200E} "), "A-1");
    }

    #[test]
    fn what_turns_the_direction_or_controls_is_forbidden() {
        for c in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
            let found = find_forbidden(&format!("invoice {c}gpj.exe"));
            assert_eq!(found, Some(ForbiddenCharacter::Direction), "{c:?}");
        }
        for c in ['\0', '\u{7}', '\u{1B}', '\u{7F}', '\u{85}', '\u{9B}'] {
            assert_eq!(
                find_forbidden(&c.to_string()),
                Some(ForbiddenCharacter::Control),
                "{c:?}"
            );
        }
        for fine in ["a\tb\r\nc", "שלום\u{200F}", "👩\u{200D}🔧", "a\u{AD}b"] {
            assert_eq!(find_forbidden(fine), None, "{fine:?}");
        }
    }

    #[test]
    fn white_space_is_one_space_between_words() {
        assert_eq!(normal_form("\t New\u{A0}\r\n \u{3000}York \u{200B}"), "new york");
        assert_eq!(normal_form(" \u{2003} "), "");
    }

    #[test]
    fn letters_that_differ_stay_apart() {
        for [one, other] in [["u", "ü"], ["o", "ø"], ["1", "l"], ["²", "2"], ["а", "a"]] {
            assert_ne!(normal_form(one), normal_form(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_of_a_normal_form_is_itself(text in any::<String>()) {
            let once = normal_form(&text);
            prop_assert_eq!(normal_form(&once), once);
        }

        #[test]
        fn a_text_is_blank_if_its_normal_form_is_empty(text in "[ \t\u{0}\u{200B}\u{AD}\u{3000}a]{0,3}") {
            prop_assert_eq!(is_blank(&text), normal_form(&text).is_empty());
        }

        #[test]
        fn what_is_trimmed_changes_neither_the_form_nor_itself(text in any::<String>()) {
            let trimmed = trim(&text);
            prop_assert_eq!(normal_form(trimmed), normal_form(&text));
            prop_assert_eq!(trim(trimmed), trimmed);
        }

        #[test]
        fn texts_that_are_canonically_equal_have_one_form(text in any::<String>()) {
            let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&text);
            let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&text);
            prop_assert_eq!(normal_form(&apart), normal_form(&composed));
        }

        #[test]
        fn lower_and_upper_case_have_one_form(text in "[\\p{Latin}\\p{Greek}\\p{Cyrillic} ß&&[^ı]]{0,12}") {
            let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&text);
            prop_assert_eq!(normal_form(&apart.to_uppercase()), normal_form(&text));
            prop_assert_eq!(normal_form(&apart.to_lowercase()), normal_form(&text));
        }

        #[test]
        fn an_ascii_text_takes_the_same_form_on_both_paths(text in "[\\x00-\\x7F]{0,20}") {
            let marked = format!("{text}é");
            let spaced = format!("{text} é");
            let long = [normal_form(&marked), normal_form(&spaced)];
            let short = normal_form(&text);
            prop_assert!(long.iter().any(|long| long.strip_suffix('é').map(str::trim) == Some(&short)));
        }
    }

    /// Also pins the rule: claims and ids of attributes are made of normal forms for good, and the
    /// tables behind them come with a library.
    #[test]
    fn every_single_character_keeps_the_laws_and_has_the_form_of_this_rule() {
        let classes = CanonicalCombiningClassMapBorrowed::new();
        let mut forms = Sha256::new();
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            let once = normal_form(&text);
            assert_eq!(is_blank(&text), once.is_empty(), "{c:?}");
            let class = classes.get_u8(c);
            if once != text || class != 0 {
                assert_eq!(normal_form(&once), once, "{c:?}");
                forms.update(format!("{text}={once}/{class};"));
            }
        }
        assert_eq!(
            (RULE, hex::encode(forms.finalize()).as_str()),
            (
                2,
                "9d2709de73d316a849403559d554d8968139afbdc123c3e51094aaefa7cadb03"
            ),
            "forms have changed: keep those of the old rule for names that hold it, and raise RULE"
        );
    }
}
