#!/bin/bash
# clang_tidy.sh CHECKOUT BUILD: the program's own sources pass clang-tidy 19,
# as .clang-tidy sets it.
set -euo pipefail

cd "$1"
# The compiler's warnings are g++'s: clang doesn't know all of them.
run-clang-tidy-19 -quiet -j "$(nproc)" -p "$2" \
  -extra-arg=-Wno-unknown-warning-option \
  "^$PWD/(actors|config|net|odoo|operations|store|[a-z_]+\.cpp)"
