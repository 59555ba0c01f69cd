#!/usr/bin/env bash
# Generates the authority of the log's nodes and a certificate for each node. The authority's key stays
# in a volume that no node can read.
#
#     certificates.sh           generates what is missing
#     certificates.sh renew     new certificates under the same authority; then restart the nodes, one after the other
set -euo pipefail

# The authority must outlast several certificates: renewed ones are signed by it.
AUTHORITY_DAYS=7300
NODE_DAYS=1825
NETWORK=172.30.240

main() {
  if [ ! -e /authority/done ]; then
    authority
  elif [ "${1:-}" != renew ]; then
    return 0
  fi
  local node
  for node in 1 2 3; do
    node_certificate "$node"
  done
  touch /authority/done
}

authority() {
  rm -rf /authority/ca
  es-gencert-cli create-ca -days "$AUTHORITY_DAYS" -out /authority/ca
  publish /authority/ca/ca.crt /ca
}

# All nodes share the common name that the tool sets: they recognise one another by it.
node_certificate() {
  local made=/authority/node$1
  rm -rf "$made"
  es-gencert-cli create-node -days "$NODE_DAYS" -ca-certificate /authority/ca/ca.crt -ca-key /authority/ca/ca.key -out "$made" \
    -ip-addresses "127.0.0.1,$NETWORK.1$1" -dns-names "localhost,kurrent$1"
  publish "$made/node.crt" "/node$1"
  publish "$made/node.key" "/node$1"
  rm -rf "$made"
}

# publish FILE FOLDER: copies a file into the volume of one reader, readable by every user, since the
# reader's image decides which user it runs as.
publish() {
  cp "$1" "$2/"
  chmod 0444 "$2/${1##*/}"
}

main "$@"
