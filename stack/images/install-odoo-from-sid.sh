#!/bin/bash
# Odoo 19, or the newest that sid has by now, on a trixie that provides the
# rest: sid is pinned below everything, that one package above.
set -euo pipefail

mirror=$(sed -n 's|^deb \([^ ]*\) trixie .*|\1|p' /etc/apt/sources.list)
printf 'deb [check-valid-until=no] %s sid main\n' "$mirror" \
  >/etc/apt/sources.list.d/sid.list
printf 'Package: *\nPin: release n=sid\nPin-Priority: 50\n' \
  >/etc/apt/preferences.d/sid
apt-get update

found=$(apt-cache pkgnames odoo- | { grep -E '^odoo-[0-9]+$' || true; } \
  | sort -V)
if [ -z "$found" ]; then
  printf 'Debian unstable has no Odoo package at the moment\n' >&2
  exit 1
fi
package=$(grep -Fx odoo-19 <<<"$found" || tail -n 1 <<<"$found")
printf '\nPackage: %s\nPin: release n=sid\nPin-Priority: 900\n' "$package" \
  >>/etc/apt/preferences.d/sid
DEBIAN_FRONTEND=noninteractive apt-get install --yes \
  --no-install-recommends "$package"
rm -rf /var/lib/apt/lists/*
