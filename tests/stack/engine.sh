#!/bin/bash
set -euo pipefail
. "$(dirname "$0")/suite.sh"
. "$1/stack/console.sh"
. "$1/stack/packages.sh"
. "$1/stack/engine.sh"

forgets_a_dead_pid_file() {
  sh -c 'echo $$' >"$scratch/pid"
  forget_dead "$scratch/pid" dockerd
  [ ! -e "$scratch/pid" ]
}

forgets_a_number_taken_by_another() {
  printf '%s\n' "$$" >"$scratch/pid"
  forget_dead "$scratch/pid" dockerd
  [ ! -e "$scratch/pid" ]
}

keeps_the_file_of_a_live_one() {
  printf '%s\n' "$$" >"$scratch/pid"
  forget_dead "$scratch/pid" "$(cat "/proc/$$/comm")"
  [ -e "$scratch/pid" ]
}

refuses_a_wrong_docker_host() {
  DOCKER_HOST=unix://$scratch/none.sock must_fail 1 find_engine
  grep -q 'no engine answers' "$scratch/said"
}

ends_what_it_started() {
  sleep 60 &
  local pid=$!
  end_process "$pid"
  ! kill -0 "$pid"
}

it "forgets the pid file of a process that is gone" forgets_a_dead_pid_file
it "forgets a pid file whose number is another program's by now" \
  forgets_a_number_taken_by_another
it "keeps the pid file of an engine that lives" keeps_the_file_of_a_live_one
it "says so where DOCKER_HOST names no engine" refuses_a_wrong_docker_host
it "waits until what it ends has ended" ends_what_it_started
end_suite
