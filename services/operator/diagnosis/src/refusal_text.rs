//! The English texts of a refusal that was stored as its code and parameters.

use std::collections::BTreeMap;

use tally_atlassian::{Refusal, Unreadable};
use tally_domain::refusal::{Parameter, RefusalEntry};
use tally_http::problem::to_sentence;
use tally_http::{MalformedRequest, RequestRefusal, ServerFailure};

/// Cause and remedy of a refused callback.
pub struct RefusalText {
    /// The cause, in a sentence.
    pub cause: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The texts of a refused callback; `None` for a code that this version does not know.
pub fn describe_refusal(code: &str, parameters: &BTreeMap<String, Parameter>) -> Option<RefusalText> {
    let tables: [&[RefusalEntry]; 4] = [
        Refusal::CATALOGUE,
        ServerFailure::CATALOGUE,
        RequestRefusal::CATALOGUE,
        MalformedRequest::CATALOGUE,
    ];
    let entry = tables.into_iter().flatten().find(|entry| entry.code == code)?;
    Some(RefusalText {
        cause: to_sentence(&entry.cause_with(parameters, describe_word)),
        remedy: entry.remedy,
    })
}

/// What a cause prints of a parameter that is stored as a word.
fn describe_word(word: &str) -> Option<String> {
    let mut known = Unreadable::ALL.into_iter();
    let found = known.find(|unreadable| unreadable.as_str() == word)?;
    Some(found.to_string())
}

#[cfg(test)]
mod tests {
    use tally_domain::Refused;

    use super::*;

    fn stored(refusal: &impl Refused) -> BTreeMap<String, Parameter> {
        let parameters = refusal.parameters().into_iter();
        parameters.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn a_stored_refusal_has_the_texts_that_it_was_answered_with() {
        let unreadable = Unreadable::ALL.map(|reason| Refusal::BodyMalformed { reason });
        let others = [Refusal::Expired { seconds: 95 }, Refusal::AudienceMismatch];
        for refusal in unreadable.into_iter().chain(others) {
            let text = describe_refusal(refusal.code(), &stored(&refusal)).unwrap();
            assert_eq!(text.cause, to_sentence(&refusal.to_string()));
            assert_eq!(text.remedy, refusal.remedy());
        }
    }

    #[test]
    fn a_code_of_another_version_has_no_text() {
        assert!(describe_refusal("install.of_tomorrow", &BTreeMap::new()).is_none());
    }
}
