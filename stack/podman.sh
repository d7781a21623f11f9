# shellcheck shell=bash
# A second engine for the soak tests: a Podman with storage of its own, which
# has the images of the stack.

podman_up() {
  podman_folder=$(mktemp -d /var/tmp/atalaya-podman.XXXXXX)
  podman_socket=unix://$podman_folder/podman.sock
  podman_limits >"$podman_folder/containers.conf"
  # shellcheck disable=SC2154 # console.sh sets the log
  CONTAINERS_CONF=$podman_folder/containers.conf setsid podman \
    --root "$podman_folder/root" --runroot "$podman_folder/run" \
    system service --time=0 "$podman_socket" </dev/null >>"$log_file" 2>&1 &
  podman_pid=$!
  step "Giving Podman the images" fill_podman
  export ATALAYA_TEST_PODMAN=$podman_socket
}

# Podman raises these by itself, to what a confined root can't.
podman_limits() {
  printf '[engine]\nruntime = "runc"\n'
  printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n' \
    "$(ulimit -Hn)" "$(ulimit -Hn)" 8192 8192
}

fill_podman() {
  local attempt
  for attempt in {1..60}; do
    engine_answers "$podman_socket" && break
    sleep 0.5
  done
  printf 'Podman was asked %s times\n' "$attempt"
  engine save "$(image_of postgres)" "$(image_of odoo19)" \
    | podman --remote --url "$podman_socket" load
}

podman_down() {
  [ -n "${podman_folder:-}" ] || return 0
  podman --remote --url "$podman_socket" rm --all --force --volumes
  podman --remote --url "$podman_socket" network prune --force
  end_process "$podman_pid"
  umount "$podman_folder/root/overlay" || true
  rm -rf --one-file-system "$podman_folder"
  podman_folder=
}
