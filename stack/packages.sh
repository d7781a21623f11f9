# shellcheck shell=bash
# Which Debian packages each command needs, and installing those that are
# missing. Programs are looked for by their own name, so that one that came
# from elsewhere (Docker's or Node's own packages, say) is good enough.

missing_for_build() {
  missing_programs cmake:cmake ninja:ninja-build g++:g++ npm:npm \
    pkg-config:pkgconf curl:curl debootstrap:debootstrap
  missing_libraries ca-certificates libcaf-dev libpq-dev libsimdjson-dev \
    libspdlog-dev libtomlplusplus-dev libcli11-dev libsodium-dev \
    libsqlite3-dev libssl-dev libarchive-dev libisal-dev libdeflate-dev \
    zlib1g-dev "$(boost_package)"
}

missing_for_engine() {
  missing_programs dockerd:docker.io docker:docker-cli
}

missing_for_tests() {
  missing_programs clang-format-19:clang-format-19 \
    clang-tidy-19:clang-tidy-19 chromium:chromium git:git shellcheck:shellcheck \
    ccache:ccache podman:podman runc:runc python3:python3
  missing_libraries postgresql
  # What Podman only recommends: containers that find each other by name.
  case $(debian_release) in
    bookworm)
      missing_libraries golang-github-containernetworking-plugin-dnsname
      ;;
    *) missing_libraries aardvark-dns nftables ;;
  esac
}

missing_for_bare() {
  missing_programs slirp4netns:slirp4netns
}

debian_release() {
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-unknown}")
}

# Debian 12's libboost-dev is too old, Debian 13's isn't.
boost_package() {
  case $(debian_release) in
    bookworm) printf '%s\n' libboost1.81-dev ;;
    *) printf '%s\n' libboost-dev ;;
  esac
}

# In Debian 12 docker.io brings the client, in Debian 13 it is apart.
package_here() {
  case $(debian_release):$1 in
    bookworm:docker-cli) printf '%s\n' docker.io ;;
    *) printf '%s\n' "$1" ;;
  esac
}

# missing_programs PROGRAM:PACKAGE...: the packages of those not found.
missing_programs() {
  local pair
  for pair in "$@"; do
    if ! command -v "${pair%%:*}" >/dev/null; then
      package_here "${pair#*:}"
    fi
  done
}

# missing_libraries PACKAGE...: those that dpkg doesn't call installed.
missing_libraries() {
  local installed
  installed=$(dpkg-query --show \
    --showformat '${db:Status-Abbrev} ${binary:Package}\n' "$@" 2>/dev/null \
    | sed -n 's/^ii  *\([^: ]*\).*/\1/p') || true
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# require_packages PACKAGE...: installs them, showing a step; none, nothing.
require_packages() {
  [ "$#" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    fail "missing: $*; run this as root, or install them: apt-get install $*"
  fi
  command -v apt-get >/dev/null \
    || fail "missing: $*; this is no Debian, so install what they hold by hand"
  step "Installing $# packages" install_packages "$@"
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  when_apt_is_free dpkg --configure -a
  when_apt_is_free apt-get --quiet -o Acquire::Retries=3 update
  case " $* " in
    *' postgresql '*) without_a_cluster apt_install "$@" ;;
    *) apt_install "$@" ;;
  esac
}

apt_install() {
  when_apt_is_free apt-get --quiet --yes -o Acquire::Retries=3 \
    install --no-install-recommends "$@"
}

# The tests need PostgreSQL's programs only; its package would also make a
# cluster, and serve it.
without_a_cluster() {
  local configuration=/etc/postgresql-common/createcluster.conf
  apt_install postgresql-common
  sed -i.kept 's/^#\?create_main_cluster.*/create_main_cluster = false/' \
    "$configuration"
  "$@"
  mv "$configuration.kept" "$configuration"
}

# Another apt may be at work, or have been cut off and just ending: tried again
# for ten minutes as long as a lock is what stands in the way.
when_apt_is_free() {
  local attempt output
  output=$(mktemp)
  for attempt in {1..120}; do
    if "$@" 2>&1 | tee "$output"; then
      rm -f "$output"
      return 0
    fi
    grep -qiE 'could not get lock|unable to (acquire|lock)|is locked' \
      "$output" || break
    printf 'waiting for the lock of apt, try %s of 120\n' "$attempt"
    sleep 5
  done
  rm -f "$output"
  return 1
}
