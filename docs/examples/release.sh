#!/usr/bin/env bash
# A release of Tally from a pipeline: judged, deployed where it bakes, baked under probes, promoted. docs/release.md explains it.
#
#   release.sh                  all of it
#   release.sh gate             only the steps named: gate, deploy, stage, bake, promote
#
# It stops at the first step that fails. The last, `promote`, fails for as long as the release has not baked well, and says why.
set -euo pipefail

: "${VERSION:?the version or commit to release}"
: "${BASE_URL:?the base URL of the published descriptor}"
: "${TALLY:=tally}"                                    # the binary to release
: "${APP_KEY:=tally-assets}"                           # the app key of the published descriptor
: "${PUBLISHED:=$BASE_URL/atlassian-connect.json}"     # the published descriptor: an address or a file
: "${ALLOW:=none}"                                     # none, handshake or approval: what the descriptor may cause
: "${DEPLOY:=}"                                        # the command that deploys $VERSION where it bakes
: "${PROBE_URL:=$BASE_URL}"                            # where that is reached
: "${PROBE_BASE_URL:=$BASE_URL}"                       # what its descriptor says its base URL is
: "${PROBE_KEY:=probe-private.pem}"                    # the private key made by `tally probe keygen`
: "${PROBE_TEXTFILE:=}"                                # a file for Prometheus' node exporter
: "${EVERY:=5m}"                                       # how often to probe
: "${BAKE:=24h}"                                       # how long it has to bake
: "${PROBE_FOR:=25h}"                                  # how long to probe: longer than $BAKE
export TALLY_OPS_URL="${TALLY_OPS_URL:-http://127.0.0.1:8081}"

WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT

say() { printf '== %s\n' "$*" >&2; }

# The descriptor of this binary may cause no more than was allowed beforehand.
gate() {
  local code=0
  descriptor
  "$TALLY" descriptor diff "$PUBLISHED" "$WORK/descriptor.json" || code=$?
  case $code:$ALLOW in
    0:* | 3:handshake | 3:approval | 4:approval) ;;
    3:* | 4:*) say "allow it with ALLOW if it is meant, or take the change back"; return "$code" ;;
    *) return "$code" ;;
  esac
}

descriptor() {
  "$TALLY" descriptor print --base-url "$BASE_URL" --app-key "$APP_KEY" > "$WORK/descriptor.json"
}

deploy() {
  [ -z "$DEPLOY" ] || VERSION=$VERSION sh -c "$DEPLOY"
}

# From here on its bake is recorded: probes, tenants that fail, alarms.
stage() {
  descriptor
  "$TALLY" release stage "$VERSION" --bake "$BAKE" --descriptor "$WORK/descriptor.json"
}

# A walk that fails is recorded too, and the time that counts begins anew. Whether it was enough is for the last step to say.
bake() {
  local options=(--url "$PROBE_URL" --base-url "$PROBE_BASE_URL" --key "$PROBE_KEY" --every "$EVERY" --for "$PROBE_FOR")
  options+=(--release "$VERSION" --report --ops "$TALLY_OPS_URL")
  [ -z "$PROBE_TEXTFILE" ] || options+=(--textfile "$PROBE_TEXTFILE")
  "$TALLY" probe "${options[@]}" || say "not every walk passed"
}

promote() {
  "$TALLY" release promote "$VERSION"
}

main() {
  local step
  [ $# -gt 0 ] || set -- gate deploy stage bake promote
  for step in "$@"; do
    case $step in
      gate | deploy | stage | bake | promote) say "$step $VERSION"; "$step" ;;
      *) say "unknown step: $step"; exit 2 ;;
    esac
  done
}

main "$@"
