#!/usr/bin/env bash
# Checks the knowledge and compares it with AGAINST (without it, checks alone). Writes the report to $RUNNER_TEMP/dictum.md, the
# findings as annotations, as SARIF to the file SARIF, and `code`, what the step with the result ends with, to $GITHUB_OUTPUT.
# Takes FAIL_LEVEL, BREAKING (true) and PINS (files and folders, a line each) from the environment.
set -uo pipefail

export PATH="$RUNNER_TEMP/dictum/bin:$PATH"
check="$RUNNER_TEMP/dictum-check.md" diff="$RUNNER_TEMP/dictum-diff.md" report="$RUNNER_TEMP/dictum.md"
code=0
: > "$check"
: > "$diff"

worse() { if [ "$1" -gt "$code" ]; then code=$1; fi; }

against=()
if [ -n "${AGAINST:-}" ]; then against=("--against=$AGAINST"); fi
dictum check ${against[@]+"${against[@]}"} "--fail-level=${FAIL_LEVEL:-error}" --no-progress \
    --format github --format "sarif=$PWD/${SARIF:-dictum.sarif}" --format "markdown=$check" || worse $?
if [ -n "${AGAINST:-}" ]; then
    more=()
    if [ "${BREAKING:-}" = true ]; then more+=(--breaking); fi
    while IFS= read -r path; do
        if [ -n "$path" ]; then more+=("--pins=$path"); fi
    done <<< "${PINS:-}"
    dictum diff "${against[@]}" ${more[@]+"${more[@]}"} --no-progress --format markdown > "$diff" || worse $?
    if [ ! -s "$diff" ]; then printf '<!-- dictum diff -->\nWhat would be answered otherwise can not be told: see the log of this run.\n' > "$diff"; fi
fi
if [ ! -s "$check" ]; then printf '<!-- dictum check -->\nThe knowledge could not be checked: see the log of this run.\n' > "$check"; fi

# A comment holds 65,536 characters. Nothing is cut in its middle: where both are too long the shorter part goes.
size() { wc -m < "$1"; }
{
    printf '<!-- dictum -->\n'
    if [ $(($(size "$check") + $(size "$diff"))) -lt 65000 ]; then
        cat "$check"
        printf '\n\n'
        cat "$diff"
    elif [ -s "$diff" ] && [ "$(size "$diff")" -lt 64000 ]; then
        printf 'What was found is in the summary of the run: both are too long for one comment.\n\n'
        cat "$diff"
    else
        printf 'The report is in the summary of the run: it is too long for a comment.\n'
    fi
} > "$report"
cat "$check" >> "$GITHUB_STEP_SUMMARY"
printf '\n\n' >> "$GITHUB_STEP_SUMMARY"
cat "$diff" >> "$GITHUB_STEP_SUMMARY"
printf 'code=%s\nreport=%s\n' "$code" "$report" >> "$GITHUB_OUTPUT"
