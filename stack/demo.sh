# shellcheck shell=bash
# The demo instance: what ./run makes where there is no Odoo to look after.

demo=atalaya-demo
# In Odoo's volume once everything was made, so that a database that somebody
# deleted later stays deleted.
demo_made=/var/lib/odoo/.atalaya-demo-made

# needs_demo ATALAYA...: whether there is no Odoo but the test's, or the demo
# was begun and not finished. The arguments are how to call the program.
needs_demo() {
  local found
  found=$("$@" discover | sed -n 's/^odoo_container *= *"\(.*\)"$/\1/p' \
    | grep -v '^atalaya-test-') || true
  case $found in
    '') return 0 ;;
    *"$demo-odoo"*) ! demo_is_made ;;
    *) return 1 ;;
  esac
}

demo_is_made() {
  engine exec "$demo-odoo" test -e "$demo_made" 2>/dev/null
}

demo_up() {
  instance_up "$demo" demo odoo19 8069
  demo_is_made && return 0
  instance_database "$demo" demo
  engine exec "$demo-odoo" touch "$demo_made"
}

demo_has_images() {
  image_of postgres >/dev/null && image_of odoo19 >/dev/null
}

# Debian's unstable branch won't have Odoo 19 for ever.
say_other_version() {
  local version
  version=$(engine run --rm --entrypoint odoo "$(image_of odoo19)" --version)
  case $version in
    *' 19.'*) ;;
    *) say "There is no Odoo 19 to be had: the demo is $version." ;;
  esac
}

demo_exists() {
  [ -n "$(engine ps --all --quiet --filter "name=^/?$demo-")" ]
}

demo_is_up() {
  [ -n "$(engine ps --quiet --filter "name=^/?$demo-odoo\$")" ]
}
