# shellcheck shell=bash
# Redis on this machine: its settings, and its one user. The server holds only a hash of the password.

set_up_redis() {
	step 'Redis'
	if [ -n "$redis_url" ]; then
		say "elsewhere: $redis_url. Its user's rights are those of $here/redis/kingbus.acl"
		return
	fi
	make_secret KINGBUS_REDIS_PASSWORD
	put_drop_in redis-server.service
	put /etc/redis/kingbus.conf 640 root:redis <"$here/redis/kingbus.conf"
	if [ -n "$dry_run" ] && [ ! -r /etc/kingbus/secrets/KINGBUS_REDIS_PASSWORD ]; then
		say 'would write: /etc/redis/kingbus.acl (640 root:redis)'
	else
		sed "s/PASSWORDS/$(password_hashes)/" "$here/redis/kingbus.acl" | put /etc/redis/kingbus.acl 640 root:redis
	fi
}

# While a password is being changed there are two of them, a line each; both are let in.
password_hashes() {
	local password
	while read -r password; do
		[ -z "$password" ] || printf '#%s ' "$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)"
	done </etc/kingbus/secrets/KINGBUS_REDIS_PASSWORD
}
