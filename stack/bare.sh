# shellcheck shell=bash
# The README on a machine that has nothing: a Debian of debootstrap's smallest
# kind in a folder, with mounts, processes and a network of its own, so that
# its engine doesn't lay hands on the bridges and rules of this machine's, and
# when it ends all that ran in it has ended.

bare_folders=/var/tmp/atalaya-bare

# bare [RELEASE...]
bare() {
  local release releases=("$@")
  [ "$#" -gt 0 ] || releases=(bookworm trixie)
  install missing_for_bare
  sweep_bare_machines
  for release in "${releases[@]}"; do
    bare_machine "$release"
  done
}

bare_machine() {
  # shellcheck disable=SC2154 # ./test says where the checkout is
  local steps=$root/stack/bare_machine.sh
  bare_folder=$(mktemp -d "$bare_folders.XXXXXX")
  step "A bare $1" debootstrap --variant=minbase "$1" "$bare_folder/root" \
    "$(debian_mirror)"
  copy_checkout "$bare_folder/root/root/atalaya"
  cp /etc/resolv.conf "$bare_folder/root/etc/resolv.conf"
  if [ -r "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$bare_folder/root/root/authorities.pem"
  fi
  bare_network
  say "Both commands in it:"
  # In the background, for an interrupt to be heard at once.
  timeout --kill-after 5 10800 nsenter --net="$bare_folder/network" \
    unshare --mount --pid --fork --kill-child \
    "$steps" "$bare_folder/root" </dev/null &
  bare_pid=$!
  wait "$bare_pid"
  remove_bare_machine
}

# Joined to the outside by a program, with no trace in this machine's network.
bare_network() {
  touch "$bare_folder/network"
  unshare --net="$bare_folder/network" true
  # shellcheck disable=SC2154 # console.sh sets the log
  slirp4netns --configure --mtu=65520 --netns-type=path \
    "$bare_folder/network" tap0 </dev/null >>"$log_file" 2>&1 &
  bare_network_pid=$!
}

# What git would give a stranger, with what isn't committed yet.
copy_checkout() {
  mkdir -p "$1"
  (
    cd "$root" || exit
    git ls-files -z --cached --others --exclude-standard \
      | tar --null --files-from - --ignore-failed-read --create
  ) | tar --directory "$1" --extract
}

# Its mounts end with its processes; one file system, should they not have.
remove_bare_machine() {
  if [ -n "${bare_pid:-}" ] && kill "$bare_pid" 2>/dev/null; then
    wait "$bare_pid" || true
  fi
  [ -z "${bare_network_pid:-}" ] || kill "$bare_network_pid" 2>/dev/null || true
  [ -z "${bare_folder:-}" ] || remove_tree "$bare_folder"
  bare_folder='' bare_pid='' bare_network_pid=''
}

sweep_bare_machines() {
  local folder
  for folder in "$bare_folders".*; do
    grep -qs " $folder/root" /proc/*/mountinfo || remove_tree "$folder"
  done
}
