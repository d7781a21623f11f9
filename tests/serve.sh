#!/bin/bash
# serve.sh PROGRAM: a server that can't begin says why, and ends.
set -euo pipefail

program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# ends_with TEXT ARGUMENT...: the program ends by itself with code 1, and its
# last line has the text.
ends_with() {
  local text=$1 code=0
  shift
  timeout --kill-after=1 20 "$program" serve --data "$folder/data" "$@" \
    2>"$folder/said" || code=$?
  if [ "$code" != 1 ] || ! tail -n 1 "$folder/said" | grep -qF -- "$text"; then
    printf 'exit code %s, and it said:\n' "$code" >&2
    cat "$folder/said" >&2
    exit 1
  fi
}

# Instances of a configuration are actors that want to be ended, too.
cat >"$folder/atalaya.toml" <<TOML
[server]
engine = "unix://$folder/none.sock"
[[instance]]
name = "main"
odoo_container = "odoo"
TOML

: >"$folder/serving"
"$program" serve --data "$folder/first" --config "$folder/atalaya.toml" \
  --listen 127.0.0.1:0 2>"$folder/serving" &
first=$!
for _ in {1..100}; do
  port=$(sed -n 's|.*serving http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$folder/serving")
  [ -z "$port" ] || break
  sleep 0.1
done
ends_with 'in use' --config "$folder/atalaya.toml" --listen "127.0.0.1:$port"
kill "$first"
wait "$first"

sed -i "/^engine/a tls_certificate = \"$folder/none.pem\"\ntls_key = \"$folder/none.pem\"" \
  "$folder/atalaya.toml"
ends_with 'tls_certificate' --config "$folder/atalaya.toml" \
  --listen 127.0.0.1:0
