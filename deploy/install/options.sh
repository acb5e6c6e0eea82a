# shellcheck shell=bash
# What may be said to install.sh, and what is meant where nothing is said.

usage() {
	cat <<'TEXT'
deploy/install.sh --origin https://kingbus.example [options]

Puts this release into /srv/kingbus, with MariaDB, Redis and a front from this system's packages, all of it configured,
started and enabled. It is safe to repeat: what is right already is left alone.

  --origin URL            the address that people open (https); needed the first time
  --front caddy|apache    what stands in front (caddy)
  --tls acme              a certificate from Let's Encrypt, renewed by itself (the default)
  --tls internal          one of a private issuer, for inner networks and trials
  --tls CERT,KEY          your own: two PEM files, the chain in the first one
  --acme-server URL       another issuer than Let's Encrypt, for --tls acme: its ACME directory (https)
  --acme-ca FILE          whom to trust there, where it is nobody that this system trusts: a PEM file
  --database-url URL      MariaDB runs elsewhere: mysql://kingbus@db.example:3306/kingbus?…
  --redis-url URL         Redis runs elsewhere: rediss://kingbus@redis.example:6379
  --http PORTS            the ports of the HTTP processes ("8081 8082")
  --chat PORTS            the ports of the chat processes ("8091 8092")
  --no-firewall           leave the firewall to others
  --prove                 make a deal through the front, though there are accounts already
  --dry-run               only print what would be done
  --uninstall             take away what this brought; data, secrets, backups and packages stay
  --help

Passwords of servers elsewhere are no arguments, since others could read them: put them into files, readable by root alone,
before (/etc/kingbus/secrets/KINGBUS_DATABASE_PASSWORD, KINGBUS_MIGRATION_DATABASE_PASSWORD, KINGBUS_REDIS_PASSWORD).
TEXT
}

lets_encrypt=https://acme-v02.api.letsencrypt.org/directory

read_options() {
	origin='' front='' tls='' acme_server='' acme_ca='' database_url='' redis_url='' http_ports='' chat_ports=''
	firewall=yes prove='' dry_run='' uninstall=''
	while [ $# -gt 0 ]; do
		# `--front=caddy` is `--front caddy`.
		case $1 in --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;; esac
		case $1 in
		--origin | --front | --tls | --acme-server | --acme-ca | --database-url | --redis-url | --http | --chat)
			[ $# -ge 2 ] || fail "$1 needs a value (--help)"
			read_value "$1" "$2"
			shift
			;;
		--no-firewall) firewall='' ;;
		--prove) prove=yes ;;
		--dry-run) dry_run=yes ;;
		--uninstall) uninstall=yes ;;
		--help)
			usage
			exit
			;;
		*) fail "$1 is no option (--help)" ;;
		esac
		shift
	done
}

read_value() {
	case $1 in
	--origin) origin=${2%/} ;;
	--front) front=$2 ;;
	--tls) tls=$2 ;;
	--acme-server) acme_server=$2 ;;
	--acme-ca) acme_ca=$2 ;;
	--database-url) database_url=$2 ;;
	--redis-url) redis_url=$2 ;;
	--http) http_ports=$2 ;;
	--chat) chat_ports=$2 ;;
	esac
}

# What an earlier run was told holds until another is told something else.
complete_options() {
	origin=${origin:-$(setting /etc/kingbus/kingbus.env KINGBUS_PUBLIC_ORIGIN)}
	front=${front:-$(setting /etc/kingbus/install.env FRONT)}
	tls=${tls:-$(setting /etc/kingbus/install.env TLS)}
	# Whom to trust is asked of each issuer anew.
	[ -n "$acme_server" ] || acme_ca=${acme_ca:-$(setting /etc/kingbus/install.env ACME_CA)}
	acme_server=${acme_server:-$(setting /etc/kingbus/install.env ACME_SERVER)}
	http_ports=${http_ports:-$(setting /etc/kingbus/install.env HTTP_PORTS)}
	chat_ports=${chat_ports:-$(setting /etc/kingbus/install.env CHAT_PORTS)}
	database_url=${database_url:-$(setting /etc/kingbus/install.env DATABASE_URL)}
	redis_url=${redis_url:-$(setting /etc/kingbus/install.env REDIS_URL)}
	front=${front:-caddy} tls=${tls:-acme} acme_server=${acme_server:-$lets_encrypt} http_ports=${http_ports:-8081 8082} chat_ports=${chat_ports:-8091 8092}
	check_options
}

check_options() {
	[[ $origin =~ ^https://[a-z0-9.-]+$ ]] ||
		fail '--origin has to be like https://kingbus.example: https, a name in small letters, neither port nor path'
	site_host=${origin#https://}
	case $front in caddy | apache) ;; *) fail "--front is caddy or apache, not $front" ;; esac
	case $tls in
	acme | internal) ;;
	*,*) if [ ! -r "${tls%,*}" ] || [ ! -r "${tls#*,}" ]; then fail "--tls: ${tls%,*} or ${tls#*,} cannot be read"; fi ;;
	*) fail "--tls is acme, internal, or two files: CERT,KEY" ;;
	esac
	[[ $acme_server =~ ^https://[^[:space:]]+$ ]] || fail "--acme-server is the address of a directory: https://…, not $acme_server"
	[ -z "$acme_ca" ] || [ -r "$acme_ca" ] || fail "--acme-ca: $acme_ca cannot be read"
	local port
	for port in $http_ports $chat_ports; do
		[[ $port =~ ^[1-9][0-9]{3}$ ]] || fail "$port is no port from 1000 to 9999, which --http and --chat take"
	done
	local address
	for address in "$database_url" "$redis_url"; do
		[[ ! $address =~ ://[^/@]*:[^/@]*@ ]] || fail 'an address has a password in it: put it into a file (--help)'
	done
}
