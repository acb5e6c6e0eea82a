# shellcheck shell=bash
# Everything enabled, so that it starts with the machine; and started, where systemd runs.

units_of_processes() {
	local port
	for port in $http_ports; do printf 'kingbus-http@%s ' "$port"; done
	for port in $chat_ports; do printf 'kingbus-chat@%s ' "$port"; done
}

front_unit() { case $front in caddy) echo caddy.service ;; apache) echo apache2.service ;; esac }
other_front_unit() { case $front in caddy) echo apache2.service ;; apache) echo caddy.service ;; esac }

start_services() {
	step 'Services'
	local units=(kingbus.target kingbus-migrate.service "$(front_unit)") unit
	for unit in $(units_of_processes); do units+=("$unit.socket" "$unit.service"); done
	[ -n "$database_url" ] || units+=(mariadb.service)
	[ -n "$redis_url" ] || units+=(redis-server.service)
	[ -z "$firewall" ] || units+=(kingbus-firewall.service)
	if [ "$front/$tls" = apache/acme ]; then units+=(kingbus-certificate.path); else disable kingbus-certificate.path; fi
	disable "$(other_front_unit)"
	! systemd_runs || run systemctl daemon-reload
	run systemctl --quiet enable "${units[@]}"
	if ! systemd_runs; then
		stop_what_is_gone
		say 'systemd does not run here: they start with the machine'
		return
	fi
	[ -z "$firewall" ] || start_or_restart kingbus-firewall /etc/kingbus/firewall
	[ -n "$redis_url" ] || start_or_restart redis-server /etc/redis/ /etc/systemd/system/redis-server
	start_processes
	[ "$front/$tls" != apache/acme ] || run systemctl start kingbus-certificate.path
	start_front
	# Last: from now on the front sends nobody there.
	stop_what_is_gone
}

# Processes on ports that are no longer named.
stop_what_is_gone() {
	local unit wanted
	wanted=" $(units_of_processes)"
	for unit in /etc/systemd/system/kingbus.target.wants/kingbus-*@*.service; do
		unit=$(basename "$unit" .service)
		case "$wanted" in *" $unit "*) continue ;; esac
		disable "$unit.service" "$unit.socket"
	done
}

disable() {
	local unit
	for unit in "$@"; do
		systemctl --quiet is-enabled "$unit" 2>/dev/null || continue
		run systemctl --quiet disable "$unit"
		! systemd_runs || run systemctl stop "$unit"
	done
}

start_or_restart() {
	local unit=$1
	shift
	if has_changed "$@"; then run systemctl restart "$unit"; else run systemctl start "$unit"; fi
}

# The front reads its site anew where something of it is another; and is restarted where its unit is, or the site asks for it.
start_front() {
	local unit
	unit=$(front_unit)
	if [ -n "$restart_front" ] || has_changed "/etc/systemd/system/$unit"; then
		run systemctl restart "$unit"
	elif has_changed /etc/kingbus/front /etc/kingbus/tls/ /etc/apache2/; then
		run systemctl reload-or-restart "$unit"
	else
		run systemctl start "$unit"
	fi
}

# One after another, so that the others serve meanwhile; systemd waits for each until it is ready.
start_processes() {
	local unit
	if ! has_changed /srv/kingbus/current /etc/systemd/system/kingbus- /etc/kingbus/kingbus.env /etc/kingbus/secrets/; then
		run systemctl start kingbus.target
		return
	fi
	for unit in $(units_of_processes); do
		run systemctl start "$unit.socket"
		run systemctl restart "$unit.service"
	done
	run systemctl start kingbus.target
}
