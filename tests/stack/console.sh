#!/bin/bash
set -euo pipefail
. "$(dirname "$0")/suite.sh"
. "$1/stack/console.sh"

begin() {
  start_log "$scratch/steps.log"
}

shows_seconds() {
  begin
  step "Sleeping" sleep 0.3 | grep -Eq '^  Sleeping +[0-9]+ s$'
}

keeps_output_in_the_log() {
  begin
  local shown
  shown=$(step "Talking" printf 'a detail\n')
  grep -qx 'a detail' "$scratch/steps.log"
  ! grep -q 'a detail' <<<"$shown"
}

ends_the_program() {
  begin
  must_fail 1 step "Failing" sh -c 'echo the reason; exit 3'
  grep -q 'the reason' "$scratch/said"
  grep -q "the whole log is $scratch/steps.log" "$scratch/said"
}

stops_at_the_first_failure_inside() {
  begin
  inside() {
    false
    touch "$scratch/went-on"
  }
  must_fail 1 step "Failing" inside
  [ ! -e "$scratch/went-on" ]
}

runs_another_beside() {
  begin
  local since=$SECONDS
  beside "Long" sleep 2
  step "Also long" sleep 2
  await_beside
  [ "$((SECONDS - since))" -le 3 ]
}

takes_everything_along() {
  begin
  inside() {
    sleep 61.5 &
    printf '%s\n' "$!" >"$scratch/grandchild"
    sleep 61.5
  }
  start_step "Interrupted" inside
  until [ -s "$scratch/grandchild" ]; do sleep 0.1; done
  end_steps
  has_ended "$(cat "$scratch/grandchild")"
}

# has_ended PID: within ten seconds; a zombie nobody has waited for has ended.
has_ended() {
  for _ in {1..100}; do
    grep -qs '^State:.[^Z]' "/proc/$1/status" || return 0
    sleep 0.1
  done
  return 1
}

it "shows a step with the seconds it took" shows_seconds
it "keeps what a step prints in the log" keeps_output_in_the_log
it "ends the program when a step fails, naming the log" ends_the_program
it "stops a step at its first failing command" \
  stops_at_the_first_failure_inside
it "runs one step beside another" runs_another_beside
it "takes a step's own processes along when interrupted" \
  takes_everything_along
end_suite
