//! The stored form of the business's events.

use std::path::PathBuf;

use tally_domain::FAMILIES;
use tally_house_tests::business;
use tally_house_tests::golden::House;

use super::decode;

fn house() -> House {
    House {
        families: FAMILIES,
        examples: business::examples(),
        golden: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden"),
        decode,
    }
}

#[test]
fn there_is_an_example_of_every_event() {
    house().assert_every_event_has_an_example();
}

#[test]
fn every_event_is_written_as_its_golden_file_says() {
    house().assert_examples_are_written_as_golden();
}

#[test]
fn every_golden_file_of_any_version_is_read_as_the_event_it_was() {
    house().assert_golden_files_are_read_as_examples();
}
