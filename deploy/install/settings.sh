# shellcheck shell=bash
# /etc/kingbus: settings that anyone of the group may read, secrets that only root may, and what this script was told.

write_settings() {
	step 'Settings'
	set_settings /etc/kingbus/install.env 644 root:root "FRONT=$front" "TLS=$tls" \
		"ACME_SERVER=$acme_server" "ACME_CA=${acme_ca:+$acme_ca_copy}" "HTTP_PORTS=$http_ports" \
		"CHAT_PORTS=$chat_ports" "DATABASE_URL=$database_url" "REDIS_URL=$redis_url"
	local database=${database_url:-mysql://kingbus@127.0.0.1:3306/kingbus}
	set_settings /etc/kingbus/kingbus.env 640 root:kingbus \
		KINGBUS_ENV=production \
		"KINGBUS_PUBLIC_ORIGIN=$origin" \
		"DATABASE_URL=$database" \
		"KINGBUS_MIGRATION_DATABASE_URL=${database/:\/\/kingbus@/:\/\/kingbus_migration@}" \
		"KINGBUS_BACKUP_DATABASE_URL=${database/:\/\/kingbus@/:\/\/kingbus_backup@}" \
		"REDIS_URL=${redis_url:-redis://kingbus@127.0.0.1:6379}" \
		KINGBUS_KEYS=/var/lib/kingbus/keys \
		KINGBUS_FILES=/var/lib/kingbus/files
}

# make_secret NAME: a new secret in /etc/kingbus/secrets, unless there is one.
make_secret() {
	[ -e "/etc/kingbus/secrets/$1" ] || openssl rand -hex 32 | put "/etc/kingbus/secrets/$1" 600 root:root
}

# What is valid now: a secret that is being changed holds two lines (docs/operations.md), the new one first.
secret() { head -n 1 "/etc/kingbus/secrets/$1"; }
