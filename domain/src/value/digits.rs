//! Digits of all scripts.

/// The zeros of the scripts whose digits are written in texts for people. The nine characters after
/// each are its other digits.
#[rustfmt::skip]
const ZEROS: [char; 20] = [
    '0', '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}', '\u{BE6}',
    '\u{C66}', '\u{CE6}', '\u{D66}', '\u{E50}', '\u{ED0}', '\u{F20}', '\u{1040}', '\u{17E0}', '\u{1810}', '\u{FF10}',
];

/// The text with every digit, and with the full-width signs of numbers and days, in ASCII.
pub(super) fn to_ascii(text: &str) -> String {
    text.chars().map(char_to_ascii).collect()
}

fn char_to_ascii(c: char) -> char {
    let digit = ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero))?;
        char::from_digit(value, 10)
    });
    digit.unwrap_or(match c {
        '．' | '。' => '.',
        '，' | '、' => ',',
        '／' => '/',
        '－' | '−' | '\u{2010}' | '\u{2011}' | '–' => '-',
        '＋' => '+',
        '’' | '＇' | '٬' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use icu_properties::CodePointMapData;
    use icu_properties::props::GeneralCategory;

    use super::*;

    #[test]
    fn every_character_that_reads_as_a_digit_is_one() {
        let categories = CodePointMapData::<GeneralCategory>::new();
        for zero in ZEROS {
            for value in 0..10 {
                let digit = char::from_u32(u32::from(zero) + value).unwrap();
                assert_eq!(categories.get(digit), GeneralCategory::DecimalNumber, "{digit}");
                assert_eq!(char_to_ascii(digit), char::from_digit(value, 10).unwrap());
            }
            let before = char::from_u32(u32::from(zero) - 1).unwrap();
            assert!(
                !char_to_ascii(before).is_ascii_digit(),
                "{zero} is the first of its script"
            );
        }
    }
}
