#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR
# Puts this release on a bare Debian or Ubuntu server, all of it, and has it run: `deploy/install.sh --help`.
set -euo pipefail
shopt -s nullglob

release=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$release/deploy

# Each file is one thing; what they define is used by the steps below.
source "$here/install/options.sh"
source "$here/install/actions.sh"
source "$here/install/machine.sh"
source "$here/install/settings.sh"
source "$here/install/packages.sh"
source "$here/install/tree.sh"
source "$here/install/trial.sh"
source "$here/install/mariadb.sh"
source "$here/install/redis.sh"
source "$here/install/keys.sh"
source "$here/install/front.sh"
source "$here/install/firewall.sh"
source "$here/install/services.sh"
source "$here/install/prove.sh"
source "$here/install/uninstall.sh"

read_options "$@"
check_machine
if [ -n "$uninstall" ]; then
	uninstall
	exit
fi

install_packages
install_tree
write_settings
set_up_mariadb
set_up_redis
migrate_database
try_release
make_current
make_signing_key
set_up_front
set_up_firewall
start_services
prove_installation
say_what_is_next
