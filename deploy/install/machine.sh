# shellcheck shell=bash
# What machine this is, and whether it will do.

check_machine() {
	[ -n "$dry_run" ] || [ "$(id -u)" = 0 ] || fail 'this changes the system: run it as root (--dry-run may be run by anyone)'
	[ -f "$release/release.json" ] || fail "$release is no release: unpack one, and run its own deploy/install.sh"
	version=$(sed -n 's/^ *"version": "\(.*\)",*$/\1/p' "$release/release.json")
	[ -n "$uninstall" ] || complete_options
	command -v apt-get >/dev/null || fail 'this is for Debian and Ubuntu: apt-get is missing'
	"$release/node/bin/node" --version >/dev/null 2>&1 ||
		fail "the Node of this release does not run here ($(uname -m)): take the release for this architecture"
}
