# shellcheck shell=bash
# MariaDB on this machine: its settings, the database, and three users with exactly the rights that they need.

set_up_mariadb() {
	step 'MariaDB'
	if [ -n "$database_url" ]; then
		say "elsewhere: $database_url. Its rights are those of $here/mariadb/rights.sql"
		return
	fi
	put /etc/mysql/mariadb.conf.d/90-kingbus.cnf 644 root:root <"$here/mariadb/kingbus.cnf"
	[ -e /etc/mysql/mariadb.conf.d/91-kingbus-memory.cnf ] || memory_settings |
		put /etc/mysql/mariadb.conf.d/91-kingbus-memory.cnf 644 root:root
	put_drop_in mariadb.service
	make_secret KINGBUS_DATABASE_PASSWORD
	make_secret KINGBUS_MIGRATION_DATABASE_PASSWORD
	make_secret KINGBUS_BACKUP_DATABASE_PASSWORD
	if [ -n "$dry_run" ]; then
		say "would run: $here/mariadb/rights.sql, and set the passwords of its users"
	elif systemd_runs; then
		if has_changed /etc/mysql/ /etc/systemd/system/mariadb; then
			systemctl daemon-reload
			systemctl restart mariadb
		fi
		systemctl start mariadb
		database_statements | mariadb
	else
		without_systemd database_statements
	fi
}

# A quarter of the memory, at least 128 MiB: the processes, Redis and the front share the machine.
memory_settings() {
	local quarter
	quarter=$(awk '/^MemTotal:/ { quarter = int($2 / 4096); print (quarter < 128 ? 128 : quarter) }' /proc/meminfo)
	printf '# Yours to change: install.sh writes it once.\n[mariadbd]\ninnodb-buffer-pool-size = %sM\n' "$quarter"
}

database_statements() {
	cat "$here/mariadb/rights.sql"
	local user name
	for user in kingbus:KINGBUS_DATABASE_PASSWORD kingbus_migration:KINGBUS_MIGRATION_DATABASE_PASSWORD \
		kingbus_backup:KINGBUS_BACKUP_DATABASE_PASSWORD; do
		name=${user#*:}
		printf "alter user '%s'@'127.0.0.1' identified by '%s';\n" "${user%%:*}" "$(secret "$name" | sed "s/[\\\\']/\\\\&/g")"
	done
}

# Runs statements on a server that listens nowhere, for as long as they take.
without_systemd() {
	local socket=/run/mysqld/kingbus-install.sock log server status=0
	log=$(mktemp)
	install -d -o mysql -g mysql -m 755 /run/mysqld
	mariadbd --user=mysql --skip-networking --skip-slow-query-log --socket="$socket" \
		--pid-file=/run/mysqld/kingbus-install.pid >"$log" 2>&1 &
	server=$!
	until mariadb-admin --socket="$socket" ping >/dev/null 2>&1; do
		kill -0 $server 2>/dev/null || fail "MariaDB does not start: $(tail -n 5 "$log")"
		sleep 0.2
	done
	"$1" | mariadb --socket="$socket" || status=$?
	kill $server
	wait $server || true
	[ $status = 0 ] || fail "MariaDB refused the statements: $(tail -n 5 "$log")"
	rm -f "$log"
}
