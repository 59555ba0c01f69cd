//! Amounts as people write them: `1.290,00`, `€ 1290`, `1,290.00 USD`.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use super::decimal::Decimal;
use super::digits::to_ascii;
use super::typed::Typed;
use crate::text;

/// The longest text that is read as an amount, in characters.
const MAX_LEN: usize = 120;

/// The codes of ISO 4217, and words that stand beside amounts in their stead.
const CURRENCIES: &str = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD \
    BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT \
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
    PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
    THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG \
    EURO KR KČ ZŁ FT LEI FR RS ЛВ РУБ ГРН TL RM 円 元 원 ";

/// An amount with its currency as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub number: Decimal,
    /// The currency as written: `EUR`, `€`. `None` if the text has none.
    pub currency: Option<String>,
}

impl Amount {
    /// Reads an amount with or without a currency before or behind it. Digits may be of any script,
    /// and in groups.
    pub fn parse(text: &str) -> Typed<Self> {
        let text = to_ascii(text::trim(text));
        let mut digits = text.char_indices().filter(|(_, c)| c.is_ascii_digit());
        let Some((first, _)) = digits.next().filter(|_| text.chars().count() <= MAX_LEN) else {
            return Typed::None;
        };
        let last = digits.next_back().map_or(first, |(at, _)| at);
        let (before, rest) = text.split_at(first);
        let (body, behind) = rest.split_at(last - first + 1);
        let Some(around) = Around::read(before, behind) else {
            return Typed::None;
        };
        let number = |(integer, fraction): (String, String)| Self {
            number: Decimal::of(around.negative, &integer, &fraction),
            currency: around.currency.clone(),
        };
        read_digits(body).map(number)
    }
}

/// What stands around the digits.
struct Around {
    negative: bool,
    currency: Option<String>,
}

impl Around {
    fn read(before: &str, behind: &str) -> Option<Self> {
        let in_brackets = before.trim().starts_with('(') && behind.trim().ends_with(')');
        let (before, behind) = if in_brackets {
            (before.trim().strip_prefix('(')?, behind.trim().strip_suffix(')')?)
        } else {
            (before, behind)
        };
        // `1290,-` and `1290.--` are whole amounts.
        let behind = match behind.strip_prefix([',', '.']) {
            Some(dashes) if dashes.starts_with(['-', '—']) => dashes.trim_start_matches(['-', '—']),
            Some(_) | None => behind,
        };
        let (sign, before) = take_sign(before)?;
        let currencies = [before.trim(), behind.trim()]
            .into_iter()
            .filter(|word| !word.is_empty());
        let mut currency = None;
        for word in currencies {
            if !is_currency(word) {
                return None;
            }
            currency = Some(word.to_owned());
        }
        let negative = sign || in_brackets;
        Some(Self { negative, currency })
    }
}

/// Whether a minus stands before the digits, and the rest; `None` if there are two signs.
fn take_sign(before: &str) -> Option<(bool, String)> {
    let signs: Vec<char> = before.chars().filter(|c| matches!(c, '-' | '+')).collect();
    let rest: String = before.chars().filter(|c| !matches!(c, '-' | '+')).collect();
    match signs.as_slice() {
        [] => Some((false, rest)),
        [sign] => Some((*sign == '-', rest)),
        _ => None,
    }
}

fn is_currency(word: &str) -> bool {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_sign = |c: char| categories.get(c) == GeneralCategory::CurrencySymbol;
    let letters: String = word.chars().filter(|c| !is_sign(*c)).collect();
    let letters = letters.trim_matches('.').to_uppercase();
    let signs = word.chars().filter(|c| is_sign(*c)).count();
    match signs {
        // Before a sign a country may stand: `US$`, `R$`.
        1 => letters.len() <= 2 && letters.chars().all(|c| c.is_ascii_alphabetic()),
        0 => letters.chars().all(char::is_alphabetic) && CURRENCIES.contains(&format!(" {letters} ")),
        _ => false,
    }
}

/// Reads digits with signs between them, as the digits before and behind the decimal sign.
fn read_digits(body: &str) -> Typed<(String, String)> {
    let mut signs: Vec<char> = body.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(last) = signs.pop() else {
        return read_parts(body, None).into();
    };
    let repeated = signs.contains(&last);
    let mixed = signs.iter().any(|sign| *sign != last);
    match last {
        '٫' => read_parts(body, Some(last)).into(),
        '.' | ',' if mixed => read_parts(body, Some(last)).into(),
        '.' | ',' if repeated => read_parts(body, None).into(),
        '.' | ',' => {
            let parts = (read_parts(body, Some(last)), read_parts(body, None));
            match parts {
                (Some(decimal), Some(grouped)) if last == '.' => Typed::Two(decimal, grouped),
                (Some(decimal), Some(grouped)) => Typed::Two(grouped, decimal),
                (Some(one), None) | (None, Some(one)) => Typed::One(one),
                (None, None) => Typed::None,
            }
        }
        _ => read_parts(body, None).into(),
    }
}

/// The digits before and behind `decimal`; without it, all digits are before it.
fn read_parts(body: &str, decimal: Option<char>) -> Option<(String, String)> {
    let (integer, fraction) = match decimal {
        Some(sign) => body.split_once(sign)?,
        None => (body, ""),
    };
    let is_digits = fraction.bytes().all(|b| b.is_ascii_digit());
    let integer = join_groups(integer)?;
    (is_digits && !(decimal.is_some() && fraction.is_empty())).then(|| (integer, fraction.to_owned()))
}

