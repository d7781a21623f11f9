#!/bin/bash
# Backups of an Odoo-like database and filestore: ours against Odoo's own and
# against pg_dump, in one run.
#
#   benchmarks/backup.sh [PROGRAM] [MEGABYTES] [FILES] [FILE_MEGABYTES] [ROUNDS]
#
# Needs the demo that ./run makes, running. Makes a database `bench` in it with
# benchmarks/odoo_like.sh, and drops it at the end. Prints of each way: seconds
# (median), size, how much more than that the disks held at most meanwhile, and
# of ours the most memory. The server is Atalaya's own default, then with
# `compression = "smallest"`.
set -euo pipefail

program=${1:-build/release/atalaya} megabytes=${2:-400} files=${3:-20000}
file_megabytes=${4:-1000} rounds=${5:-3}
odoo=atalaya-demo-odoo postgres=atalaya-demo-postgres port=18498
cd "$(dirname "$0")/.."
folder=$(mktemp -d /var/tmp/atalaya-bench.XXXXXX)
trap clean_up EXIT

clean_up() {
  kill "${server:-}" 2>/dev/null || true
  wait
  benchmarks/odoo_like.sh remove bench || true
  docker exec "$odoo" rm -rf /tmp/bench
  docker exec "$postgres" rm -f /tmp/bench.dump
  rm -rf "$folder"
}

now() {
  printf '%s\n' "$EPOCHREALTIME"
}

# seconds_of COMMAND...: how long it took, in the variable `took`.
seconds_of() {
  local begun
  begun=$(now)
  "$@" >"$folder/said" 2>&1
  took=$(awk -v a="$begun" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }')
}

# What the disks of the engine and of our backups hold, in MB.
used_disk() {
  df --block-size=1MB --output=source,used "$folder" \
    "$(docker info --format '{{.DockerRootDir}}')" \
    | tail -n +2 | sort -u | awk '{ sum += $2 } END { print sum }'
}

# How much more than at its begin they held at most, until it is told to end.
watch_disk() {
  local begin most=0 more
  begin=$(used_disk)
  while [ -e "$folder/working" ]; do
    more=$(($(used_disk) - begin))
    [ "$more" -le "$most" ] || most=$more
    printf '%s\n' "$most" >"$folder/most"
    sleep 0.2
  done
}

odoo_dump() {
  docker exec "$odoo" odoo db --db_host db --db_user odoo --db_password odoo \
    dump bench /tmp/bench/bench.zip
}

forget_odoos() {
  docker exec "$odoo" sh -c 'mkdir -p /tmp/bench; rm -f /tmp/bench/*'
}

pg_dump_custom() {
  docker exec "$postgres" pg_dump --username odoo --format custom \
    --file /tmp/bench.dump bench
}

ask() {
  curl --silent --fail --show-error --cookie "$folder/cookies" \
    --header "Origin: http://127.0.0.1:$port" \
    --header 'Content-Type: application/json' "$@"
}

forget_custom() {
  docker exec "$postgres" rm -f /tmp/bench.dump
}

forget_ours() {
  rm -rf "$folder/data/backups/demo"
  sleep 1
}

add_user() {
  printf 'benchmark pass phrase\nbenchmark pass phrase\n' \
    | "$program" --data "$folder/data" user add admin --role admin \
      --password-stdin >/dev/null
}

# start_server COMPRESSION
start_server() {
  cat >"$folder/atalaya.toml" <<TOML
[[instance]]
name = "demo"
odoo_container = "$odoo"
postgres_container = "$postgres"
compression = "$1"
TOML
  "$program" --config "$folder/atalaya.toml" --data "$folder/data" \
    serve --listen "127.0.0.1:$port" 2>"$folder/log" &
  server=$!
  until ask --cookie-jar "$folder/cookies" --output /dev/null \
    --data '{"user":"admin","password":"benchmark pass phrase"}' \
    "http://127.0.0.1:$port/api/login" 2>/dev/null; do
    sleep 0.1
  done
  until ask "http://127.0.0.1:$port/api/instances/demo" 2>/dev/null \
    | grep -q '"name":"bench","version":"19.0","state":"ready"'; do
    sleep 0.5
  done
  sleep 6 # the filestore is measured
}

stop_server() {
  awk '/VmHWM/ { printf "%-24s %42.1f MiB\n", "  most memory", $2 / 1024 }' \
    "/proc/$server/status"
  kill "$server"
  wait "$server"
}

ours() {
  local id state
  id=$(ask --data '{}' \
    "http://127.0.0.1:$port/api/instances/demo/databases/bench/backups" \
    | sed 's/{"id":"\([^"]*\)".*/\1/')
  while :; do
    state=$(ask "http://127.0.0.1:$port/api/operations/$id" \
      | sed 's/.*"state":"\([a-z]*\)".*/\1/')
    case $state in
      queued | running) sleep 0.05 ;;
      succeeded) return 0 ;;
      *) return 1 ;;
    esac
  done
}

# measure NAME COMMAND SIZE_COMMAND FORGET_COMMAND: a line of the table.
measure() {
  local round took all=() size most
  for ((round = 0; round < rounds; ++round)); do
    "$4"
    sync
    touch "$folder/working"
    printf '0\n' >"$folder/most"
    watch_disk &
    seconds_of "$2"
    rm "$folder/working"
    wait $!
    all+=("$took")
  done
  size=$($3)
  most=$(($(cat "$folder/most") - size / 1000000))
  printf '%-24s %8s s %8s MB %8s MB\n' "$1" \
    "$(printf '%s\n' "${all[@]}" | sort -n | sed -n "$((rounds / 2 + 1))p")" \
    "$((size / 1000000))" "$((most > 0 ? most : 0))"
}

size_of_odoos() {
  docker exec "$odoo" stat -c %s /tmp/bench/bench.zip
}

size_of_custom() {
  docker exec "$postgres" stat -c %s /tmp/bench.dump
}

size_of_ours() {
  find "$folder/data/backups" -name '*.zip' -printf '%s\n' | head -n 1
}

size_of_dump() {
  unzip -l "$(find "$folder/data/backups" -name '*.zip')" dump.sql \
    | awk 'END { print $1 }'
}

benchmarks/odoo_like.sh make bench "$megabytes" "$files" "$file_megabytes"
add_user
printf '%-24s %10s %11s %11s\n' way median size temporary
measure "Odoo's own" odoo_dump size_of_odoos forget_odoos
docker exec "$odoo" rm -rf /tmp/bench
measure 'pg_dump -Fc, no files' pg_dump_custom size_of_custom forget_custom
start_server fast
measure Atalaya ours size_of_ours forget_ours
printf '%-24s %22s MB\n' '  its dump.sql' "$(($(size_of_dump) / 1000000))"
stop_server
start_server smallest
measure 'Atalaya, smallest' ours size_of_ours forget_ours
stop_server
