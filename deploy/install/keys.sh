# shellcheck shell=bash
# The first key that signs access tokens. Later ones come by `kingbus keys rotate`.

make_signing_key() {
	step 'Signing key'
	if compgen -G '/var/lib/kingbus/keys/*.jwk' >/dev/null; then
		say 'there is one'
	else
		run /usr/local/bin/kingbus keys make
	fi
}
