#!/bin/sh
# The moment of the last change of the sources, in seconds since 1970: what is built twice from the same is the same.
[ -z "$SOURCE_DATE_EPOCH" ] || { echo "$SOURCE_DATE_EPOCH"; exit; }
git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md
