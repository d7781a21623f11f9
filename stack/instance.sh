# shellcheck shell=bash
# One running Odoo: a network, two volumes, a PostgreSQL and an Odoo container,
# all named NAME or NAME-odoo, NAME-postgres. What is there already is used.

# instance_up NAME INSTANCE ODOO_KIND FIRST_PORT [LABEL=VALUE...]: with no name
# for the instance, the containers carry none of Atalaya's own labels.
instance_up() {
  local name=$1 instance=$2 kind=$3 port=$4
  local labels=()
  shift 4
  while [ "$#" -gt 0 ]; do
    labels+=(--label "$1")
    shift
  done
  make_once network "$name"
  make_once volume "$name-postgres"
  make_once volume "$name-odoo"
  revive "$name-postgres" || run_postgres
  wait_for_postgres "$name"
  revive "$name-odoo" || run_odoo
  wait_for_odoo "$name"
  names_resolve "$name"
}

# Podman does that with a helper that may be missing.
names_resolve() {
  engine exec "$1-odoo" getent hosts db && return 0
  printf 'The containers of this engine do not find each other by name; for '
  printf 'Podman install aardvark-dns, in Debian 12 '
  printf 'golang-github-containernetworking-plugin-dnsname.\n'
  return 1
}

make_once() {
  engine "$1" inspect "$2" >/dev/null 2>&1 \
    || engine "$1" create "${labels[@]}" "$2"
}

# as_role ROLE: the options that tell Atalaya what a container is.
as_role() {
  role=("${labels[@]}")
  [ -z "$instance" ] || role+=(--label "atalaya.instance=$instance"
    --label "atalaya.role=$1")
}

# revive CONTAINER: whether it runs, started if it was not. One that does not
# start (its port is taken by now) goes; its data is in the volume.
revive() {
  case $(engine inspect --format '{{.State.Status}}' "$1" 2>/dev/null) in
    running) return 0 ;;
    '') return 1 ;;
    paused) engine unpause "$1" && return 0 ;;
    *) engine start "$1" && return 0 ;;
  esac
  engine rm --force --volumes "$1"
  return 1
}

run_postgres() {
  local role
  as_role postgres
  engine run --detach --name "$name-postgres" --restart unless-stopped \
    --network "$name" --network-alias db \
    "${role[@]}" \
    --volume "$name-postgres:/var/lib/postgresql/data" \
    --publish 127.0.0.1::5432 --env POSTGRES_DB=postgres \
    --env POSTGRES_USER=odoo --env POSTGRES_PASSWORD=odoo \
    "$(image_of postgres)"
}

# The first free port from the given one on. Another may take it meanwhile, so
# the engine's own refusal counts too.
run_odoo() {
  local candidate role
  as_role odoo
  for candidate in $(seq "$port" "$((port + 40))"); do
    port_is_taken "$candidate" && continue
    engine run --detach --name "$name-odoo" --restart unless-stopped \
      --network "$name" "${role[@]}" \
      --volume "$name-odoo:/var/lib/odoo" \
      --publish "127.0.0.1:$candidate:8069" \
      --env HOST=db --env USER=odoo --env PASSWORD=odoo \
      "$(image_of "$kind")" && return 0
    engine rm --force --volumes "$name-odoo"
  done
  printf 'no free port from %s on for Odoo\n' "$port"
  return 1
}

port_is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# By TCP: while the cluster is being made, the server listens on its socket
# alone.
wait_for_postgres() {
  local attempt
  for attempt in {1..120}; do
    if engine exec "$1-postgres" \
      pg_isready --quiet --host 127.0.0.1 --username odoo; then
      printf 'PostgreSQL answers at try %s\n' "$attempt"
      return 0
    fi
    sleep 0.5
  done
  engine logs --tail 20 "$1-postgres"
  return 1
}

# Any answer will do: on a database that is half made it is an error.
wait_for_odoo() {
  local attempt
  for attempt in {1..240}; do
    if curl --silent --max-time 10 --output /dev/null \
      "$(odoo_url "$1")/web/database/selector"; then
      printf 'Odoo answers at try %s\n' "$attempt"
      return 0
    fi
    sleep 0.5
  done
  engine logs --tail 20 "$1-odoo"
  return 1
}

odoo_url() {
  printf 'http://%s\n' "$(engine port "$1-odoo" 8069 | head -n 1)"
}

# instance_database NAME DATABASE: made by Odoo itself, with demo data. What an
# earlier attempt left half made is dropped first.
instance_database() {
  if ask_postgres "$1" postgres \
    "select 1 from pg_database where datname = '$2'" | grep -q 1; then
    database_is_whole "$1" "$2" && return 0
    drop_database "$1" "$2"
  fi
  odoo_form "$1" create --data "name=$2" --data login=admin \
    --data password=admin --data lang=en_US --data country_code= \
    --data phone= --data demo=1
  database_is_whole "$1" "$2"
}

# While Odoo is stopped: it may be at work on it still, and its own form for
# that doesn't answer as long as its only database is half made.
drop_database() {
  engine stop "$1-odoo"
  ask_postgres "$1" postgres "drop database \"$2\" with (force)"
  engine start "$1-odoo"
  engine exec "$1-odoo" rm -rf "/var/lib/odoo/filestore/$2"
  wait_for_odoo "$1"
}

ask_postgres() {
  engine exec "$1-postgres" psql --username odoo --dbname "$2" \
    --no-psqlrc --tuples-only --no-align --command "$3"
}

database_is_whole() {
  [ "$(ask_postgres "$1" "$2" "select bool_and(state not like 'to %')
    and bool_or(name = 'web' and state = 'installed')
    from ir_module_module")" = t ]
}

# Odoo answers its forms with a redirection, or with a page that says why not.
odoo_form() {
  local name=$1 what=$2 code page
  shift 2
  page=$(mktemp)
  code=$(curl --silent --max-time 600 --output "$page" \
    --write-out '%{http_code}' --data master_pwd=admin "$@" \
    "$(odoo_url "$name")/web/database/$what")
  if [ "$code" != 303 ] && [ "$code" != 302 ]; then
    printf 'Odoo would not %s the database (HTTP %s):\n' "$what" "$code"
    sed -n 's/<[^>]*>//g; /error/Ip' "$page" | head -n 10
    rm -f "$page"
    return 1
  fi
  rm -f "$page"
}

# instance_down NAME [gone]: stops it; with `gone` removes what it consists of.
instance_down() {
  local container
  for container in "$1-odoo" "$1-postgres"; do
    engine inspect "$container" >/dev/null 2>&1 || continue
    if [ "${2:-}" = gone ]; then
      engine rm --force --volumes "$container"
    else
      engine stop -t 15 "$container"
    fi
  done
  [ "${2:-}" = gone ] || return 0
  for container in "$1-odoo" "$1-postgres"; do
    engine volume rm --force "$container"
  done
  engine network rm "$1" 2>/dev/null || true
}
