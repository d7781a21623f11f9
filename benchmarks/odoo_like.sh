#!/bin/bash
# An Odoo-like database and filestore of any size, for benchmarks.
#
#   benchmarks/odoo_like.sh make DATABASE MEGABYTES FILES FILE_MEGABYTES
#   benchmarks/odoo_like.sh remove DATABASE
#
# Needs the demo that ./run makes, running: DATABASE is made from its `demo`,
# with so many MB of rows more, and so many attachments of so many MB in all,
# seven of ten of which don't compress.
set -euo pipefail

command=$1 database=$2 megabytes=${3:-} files=${4:-} file_megabytes=${5:-}
odoo=atalaya-demo-odoo postgres=atalaya-demo-postgres
names=$(mktemp)
trap 'rm -f "$names"' EXIT

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
    sql postgres "create database \"$database\" template demo" 2>/dev/null && break
    [ "$attempt" -lt 20 ] || return 1
  done
  sql "$database" "create table bench_rows as
    select i as id, i % 97 as company_id, md5((i % 5000)::text) as code,
      'Customer ' || (i % 20000) as name, now() - i * interval '1 s' as at,
      repeat(md5((i % 900)::text) || ' ', 1 + i % 6) as note
    from generate_series(1, $megabytes * 4700) i"
  sql "$database" 'alter table bench_rows add primary key (id);
    create index on bench_rows (code); create index on bench_rows (name)'
}

# Named by their SHA-1, as attachments are.
make_filestore() {
  docker exec -i "$odoo" python3 - "$database" "$files" "$file_megabytes" \
    <<'PYTHON' >"$names"
import hashlib, os, sys
count, total = int(sys.argv[2]), int(sys.argv[3]) << 20
root, size = "/var/lib/odoo/filestore/" + sys.argv[1], total // count
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
  docker exec -i "$postgres" psql --username odoo --dbname "$database" --quiet \
    --command 'create temp table x (f text, n int); copy x from stdin;' \
    --command "insert into ir_attachment (name, store_fname, checksum,
      file_size, type) select f, f, split_part(f, '/', 2), n, 'binary'
      from x" <"$names"
}

make() {
  make_database
  make_filestore
}

remove() {
  sql postgres "drop database if exists \"$database\" with (force)"
  docker exec "$odoo" rm -rf "/var/lib/odoo/filestore/$database"
}

case $command in
  make | remove) "$command" ;;
  *) sed -n '/^#   /s/^#   /usage: /p' "$0" >&2 && exit 2 ;;
esac
