#!/usr/bin/env bash
# Every check and every test of Tally, in one command.
#
#   tests/all.sh            all of them: the short form, under 20 minutes on two cores
#   tests/all.sh lint       formatting, lints, alarm rules, compose files, licences
#   tests/all.sh rust       unit, contract and HTTP tests
#   tests/all.sh web        the UI's own checks and tests
#   tests/all.sh browser    journeys through the simulated Jira in Chromium
#   tests/all.sh long       what takes longer: many kills and rounds, the drill at 200 sites, load
#
# It needs Rust, Node with npm, and git. It installs what else is missing (a compiler for C and C++, PostgreSQL, Chromium,
# promtool, npm packages): system packages by apt-get, as root or by sudo; npm packages as the lock files say.
# It stops at the first failure.
set -euo pipefail

# shellcheck source=tests/tools.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tools.sh"
cd "$ROOT"

NPM_FOLDERS=(services/web services/jira-host/page)
# Every engine of the event log, in every build here and in the one that the tests make (tests/src/process.rs),
# so that there is one build.
ENGINES=(--features tally-server/kurrent)
TIMES=()
SKIPPED=()
CURRENT=
# What the step at work has printed.
PRINTED=$(mktemp)

main() {
  local parts=("$@") part
  if [ $# -eq 0 ] || [ "$*" = all ]; then
    parts=(lint rust web browser)
  fi
  for part in "${parts[@]}"; do
    case $part in
      lint | rust | web | browser | long) ;;
      *) die "unknown part: $part. Parts are lint, rust, web, browser, long; without one, all but long." ;;
    esac
  done
  trap report EXIT
  if [ -t 1 ]; then
    export CARGO_TERM_COLOR=always FORCE_COLOR=1
  fi
  step "tools" tools
  step "npm packages" npm_packages_of_all
  for part in "${parts[@]}"; do
    "part_$part"
  done
  CURRENT=
}

tools() {
  need_compiler
  need_cxx_compiler
  need_rust
  need_node
}

npm_packages_of_all() {
  local folder
  for folder in "${NPM_FOLDERS[@]}"; do
    npm_packages "$folder"
  done
}

