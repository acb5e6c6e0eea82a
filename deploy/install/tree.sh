# shellcheck shell=bash
# The release in its place, the user that runs it, its folders and units.

install_tree() {
	step "Release $version"
	local target=/srv/kingbus/releases/$version
	run install -d -m 755 /srv/kingbus /srv/kingbus/releases
	if [ "$release" = "$target" ]; then
		say "this is $target"
	elif [ -e "$target/release.json" ] && cmp -s "$release/release.json" "$target/release.json"; then
		say "$target is there"
	else
		say "copying to $target"
		run rm -rf "$target.new" "$target"
		run cp -R "$release" "$target.new"
		run chown -R root:root "$target.new"
		run chmod -R u=rwX,go=rX "$target.new"
		run mv "$target.new" "$target"
	fi
	put /etc/sysusers.d/kingbus.conf 644 root:root <"$here/systemd/kingbus.sysusers"
	put /etc/tmpfiles.d/kingbus.conf 644 root:root <"$here/systemd/kingbus.tmpfiles"
	put /etc/systemd/journald.conf.d/kingbus.conf 644 root:root <"$here/logs/journald.conf"
	run systemd-sysusers /etc/sysusers.d/kingbus.conf
	run systemd-tmpfiles --create /etc/tmpfiles.d/kingbus.conf
	put /usr/local/bin/kingbus 755 root:root <"$here/bin/kingbus"
	install_units
}

# The database first, so that no process of the new version meets the old one; the old one lives with the new (docs/operations.md).
migrate_database() {
	systemd_runs || return 0
	run env "KINGBUS_RELEASE=/srv/kingbus/releases/$version" /usr/local/bin/kingbus migrate
}

# The one moment in which another release becomes the one that starts.
make_current() {
	if [ "$(readlink /srv/kingbus/current 2>/dev/null)" != "releases/$version" ]; then
		changed="$changed /srv/kingbus/current"
		[ ! -e /srv/kingbus/current ] || run ln -sfn "$(readlink /srv/kingbus/current)" /srv/kingbus/previous
		run ln -sfn "releases/$version" /srv/kingbus/current.new
		run mv -T /srv/kingbus/current.new /srv/kingbus/current
	fi
}

install_units() {
	local unit name
	for unit in "$here"/systemd/*.service "$here"/systemd/*.socket "$here"/systemd/*.path "$here"/systemd/*.target; do
		name=$(basename "$unit")
		put "/etc/systemd/system/$name" 644 root:root <"$unit"
	done
	if [ "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')" -ge 254 ]; then
		for unit in http chat; do
			put "/etc/systemd/system/kingbus-$unit@.service.d/back-off.conf" 644 root:root <"$here/systemd/back-off.conf"
		done
	fi
}

# A drop-in for a unit of the system's.
put_drop_in() {
	put "/etc/systemd/system/$1.d/kingbus.conf" 644 root:root <"$here/systemd/$1.d/kingbus.conf"
}
