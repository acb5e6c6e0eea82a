#!/bin/sh
# What mod_md tells of a certificate comes here, as its workers' user: `certificate-news.sh FILE EVENT DOMAIN`. Of a new one it leaves
# the file for whoever may reload Apache.
[ "$2" != renewed ] || : >"$1"
