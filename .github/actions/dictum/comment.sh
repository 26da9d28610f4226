#!/usr/bin/env bash
# Comments on a pull request once: the comment of AUTHOR that begins with the hidden mark is updated, else one is made.
# https://docs.github.com/en/rest/issues/comments
#
# Takes from the environment: REPORT (the file), NUMBER (of the pull request), GH_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL, AUTHOR.
# With HEAD the report came from a run that others could have written: then the pull request has to stand at that very commit,
# and the report calls nobody. Nothing of the report is ever run. Without the right to write it says so and ends well.
set -euo pipefail

mark='<!-- dictum -->'
api="${GITHUB_API_URL:-https://api.github.com}/repos/${GITHUB_REPOSITORY:?}"
author="${AUTHOR:-github-actions[bot]}"
most=65000
out=$(mktemp)
trap 'rm -f "$out" "$out.body"' EXIT

note() { printf '::notice title=dictum::%s\n' "$1"; }
fail() {
    printf '::error title=dictum::%s\n' "$1"
    exit 1
}

# call METHOD PATH [FILE]: the answer is in $out, its status is printed. The token is in no list of arguments.
call() {
    local data=()
    if [ -n "${3:-}" ]; then data=(--data-binary "@$3"); fi
    printf 'header = "Authorization: Bearer %s"\n' "$GH_TOKEN" | curl --config - --silent --show-error \
        --proto '=https,http' --max-time 60 --request "$1" --header 'Accept: application/vnd.github+json' \
        --header 'X-GitHub-Api-Version: 2022-11-28' --header 'Content-Type: application/json' \
        ${data[@]+"${data[@]}"} --output "$out" --write-out '%{http_code}' -- "$api/$2" || printf '000'
}

[[ "${NUMBER:-}" =~ ^[1-9][0-9]{0,9}$ ]] || fail 'the number of the pull request is none'
[ "$(head -n 1 -- "${REPORT:?}")" = "$mark" ] || fail 'the report is none of dictum'

if [ -n "${HEAD:-}" ]; then
    status=$(call GET "pulls/$NUMBER")
    [ "$status" = 200 ] || fail "the pull request can not be read: $status"
    if [ "$(jq -r '.head.sha' "$out")" != "$HEAD" ]; then
        note 'the pull request stands at another commit by now, whose own report follows'
        exit 0
    fi
    # A character without width keeps a name from being called, also in code.
    jq --raw-input --slurp --argjson most "$most" '{body: (.[0:$most] | split("@") | join("@\u200b"))[0:65536]}' \
        < "$REPORT" > "$out.body"
else
    jq --raw-input --slurp --argjson most "$most" '{body: .[0:$most]}' < "$REPORT" > "$out.body"
fi

ours=''
for page in $(seq 1 100); do
    status=$(call GET "issues/$NUMBER/comments?per_page=100&page=$page")
    if [ "$status" = 403 ] || [ "$status" = 404 ]; then
        note 'no right to comment here: the report is in the summary of the run'
        exit 0
    fi
    [ "$status" = 200 ] || fail "the comments can not be read: $status"
    ours=$(jq -r --arg mark "$mark" --arg author "$author" \
        'map(select(.user.login == $author and (.body | startswith($mark)))) | .[0].id // empty' "$out")
    if [ -n "$ours" ] || [ "$(jq length "$out")" -lt 100 ]; then break; fi
done

if [ -n "$ours" ]; then
    [[ "$ours" =~ ^[0-9]+$ ]] || fail 'the number of the comment is none'
    status=$(call PATCH "issues/comments/$ours" "$out.body")
else
    status=$(call POST "issues/$NUMBER/comments" "$out.body")
fi
case "$status" in
    2*) ;;
    403 | 404) note 'no right to comment here: the report is in the summary of the run' ;;
    *) fail "the comment was not taken: $status" ;;
esac
