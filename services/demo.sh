#!/usr/bin/env bash
# The demo: builds Tally and a simulated Jira, starts both on this machine, installs Tally on two sites, and prints their addresses.
#
#   services/demo.sh            start with the data of the last time, if there is any
#   services/demo.sh --fresh    start with new data
#   services/demo.sh --debug    build without optimisation: builds faster, runs slower
#
# Ports: DEMO_TALLY_PORT (8080), DEMO_OPS_PORT (8082) and DEMO_JIRA_PORT (8090). Data: DEMO_DATA (data/demo). Ctrl-C stops everything.
set -euo pipefail

# shellcheck source=tests/tools.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tests/tools.sh"

PORT=${DEMO_TALLY_PORT:-8080}
OPS_PORT=${DEMO_OPS_PORT:-8082}
JIRA_PORT=${DEMO_JIRA_PORT:-8090}
DATA=${DEMO_DATA:-$ROOT/data/demo}
TALLY=http://localhost:$PORT
JIRA=http://localhost:$JIRA_PORT
SITES=(acme globex)
START_TIMEOUT=60
PIDS=()

main() {
  local fresh=no profile=release
  while [ $# -gt 0 ]; do
    case $1 in
      --fresh) fresh=yes ;;
      --debug) profile=debug ;;
      -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
      *) die "unknown option: $1. Options are --fresh and --debug." ;;
    esac
    shift
  done
  ports_are_free
  tools
  prepare_data "$fresh"
  build "$profile"
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  configure
  start_jira
  seed_demo_data
  start_tally
  install_on_sites
  print_addresses
  wait_for_the_end
}

tools() {
  need_compiler
  need_rust
  need_node
  command -v curl >/dev/null || system_packages curl
  npm_packages services/web
  npm_packages services/jira-host/page
}

ports_are_free() {
  local port
  for port in "$PORT" "$OPS_PORT" "$JIRA_PORT"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      die "port $port is in use. Stop what listens there, or choose others: DEMO_TALLY_PORT=9080 DEMO_OPS_PORT=9082 DEMO_JIRA_PORT=9090 services/demo.sh"
    fi
  done
}

# Empties the data folder when asked to, but only one that a demo made.
prepare_data() {
  local marker=$DATA/.made-by-the-demo
  if [ "$1" = yes ] && [ -e "$DATA" ]; then
    [ -f "$marker" ] || die "$DATA was not made by this demo, so --fresh does not empty it."
    rm -rf -- "$DATA"
  fi
  if [ -e "$DATA" ] && [ ! -f "$marker" ]; then
    [ -z "$(ls -A -- "$DATA")" ] || die "$DATA holds something that this demo did not make. Choose another: DEMO_DATA=..."
  fi
  mkdir -p -- "$DATA"
  touch "$marker"
}

build() {
  local options=(--locked -p tally-server --bin tally -p tally-jira-host --bin jira-host)
  [ "$1" = debug ] || options+=(--release)
  say "building (the first time takes a few minutes)"
  (cd "$ROOT" && cargo build "${options[@]}")
  BUILT=$(target_directory)/$1
}

configure() {
  export TALLY_PROFILE=development
  export TALLY_LISTEN=127.0.0.1:$PORT
  export TALLY_OPS_LISTEN=127.0.0.1:$OPS_PORT
  export TALLY_BASE_URL=$TALLY
  export TALLY_DATA_DIR=$DATA/tally
  export TALLY_INSTALL_KEYS_URL=$JIRA/install-keys
  export TALLY_HOST_SCRIPT_URL=$JIRA/atlassian-connect/all.js
  export TALLY_ALLOWED_HOSTS=localhost
}

start_jira() {
  "$BUILT/jira-host" serve --listen "127.0.0.1:$JIRA_PORT" --app "$TALLY" --state-file "$DATA/jira.json" \
    --sites "$(IFS=,; printf '%s' "${SITES[*]}")" >"$DATA/jira-host.log" 2>&1 &
  PIDS+=($!)
  until_healthy "the simulated Jira" "$JIRA/healthz" $! "$DATA/jira-host.log"
}

