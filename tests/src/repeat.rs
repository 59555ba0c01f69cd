//! How often a test repeats what may go wrong by chance.

/// The variable by which the long form of the tests (`tests/all.sh long`) repeats more often.
const FACTOR: &str = "TESTS_FACTOR";

/// The usual count in the short form of the tests, a multiple of it in the long form.
pub fn times(usual: usize) -> usize {
    let factor = std::env::var(FACTOR).ok();
    usual * factor.map_or(1, |factor| factor.parse().unwrap())
}