/// The digits of a whole number, in groups of three or, as in India, of two before the last three.
/// All groups are parted by one sign, and a number in groups begins with no zero.
fn join_groups(digits: &str) -> Option<String> {
    let Some(sign) = digits.chars().find(|c| !c.is_ascii_digit()) else {
        return Some(digits.to_owned());
    };
    let groups: Vec<&str> = digits.split(sign).collect();
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let all_digits = groups
        .iter()
        .all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    let middle_of = |length| middle.iter().all(|group| group.len() == length);
    let by_three = (1..=3).contains(&first.len()) && middle_of(3);
    let by_two = sign == ',' && (1..=2).contains(&first.len()) && !middle.is_empty() && middle_of(2);
    let grouped = last.len() == 3 && (by_three || by_two) && !first.starts_with('0');
    let known = matches!(sign, '.' | ',' | ' ' | '\'');
    (known && all_digits && grouped).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Typed<(String, Option<String>)> {
        Amount::parse(text).map(|amount| (amount.number.to_string(), amount.currency))
    }

    fn plain(number: &str) -> Typed<(String, Option<String>)> {
        Typed::One((number.to_owned(), None))
    }

    #[test]
    fn an_amount_is_read_as_each_country_writes_it() {
        for (text, number) in [
            ("750", "750"),
            ("0750", "750"),
            ("750.00", "750"),
            ("1.290,00", "1290"),
            ("1,290.00", "1290"),
            ("1.290.000", "1290000"),
            ("1 290,50", "1290.5"),
            ("1\u{202F}290,50", "1290.5"),
            ("1'290.50", "1290.5"),
            ("1’290.50", "1290.5"),
            ("12,34,567.8", "1234567.8"),
            ("12,5", "12.5"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("-12.50", "-12.5"),
            ("−12,50", "-12.5"),
            ("(12.50)", "-12.5"),
            ("١٢٩٠", "1290"),
            ("١٬٢٩٠٫٥", "1290.5"),
            ("۱۲۹۰", "1290"),
            ("१२९०", "1290"),
            ("１，２９０．５０", "1290.5"),
            ("1234567890123456789,01", "1234567890123456789.01"),
            ("\u{200E}750\u{200B}", "750"),
            ("1290,-", "1290"),
            ("1'290.--", "1290"),
        ] {
            assert_eq!(read(text), plain(number), "{text}");
        }
    }

    #[test]
    fn a_currency_may_stand_before_or_behind() {
        for (text, number, currency) in [
            ("3290 EUR", "3290", "EUR"),
            ("€ 1290", "1290", "€"),
            ("€1.290,00", "1290", "€"),
            ("$1,290.00", "1290", "$"),
            ("US$ 12.50", "12.5", "US$"),
            ("CHF 1'290.00", "1290", "CHF"),
            ("Fr. 12.50", "12.5", "Fr."),
            ("1 290,00 zł", "1290", "zł"),
            ("1290 kr", "1290", "kr"),
            ("¥1,290,000", "1290000", "¥"),
            ("-€5", "-5", "€"),
            ("€-5", "-5", "€"),
            ("129,- €", "129", "€"),
            ("1290 руб.", "1290", "руб."),
        ] {
            let expected = (number.to_owned(), Some(currency.to_owned()));
            assert_eq!(read(text), Typed::One(expected), "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_decided() {
        for (text, with_point, with_comma) in [
            ("1.290", "1.29", "1290"),
            ("1,290", "1290", "1.29"),
            ("12.500 €", "12.5", "12500"),
        ] {
            let found = Amount::parse(text).map(|amount| amount.number.to_string());
            assert_eq!(
                found,
                Typed::Two(with_point.to_owned(), with_comma.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in [
            "",
            "free",
            "on loan",
            "1.2.3",
            "1.29.000",
            "1-2",
            "12 kg",
            "007-3",
            "€",
            "--5",
            "5 5",
            "1,2,3",
            "10.0.0.1",
            "3 EUR 5",
            "1e3",
            "0.000.000",
            "5.",
            "$€5",
            "12/13",
        ] {
            assert_eq!(read(text), Typed::None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_as_programs_write_it_means_itself_if_it_has_one_meaning(text in "-?[0-9]{1,12}(\\.[0-9]{1,6})?") {
            if let Some(amount) = Amount::parse(&text).only() {
                prop_assert_eq!(Some(amount.number), Decimal::parse(&text));
            }
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = Amount::parse(&text);
        }

        #[test]
        fn groups_and_their_country_change_nothing(integer in 1_u64..1_000_000_000_000, cents in 0_u8..100) {
            let digits = integer.to_string();
            let mut groups: Vec<&str> = digits.as_bytes().rchunks(3)
                .map(|group| std::str::from_utf8(group).unwrap()).collect();
            groups.reverse();
            let number = Decimal::parse(&format!("{integer}.{cents:02}"));
            for (sign, decimal) in [(".", ","), (",", "."), (" ", ","), ("'", ".")] {
                let text = format!("{}{decimal}{cents:02}", groups.join(sign));
                prop_assert_eq!(Amount::parse(&text).only().map(|amount| amount.number), number.clone());
            }
        }
    }
}
