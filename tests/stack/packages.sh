#!/bin/bash
set -euo pipefail
. "$(dirname "$0")/suite.sh"
. "$1/stack/console.sh"
. "$1/stack/packages.sh"

knows_missing_libraries() {
  [ "$(missing_libraries bash no-such-library)" = no-such-library ]
}

knows_missing_programs() {
  [ "$(missing_programs bash:bash no-such-program:its-package)" \
    = its-package ]
}

follows_the_release() {
  debian_release() { printf 'bookworm\n'; }
  [ "$(boost_package)" = libboost1.81-dev ]
  [ "$(missing_programs no-such-client:docker-cli)" = docker.io ]
  debian_release() { printf 'trixie\n'; }
  [ "$(boost_package)" = libboost-dev ]
  [ "$(missing_programs no-such-client:docker-cli)" = docker-cli ]
}

waits_for_the_lock() {
  sleep() { :; }
  locked_twice() {
    printf x >>"$scratch/tries"
    [ "$(cat "$scratch/tries")" = xxx ] \
      || { printf 'E: Could not get lock /var/lib/dpkg/lock\n' >&2; return 100; }
  }
  when_apt_is_free locked_twice
  [ "$(cat "$scratch/tries")" = xxx ]
}

gives_up_at_other_errors() {
  no_such_package() {
    printf x >>"$scratch/others"
    printf 'E: Unable to locate package\n' >&2
    return 100
  }
  must_fail 1 when_apt_is_free no_such_package
  [ "$(cat "$scratch/others")" = x ]
}

asks_for_root() {
  id() { printf '1000\n'; }
  must_fail 1 require_packages some-package
  grep -q 'apt-get install some-package' "$scratch/said"
}

it "tells installed libraries from missing ones" knows_missing_libraries
it "looks for programs by their own name" knows_missing_programs
it "follows what each release calls its packages" follows_the_release
it "waits while another apt holds the lock" waits_for_the_lock
it "gives up at once at any other error" gives_up_at_other_errors
it "says what to install to who is not root" asks_for_root
end_suite
