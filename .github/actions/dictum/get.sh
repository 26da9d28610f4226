#!/usr/bin/env bash
# Puts the program into $RUNNER_TEMP/dictum/bin: a binary whose checksum is known, or built from one commit of a git repository.
# Takes BINARY and SHA256, or GIT and REV, from the environment.
set -euo pipefail

if command -v dictum >/dev/null; then exit 0; fi
folder="$RUNNER_TEMP/dictum"
mkdir -p "$folder/bin"

fail() {
    printf '::error title=dictum::%s\n' "$1"
    exit 2
}

if [ -n "${BINARY:-}" ]; then
    [[ "${SHA256:-}" =~ ^[0-9a-f]{64}$ ]] || fail '`binary` is not run without its `sha256`, 64 hex digits'
    curl --fail --location --silent --show-error --proto '=https' --output "$folder/bin/dictum" -- "$BINARY"
    printf '%s  %s\n' "$SHA256" "$folder/bin/dictum" | sha256sum --check --strict
    chmod +x "$folder/bin/dictum"
elif [ -n "${GIT:-}" ]; then
    [[ "${REV:-}" =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]] || fail '`git` is not built without `rev`, the whole id of a commit'
    [[ "$GIT" == https://* ]] || fail '`git` has to begin with https://'
    cargo install --locked --root "$folder" --git "$GIT" --rev "$REV" dictum
else
    fail 'there is no program: give `binary` and `sha256`, or `git` and `rev`'
fi
