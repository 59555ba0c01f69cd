#!/bin/sh
# Generates missing secrets and keeps existing ones. Each is then readable by its one reader.
#
#     secrets.sh [FOLDER]     FOLDER/tally: master key, operator's token, password file;
#                             FOLDER/postgres, FOLDER/grafana: a password each
set -eu
umask 077

FOLDER=${1:-/secrets}
# User ids that the images run as.
TALLY=10001
POSTGRES=999
GRAFANA=472

main() {
  mkdir -p "$FOLDER/tally" "$FOLDER/postgres" "$FOLDER/grafana"
  random 32 base64 | keep tally/master.key "$TALLY"
  random 24 hex | keep tally/ops-token "$TALLY"
  random 24 hex | keep postgres/password "$POSTGRES"
  random 24 hex | keep grafana/password "$GRAFANA"
  printf 'postgres:5432:tally:tally:%s\n' "$(cat "$FOLDER/postgres/password")" | keep tally/pgpass "$TALLY"
  chown "$TALLY" "$FOLDER/tally"
  chown "$POSTGRES" "$FOLDER/postgres"
  chown "$GRAFANA" "$FOLDER/grafana"
}

# random BYTES base64|hex
random() {
  case $2 in
    base64) head -c "$1" /dev/urandom | base64 ;;
    hex) head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n' ;;
  esac
}

# keep FILE OWNER: writes its input to the file, atomically, unless the file exists. An existing file
# gets the right owner, since a file that an operator put there has another one.
keep() {
  if [ -s "$FOLDER/$1" ]; then
    cat >/dev/null
    chown "$2" "$FOLDER/$1"
    return 0
  fi
  cat >"$FOLDER/$1.new"
  chown "$2" "$FOLDER/$1.new"
  chmod 0400 "$FOLDER/$1.new"
  mv "$FOLDER/$1.new" "$FOLDER/$1"
  echo "made $1"
}

main
