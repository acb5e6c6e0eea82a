# shellcheck shell=bash
# Takes away what install.sh brought. What people and operators would miss stays: /etc/kingbus, /var/lib/kingbus,
# /var/backups/kingbus, the database, and the packages.

uninstall() {
	step 'Uninstall'
	local unit file
	for unit in /etc/systemd/system/kingbus-*@*.service /etc/systemd/system/kingbus.target.wants/*; do
		disable "$(basename "$unit")"
	done
	disable kingbus.target kingbus-migrate.service kingbus-firewall.service caddy.service apache2.service redis-server.service
	if [ -e /etc/apache2/sites-enabled/kingbus.conf ]; then run a2dissite -q kingbus; fi
	for file in /etc/systemd/system/kingbus* /etc/systemd/system/{mariadb,redis-server,caddy,apache2}.service.d/kingbus.conf \
		/etc/systemd/journald.conf.d/kingbus.conf /etc/logrotate.d/kingbus-caddy \
		/etc/sysusers.d/kingbus.conf /etc/tmpfiles.d/kingbus.conf /etc/redis/kingbus.conf /etc/redis/kingbus.acl \
		/etc/mysql/mariadb.conf.d/9?-kingbus*.cnf /etc/apache2/sites-available/kingbus.conf /usr/local/bin/kingbus /srv/kingbus; do
		[ ! -e "$file" ] || run rm -rf "$file"
	done
	! systemd_runs || run systemctl daemon-reload
	say 'What stays: /etc/kingbus, /var/lib/kingbus, /var/backups/kingbus, the database, and the packages.'
}
