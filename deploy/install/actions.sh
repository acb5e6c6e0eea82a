# shellcheck shell=bash
# How anything is done to the machine: said first, and only said with --dry-run. `changed` remembers what was written.

changed=''

# What stands last in a pipeline runs in this shell: `… | put FILE` remembers too.
shopt -s lastpipe

step() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
fail() {
	printf 'install.sh: %s\n' "$*" >&2
	exit 1
}

# Runs a command, or prints it.
run() {
	if [ -n "${dry_run:-}" ]; then
		say "would run: $*"
	else
		"$@"
	fi
}

# put FILE MODE OWNER: writes standard input there, unless it is there already. Nobody sees half a file, nor a secret in
# one that is still open.
put() {
	local file=$1 mode=$2 owner=$3 content
	content=$(cat && printf x)
	content=${content%x}
	if [ -e "$file" ] && printf %s "$content" | cmp -s - "$file" &&
		[ "$(stat -c '%a %U:%G' "$file" 2>/dev/null)" = "${mode#0} $owner" ]; then
		return
	fi
	changed="$changed $file"
	if [ -n "${dry_run:-}" ]; then
		say "would write: $file ($mode $owner)"
		return
	fi
	say "writing $file"
	mkdir -p "$(dirname "$file")"
	(umask 077 && printf %s "$content" >"$file.new")
	chown "$owner" "$file.new"
	chmod "$mode" "$file.new"
	mv -f "$file.new" "$file"
}

# Whether this run wrote anything whose name begins so.
has_changed() {
	local prefix
	for prefix in "$@"; do
		case "$changed " in *" $prefix"*) return 0 ;; esac
	done
	return 1
}

# setting FILE NAME: the value in an environment file, or nothing.
setting() {
	[ -r "$1" ] || return 0
	sed -n "s/^$2=//p" "$1" | tail -n 1
}

# set_settings FILE MODE OWNER NAME=VALUE…: has these lines in an environment file, and leaves its others as they are.
set_settings() {
	local file=$1 mode=$2 owner=$3 text='' line
	shift 3
	[ -r "$file" ] && text=$(cat "$file")
	for line in "$@"; do
		text=$(
			printf '%s\n' "$text" | awk -v name="${line%%=*}" -v line="$line" '
				index($0, name "=") == 1 { if (!done) print line; done = 1; next }
				{ print }
				END { if (!done) print line }'
		)
	done
	printf '%s\n' "$text" | sed '1{/^$/d}' | put "$file" "$mode" "$owner"
}

# Whether systemd runs here: in an image that is being made, it does not, and services start at the first boot.
systemd_runs() { [ -d /run/systemd/system ]; }
