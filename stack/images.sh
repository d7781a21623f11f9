# shellcheck shell=bash
# The images of the stack: official ones where a registry can be reached, else
# stand-ins made of Debian's packages (images/*.Dockerfile). A KIND is
# postgres, odoo19, odoo14 or debian.

image_sources=$(dirname "${BASH_SOURCE[0]}")/images
work_folders=/var/tmp/atalaya-debootstrap
# What ./run --remove may remove again, a name a line.
pulled_images=$(dirname "${BASH_SOURCE[0]}")/../build/pulled-images

# One name a line: the official one, ours, the Debian below ours.
image_names() {
  case $1 in
    postgres) printf '%s\n' postgres:15 atalaya/postgres:15 bookworm ;;
    odoo19) printf '%s\n' odoo:19 atalaya/odoo:19 trixie ;;
    odoo14) printf '%s\n' odoo:14 atalaya/odoo:14 bullseye ;;
    debian) printf '%s\n' debian:bookworm atalaya/debian:bookworm bookworm ;;
  esac
}

# image_of KIND: the image that is there, official before ours; none: fails.
image_of() {
  local image
  while read -r image; do
    if has_image "$image"; then
      printf '%s\n' "$image"
      return 0
    fi
  done < <(image_names "$1" | head -n 2)
  return 1
}

has_image() {
  engine image inspect "$1" >/dev/null 2>&1
}

# make_images KIND...: pulls or builds those that aren't there. One maker at a
# time on a machine, so that two commands don't build the same twice.
make_images() {
  local kind
  (
    flock --timeout 3600 8
    for kind in "$@"; do
      image_of "$kind" || pull_image "$kind" || build_image "$kind"
    done
  ) 8>"$(lock_folder)/atalaya-images"
}

# A machine without an init system may not have /run/lock.
lock_folder() {
  if [ -d /run/lock ]; then
    printf '/run/lock\n'
  else
    printf '/run\n'
  fi
}

# Where nothing can be reached the engine says so at once, or gives up itself.
pull_image() {
  local image
  image=$(image_names "$1" | sed -n 1p)
  # shellcheck disable=SC2154 # engine.sh sets it
  timeout 1800 "${engine_client[@]}" pull "docker.io/library/$image" || return 1
  printf '%s\n' "$image" >>"$pulled_images"
}

build_image() {
  local image base proxy=()
  { read -r _ && read -r image && read -r base; } < <(image_names "$1")
  has_image "atalaya/debian:$base" || build_base "$base"
  [ "$1" != debian ] || return 0
  [ -z "${http_proxy:-}" ] || proxy=(--build-arg http_proxy)
  engine build --network host "${proxy[@]}" --tag "$image" \
    --file "$image_sources/$1.Dockerfile" "$image_sources"
}

# The root folder is one level down: mktemp's own is closed to other users,
# and so would be the image's.
build_base() {
  local folder
  sweep_work_folders
  folder=$(mktemp -d "$work_folders.XXXXXX")
  debootstrap --variant=minbase "$1" "$folder/root" "$(debian_mirror)"
  # An image that is cut off is made anew: no need to flush every file to disk.
  printf 'force-unsafe-io\n' >"$folder/root/etc/dpkg/dpkg.cfg.d/fast"
  tar --directory "$folder/root" --create . \
    | engine import --change 'LABEL atalaya.built=1' - "atalaya/debian:$1"
  remove_tree "$folder"
}

sweep_work_folders() {
  local folder
  for folder in "$work_folders".*; do
    remove_tree "$folder"
  done
}

# remove_tree FOLDER: with what is still mounted in it, as debootstrap leaves
# it when it is cut off.
remove_tree() {
  local mount
  while read -r mount; do
    umount "$mount"
  done < <(awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' \
    /proc/mounts | sort -r)
  rm -rf --one-file-system "$1"
}

# The machine's own mirror, where apt in a bare image can use it (no https).
debian_mirror() {
  local mirror
  # shellcheck disable=SC2016 # apt-get fills these in
  mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' \
    'Created-By: Packages' 2>/dev/null \
    | sed -n 's|^Debian \(http://[^ ]*/debian\)/$|\1|p' | head -n 1) || true
  printf '%s\n' "${mirror:-http://deb.debian.org/debian}"
}

# remove_images: those that were built or pulled here, and what they were
# built from; one that a container still uses stays.
remove_images() {
  local image
  while read -r image; do
    engine rmi "$image" || true
  done < <(ours)
  rm -f "$pulled_images"
}

ours() {
  local filter=label=atalaya.built=1
  engine images --filter "$filter" --format '{{.Repository}}:{{.Tag}}' \
    | grep '^\(localhost/\)\?atalaya/' | sort -r
  [ ! -e "$pulled_images" ] || cat "$pulled_images"
}
