#!/bin/bash
# Adds the way to PostgreSQL, from HOST, PORT, USER and PASSWORD, to the
# command line of Odoo; anything else is run as it is.
set -euo pipefail

case ${1:-} in
  odoo | --*) ;;
  *) exec "$@" ;;
esac
[ "$1" != odoo ] || shift
reach=(
  --db_host "${HOST:-db}"
  --db_port "${PORT:-5432}"
  --db_user "${USER:-odoo}"
  --db_password "${PASSWORD:-odoo}"
)

case ${1:-} in
  '' | --*) exec odoo "${reach[@]}" "$@" ;;
  *) exec odoo "$@" ;;
esac
