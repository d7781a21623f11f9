# shellcheck shell=bash
# The server that ./run becomes: its first user, and finding it again by the
# file in its data directory that holds its process id and address.

server_file() {
  printf '%s/run.pid\n' "$1"
}

# server_is_up DATA: whether one serves that directory; sets server_pid and
# server_address.
server_is_up() {
  # shellcheck disable=SC2034 # ./run shows the address
  read -r server_pid server_address 2>/dev/null <"$(server_file "$1")" \
    || return 1
  # A program that was built again since is "atalaya (deleted)".
  case $(basename "$(readlink "/proc/$server_pid/exe")") in
    atalaya | 'atalaya (deleted)') ;;
    *) return 1 ;;
  esac
}

# stop_server DATA: asks it to end; it tells its operations and sessions first.
stop_server() {
  if server_is_up "$1"; then
    step "Stopping the server" end_process "$server_pid"
  fi
  rm -f "$(server_file "$1")"
}

# The letters that can't be taken for one another, 80 bits of them.
new_password() {
  head -c 1024 /dev/urandom | LC_ALL=C tr -dc 'a-hjkmnp-z2-9' \
    | sed 's/^\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\).*/\1-\2-\3-\4/'
}

# make_first_user ATALAYA...: where there is no user yet, makes `admin` and
# leaves the password in first_password. The arguments call the program.
make_first_user() {
  local users
  users=$("$@" user list)
  first_password=
  [ -z "$users" ] || return 0
  first_password=$(new_password)
  "$@" user add admin --role admin --password-stdin \
    <<<"$first_password"$'\n'"$first_password" >/dev/null
}
