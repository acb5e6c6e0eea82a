# shellcheck shell=bash
# A release that is to take another's place starts once beside it: a process of each kind, at a port of its own. Where one
# does not come up, none that serves has been stopped for it.

try_release() {
	local kind units=() came_up=yes
	systemd_runs || return 0
	[ -e /srv/kingbus/current ] && [ "$(readlink /srv/kingbus/current)" != "releases/$version" ] || return 0
	step 'Trial'
	for kind in http chat; do
		units+=("kingbus-trial-$kind.service")
		trial_unit "$kind" | put "/run/systemd/system/kingbus-trial-$kind.service" 644 root:root
	done
	run systemctl daemon-reload
	run systemctl start "${units[@]}" || came_up=''
	run systemctl stop "${units[@]}"
	run systemctl reset-failed 'kingbus-trial-*' || true
	run rm -f "${units[@]/#//run/systemd/system/}"
	run systemctl daemon-reload
	[ -n "$came_up" ] || fail "$version does not start: journalctl -u 'kingbus-trial-*'"
}

# The unit of a kind of process as this release has it, but without a socket of systemd's.
trial_unit() {
	sed -e '/^#/d' -e "s/ *kingbus-$1@%i\.socket//" -e '/^Requires=$/d' -e '/^PartOf=/d' \
		-e "s#/srv/kingbus/current#/srv/kingbus/releases/$version#" \
		-e 's/^Environment=KINGBUS_METRICS_LISTEN=.*/Environment=KINGBUS_LISTEN=127.0.0.1:0/' \
		-e 's/^Restart=.*/Restart=no/' -e "s/port %i/of $version, on trial/" "$here/systemd/kingbus-$1@.service"
}
