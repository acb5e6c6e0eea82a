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

# The ports of a MariaDB or Redis elsewhere, and of an issuer, but those that are open anyway; each with a comma before it.
ports_elsewhere() {
	{
		[ "$tls" != acme ] || printf '%s\n' "$acme_server" | ports_of_url 443
		[ -z "$database_url" ] || printf '%s\n' "$database_url" | ports_of_url 3306
		case $redis_url in
		'') ;;
		# Sentinels only say where Redis is. One at another port takes a rule of your own (docs/operations.md, Add a machine).
		*+sentinel://*) printf '%s\n' "$redis_url" | ports_of_url 26379 && echo 6379 ;;
		*) printf '%s\n' "$redis_url" | ports_of_url 6379 ;;
		esac
	} | sort -nu | sed -e '/^\(53\|80\|443\)$/d' -e 's/^/, /' | tr -d '\n'
}

# Of an address with one host or several: the port of each, which is the usual one where it names none.
ports_of_url() {
	sed -e 's|^[^/]*//||' -e 's|^.*@||' -e 's|[/?].*||' | tr , '\n' |
		sed -n -e 's/^.*:\([0-9]*\)$/\1/;t print' -e "s/.*/$1/" -e ':print' -e p
}
