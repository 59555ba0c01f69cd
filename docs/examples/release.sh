#!/usr/bin/env bash
# A release of Tally from a pipeline: checked, deployed where it bakes, baked under probes, promoted.
# docs/release.md explains it.
#
#   release.sh                  all steps
#   release.sh gate             only the steps named: gate, deploy, stage, bake, promote
#
# It stops at the first step that fails. The last step, `promote`, fails until the release has baked
# long enough without a failure, and prints the reason.
set -euo pipefail

: "${VERSION:?the version or commit to release}"
: "${BASE_URL:?the base URL of the published descriptor}"
: "${TALLY:=tally}"                                    # the binary to release
: "${APP_KEY:=tally-assets}"                           # the app key of the published descriptor
: "${PUBLISHED:=$BASE_URL/atlassian-connect.json}"     # the published descriptor: an address or a file
: "${ALLOW:=none}"                                     # none, handshake or approval: what the descriptor may cause
: "${DEPLOY:=}"                                        # the command that deploys $VERSION where it bakes
: "${PROBE_URL:=$BASE_URL}"                            # the address of that deployment
: "${PROBE_BASE_URL:=$BASE_URL}"                       # the base URL in the descriptor of that deployment
: "${PROBE_KEY:=probe-private.pem}"                    # the private key made by `tally probe keygen`
: "${PROBE_TEXTFILE:=}"                                # a file for Prometheus' node exporter
: "${EVERY:=5m}"                                       # how often to probe
: "${BAKE:=24h}"                                       # how long it must bake
: "${PROBE_FOR:=25h}"                                  # how long to probe: longer than $BAKE
export TALLY_OPS_URL="${TALLY_OPS_URL:-http://127.0.0.1:8081}"

WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT

say() { printf '== %s\n' "$*" >&2; }

# Fails when publishing the descriptor of this binary has an effect that $ALLOW does not allow.
gate() {
  local code=0
  descriptor
  "$TALLY" descriptor diff "$PUBLISHED" "$WORK/descriptor.json" || code=$?
  case $code:$ALLOW in
    0:* | 3:handshake | 3:approval | 4:approval) ;;
    3:* | 4:*) say "set ALLOW if this effect is intended, or revert the change"; return "$code" ;;
    *) return "$code" ;;
  esac
}

descriptor() {
  "$TALLY" descriptor print --base-url "$BASE_URL" --app-key "$APP_KEY" > "$WORK/descriptor.json"
}

deploy() {
  [ -z "$DEPLOY" ] || VERSION=$VERSION sh -c "$DEPLOY"
}

# From here on the bake is recorded: probes, failing tenants, alarms.
stage() {
  descriptor
  "$TALLY" release stage "$VERSION" --bake "$BAKE" --descriptor "$WORK/descriptor.json"
}

# A failed walk is recorded too, and the bake starts again. The last step decides whether it was enough.
bake() {
  local options=(--url "$PROBE_URL" --base-url "$PROBE_BASE_URL" --key "$PROBE_KEY" --every "$EVERY" --for "$PROBE_FOR")
  options+=(--release "$VERSION" --report --ops "$TALLY_OPS_URL")
  [ -z "$PROBE_TEXTFILE" ] || options+=(--textfile "$PROBE_TEXTFILE")
  "$TALLY" probe "${options[@]}" || say "some walks failed"
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