part_lint() {
  need_rust_components
  step "cargo fmt" cargo fmt --all --check
  step "cargo clippy" cargo clippy --workspace --all-targets "${ENGINES[@]}" --locked -- -D warnings
  step "cargo clippy without KurrentDB" cargo clippy -p tally-server --locked -- -D warnings
  if command -v shellcheck >/dev/null; then
    step "shellcheck" shellcheck -x .ci/run tests/all.sh tests/tools.sh tests/fuzz/rustc.sh services/demo.sh services/deploy/*.sh docs/examples/release.sh
  else
    skip "shellcheck: it is not installed"
  fi
  step "promtool" need_promtool
  step "alarm rules" promtool test rules services/monitoring/tally.rules.test.yml
  step "prometheus" promtool check config --syntax-only services/deploy/prometheus.yml
  compose_files
  licences_and_advisories
}

compose_files() {
  if ! has_compose; then
    skip "compose files: docker compose is not installed"
    return 0
  fi
  local file
  for file in docker-compose.yml services/deploy/single.yml; do
    step "compose $file" compose --file "$file" config --quiet
    step "compose $file, demo" compose --file "$file" --profile demo config --quiet
  done
}

licences_and_advisories() {
  if ! cargo deny --version >/dev/null 2>&1; then
    skip "licences and advisories: cargo-deny is not installed (cargo install cargo-deny --locked)"
    return 0
  fi
  step "licences" cargo deny --locked check licenses bans sources
  if cargo deny --locked fetch db >/dev/null 2>&1; then
    step "advisories" cargo deny --locked check advisories
  else
    skip "advisories: their data cannot be fetched from here"
  fi
}

part_rust() {
  step "postgresql" need_postgres
  step "cargo test" cargo test --workspace "${ENGINES[@]}" --locked
  step "build for fuzzing" fuzz_build
  step "fuzzing, $SHORT_FUZZING s a target" fuzz "$SHORT_FUZZING"
}

# What strangers and people send, each read by a target in tests/fuzz/targets.
FUZZED=(query token body csv)
SHORT_FUZZING=10
LONG_FUZZING=300

# What reads the input is compiled so that it reports its branches; the libraries beneath are those of the tests.
fuzz_build() {
  local target bins=()
  for target in "${FUZZED[@]}"; do
    bins+=(--bin "fuzz_$target")
  done
  RUSTC_WORKSPACE_WRAPPER=$ROOT/tests/fuzz/rustc.sh cargo build --locked --workspace "${ENGINES[@]}" "${bins[@]}"
}

fuzz() {
  local target
  for target in "${FUZZED[@]}"; do
    fuzz_target "$target" "$1"
  done
}

# An input that breaks something is kept in target/fuzz and printed; what else is found is tried and dropped.
fuzz_target() {
  local built found artifacts
  built=$(target_directory)
  artifacts=$built/fuzz
  found=$(mktemp -d)
  mkdir -p "$artifacts"
  "$built/debug/fuzz_$1" -max_total_time="$2" -timeout=5 -rss_limit_mb=1024 -max_len=4096 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="$artifacts/$1-" "$found" "tests/fuzz/corpus/$1"
  rm -rf "$found"
}

part_web() {
  local folder
  for folder in "${NPM_FOLDERS[@]}"; do
    step "check $folder" npm --prefix "$folder" run --silent check
  done
  step "vitest" npm --prefix services/web test
}

part_browser() {
  step "chromium" need_chromium
  step "npm packages of the journeys" npm_packages tests/browser
  step "check tests/browser" npm --prefix tests/browser run --silent check
  step "build for the journeys" cargo build --locked "${ENGINES[@]}" -p tally-server --bin tally -p tally-jira-host --bin jira-host
  step "browser journeys" browser_journeys
}

# How often the long form repeats what may go wrong by chance, and for how many seconds a log and the key store are
# away in it.
LONG_FACTOR=5
LONG_SILENCE=60
LONG_OUTAGE=600

part_long() {
  step "postgresql" need_postgres
  step "build of an earlier commit" older_build
  step "tests, $LONG_FACTOR times as many rounds" repeated_tests
  step "build for fuzzing" fuzz_build
  step "fuzzing, $LONG_FUZZING s a target" fuzz "$LONG_FUZZING"
  step "build in release" cargo build --release --locked "${ENGINES[@]}" -p tally-server --bin tally -p tally-tests --bins
  step "drill, 200 sites" drill --sites 200
  step "drill, 60 sites on two nodes" drill --sites 60 --nodes 2
  step "drill, ten minutes without the key store" drill --sites 60 --nodes 2 --scenario weather --outage "$LONG_OUTAGE"
  step "load, reads" load reads
  step "load, nodes" load nodes
  step "load, rebuild" load rebuild
}

# The commit whose build runs beside this one.
OLDER_COMMIT=${OLDER_COMMIT:-HEAD~1}

older_folder() {
  printf '%s/older' "$(target_directory)"
}

older_build() {
  local folder
  folder=$(older_folder)
  git worktree prune
  git worktree add --force --detach "$folder/source" "$OLDER_COMMIT" 2>/dev/null ||
    git -C "$folder/source" checkout --detach "$OLDER_COMMIT"
  UI_SKIP=1 cargo build --manifest-path "$folder/source/Cargo.toml" --target-dir "$folder/target" --locked "${ENGINES[@]}" \
    -p tally-server --bin tally
}

# Properties with more cases, the crash runs with more kills, the nodes with more rounds and longer silences.
repeated_tests() {
  TESTS_FACTOR=$LONG_FACTOR UNREACHABLE_SECONDS=$LONG_SILENCE OLDER_TALLY=$(older_folder)/target/debug/tally \
    cargo test --workspace "${ENGINES[@]}" --locked
}

drill() {
  cargo run --release --locked "${ENGINES[@]}" -p tally-tests --bin drill -- "$@"
}

load() {
  cargo run --release --locked "${ENGINES[@]}" -p tally-tests --bin load -- "$@"
}

browser_journeys() {
  local built
  built=$(target_directory)/debug
  TALLY_BIN=$built/tally JIRA_HOST_BIN=$built/jira-host npm --prefix tests/browser test
}

# Runs a command as a named step, notes how long it took, and keeps what it prints for the report.
step() {
  CURRENT=$1
  local began=$SECONDS
  shift
  printf '\n== %s\n' "$CURRENT" >&2
  "$@" > >(tee "$PRINTED") 2>&1
  TIMES+=("$((SECONDS - began))"$'\t'"$CURRENT")
  CURRENT=
}

skip() {
  SKIPPED+=("$1")
  say "skipped: $1"
}

report() {
  local status=$? line
  printf '\n%8s  %s\n' seconds step >&2
  for line in "${TIMES[@]}"; do
    printf '%8s  %s\n' "${line%%$'\t'*}" "${line#*$'\t'}" >&2
  done
  printf '%8s  %s\n' "$SECONDS" "in all" >&2
  for line in "${SKIPPED[@]}"; do
    say "skipped: $line"
  done
  if [ "$status" -eq 0 ]; then
    say "All checks passed."
  else
    say "FAILED${CURRENT:+ in the step: $CURRENT}"
    named_failures >&2
  fi
  rm -f "$PRINTED"
}

# The lines of the failed step that name what failed, once more where one looks first: cargo's, the journeys', vitest's.
named_failures() {
  sleep 1 # tee may still be writing
  { grep -E '^error|\.\.\. .*FAILED|panicked at|✘|FAIL |^ *Error:' "$PRINTED" || tail -n 15 "$PRINTED"; } | tail -n 15 | cut -c 1-200
}

main "$@"
