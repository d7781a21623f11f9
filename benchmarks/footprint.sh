#!/bin/bash
# What the program costs when nobody looks: start-up, resident memory, CPU.
#
#   benchmarks/footprint.sh [PROGRAM] [ROUNDS] [SECONDS]
#
# Needs an engine; serves whatever Odoo it runs. Prints each round: the time
# from exec to the first answered request in ms, then after SECONDS of idling
# the resident set in MiB and the CPU in percent of a core.
set -euo pipefail

program=${1:-build/release/atalaya} rounds=${2:-3} seconds=${3:-60}
port=18499
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT

milliseconds() {
  local now=$EPOCHREALTIME
  printf '%d' $(((${now%.*} * 1000000 + 10#${now#*.}) / 1000))
}

ticks() {
  awk '{print $14 + $15}' "/proc/$server/stat"
}

answers() {
  curl --silent --fail --max-time 1 --output "$folder/answer" \
    "http://127.0.0.1:$port/healthz"
}

round() {
  local begun ready before
  begun=$(milliseconds)
  "$program" --data "$folder/data" serve --listen "127.0.0.1:$port" \
    2>"$folder/log" &
  server=$!
  for _ in {1..500}; do
    answers && break
    sleep 0.01
  done
  ready=$(milliseconds)
  sleep 5 # what happens once: the first look at everything
  before=$(ticks)
  sleep "$seconds"
  awk -v start=$((ready - begun)) -v ticks=$(($(ticks) - before)) \
    -v hz="$(getconf CLK_TCK)" -v seconds="$seconds" \
    '/VmRSS/ {printf "%9d %14.1f %9.2f\n", start, $2 / 1024,
              100 * ticks / hz / seconds}' "/proc/$server/status"
  kill "$server"
  wait "$server" || true
}

printf '%9s %14s %9s\n' 'start ms' 'resident MiB' 'CPU %'
for ((i = 0; i < rounds; ++i)); do
  round
done
