# shellcheck shell=bash
# Configuring and building a CMake preset of this checkout.

# build_preset CHECKOUT PRESET [TARGET...]: what a step runs.
build_preset() {
  local folder=$1/build/$2 targets=()
  cd "$1" || return
  forget_moved_build "$folder"
  [ -e "$folder/build.ninja" ] || cmake --preset "$2"
  [ "$#" -le 2 ] || targets=(--target "${@:3}")
  cmake --build --preset "$2" "${targets[@]}"
}

# A checkout that was copied or moved with its build folder: CMake would
# refuse, or build the other checkout.
forget_moved_build() {
  local cache=$1/CMakeCache.txt
  if [ -e "$cache" ] \
    && ! grep -qFx "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$cache"; then
    rm -rf "$1"
  fi
}

# hold_checkout CHECKOUT: one command at a time makes things in it.
hold_checkout() {
  mkdir -p "$1/build"
  exec 9>"$1/build/lock"
  flock --nonblock 9 || say "Waiting for another command in this checkout."
  flock --timeout 3600 9 || fail "another command has not ended in an hour"
}

release_checkout() {
  exec 9>&-
}
