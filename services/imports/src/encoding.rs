//! Which encoding a file has, decided from the whole of it, and its text.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What a letter becomes that cannot be read in the encoding of its file.
pub const UNREADABLE: char = char::REPLACEMENT_CHARACTER;

/// The encodings that a user can choose, the usual ones first. Any other is known by its name in
/// the WHATWG standard.
pub const ENCODINGS: [&str; 18] = [
    "UTF-8",
    "windows-1252",
    "UTF-16LE",
    "UTF-16BE",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1257",
    "ISO-8859-2",
    "ISO-8859-15",
    "macintosh",
    "IBM866",
    "KOI8-R",
    "Shift_JIS",
    "GBK",
    "Big5",
    "EUC-KR",
];

/// How many bytes show whether a file without a mark is UTF-16.
const SAMPLE: usize = 64 * 1024;

/// A file as text.
pub struct Decoded {
    pub text: String,
    pub encoding: &'static Encoding,
    /// Whether neither the file nor the user said which encoding it is, and some bytes do not show
    /// it either.
    pub guessed: bool,
}

/// Reads `bytes` in the encoding that the user chose, else in that of their byte order mark, else
/// in the likeliest.
pub fn decode(bytes: &[u8], chosen: Option<&'static Encoding>) -> Decoded {
    let mark = Encoding::for_bom(bytes);
    let body = mark.map_or(bytes, |(_, length)| &bytes[length..]);
    let (encoding, guessed) = match (chosen, mark) {
        (Some(chosen), _) => (chosen, false),
        (None, Some((marked, _))) => (marked, false),
        (None, None) => recognize(body),
    };
    Decoded {
        text: encoding.decode_without_bom_handling(body).0.into_owned(),
        encoding,
        guessed,
    }
}

/// The encoding of bytes without a mark, and whether it is a guess. A file that is UTF-8 but for
/// a few bytes is UTF-8: letters of another encoding hardly ever form its sequences. Windows-1252
/// gives every byte a meaning, so the guess loses nothing.
fn recognize(bytes: &[u8]) -> (&'static Encoding, bool) {
    if std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')) {
        return (UTF_8, false);
    }
    if let Some(encoding) = recognize_utf_16(bytes) {
        return (encoding, true);
    }
    let (mut sequences, mut faults) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sequences += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    if sequences > faults {
        (UTF_8, false)
    } else {
        (WINDOWS_1252, true)
    }
}

/// UTF-16 has a zero in each separator and line end, and always on the same side.
fn recognize_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |side: usize| sample.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let encoding = if second > first { UTF_16LE } else { UTF_16BE };
    let one_sided = first.max(second) > 4 * first.min(second);
    let enough = first.max(second) * 16 > sample.len();
    if bytes.len() % 2 == 1 || !one_sided || !enough {
        return None;
    }
    let (text, has_faults) = encoding.decode_without_bom_handling(sample);
    (!has_faults && !text.contains('\0') && text.contains('\n')).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, &'static str, bool) {
        let decoded = decode(bytes, None);
        (decoded.text, decoded.encoding.name(), decoded.guessed)
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn a_mark_settles_the_encoding_and_is_no_part_of_the_text() {
        let text = "tag,name\nA-1,Büro\n";
        let marked = format!("\u{FEFF}{text}");
        for (bytes, name) in [
            (marked.clone().into_bytes(), "UTF-8"),
            (utf_16(&marked, u16::to_le_bytes), "UTF-16LE"),
            (utf_16(&marked, u16::to_be_bytes), "UTF-16BE"),
        ] {
            assert_eq!(read(&bytes), (text.to_owned(), name, false));
        }
        let mut damaged = marked.into_bytes();
        damaged.extend(b"A-2,Caf\xE9\n");
        assert_eq!(
            read(&damaged),
            (format!("{text}A-2,Caf\u{FFFD}\n"), "UTF-8", false)
        );
    }

    #[test]
    fn one_bad_byte_does_not_make_a_file_of_utf_8_another() {
        let mut bytes = "Küche,Köln,Straße\n".as_bytes().to_vec();
        bytes.extend(b"Caf\xE9\n");
        let expected = "Küche,Köln,Straße\nCaf\u{FFFD}\n".to_owned();
        assert_eq!(read(&bytes), (expected, "UTF-8", false));
    }

    #[test]
    fn letters_that_are_no_utf_8_at_all_are_a_guess() {
        assert_eq!(
            read(b"B\xFCro \x80\n"),
            ("Büro €\n".to_owned(), "windows-1252", true)
        );
        assert_eq!(read(b"plain\n"), ("plain\n".to_owned(), "UTF-8", false));
    }

    #[test]
    fn utf_16_without_a_mark_is_recognized() {
        let text = "tag,name\r\nA-1,Büro 東京\r\n";
        let little = utf_16(text, u16::to_le_bytes);
        assert_eq!(read(&little), (text.to_owned(), "UTF-16LE", true));
        let big = utf_16(text, u16::to_be_bytes);
        assert_eq!(read(&big), (text.to_owned(), "UTF-16BE", true));
        for binary in [&b"a\0b"[..], b"name\0x", b"\0\0\0\0", b"a\0\n\0\0\0"] {
            assert!(read(binary).0.contains('\0'), "{binary:?}");
        }
    }

    #[test]
    fn an_encoding_that_the_user_chose_is_taken_even_against_a_mark() {
        let chosen = Encoding::for_label(b"windows-1251");
        assert_eq!(decode(b"\xCA\xEE\xE4", chosen).text, "Код");
        let marked = decode(b"\xEF\xBB\xBF\xCA\xEE\xE4", chosen);
        assert_eq!((marked.text.as_str(), marked.guessed), ("Код", false));
    }

    #[test]
    fn every_encoding_that_is_offered_is_known_by_that_name() {
        for name in ENCODINGS {
            let known = Encoding::for_label(name.as_bytes()).unwrap();
            assert_eq!(known.name(), name);
        }
    }
}
