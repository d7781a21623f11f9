# shellcheck shell=bash
# The README on a machine that has nothing: a Debian of debootstrap's smallest
# kind in a folder, with mounts and processes of its own, so that when it ends
# all that ran in it has ended.

bare_folders=/var/tmp/atalaya-bare

# bare [RELEASE...]
bare() {
  local release releases=("$@")
  [ "$#" -gt 0 ] || releases=(bookworm trixie)
  install true
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
  say "Both commands in it:"
  # In the background, for an interrupt to be heard at once.
  timeout --kill-after 5 10800 unshare --mount --pid --fork --kill-child \
    "$steps" "$bare_folder/root" </dev/null &
  bare_pid=$!
  wait "$bare_pid"
  remove_bare_machine
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
  [ -z "${bare_folder:-}" ] || rm -rf --one-file-system "$bare_folder"
  bare_folder=
}

sweep_bare_machines() {
  local folder
  for folder in "$bare_folders".*; do
    grep -qs "$folder/" /proc/*/mountinfo \
      || rm -rf --one-file-system "$folder"
  done
}
