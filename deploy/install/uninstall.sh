# shellcheck shell=bash
# Takes away what install.sh brought. What people and operators would miss stays: /etc/kingbus, /var/lib/kingbus,
# /var/backups/kingbus, the user whose they are, the database, which goes on with the settings of its package, and the packages.

uninstall() {
	step 'Uninstall'
	local unit file
	# The front first, then those that it asks.
	disable_ours caddy.service apache2.service
	if [ -e /etc/apache2/sites-enabled/kingbus.conf ]; then run a2dissite -q kingbus; fi
	# All at once: no socket starts a process again that has just stopped.
	! systemd_runs || run systemctl stop 'kingbus*'
	# Processes are known by their links. A template is none of them: to disable it would take the links of all that are made of it.
	for unit in /etc/systemd/system/kingbus.target.wants/*; do disable "$(basename "$unit")"; done
	disable kingbus.target kingbus-firewall.service kingbus-certificate.path
	disable_ours redis-server.service
	local database=''
	[ ! -e /etc/mysql/mariadb.conf.d/90-kingbus.cnf ] || database=yes
	for file in /etc/systemd/system/kingbus* /etc/systemd/system/{mariadb,redis-server,caddy,apache2}.service.d/kingbus.conf \
		/etc/systemd/journald.conf.d/kingbus.conf /etc/logrotate.d/kingbus-caddy \
		/etc/sysusers.d/kingbus.conf /etc/tmpfiles.d/kingbus.conf /etc/redis/kingbus.conf /etc/redis/kingbus.acl \
		/etc/mysql/mariadb.conf.d/9?-kingbus*.cnf /etc/apache2/sites-available/kingbus.conf /usr/local/bin/kingbus \
		/var/cache/kingbus /srv/kingbus; do
		[ ! -e "$file" ] || run rm -rf "$file"
	done
	if systemd_runs; then
		run systemctl daemon-reload
		[ -z "$database" ] || run systemctl try-restart mariadb.service
	fi
	say 'What stays: /etc/kingbus, /var/lib/kingbus, /var/backups/kingbus, the user kingbus, MariaDB with the database, and the packages.'
}

# Those of the system's services that run as we have told them to.
disable_ours() {
	local unit
	for unit in "$@"; do
		[ ! -e "/etc/systemd/system/$unit.d/kingbus.conf" ] || disable "$unit"
	done
}
