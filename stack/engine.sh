# shellcheck shell=bash
# Finding a container engine, and where there is none, installing and starting
# Docker's. Its client is called as `engine COMMAND`.

default_engine=unix:///var/run/docker.sock
dockerd_pid_file=/var/run/docker.pid
containerd_pid_file=/var/run/docker/containerd/containerd.pid
dockerd_log=/var/log/atalaya-dockerd.log
# Holds who started the engine: the id of our dockerd, or `systemd`.
engine_started=/var/run/atalaya-engine

engine() {
  "${engine_client[@]}" "$@"
}

# use_engine URL: which client speaks to it. Docker's classic builder: the
# other needs a plug-in that Debian 12 lacks.
use_engine() {
  engine_url=$1
  if command -v docker >/dev/null; then
    engine_client=(env "DOCKER_HOST=$1" DOCKER_BUILDKIT=0 docker)
  else
    engine_client=(podman --remote --url "$1")
  fi
}

# find_engine: whether one answers; the first that does is engine_url.
find_engine() {
  local url
  if [ -n "${DOCKER_HOST:-}" ]; then
    use_engine "$DOCKER_HOST"
    engine_answers "$engine_url" && return 0
    fail "DOCKER_HOST=$DOCKER_HOST: no engine answers; start it, or unset it"
  fi
  for url in "$default_engine" unix:///run/podman/podman.sock; do
    if engine_answers "$url"; then
      use_engine "$url"
      return 0
    fi
  done
  return 1
}

# prepare_engine: finds one, or makes one.
prepare_engine() {
  local missing
  if ! find_engine; then
    mapfile -t missing < <(missing_for_engine)
    require_packages "${missing[@]}"
    find_engine || step "Starting the engine" start_engine
    find_engine
  fi
}

engine_answers() {
  local ping=(curl --fail --silent --max-time 5 --output /dev/null)
  case $1 in
    unix://*)
      [ -S "${1#unix://}" ] \
        && "${ping[@]}" --unix-socket "${1#unix://}" http://engine/_ping
      ;;
    tcp://*) "${ping[@]}" "http://${1#tcp://}/_ping" ;;
    *) return 1 ;;
  esac
}

# start_engine: what a step runs when none answers and Docker is installed.
start_engine() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker
    wait_for_engine
    printf 'systemd\n' >"$engine_started"
  else
    forget_dead "$dockerd_pid_file" dockerd
    forget_dead "$containerd_pid_file" containerd
    # Without the locks that this process holds: it would hold them for ever.
    setsid nohup dockerd </dev/null >>"$dockerd_log" 2>&1 8>&- 9>&- &
    wait_for_engine
    cp "$dockerd_pid_file" "$engine_started"
  fi
}

# A machine that was cut off leaves pid files; by now the number may be
# another program's, which dockerd takes for itself and won't start.
forget_dead() {
  local pid
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$2" ]; then
    rm -f "$1"
  fi
}

wait_for_engine() {
  local attempt
  for attempt in {1..120}; do
    if engine_answers "$default_engine"; then
      printf 'the engine answers at try %s\n' "$attempt"
      return 0
    fi
    sleep 0.5
  done
  tail -n 20 "$dockerd_log" || true
  printf 'no answer from %s within a minute\n' "$default_engine"
  return 1
}

# stop_engine: ends the engine if we started it and nobody else uses it.
stop_engine() {
  local by
  [ -s "$engine_started" ] || return 0
  by=$(cat "$engine_started")
  if engine_answers "$default_engine" && [ -n "$(engine ps --quiet)" ]; then
    say "The engine stays: containers that are not the demo's run in it."
    return 0
  fi
  if [ "$by" = systemd ]; then
    step "Stopping the engine" systemctl stop docker.socket docker
  elif [ "$(cat "/proc/$by/comm" 2>/dev/null)" = dockerd ]; then
    step "Stopping the engine" end_process "$by"
  fi
  rm -f "$engine_started"
}

# end_process PID: asks it to end, and waits for half a minute.
end_process() {
  local attempt
  kill -TERM "$1" 2>/dev/null || return 0
  for attempt in {1..150}; do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.2
  done
  printf 'process %s has not ended after %s tries\n' "$1" "$attempt"
  return 1
}
