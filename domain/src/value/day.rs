//! Days as programs and as people write them. A year has four digits.

use chrono::NaiveDate;

use super::digits::to_ascii;
use super::typed::Typed;
use crate::text;

/// The longest text that is read as a day, in characters.
const MAX_LEN: usize = 60;

/// The names of the months in English and German, each month's behind a `/`. They may be cut to
/// their first three letters.
const MONTHS: &str = "/january januar jänner/february februar/march märz mrz/april/may mai/june juni/july juli\
    /august/september sept/october oktober/november/december dezember/";

/// The day that `text` is exactly as ISO 8601 writes it, with a year of four digits. In this form,
/// and in no other, days are ordered as their texts are.
pub fn parse_iso_day(text: &str) -> Option<NaiveDate> {
    let is_iso = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    is_iso.then(|| text.parse().ok()).flatten()
}

/// Reads a day as people write it: year first, the month in letters, or with dots the day first.
/// `3/4/2026` is a day of March or of April, by country; a midnight behind the day is ignored.
pub fn parse_typed_day(text: &str) -> Typed<NaiveDate> {
    let text = to_ascii(text::trim(text));
    if text.chars().count() > MAX_LEN {
        return Typed::None;
    }
    let text = without_midnight(&text);
    if let Some(parts) = read_numbers(text) {
        return order_numbers(parts);
    }
    read_month_in_letters(text).into()
}

/// The text without a time behind it that is the beginning of the day.
fn without_midnight(text: &str) -> &str {
    let Some((day, time)) = text.split_once(['T', ' ']) else {
        return text;
    };
    let time = time.trim_end_matches('Z');
    let clock = time.split_once(['+', '-']).map_or(time, |(clock, _)| clock);
    let is_clock = clock.contains(':') && clock.chars().all(|c| matches!(c, '0' | ':' | '.'));
    if is_clock { day } else { text }
}

/// Three numbers with the sign between them.
struct Numbers<'a> {
    sign: &'static str,
    parts: [&'a str; 3],
}

impl<'a> Numbers<'a> {
    fn of(sign: &'static str, parts: [&'a str; 3]) -> Option<Self> {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let parts = parts.map(str::trim);
        let are_numbers = parts.iter().all(|part| is_number(part));
        are_numbers.then_some(Self { sign, parts })
    }
}

/// Reads three numbers with one sign between them, or as `2026年1月31日`.
fn read_numbers(text: &str) -> Option<Numbers<'_>> {
    if let Some((year, rest)) = text.split_once(['年', '년']) {
        let (month, day) = rest.split_once(['月', '월'])?;
        return Numbers::of("-", [year, month, day.trim().trim_end_matches(['日', '일'])]);
    }
    let sign = ["-", "/", "."].into_iter().find(|sign| text.contains(sign))?;
    let parts: Vec<&str> = text.trim_end_matches('.').split(sign).collect();
    Numbers::of(sign, parts.try_into().ok()?)
}

fn order_numbers(Numbers { sign, parts }: Numbers<'_>) -> Typed<NaiveDate> {
    let [a, b, c] = parts;
    if a.len() == 4 {
        return to_day(a, b, c).into();
    }
    let (day_first, month_first) = (to_day(c, b, a), to_day(c, a, b));
    match (day_first, month_first) {
        (day_first, _) if sign == "." => day_first.into(),
        (Some(one), Some(other)) if one != other => Typed::Two(one, other),
        (one, other) => one.or(other).into(),
    }
}

/// Reads `31. Jan 2026`, `Jan 31, 2026`, `31-Jan-2026`, `2026 January 31`.
fn read_month_in_letters(text: &str) -> Option<NaiveDate> {
    let parts = text
        .split([' ', ',', '.', '-', '/'])
        .filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.collect();
    let parts: [&str; 3] = parts.try_into().ok()?;
    let month = parts.iter().position(|part| find_month(part).is_some())?;
    let number = find_month(parts[month])?.to_string();
    match (month, parts) {
        (0, [_, day, year]) | (1, [day, _, year]) if year.len() == 4 => to_day(year, &number, day),
        (1, [year, _, day]) if year.len() == 4 => to_day(year, &number, day),
        _ => None,
    }
}

