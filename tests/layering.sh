#!/bin/bash
# layering.sh CHECKOUT: which folder includes and links which, against the
# table of docs/decisions and the design: fails with file and line. Includes
# are written from the root; main.cpp, tests and benchmarks may use all.
set -euo pipefail

cd "$1"
{
  grep -nHr --include='*.[ch]pp' '^ *# *include *"' \
    actors config net odoo operations store
  grep -nH '' actors/CMakeLists.txt config/CMakeLists.txt odoo/CMakeLists.txt \
    operations/CMakeLists.txt store/CMakeLists.txt
  grep -nHr --include=CMakeLists.txt '' net
} | awk -f tests/layering.awk
