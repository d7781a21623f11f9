#!/bin/bash
# What a stranger does on a bare machine, and what they must see.
set -euo pipefail

cd /root/atalaya
port=18420
output=/root/run.txt

fail() {
  printf 'bare: %s\n' "$*" >&2
  exit 1
}

# start_run SECONDS: ./run until the dashboard answers, no longer than that.
start_run() {
  local since=$SECONDS
  ./run --port "$port" > >(tee "$output") 2>&1 &
  run_pid=$!
  until curl --fail --silent --output /dev/null \
    "http://127.0.0.1:$port/healthz" 2>/dev/null; do
    kill -0 "$run_pid" 2>/dev/null || fail './run ended'
    [ "$((SECONDS - since))" -lt "$1" ] \
      || fail "no answer after $1 s"
    sleep 0.2
  done
  printf 'The dashboard answers after %s s.\n' "$((SECONDS - since))"
}

end_run() {
  kill -INT "$run_pid"
  wait "$run_pid" || true
}

sign_in() {
  local password
  password=$(sed -n 's/^ *password  *\([^ ]*\) .*/\1/p' "$output" | head -n 1)
  curl --fail --silent --show-error --cookie-jar /root/cookies \
    --header 'Content-Type: application/json' \
    --data "{\"user\":\"admin\",\"password\":\"$password\"}" \
    "http://127.0.0.1:$port/api/login"
  printf '\n'
}

see_demo() {
  local attempt instances
  for attempt in {1..60}; do
    instances=$(curl --fail --silent --show-error --cookie /root/cookies \
      "http://127.0.0.1:$port/api/instances")
    if grep -q '"name":"demo"' <<<"$instances"; then
      printf 'At try %s: %s\n' "$attempt" "$instances"
      return 0
    fi
    sleep 1
  done
  fail "no instance demo: $instances"
}

# Ends the demo, and the engine, which ./run has installed itself.
stop_all() {
  ./run --stop
  if curl --silent --max-time 5 --unix-socket /var/run/docker.sock \
    http://engine/_ping; then
    fail 'the engine still answers after ./run --stop'
  fi
}

start_run 3600
sign_in
see_demo
end_run
start_run 5
end_run
stop_all
./test
./run --remove --yes
printf 'Both commands work in a bare %s.\n' \
  "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")"
