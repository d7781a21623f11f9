# shellcheck shell=bash
# The real stack that the tests run against, under names of its own. How to
# reach it is in the environment; a test that needs a variable and has none
# fails:
#
#   ATALAYA_TEST_RUN             label whatever a test makes in the engine with
#                                atalaya.test=1 and atalaya.test.run=this
#   ATALAYA_TEST_ENGINE          unix:///var/run/docker.sock
#   ATALAYA_TEST_SERVER          the built program
#   ATALAYA_TEST_INSTANCE        Odoo 19: the name that its labels give it
#   ATALAYA_TEST_ODOO            its containers,
#   ATALAYA_TEST_POSTGRES        PostgreSQL user and password odoo
#   ATALAYA_TEST_ODOO_URL        user admin, password admin, master password
#                                admin
#   ATALAYA_TEST_DATABASE        a database of it with demo data
#   ATALAYA_TEST_ODOO14          Odoo 14, without labels or databases, on a
#   ATALAYA_TEST_POSTGRES14      PostgreSQL of its own
#   ATALAYA_TEST_ODOO14_URL
#   ATALAYA_TEST_ODOO_IMAGE      to start more of them
#   ATALAYA_TEST_ODOO14_IMAGE
#   ATALAYA_TEST_POSTGRES_IMAGE
#   ATALAYA_TEST_IMAGE           a small Debian
#   ATALAYA_TEST_CHROMIUM        the browser
#   ATALAYA_TEST_PODMAN          soak only: the socket of a second engine

test_stack=atalaya-test-$$
test_labels=(atalaya.test=1 "atalaya.test.run=$$")

test_stack_up() {
  sweep_dead_runs
  instance_up "$test_stack" "test-$$" odoo19 18069 "${test_labels[@]}"
  instance_up "$test_stack-14" '' odoo14 18069 "${test_labels[@]}"
  instance_database "$test_stack" test
}

test_stack_environment() {
  export ATALAYA_TEST_RUN=$$
  # shellcheck disable=SC2154 # engine.sh sets it
  export ATALAYA_TEST_ENGINE=$engine_url
  export ATALAYA_TEST_INSTANCE=test-$$
  export ATALAYA_TEST_ODOO=$test_stack-odoo
  export ATALAYA_TEST_POSTGRES=$test_stack-postgres
  export ATALAYA_TEST_DATABASE=test
  export ATALAYA_TEST_ODOO14=$test_stack-14-odoo
  export ATALAYA_TEST_POSTGRES14=$test_stack-14-postgres
  ATALAYA_TEST_ODOO_URL=$(odoo_url "$test_stack")
  ATALAYA_TEST_ODOO14_URL=$(odoo_url "$test_stack-14")
  ATALAYA_TEST_ODOO_IMAGE=$(image_of odoo19)
  ATALAYA_TEST_ODOO14_IMAGE=$(image_of odoo14)
  ATALAYA_TEST_POSTGRES_IMAGE=$(image_of postgres)
  ATALAYA_TEST_IMAGE=$(image_of debian)
  ATALAYA_TEST_CHROMIUM=$(command -v chromium)
  export ATALAYA_TEST_ODOO_URL ATALAYA_TEST_ODOO14_URL ATALAYA_TEST_CHROMIUM
  export ATALAYA_TEST_ODOO_IMAGE ATALAYA_TEST_ODOO14_IMAGE
  export ATALAYA_TEST_POSTGRES_IMAGE ATALAYA_TEST_IMAGE
}

# A ./test that was cut off leaves its stack; its process id tells.
sweep_dead_runs() {
  local run
  while read -r run; do
    if ! grep -qs 'test' "/proc/$run/cmdline"; then
      remove_run "$run"
    fi
  done < <(engine network ls --filter label=atalaya.test=1 \
    --format '{{.Labels}}' | grep -o 'atalaya.test.run=[0-9]*' \
    | cut -d= -f2 | sort -u)
}

# remove_run RUN: everything in the engine that carries its label.
remove_run() {
  local filter=label=atalaya.test.run=$1
  remove_each container "$(engine ps --all --quiet --filter "$filter")"
  remove_each volume "$(engine volume ls --quiet --filter "$filter")"
  remove_each network "$(engine network ls --quiet --filter "$filter")"
}

remove_each() {
  local each options=()
  [ "$1" != container ] || options=(--force --volumes)
  for each in $2; do
    engine "$1" rm "${options[@]}" "$each" || true
  done
}
