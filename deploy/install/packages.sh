# shellcheck shell=bash
# The servers from this system's own packages. None of them starts before it is configured.

# The oldest version of each that will do (docs/operations.md).
declare -A oldest=([mariadb-server]=10.11 [redis-server]=6.2 [caddy]=2.6 [apache2]=2.4.47)

install_packages() {
	step 'Packages'
	local wanted=(ca-certificates openssl logrotate) missing=() package
	[ -n "$database_url" ] || wanted+=(mariadb-server)
	[ -n "$redis_url" ] || wanted+=(redis-server)
	case $front in caddy) wanted+=(caddy) ;; apache) wanted+=(apache2) ;; esac
	[ -z "$firewall" ] || wanted+=(nftables)
	for package in "${wanted[@]}"; do
		is_installed "$package" || missing+=("$package")
	done
	if [ ${#missing[@]} -gt 0 ]; then
		run apt-get update -q
		for package in "${missing[@]}"; do check_candidate "$package"; done
		without_starts run env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
	fi
	say "there: ${wanted[*]}"
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

check_candidate() {
	local least=${oldest[$1]:-} candidate
	[ -n "$least" ] || return 0
	candidate=$(apt-cache policy "$1" | sed -n 's/^ *Candidate: //p')
	dpkg --compare-versions "${candidate#*:}" ge "$least" 2>/dev/null && [ "$candidate" != '(none)' ] && return
	[ -n "$dry_run" ] && [ -z "$candidate" ] && return
	fail "$1 has to be $least or later, and this system offers ${candidate:-none}: use one that runs elsewhere (--help)" \
		'or another front'
}

# While packages are installed, a policy forbids (101) that they start what they bring. A machine's own policy is kept.
without_starts() {
	local policy=/usr/sbin/policy-rc.d
	if [ -e "$policy" ] || [ -n "$dry_run" ]; then
		"$@"
		return
	fi
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	local status=0
	"$@" || status=$?
	rm -f "$policy"
	return $status
}
