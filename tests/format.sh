#!/bin/bash
# format.sh CHECKOUT: every C++ file is as clang-format 19 would write it.
set -euo pipefail

cd "$1"
{
  find . -maxdepth 1 -name '*.[ch]pp' -print0
  find actors benchmarks config net odoo operations store tests ui \
    -name node_modules -prune -o -name '*.[ch]pp' -print0
} \
  | xargs -0 clang-format-19 --dry-run -Werror
