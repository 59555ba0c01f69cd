#!/usr/bin/env bash
# The compiler of a fuzzing build, as RUSTC_WORKSPACE_WRAPPER: what reads the input reports to the fuzzer which of its
# branches an input took. The flags are those by which LLVM does that, and stable Rust passes them on.
set -euo pipefail

COVERAGE=(
  -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares
  -Ccodegen-units=1
)

case " $* " in
  *" --crate-name tally_domain "* | *" --crate-name tally_query "* | *" --crate-name tally_imports "* | \
  *" --crate-name tally_atlassian "* | *" --crate-name tally_http "* | *" --crate-name fuzz_"*)
    exec "$@" "${COVERAGE[@]}" ;;
  *) exec "$@" ;;
esac
