# shellcheck shell=bash
# That it works is shown, not believed: a deal through the front, over TLS, as three people make it.

prove_installation() {
	step 'Proof'
	if [ -n "$dry_run" ] || ! systemd_runs; then
		say 'when it runs: kingbus prove'
		return
	fi
	wait_for_front
	[ "$tls/$front" != internal/caddy ] ||
		put /etc/kingbus/tls/ca.pem 644 root:root </var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt
	# Where people have accounts already, a deal of nobody's is made only when it is asked for.
	local words=()
	[ -n "$prove" ] || words=(--unless-used)
	here_as_origin kingbus prove "${words[@]}"
}

# Asks this machine's front under its public name, whatever that name leads to yet.
wait_for_front() {
	local tries=0
	say "waiting for $origin"
	until curl --silent --fail --insecure --output /dev/null --resolve "$site_host:443:127.0.0.1" "$origin/readyz"; do
		tries=$((tries + 1))
		[ $tries -lt 120 ] || fail "$origin does not answer: systemctl --failed; journalctl -u 'kingbus-*' -u $(front_unit)"
		sleep 1
	done
}

# Runs a command for which the public name is this machine, and which trusts the issuer of `--tls internal`, or of --acme-ca.
here_as_origin() {
	local hosts status=0
	hosts=$(mktemp)
	[ -e /etc/hosts ] || put /etc/hosts 644 root:root <<<'127.0.0.1 localhost'
	printf '127.0.0.1 %s\n' "$site_host" | cat - /etc/hosts >"$hosts"
	chmod 644 "$hosts"
	# shellcheck disable=SC2016
	NODE_EXTRA_CA_CERTS=$(issuer_to_trust) \
		unshare --mount sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$hosts" "$@" || status=$?
	rm -f "$hosts"
	return $status
}

issuer_to_trust() {
	case $tls in
	internal) echo /etc/kingbus/tls/ca.pem ;;
	acme) [ -z "$acme_ca" ] || echo "$acme_ca_copy" ;;
	esac
}

say_what_is_next() {
	[ -z "$dry_run" ] || return 0
	cat <<-TEXT

		KingBus $version is in place: $origin
		   kingbus accounts create-admin   the first admin
		   kingbus check                   whether everything is as it should be
		   systemctl status 'kingbus-*'    what runs
		   /srv/kingbus/current/docs/operations.md says the rest.
	TEXT
}
