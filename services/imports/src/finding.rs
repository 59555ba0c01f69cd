//! Findings: what is stored of a row's refusal or warnings, and the same in English.

use std::collections::BTreeMap;

use tally_domain::Refused;
use tally_domain::asset::{AssetRefusal, AttributeFault};
use tally_domain::import::Finding;
use tally_domain::refusal::{Parameter, RefusalEntry};

use crate::column_finding::ColumnFinding;
use crate::row::{RowError, RowFault, RowRefusal};
use crate::warning::RowWarning;

/// What is stored of a warning.
pub fn of_warning(warning: RowWarning) -> Finding {
    Finding {
        code: warning.code().to_owned(),
        parameters: BTreeMap::new(),
    }
}

/// What is stored of a refusal.
pub fn of_fault(fault: &RowFault) -> Finding {
    let refusal: &dyn Refused = match &fault.error {
        RowError::Row(refusal) => refusal,
        RowError::Asset(refusal) => refusal,
    };
    let parts = refusal.parameters().into_iter();
    let mut parameters: BTreeMap<String, Parameter> =
        parts.map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(first) = fault.first_row.and_then(|row| i64::try_from(row).ok()) {
        parameters.insert(Finding::FIRST_ROW.to_owned(), Parameter::Number(first));
    }
    Finding {
        code: refusal.code().to_owned(),
        parameters,
    }
}

/// The findings of a row in English, for programs and people that do not word the codes themselves.
/// A code that this version does not know stands for itself.
pub fn describe_findings(findings: &[Finding]) -> String {
    let texts: Vec<String> = findings.iter().map(describe_finding).collect();
    texts.join(" ")
}

fn describe_finding(finding: &Finding) -> String {
    let mut warnings = RowWarning::ALL.into_iter();
    if let Some(warning) = warnings.find(|warning| warning.code() == finding.code) {
        return warning.to_string();
    }
    if let Some(column) = read_column(finding) {
        return column.to_string();
    }
    let mut entries = RowRefusal::CATALOGUE.iter().chain(AssetRefusal::CATALOGUE);
    match entries.find(|entry| entry.code == finding.code) {
        Some(entry) => describe_refusal(entry, &finding.parameters),
        None => format!("{}.", finding.code),
    }
}

/// What is stored of a column, as it was found.
fn read_column(finding: &Finding) -> Option<ColumnFinding> {
    let number = |name: &str| match finding.parameters.get(name)? {
        Parameter::Number(number) => usize::try_from(*number).ok(),
        _ => None,
    };
    let text = |name: &str| match finding.parameters.get(name)? {
        Parameter::Text(text) => Some(text.clone()),
        _ => None,
    };
    let found = [
        number("column").map(|column| ColumnFinding::Repeated { column }),
        number("column").and_then(|column| {
            Some(ColumnFinding::CouldBe {
                field: text("field")?,
                column,
            })
        }),
        text("key").map(|key| ColumnFinding::Reserved { key }),
        Some(ColumnFinding::Days),
    ];
    found
        .into_iter()
        .flatten()
        .find(|found| found.code() == finding.code)
}

fn describe_refusal(entry: &RefusalEntry, parameters: &BTreeMap<String, Parameter>) -> String {
    let cause = entry.cause_with(parameters, describe_fault);
    let text = format!("{}. {}", capitalize(&cause), entry.remedy);
    match parameters.get(Finding::FIRST_ROW) {
        Some(first) => format!("{text} Row {first} of this file has it too."),
        None => text,
    }
}

fn describe_fault(word: &str) -> Option<String> {
    let mut faults = AttributeFault::ALL.into_iter();
    let fault = faults.find(|fault| fault.as_str() == word)?;
    Some(fault.to_string())
}

fn capitalize(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next();
    first
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(error: AssetRefusal, first_row: Option<u64>) -> RowFault {
        RowFault {
            error: RowError::Asset(error),
            tag: None,
            first_row,
        }
    }

    #[test]
    fn a_taken_tag_names_the_earlier_row_of_the_file_that_has_it() {
        let tag = "T-1".to_owned();
        let found = of_fault(&fault(AssetRefusal::TagTaken { tag }, Some(1)));
        let text = describe_findings(&[found]);
        assert!(
            text.starts_with("The tag T-1 belongs to another asset. "),
            "{text}"
        );
        assert!(text.ends_with(" Row 1 of this file has it too."), "{text}");
    }

    #[test]
    fn what_was_found_of_a_column_is_stored_and_read_as_a_sentence() {
        for found in [
            ColumnFinding::Repeated { column: 2 },
            ColumnFinding::CouldBe {
                field: "name".to_owned(),
                column: 3,
            },
            ColumnFinding::Reserved {
                key: "holder_2".to_owned(),
            },
            ColumnFinding::Days,
        ] {
            assert_eq!(describe_findings(&[found.to_finding()]), found.to_string());
        }
    }

    #[test]
    fn every_refusal_of_an_attribute_is_stored_as_words_and_read_as_a_sentence() {
        for why in AttributeFault::ALL {
            let key = "notes".to_owned();
            let found = of_fault(&fault(AssetRefusal::AttributeInvalid { key, why }, None));
            assert_eq!(found.parameters["why"], Parameter::Text(why.as_str().to_owned()));
            assert!(describe_findings(&[found]).contains(&why.to_string()));
        }
    }

    #[test]
    fn several_warnings_are_several_sentences_and_an_unknown_code_stands_for_itself() {
        let mut found: Vec<Finding> = RowWarning::ALL.map(of_warning).into();
        found[0].code = "import.of_another_version".to_owned();
        let text = describe_findings(&found);
        assert!(
            text.starts_with("import.of_another_version. It has no name"),
            "{text}"
        );
    }
}
