#!/bin/bash
# A backup's download by our server against nginx, which sends the same file.
#
#   benchmarks/download.sh [PROGRAM] [MEGABYTES] [ROUNDS]
#
# Needs nginx and curl, and an engine. Prints of each server, as the median of
# the rounds, which take turns: MB per second, the server's own CPU time for
# one download, and the most memory it took.
set -euo pipefail

program=${1:-build/release/atalaya} megabytes=${2:-2000} rounds=${3:-5}
ours_port=18496 nginx_port=18497
folder=$(mktemp -d /var/tmp/atalaya-download.XXXXXX)
trap clean_up EXIT

clean_up() {
  kill "${ours:-}" "${nginx:-}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}

start_ours() {
  local backups=$folder/backups/bench
  mkdir -p "$backups"
  head -c "${megabytes}M" /dev/urandom \
    >"$backups/bench_2026-01-01_00-00-00.zip"
  cat >"$folder/atalaya.toml" <<TOML
[[instance]]
name = "bench"
odoo_container = "none"
backups = "$folder/backups"
TOML
  printf 'benchmark pass phrase\nbenchmark pass phrase\n' \
    | "$program" --data "$folder/data" user add admin --role admin \
      --password-stdin >/dev/null
  "$program" --config "$folder/atalaya.toml" --data "$folder/data" \
    serve --listen "127.0.0.1:$ours_port" 2>"$folder/log" &
  ours=$!
  until curl --silent --fail --output /dev/null --cookie-jar "$folder/cookies" \
    --header 'Content-Type: application/json' \
    --data '{"user":"admin","password":"benchmark pass phrase"}' \
    "http://127.0.0.1:$ours_port/api/login"; do
    sleep 0.1
  done
  until backup=$(curl --silent --fail --cookie "$folder/cookies" \
    "http://127.0.0.1:$ours_port/api/instances/bench/backups" \
    | grep -o '"id":"[0-9a-f]*"'); do
    sleep 0.1
  done
  backup=$(cut -d '"' -f 4 <<<"$backup")
}

# As Debian sets it up, without its log of requests.
start_nginx() {
  cat >"$folder/nginx.conf" <<CONF
user root;
worker_processes 1;
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx.log;
events { worker_connections 64; }
http {
  sendfile on;
  tcp_nopush on;
  access_log off;
  server {
    listen 127.0.0.1:$nginx_port;
    root $folder/backups;
  }
}
CONF
  nginx -c "$folder/nginx.conf" &
  nginx=$!
  until curl --silent --output /dev/null "http://127.0.0.1:$nginx_port/"; do
    sleep 0.1
  done
  worker=$(pgrep --parent "$nginx")
}

# cpu_of PROCESS: its own seconds, in user and kernel.
cpu_of() {
  awk -v tick="$(getconf CLK_TCK)" \
    '{ sub(/.*\) /, ""); print ($12 + $13) / tick }' "/proc/$1/stat"
}

# download NAME PROCESS URL: adds a line to its figures.
download() {
  local before speed
  before=$(cpu_of "$2")
  speed=$(curl --silent --fail --cookie "$folder/cookies" --output /dev/null \
    --write-out '%{speed_download}' "$3")
  printf '%s %s\n' "$speed" "$before" \
    | awk -v after="$(cpu_of "$2")" '{ print $1 / 1e6, after - $2 }' \
      >>"$folder/$1.figures"
}

# median NAME COLUMN
median() {
  cut -d ' ' -f "$2" "$folder/$1.figures" | sort -n \
    | sed -n "$((rounds / 2 + 1))p"
}

row() {
  printf '%-10s %10.0f MB/s %10.2f s CPU %10.1f MiB\n' "$1" \
    "$(median "$1" 1)" "$(median "$1" 2)" \
    "$(awk '/VmHWM/ { print $2 / 1024 }' "/proc/$2/status")"
}

start_ours
start_nginx
for ((round = 0; round < rounds; ++round)); do
  download atalaya "$ours" \
    "http://127.0.0.1:$ours_port/api/instances/bench/backups/$backup/file"
  download nginx "$worker" \
    "http://127.0.0.1:$nginx_port/bench/bench_2026-01-01_00-00-00.zip"
done
row atalaya "$ours"
row nginx "$worker"
