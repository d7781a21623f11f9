# shellcheck shell=bash
# How progress is shown: one line a step, with the seconds it has taken so far.
# What the steps themselves print goes to a log, whose name is shown on failure.

# start_log FILE: from here on, steps write to FILE.
start_log() {
  log_file=$1
  mkdir -p "$(dirname "$log_file")"
  : >"$log_file"
}

say() {
  printf '%s\n' "$*"
}

# fail WHAT: says it and ends the program.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# step TEXT COMMAND...: runs the command in a process group of its own, so that
# an interrupt takes all of it along. Ends the program when the command fails.
step() {
  start_step "$@"
  finish_step "$step_text" "$step_pid" "$step_log"
}

# beside TEXT COMMAND...: starts a step that await_beside waits for; meanwhile
# others run. One at a time.
beside() {
  local file=${log_file%.log}-beside.log
  : >"$file"
  log_file=$file start_step "$@"
  beside_text=$step_text
  beside_pid=$step_pid
  beside_log=$file
}

await_beside() {
  finish_step "$beside_text" "$beside_pid" "$beside_log"
  beside_pid=
}

start_step() {
  step_text=$1
  step_log=$log_file
  shift
  printf '\n== %s\n' "$step_text" >>"$log_file"
  set -m
  ("$@") </dev/null >>"$log_file" 2>&1 &
  step_pid=$!
  set +m
}

finish_step() {
  local text=$1 pid=$2 log=$3 since=$SECONDS
  while kill -0 "$pid" 2>/dev/null; do
    show_waiting "$text" "$((SECONDS - since))"
    sleep 0.2
  done
  if wait "$pid"; then
    show_end "$text" "$((SECONDS - since)) s"
  else
    show_end "$text" "failed after $((SECONDS - since)) s"
    tail -n 20 "$log" >&2
    fail "$text failed; the whole log is $log"
  fi
}

# On a terminal the line is written over; elsewhere one a minute is enough.
show_waiting() {
  if [ -t 1 ]; then
    printf '\r  %-48s %4s s ' "$1" "$2"
  elif [ "$2" -gt 0 ] && [ "$(($2 % 60))" = 0 ] \
    && [ "${shown_at:-}" != "$1 $2" ]; then
    shown_at="$1 $2"
    printf '  %-48s %4s s so far\n' "$1" "$2"
  fi
}

show_end() {
  if [ -t 1 ]; then
    printf '\r  %-48s %s        \n' "$1" "$2"
  else
    printf '  %-48s %s\n' "$1" "$2"
  fi
}

# Ends what is still running when the program is interrupted or fails.
end_steps() {
  local pid
  for pid in "${step_pid:-}" "${beside_pid:-}"; do
    if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
      kill -TERM -- "-$pid" 2>/dev/null || true
    fi
  done
}
