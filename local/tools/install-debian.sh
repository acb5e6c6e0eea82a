#!/bin/sh
# Installs Debian or Ubuntu packages, as root, without starting or enabling any service that they bring:
#   install-debian.sh PACKAGE...
# Prints the names of those that it could not find in the package lists on lines that begin with "unavailable: ".
set -eu

policy=${KINGBUS_POLICY_FILE:-/usr/sbin/policy-rc.d}
mark='# Placed by KingBus while it installs packages.'

# Two installations at once would take each other's policy file away.
if [ "${KINGBUS_INSTALL_LOCKED:-}" = '' ] && command -v flock >/dev/null; then
  KINGBUS_INSTALL_LOCKED=yes exec flock /run/lock "$0" "$@"
fi

remove_policy() {
  if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi
}
trap remove_policy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A machine that has its own policy keeps it. Ours forbids (101) every start for as long as it lies there.
if [ ! -e "$policy" ] && [ ! -L "$policy" ]; then
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any ||
  echo 'The package lists could not be brought up to date; going on with those that are there.'

wanted=''
for package in "$@"; do
  if is_installed "$package"; then
    continue
  elif apt-cache show "$package" >/dev/null 2>&1; then
    wanted="$wanted $package"
  else
    echo "unavailable: $package"
  fi
done
[ -n "$wanted" ] || exit 0

# shellcheck disable=SC2086
apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 $wanted

# The packages enable their services for the next start of the machine; whoever wants them can enable them again.
if command -v systemctl >/dev/null; then
  for package in $wanted; do
    for unit in $(dpkg-query -L "$package" | sed -n 's|^\(/usr\)\{0,1\}/lib/systemd/system/\([^/@]*\.service\)$|\2|p'); do
      systemctl disable --quiet "$unit" || true
      if [ -d /run/systemd/system ]; then systemctl stop "$unit" || true; fi
    done
  done
fi
