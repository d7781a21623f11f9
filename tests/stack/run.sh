#!/bin/bash
set -euo pipefail
. "$(dirname "$0")/suite.sh"
. "$1/stack/server.sh"
run=$1/run

explains_itself() {
  "$run" --help >"$scratch/help"
  local option
  for option in --port --data --config --stop --remove --yes; do
    grep -q -- "$option" "$scratch/help"
  done
}

refuses_wrong_use() {
  must_fail 2 "$run" --no-such-option
  must_fail 2 "$run" --port 70000
  must_fail 2 "$run" --port
  must_fail 2 "$run" --config "$scratch/none.toml"
}

asks_before_it_removes() {
  must_fail 2 "$run" --remove --data "$scratch/data" </dev/null
  grep -q -- '--yes' "$scratch/said"
}

makes_long_passwords() {
  [[ $(new_password) =~ ^([a-z2-9]{4}-){3}[a-z2-9]{4}$ ]]
  [ "$(new_password)" != "$(new_password)" ]
}

makes_a_user_once() {
  program() {
    case $* in
      'user list') cat "$scratch/users" ;;
      'user add'*) cat >"$scratch/typed" && printf 'admin\n' >"$scratch/users" ;;
    esac
  }
  : >"$scratch/users"
  make_first_user program
  [ "$(head -n 1 "$scratch/typed")" = "$first_password" ]
  [ -n "$first_password" ]
  make_first_user program
  [ -z "$first_password" ]
}

forgets_another_program() {
  printf '%s http://127.0.0.1:1\n' "$$" >"$(server_file "$scratch")"
  must_fail 1 server_is_up "$scratch"
}

it "explains every option" explains_itself
it "ends with 2 at wrong use" refuses_wrong_use
it "removes nothing without being told or asking" asks_before_it_removes
it "makes passwords that can't be guessed" makes_long_passwords
it "makes the first user once, and says its password once" makes_a_user_once
it "takes no other program for the server" forgets_another_program
end_suite
