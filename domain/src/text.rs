//! The form in which texts are compared: whatever asks whether two texts are the same, or whether
//! one contains the other, asks it of their normal forms.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// The version of the rule by which [`normal_form`] is made. Names that are made of a normal form
/// for good hold it, so that they stay apart from those of a later rule.
pub const RULE: u32 = 1;

/// The normal form of `text`: in Unicode NFC, with full case folding that depends on no language,
/// without invisible characters and control characters, each run of white space as one space, none
/// at the ends.
///
/// ```
/// use tally_domain::text::normal_form;
///
/// assert_eq!(normal_form(" Große\u{AD}  STRASSE\n"), "grosse strasse");
/// ```
pub fn normal_form(text: &str) -> String {
    if text.is_ascii() {
        return join_words(text.to_ascii_lowercase().chars().filter(|c| is_shown(*c)));
    }
    let shown: String = text.chars().filter(|c| is_shown(*c)).collect();
    // Decomposed before it is folded: some marks fold differently once they stand apart.
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&shown);
    let folded: Cow<'_, str> = CaseMapper::new().fold_string(&apart);
    let spaced = join_words(folded.chars());
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(&spaced)
        .into_owned()
}

/// Whether a reader sees nothing of `text`: its normal form is empty.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(|c| is_shown(c) && !c.is_whitespace())
}

/// Whether a reader can see the character, or the space that it makes.
fn is_shown(c: char) -> bool {
    if c.is_control() {
        return c.is_whitespace();
    }
    c.is_ascii() || !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
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
                1,
                "ae412b69f35696eb7e956042ab3e7d81c99c2b6529907d3e26062fd7de194061"
            ),
            "forms have changed: keep those of the old rule for names that hold it, and raise RULE"
        );
    }
}