/// The number of the month of this name.
fn find_month(word: &str) -> Option<usize> {
    let word = text::normal_form(word);
    let is_name = |name: &str| name == word || (word.chars().count() == 3 && name.starts_with(&word));
    let months = MONTHS.trim_matches('/').split('/');
    let mut found = months
        .enumerate()
        .filter(|(_, names)| names.split(' ').any(is_name));
    found.next().map(|(index, _)| index + 1)
}

fn to_day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let fits = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    fits.then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month, day))
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Typed<String> {
        parse_typed_day(text).map(|day| day.to_string())
    }

    #[test]
    fn only_four_digits_are_the_year_of_a_day_in_iso() {
        assert!(parse_iso_day("2027-05-01").is_some() && parse_iso_day("0001-01-01").is_some());
        for bad in [
            "+12026-01-01",
            "-0001-01-01",
            "-001-01-01",
            "12026-01-01",
            "2026-1-1",
            "2026-02-30",
            "2026-01-01 ",
            "2026/01/01",
            "202601-01-",
            "٢٠٢٦-٠١-٠١",
            "",
        ] {
            assert_eq!(parse_iso_day(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_is_read_in_every_form_that_has_one_meaning() {
        for text in [
            "2026-01-31",
            "2026/1/31",
            "2026.01.31",
            "31.1.2026",
            "31.01.2026",
            "31/01/2026",
            "1/31/2026",
            "31-1-2026",
            "31 Jan 2026",
            "31. Januar 2026",
            "Jan 31, 2026",
            "January 31 2026",
            "31-JAN-2026",
            "31. Jänner 2026",
            "2026 January 31",
            "2026年1月31日",
            "2026년 1월 31일",
            "٣١/١/٢٠٢٦",
            "２０２６／０１／３１",
            "2026-01-31 00:00:00",
            "2026-01-31T00:00:00Z",
            "2026-01-31T00:00:00.000+02:00",
            " 2026-01-31\u{200E}",
        ] {
            assert_eq!(read(text), Typed::One("2026-01-31".to_owned()), "{text}");
        }
        assert_eq!(read("3. Ma\u{308}rz 2026"), Typed::One("2026-03-03".to_owned()));
        assert_eq!(read("5/5/2026"), Typed::One("2026-05-05".to_owned()));
    }

    #[test]
    fn a_day_that_depends_on_the_country_is_not_decided() {
        for text in ["3/4/2026", "03/04/2026", "3-4-2026"] {
            let expected = Typed::Two("2026-04-03".to_owned(), "2026-03-04".to_owned());
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "soon",
            "2026",
            "31.1.26",
            "31/1/26",
            "2026-02-30",
            "32.1.2026",
            "13/13/2026",
            "+12026-01-01",
            "12026-01-01",
            "2026-01-31 14:30:00",
            "Foo 3, 2026",
            "1.2",
            "1.2.3.2026",
            "31 Jan",
            "010.01.2026",
        ] {
            assert_eq!(read(text), Typed::None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_reads_back_from_each_form(year in 0..=9999_i32, ordinal in 1..=365_u32) {
            let day = NaiveDate::from_yo_opt(year, ordinal).unwrap();
            prop_assert_eq!(parse_iso_day(&day.to_string()), Some(day));
            for form in ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%Y年%m月%d日"] {
                prop_assert_eq!(parse_typed_day(&day.format(form).to_string()), Typed::One(day), "{}", form);
            }
        }

        #[test]
        fn a_day_with_slashes_has_its_own_day_among_its_meanings(year in 1000..=9999_i32, ordinal in 1..=365_u32) {
            let day = NaiveDate::from_yo_opt(year, ordinal).unwrap();
            for form in ["%d/%m/%Y", "%m/%d/%Y"] {
                let meanings = match parse_typed_day(&day.format(form).to_string()) {
                    Typed::One(one) => vec![one],
                    Typed::Two(one, other) => vec![one, other],
                    Typed::None => vec![],
                };
                prop_assert!(meanings.contains(&day), "{}", form);
            }
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = parse_typed_day(&text);
            let _ = parse_iso_day(&text);
        }
    }
}
