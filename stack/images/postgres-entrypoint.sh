#!/bin/bash
# Makes the cluster at the first start, then becomes the server.
set -euo pipefail

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  chmod 0700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi

# In a folder beside, moved when whole: a first start that is cut off leaves
# nothing that looks like a cluster. PG_VERSION goes last, being the sign.
make_cluster() {
  local new=$PGDATA/.new
  local password=${POSTGRES_PASSWORD:?has to be set at the first start}
  rm -rf "$new"
  initdb --pgdata "$new" --username "$user" \
    --pwfile <(printf '%s\n' "$password") \
    --auth-local trust --auth-host scram-sha-256 --encoding UTF8
  printf 'host all all all scram-sha-256\n' >>"$new/pg_hba.conf"
  pg_ctl --pgdata "$new" --options "-c listen_addresses=''" --wait start
  if [ "$database" != postgres ]; then
    createdb --username "$user" "$database"
  fi
  pg_ctl --pgdata "$new" --mode fast --wait stop
  find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION \
    -exec mv --target-directory "$PGDATA" {} +
  mv "$new/PG_VERSION" "$PGDATA"
  rmdir "$new"
}

if [ "${1:-}" = postgres ]; then
  [ -s "$PGDATA/PG_VERSION" ] || make_cluster
  exec "$@" -c 'listen_addresses=*'
fi
exec "$@"
