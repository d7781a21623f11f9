#!/bin/bash
# bare_machine.sh ROOT: the first process of a bare machine. Lays its mounts
# and goes in. By pivot_root: under a mere chroot, what an engine runs by exec
# lands in the outer root. What a network asks of whoever is in it (a proxy,
# certificate authorities of its own) goes along; nothing else does.
set -euo pipefail

machine=$1
mount --bind "$machine" "$machine"
mount --rbind /dev "$machine/dev"
mount -t proc proc "$machine/proc"
mount -t sysfs sysfs "$machine/sys"
mount --rbind /sys/fs/cgroup "$machine/sys/fs/cgroup"
mount -t tmpfs tmpfs "$machine/run"
cd "$machine"
mkdir outside
pivot_root . outside
cd /
umount --lazy outside
rmdir outside
environment=(
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  HOME=/root
)
for name in http_proxy https_proxy no_proxy; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done
[ ! -e /root/authorities.pem ] \
  || environment+=(NODE_EXTRA_CA_CERTS=/root/authorities.pem)
exec env --ignore-environment "${environment[@]}" \
  /root/atalaya/stack/bare_steps.sh
