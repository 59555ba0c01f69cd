//! The languages, and which of them a reader gets.

/// A language that the server has all its texts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// For all readers whose own language is not here.
    #[default]
    English,
    /// For every region in which German is spoken.
    German,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag in HTML and in `Accept-Language`, and its word in a setting.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a locale such as `de_AT`, `de-CH` or `en`; `None` when there are no texts in
    /// it.
    pub fn of_locale(locale: &str) -> Option<Self> {
        let named = locale.split(['-', '_']).next()?.trim();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(named))
    }

    /// The first of a reader's locales that there are texts in, or else English.
    pub fn first_of<'a>(locales: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known = locales.into_iter().filter_map(Self::of_locale);
        known.next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_is_for_every_region_and_spelling() {
        for locale in ["de", "de_DE", "de-AT", "DE-ch", "de_CH_1996", " de"] {
            assert_eq!(Language::of_locale(locale), Some(Language::German), "{locale}");
        }
    }

    #[test]
    fn a_locale_without_texts_has_no_language() {
        for locale in ["", "fr", "den", "d", "dee-DE", "*", "x-de"] {
            assert_eq!(Language::of_locale(locale), None, "{locale}");
        }
    }

    #[test]
    fn the_first_known_locale_decides_and_english_is_for_all_others() {
        let first = |locales: &[&str]| Language::first_of(locales.iter().copied());
        assert_eq!(first(&["fr-FR", "de-AT", "en"]), Language::German);
        assert_eq!(first(&["en-GB", "de"]), Language::English);
        assert_eq!(first(&["fr", "it"]), Language::English);
        assert_eq!(first(&[]), Language::English);
    }
}
