//! The reader of a page, and the language that the page is written in.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AcceptLanguage, Header};
use actix_web::{Error, FromRequest, HttpRequest};
use tally_messages::{Language, Part, Table, Texts};

use crate::ProblemDetails;

/// The reader of a page, as an argument of its handler.
#[derive(Clone, Copy)]
pub struct Reader {
    /// The texts in the reader's language.
    pub texts: &'static Texts,
}

impl Reader {
    /// The reader whose browser sent a request, by its `Accept-Language`.
    pub fn of(request: &HttpRequest) -> Self {
        Self::of_language(accepted_language(request))
    }

    /// A reader of a language.
    pub fn of_language(language: Language) -> Self {
        Self {
            texts: Texts::of(language),
        }
    }
}

impl FromRequest for Reader {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// A header that cannot be read names no language.
fn accepted_language(request: &HttpRequest) -> Language {
    let ranked = AcceptLanguage::parse(request).map(|accepted| accepted.ranked());
    let locales: Vec<String> = ranked
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    Language::first_of(locales.iter().map(String::as_str))
}

/// What is wrong, in the reader's language.
pub fn cause_of(problem: &ProblemDetails, texts: &Texts) -> String {
    texts.by_code_or(Table::Refusal, problem.code(), Part::Cause, problem.detail())
}

/// What to do about it, in the reader's language.
pub fn remedy_of(problem: &ProblemDetails, texts: &Texts) -> String {
    texts.by_code_or(Table::Refusal, problem.code(), Part::Remedy, problem.remedy())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::RequestRefusal;

    fn language_of(accepted: &str) -> Language {
        let request = TestRequest::get().insert_header(("accept-language", accepted));
        Reader::of(&request.to_http_request()).texts.language()
    }

    #[test]
    fn the_language_with_the_highest_weight_counts() {
        assert_eq!(language_of("de-AT,de;q=0.9,en;q=0.8"), Language::German);
        assert_eq!(language_of("de;q=0.4, en-GB;q=0.8"), Language::English);
        assert_eq!(language_of("fr, it;q=0.9, de;q=0.5"), Language::German);
    }

    #[test]
    fn readers_of_other_languages_and_unreadable_headers_get_english() {
        for accepted in ["fr-FR,it;q=0.5", "*", "", "de;q=x;", "\u{e9}"] {
            assert_eq!(language_of(accepted), Language::English, "{accepted}");
        }
        let silent = TestRequest::get().to_http_request();
        assert_eq!(Reader::of(&silent).texts.language(), Language::English);
    }

    #[test]
    fn a_problem_has_its_own_texts_in_english_and_those_of_its_code_in_german() {
        let problem = ProblemDetails::from(RequestRefusal::NotFound);
        let [english, german] = Language::ALL.map(Texts::of);
        assert_eq!(cause_of(&problem, english), problem.detail());
        assert_eq!(remedy_of(&problem, english), problem.remedy());
        assert_eq!(cause_of(&problem, german), "Diese Adresse gibt es nicht.");
        assert_ne!(remedy_of(&problem, german), problem.remedy());
    }
}
