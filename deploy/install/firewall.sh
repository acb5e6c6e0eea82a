# shellcheck shell=bash
# The firewall: SSH, where it listens, and the web in; names, time, packages, certificates, and servers elsewhere out.

set_up_firewall() {
	step 'Firewall'
	if [ -z "$firewall" ]; then
		say 'left to others (--no-firewall)'
		return
	fi
	sed -e "s/^define tcp_in = .*/define tcp_in = { $(ports_of_ssh), 80, 443 }/" \
		-e "s/^define tcp_out = .*/define tcp_out = { 53, 80, 443$(ports_elsewhere) }/" "$here/nftables/kingbus.nft" |
		put /etc/kingbus/firewall.nft 644 root:root
}

# Wherever SSH listens, it stays open: 22 where that cannot be known.
ports_of_ssh() {
	local ports
	ports=$(sshd -T 2>/dev/null | sed -n 's/^port \([0-9]*\)$/\1/p' | sort -u | paste -sd ,)
	printf %s "${ports:-22}"
}

# The ports of a MariaDB or Redis elsewhere, each with a comma before it.
ports_elsewhere() {
	[ -z "$database_url" ] || printf '%s\n' "$database_url" | ports_of_url 3306
	[ -z "$redis_url" ] || printf '%s\n' "$redis_url" | ports_of_url 6379
}

# Of an address with one host or several, those that it names, or else the usual one.
ports_of_url() {
	sed -e 's|^[^/]*//||' -e 's|^.*@||' -e 's|[/?].*||' | tr , '\n' | sed -n -e "s/^.*:\([0-9]*\)\$/\1/;t print" -e "s/.*/$1/" -e ':print' -e p |
		sort -u | sed 's/^/, /' | tr -d '\n'
}
