# shellcheck shell=bash
# A suite of shell tests: each test is a function, its name a sentence.

suite_failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# it SENTENCE FUNCTION: in a shell of its own, where the first command that
# fails ends it.
it() {
  ("$2") >"$scratch/output" 2>&1 &
  if wait "$!"; then
    printf 'ok      it %s\n' "$1"
  else
    printf 'FAILED  it %s\n' "$1"
    sed 's/^/        /' "$scratch/output"
    suite_failures=$((suite_failures + 1))
  fi
}

# must_fail STATUS COMMAND...: what it printed is in $scratch/said.
must_fail() {
  local status=0
  ("${@:2}") >"$scratch/said" 2>&1 &
  wait "$!" || status=$?
  cat "$scratch/said"
  [ "$status" = "$1" ]
}

end_suite() {
  [ "$suite_failures" = 0 ]
}
