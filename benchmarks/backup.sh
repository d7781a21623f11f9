#!/bin/bash
# Backups of an Odoo-like database and filestore: ours against Odoo's own and
# against pg_dump, in one run.
#
#   benchmarks/backup.sh [PROGRAM] [MEGABYTES] [FILES] [FILE_MEGABYTES] [ROUNDS]
#
# Needs the demo that ./run makes, running. Makes a database `bench` in it with
# so many MB of rows and so many files of so many MB in all, seven of ten of
# which don't compress, and drops it at the end. Prints each way's seconds
# (median), size, what it took of the temporary disk at most, and its memory.
set -euo pipefail

program=${1:-build/release/atalaya} megabytes=${2:-400} files=${3:-20000}
file_megabytes=${4:-1000} rounds=${5:-3}
odoo=atalaya-demo-odoo postgres=atalaya-demo-postgres port=18498
folder=$(mktemp -d /var/tmp/atalaya-bench.XXXXXX)
trap clean_up EXIT

clean_up() {
  kill "${server:-}" 2>/dev/null || true
  wait
  sql postgres 'drop database if exists bench with (force)' || true
  docker exec "$odoo" rm -rf /var/lib/odoo/filestore/bench /tmp/bench
  docker exec "$postgres" rm -f /tmp/bench.dump
  rm -rf "$folder"
}

sql() {
  docker exec -i "$postgres" psql --username odoo --dbname "$1" --quiet \
    --no-psqlrc --tuples-only --no-align --command "$2" >/dev/null
}

# Rows as Odoo's are: numbers, short words that repeat, times, some long text.
make_database() {
  local attempt
  for attempt in {1..20}; do # Odoo comes back to demo whenever it likes
    sql postgres "select pg_terminate_backend(pid) from pg_stat_activity
      where datname = 'demo'"
    sql postgres 'create database bench template demo' 2>/dev/null && break
    [ "$attempt" -lt 20 ] || return 1
  done
  sql bench "create table bench_rows as
    select i as id, i % 97 as company_id, md5((i % 5000)::text) as code,
      'Customer ' || (i % 20000) as name, now() - i * interval '1 s' as at,
      repeat(md5((i % 900)::text) || ' ', 1 + i % 6) as note
    from generate_series(1, $megabytes * 4700) i"
  sql bench 'alter table bench_rows add primary key (id);
    create index on bench_rows (code); create index on bench_rows (name)'
}

# Named by their SHA-1, as attachments are.
make_filestore() {
  docker exec -i "$odoo" python3 - "$files" "$file_megabytes" \
    >"$folder/names" <<'PYTHON'
import hashlib, os, sys
count, total = int(sys.argv[1]), int(sys.argv[2]) << 20
root, size = "/var/lib/odoo/filestore/bench", total // count
for i in range(count):
    if i % 10 < 7:
        data = os.urandom(size)
    else:
        data = (b"line %d of a document that compresses\n" % i) * (size // 40)
    name = hashlib.sha1(data).hexdigest()
    os.makedirs(f"{root}/{name[:2]}", exist_ok=True)
    with open(f"{root}/{name[:2]}/{name}", "wb") as f:
        f.write(data)
    print(f"{name[:2]}/{name}\t{len(data)}")
PYTHON
  docker exec -i "$postgres" psql --username odoo --dbname bench --quiet \
    --command 'create temp table x (f text, n int); copy x from stdin;' \
    --command "insert into ir_attachment (name, store_fname, checksum,
      file_size, type) select f, f, split_part(f, '/', 2), n, 'binary'
      from x" <"$folder/names"
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

# The most that Odoo's temporary folder held while COMMAND ran, in MB.
watch_disk() {
  local most=0 used
  while [ -e "$folder/working" ]; do
    used=$(docker exec "$odoo" du -sm /tmp 2>/dev/null | cut -f1) || used=0
    [ "${used:-0}" -le "$most" ] || most=$used
    printf '%s\n' "$most" >"$folder/most"
    sleep 0.5
  done
}

odoo_dump() {
  docker exec "$odoo" sh -c 'mkdir -p /tmp/bench; rm -f /tmp/bench/*'
  docker exec "$odoo" odoo db --db_host db --db_user odoo --db_password odoo \
    dump bench /tmp/bench/bench.zip
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

start_server() {
  printf 'benchmark pass phrase\nbenchmark pass phrase\n' \
    | "$program" --data "$folder/data" user add admin --role admin \
      --password-stdin >/dev/null
  "$program" --data "$folder/data" serve --listen "127.0.0.1:$port" \
    2>"$folder/log" &
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

# measure NAME COMMAND SIZE_COMMAND: a line of the table.
measure() {
  local round took all=() size most
  for ((round = 0; round < rounds; ++round)); do
    touch "$folder/working"
    printf '0\n' >"$folder/most"
    watch_disk &
    seconds_of "$2"
    rm "$folder/working"
    wait $!
    all+=("$took")
  done
  size=$($3)
  most=$(cat "$folder/most")
  printf '%-24s %8s s %8s MB %8s MB\n' "$1" \
    "$(printf '%s\n' "${all[@]}" | sort -n | sed -n "$((rounds / 2 + 1))p")" \
    "$((size / 1000000))" "$most"
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

make_database
make_filestore
start_server
printf '%-24s %10s %11s %11s\n' way median size temporary
measure "Odoo's own" odoo_dump size_of_odoos
docker exec "$odoo" rm -rf /tmp/bench
measure 'pg_dump -Fc, no files' pg_dump_custom size_of_custom
measure Atalaya ours size_of_ours
awk '/VmHWM/ { printf "Atalaya'"'"'s memory at most: %.1f MiB\n", $2 / 1024 }' \
  "/proc/$server/status"
