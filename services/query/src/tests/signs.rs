//! Signs that people write where the language has others.

use super::{error_in, marked, parse};
use crate::SyntaxRefusal;

#[test]
fn a_text_stands_in_the_quotes_of_any_language_and_keyboard() {
    let plain = parse("type = \"Meeting room\"");
    for quoted in [
        "'Meeting room'",
        "“Meeting room”",
        "„Meeting room“",
        "„Meeting room”",
        "”Meeting room”",
        "«Meeting room»",
        "»Meeting room«",
        "‹Meeting room›",
        "‘Meeting room’",
        "‚Meeting room‘",
        "’Meeting room’",
        "「Meeting room」",
        "＂Meeting room＂",
        "`Meeting room`",
        "´Meeting room´",
        "“Meeting room“",
    ] {
        assert_eq!(parse(&format!("type = {quoted}")), plain, "{quoted}");
        assert_eq!(parse(&format!("type={quoted}")), plain, "{quoted}");
    }
    assert_eq!(parse("“Serial Number” = x"), parse("\"Serial Number\" = x"));
    assert_eq!(parse("type in (“a”, ‘b’)"), parse("type in (a, b)"));
}

#[test]
fn an_apostrophe_within_a_word_is_no_quote() {
    for (text, plain) in [
        ("name = O’Brien", "name = \"O’Brien\""),
        ("name = ‘Bob’s desk’", "name = \"Bob’s desk\""),
        ("name = “Bob’s desk”", "name = \"Bob’s desk\""),
    ] {
        assert_eq!(parse(text), parse(plain), "{text}");
    }
}

#[test]
fn a_quote_that_is_not_closed_is_an_error_at_its_place() {
    for text in ["name = “open", "name = «open»«", "name = „a b", "name = “a\""] {
        assert_eq!(error_in(text).refusal, SyntaxRefusal::QuoteOpen, "{text}");
    }
    assert_eq!(marked("name = “open"), "name = [“open]");
}

#[test]
fn a_full_width_sign_is_an_error_that_names_the_right_one() {
    for (text, expected, right) in [
        ("type ＝ x", "type [＝] x", '='),
        ("type＝x", "type[＝]x", '='),
        ("type in （a)", "type in [（]a)", '('),
        ("type in (a，b)", "type in (a[，]b)", ','),
        ("type ！= x", "type [！]= x", '!'),
    ] {
        assert_eq!(marked(text), expected);
        let refusal = error_in(text).refusal;
        assert!(
            matches!(refusal, SyntaxRefusal::SignWide { sign, .. } if sign == right),
            "{text}"
        );
    }
    assert!(parse("type = \"a，b\"").is_ok());
}

#[test]
fn a_sign_of_another_language_is_an_error() {
    for text in [
        "name = NULL",
        "name is null",
        "price <> 5",
        "name ~ x",
        "type = a && name = b",
        "name == 'a' -- b",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(error_in("name = null").refusal, SyntaxRefusal::NullUnknown);
    assert!(parse("name = \"NULL\"").is_ok());
}

#[test]
fn a_character_that_no_text_may_have_is_marked() {
    for c in ['\0', '\u{1B}', '\u{202E}', '\u{2066}'] {
        let text = format!("name = \"a{c}b\"");
        let wrong = error_in(&text);
        assert_eq!((wrong.from, wrong.to), (9, 10), "{c:?}");
        assert_eq!(wrong.refusal, SyntaxRefusal::CharacterForbidden);
    }
    assert!(parse("name = x\n\tAND type = y").is_ok());
}