# Fills the register with two years of a company's history, by commands. It needs the sites' people and
# a log that no server uses; a log that is not empty stays as it is.
seed_demo_data() {
  say "filling the register"
  "$BUILT/tally" demo seed --state-url "$JIRA/control/state" >&2 || die "the register could not be filled."
}

start_tally() {
  "$BUILT/tally" serve >"$DATA/tally.log" 2>&1 &
  PIDS+=($!)
  until_healthy Tally "$TALLY/readyz" $! "$DATA/tally.log"
}

# until_healthy NAME URL PID LOG
until_healthy() {
  local deadline=$((SECONDS + START_TIMEOUT))
  until curl --silent --fail --max-time 2 --output /dev/null "$2"; do
    kill -0 "$3" 2>/dev/null || log_and_die "$1 stopped while starting" "$4"
    [ "$SECONDS" -lt "$deadline" ] || log_and_die "$1 did not answer at $2 within $START_TIMEOUT s" "$4"
    sleep 0.2
  done
}

log_and_die() {
  say "the end of $2:"
  tail -n 20 -- "$2" >&2
  die "$1."
}

# Installs Tally on the sites that do not have it, as a Jira admin would by a click.
install_on_sites() {
  local site state
  for site in "${SITES[@]}"; do
    state=$(site_state "$site")
    if [ "$state" = not_installed ]; then
      say "installing Tally on $site"
      perform "$site" install
      state=$(site_state "$site")
      case $state in
        not_installed | uninstalled) die "$site could not install Tally. See $DATA/tally.log and $JIRA/" ;;
      esac
    else
      say "$site is $state since the last time"
    fi
  done
}

site_state() {
  curl --silent --show-error --fail "$JIRA/control/state" | node -e '
    const state = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const site = state.sites.find((site) => site.name === process.argv[1]);
    process.stdout.write(site ? site.state : "absent");
  ' "$1"
}

# perform SITE ACT
perform() {
  curl --silent --show-error --fail --output /dev/null --request POST --header 'Content-Type: application/json' \
    --data '{}' "$JIRA/control/sites/$1/$2"
}

print_addresses() {
  cat <<END

Tally is running. Open in a browser:

  $JIRA/                 the control page: install, rotate, break and repair
  http://${SITES[0]}.localhost:$JIRA_PORT/            a Jira site with Tally in it (and http://${SITES[1]}.localhost:$JIRA_PORT/)
  $TALLY/                 Tally itself: its version and its descriptor
  $TALLY/status           the public status page
  http://localhost:$OPS_PORT/ops              the operator's pages: alarms, failing sites, releases, incidents

Logs and data: $DATA
Ctrl-C stops everything.
END
}

# Waits until one of the programs ends. Ctrl-C ends the script.
wait_for_the_end() {
  wait -n "${PIDS[@]}" || true
  say "one of the programs stopped by itself; see the logs in $DATA"
  exit 1
}

# Stops the programs: they finish their open requests, and are killed if that takes more than ten seconds.
# shellcheck disable=SC2317 # a trap calls it
stop() {
  local status=$? tries=0
  trap - EXIT
  trap '' INT TERM
  if [ ${#PIDS[@]} -gt 0 ]; then
    say "stopping"
    kill -TERM "${PIDS[@]}" 2>/dev/null || true
    while kill -0 "${PIDS[@]}" 2>/dev/null && [ "$tries" -lt 100 ]; do
      tries=$((tries + 1))
      sleep 0.1
    done
    kill -KILL "${PIDS[@]}" 2>/dev/null || true
    wait "${PIDS[@]}" 2>/dev/null || true
  fi
  exit "$status"
}

main "$@"
