#!/bin/bash
# CHECKOUT: shellcheck has nothing to say about any script.
set -euo pipefail

cd "$1"
find run test .ci stack tests -type f \
  \( -name '*.sh' -o ! -name '*.*' \) -print0 \
  | xargs -0 grep -lZ '^#!/bin/bash\|^# shellcheck shell=bash' \
  | xargs -0 shellcheck
