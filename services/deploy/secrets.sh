#!/bin/sh
# Makes the secrets that are not there yet. What is there is kept. Each is then readable by its one reader.
#
#     secrets.sh [FOLDER]     FOLDER/tally: master key, operator's token, password file; FOLDER/postgres, FOLDER/grafana: a password each
set -eu
umask 077

FOLDER=${1:-/secrets}
# The users that the images run as.
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

# keep FILE OWNER: writes its input there, whole, unless the file is there already. One that somebody put there has another owner.
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
