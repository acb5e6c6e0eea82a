# shellcheck shell=bash
# What stands in front: Caddy or Apache, with the same rules, and a certificate.

restart_front=''

set_up_front() {
	step "Front: $front, certificate: $tls"
	case $tls in
	*,*) bring_certificate ;;
	acme) [ -z "$acme_ca" ] || put "$acme_ca_copy" 644 root:root <"$acme_ca" ;;
	esac
	"set_up_$front"
	remember_front_files
}

# What the front reads of the release. Where the next one has the same, it need not read anew, and no request is cut off by that.
remember_front_files() {
	(
		cd "$release/caddy"
		case $front in
		caddy) sha256sum Caddyfile without-secrets.caddy ;;
		apache) sha256sum apache/*.conf ;;
		esac
	) | put /etc/kingbus/front-files.sha256 644 root:root
}

# Copies, which the front may read. To renew them: the same command again with the new files.
bring_certificate() {
	local group=root
	[ "$front" = apache ] || group=caddy
	put /etc/kingbus/tls/cert.pem 644 root:root <"${tls%,*}"
	put /etc/kingbus/tls/key.pem 640 "root:$group" <"${tls#*,}"
}

# What the front trusts its issuer by (--acme-ca).
acme_ca_copy=/etc/kingbus/tls/acme-ca.pem

# Whether the issuer is another than the fronts ask by themselves.
has_own_issuer() { [ "$acme_server" != "$lets_encrypt" ] || [ -n "$acme_ca" ]; }

# Caddy wants to be told whom it trusts: without --acme-ca, whom the system does.
acme_root() { if [ -n "$acme_ca" ]; then echo "$acme_ca_copy"; else echo /etc/ssl/certs/ca-certificates.crt; fi; }

set_up_caddy() {
	local words=''
	case $tls in
	internal) words='tls internal' ;;
	acme) ! has_own_issuer || words="import acme $acme_server $(acme_root)" ;;
	*,*) words='tls /etc/kingbus/tls/cert.pem /etc/kingbus/tls/key.pem' ;;
	esac
	put_drop_in caddy.service
	# Apache's package brings its own. Where there is no user caddy, logrotate would fail by this one.
	put /etc/logrotate.d/kingbus-caddy 644 root:root <"$here/logs/caddy.logrotate"
	put /etc/kingbus/front.env 644 root:root <<-TEXT
		KINGBUS_SITE=$origin
		KINGBUS_TLS=$words
		KINGBUS_HTTP_UPSTREAMS=$(upstreams "$http_ports")
		KINGBUS_HTTP_HEALTH=$(health "$http_ports")
		KINGBUS_CHAT_UPSTREAMS=$(upstreams "$chat_ports")
		KINGBUS_CHAT_HEALTH=$(health "$chat_ports")
		KINGBUS_ACCESS_LOG=file /var/log/caddy/kingbus.log
		KINGBUS_CADDY_ADMIN=unix//run/caddy/admin.sock
	TEXT
}

# "127.0.0.1:8081 127.0.0.1:8082"
upstreams() {
	local port list=''
	for port in $1; do list="$list 127.0.0.1:$port"; done
	printf %s "${list# }"
}

# Where there is one process there is nobody else to send callers to: it is not asked how it is (caddy/README.md).
health() {
	case $1 in *' '*) printf checked ;; *) printf unchecked ;; esac
}

set_up_apache() {
	local name port modules=(headers rewrite deflate reqtimeout unique_id proxy_http proxy_balancer proxy_hcheck
		lbmethod_bybusyness macro ssl http2)
	put_drop_in apache2.service
	# mod_md sets to work when Apache starts: one that only reads its site anew would ask for no certificate.
	[ "$tls" != acme ] || grep -qs '^Define KINGBUS_ACME$' /etc/kingbus/front-apache.conf || restart_front=yes
	{
		printf 'Define KINGBUS_HOST %s\n' "$site_host"
		[ "$tls" != acme ] || apache_acme
		[ "$(health "$http_ports")" = unchecked ] || printf 'Define KINGBUS_SEVERAL_HTTP\n'
		[ "$(health "$chat_ports")" = unchecked ] || printf 'Define KINGBUS_SEVERAL_CHAT\n'
	} | put /etc/kingbus/front-apache.conf 644 root:root
	{
		for port in $http_ports; do printf 'Use KingBusHttp 127.0.0.1:%s\n' "$port"; done
		for port in $chat_ports; do printf 'Use KingBusChat 127.0.0.1:%s\n' "$port"; done
	} | put /etc/kingbus/front-apache-processes.conf 644 root:root
	put /etc/apache2/sites-available/kingbus.conf 644 root:root <"$here/front/apache.conf"
	[ "$tls" != internal ] || make_own_certificate
	[ "$tls" != acme ] || modules+=(md)
	for name in "${modules[@]}"; do
		[ -e "/etc/apache2/mods-enabled/$name.load" ] || run a2enmod -q "$name"
	done
	[ ! -e /etc/apache2/sites-enabled/000-default.conf ] || run a2dissite -q 000-default
	[ -e /etc/apache2/sites-enabled/kingbus.conf ] || run a2ensite -q kingbus
}

apache_acme() {
	printf 'Define KINGBUS_ACME\n'
	[ "$acme_server" = "$lets_encrypt" ] || printf 'Define KINGBUS_ACME_SERVER %s\n' "$acme_server"
	[ -z "$acme_ca" ] || printf 'Define KINGBUS_ACME_CA %s\n' "$acme_ca_copy"
}

# For `--tls internal`, as Caddy does by itself: an issuer of this machine's own, and a certificate of it for two years. Its
# certificate for programs to trust is ca.pem. A month before the end a repeated install.sh makes the next one.
make_own_certificate() {
	local folder=/etc/kingbus/tls work
	# One that somebody brought, or that another front's issuer has made, is none of ours.
	if openssl x509 -in $folder/cert.pem -noout -checkend 2592000 >/dev/null 2>&1 &&
		openssl verify -CAfile $folder/ca.pem $folder/cert.pem >/dev/null 2>&1 &&
		openssl x509 -in $folder/cert.pem -noout -checkhost "$site_host" | grep -q 'does match'; then
		return
	fi
	if [ -n "$dry_run" ]; then
		say "would make: $folder/ca.pem, and a certificate of it for $site_host"
		return
	fi
	say "making a certificate for $site_host"
	work=$(mktemp -d)
	if [ "$(openssl x509 -in $folder/ca.pem -noout -pubkey 2>/dev/null || echo none)" != "$(openssl pkey -in $folder/ca-key.pem -pubout 2>/dev/null)" ]; then
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=KingBus internal' \
			-addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
			-keyout "$work/ca-key.pem" -out "$work/ca.pem" 2>/dev/null
		put $folder/ca-key.pem 600 root:root <"$work/ca-key.pem"
		put $folder/ca.pem 644 root:root <"$work/ca.pem"
	fi
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$site_host" \
		-keyout "$work/key.pem" -out "$work/request.pem" 2>/dev/null
	printf 'subjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$site_host" >"$work/extensions"
	openssl x509 -req -in "$work/request.pem" -CA $folder/ca.pem -CAkey $folder/ca-key.pem -CAcreateserial -days 730 \
		-CAserial "$work/serial" -extfile "$work/extensions" -out "$work/cert.pem" 2>/dev/null
	put $folder/key.pem 600 root:root <"$work/key.pem"
	put $folder/cert.pem 644 root:root <"$work/cert.pem"
	rm -rf "$work"
}
