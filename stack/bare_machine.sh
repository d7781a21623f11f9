#!/bin/bash
# bare_machine.sh ROOT: the first process of a bare machine. Lays its mounts
# and goes in.
set -euo pipefail

machine=$1
# Docker remounts its root folder, which has to be a mount for that.
mount --bind "$machine" "$machine"
mount --rbind /dev "$machine/dev"
mount -t proc proc "$machine/proc"
mount -t sysfs sysfs "$machine/sys"
mount --rbind /sys/fs/cgroup "$machine/sys/fs/cgroup"
mount -t tmpfs tmpfs "$machine/run"
exec env --ignore-environment \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  HOME=/root ${http_proxy:+"http_proxy=$http_proxy"} \
  chroot "$machine" /root/atalaya/stack/bare_steps.sh
