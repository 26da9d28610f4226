#!/bin/sh
# Makes the repository that the README walks through: `tests/tour.sh DIR`.
#
# The knowledge is this repository's own; who says it and when is made up, and fixed, so that everybody's
# commits have the same names.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
cd "$1"

GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM

say() { # say DATE NAME MAIL MESSAGE [git arguments]: commits what stands in the work tree
    date="$1T09:00:00+00:00" name=$2 mail=$3 message=$4
    shift 4
    git add --all
    GIT_AUTHOR_NAME=$name GIT_AUTHOR_EMAIL=$mail GIT_AUTHOR_DATE=$date \
        GIT_COMMITTER_NAME=$name GIT_COMMITTER_EMAIL=$mail GIT_COMMITTER_DATE=$date \
        git commit --quiet --no-verify "$@" --message "$message"
}

bring() { # bring PATH…: takes files of the worked example as they are
    for path in "$@"; do
        mkdir -p "$(dirname "$path")"
        cp "$here/$path" "$path"
    done
}

git init --quiet --initial-branch=main .
git config user.name "Ines Moreau" # who walks through
git config user.email ines.moreau@kestrel.example

bring knowledge/dictum.toml knowledge/sources/2024.toml knowledge/declarations/dimensions.toml \
    knowledge/declarations/precedence.toml knowledge/declarations/teams.toml knowledge/declarations/types.toml
say 2024-02-05 "Tom Adler" tom.adler@kestrel.example "Say who we are and whom we trust (#3)"

cat > knowledge/glossary.toml <<'TOML'
[term.acv]
label = "ACV"
synonyms = ["annual contract value"]
abbreviation = "ACV"
unit = "EUR"
owner = "finance"
source = "finance-policy-2024"

[[term.acv.definition]]
value = "The yearly value of a customer's contract, one-time fees included."
from = 2024-02-01
TOML
say 2024-02-12 "Ines Moreau" ines.moreau@kestrel.example "Say what ACV is (#9)"

bring knowledge/customers/acme.toml
say 2024-03-04 "Lena Fuchs" lena.fuchs@kestrel.example "Tell the two Acmes apart (#17)"

bring knowledge/sources/2025.toml knowledge/processes/refund.toml
say 2025-01-27 "Oscar Lind" oscar.lind@kestrel.example "Write down how refunds are approved (#164)"

mkdir -p knowledge/terms
git mv knowledge/glossary.toml knowledge/terms/acv.toml
say 2025-03-10 "Tom Adler" tom.adler@kestrel.example "Give every term a file of its own (#190)"

git switch --quiet --create acv-2025
bring knowledge/terms/acv.toml knowledge/terms/active-customer.toml
say 2025-04-28 "Ines Moreau" ines.moreau@kestrel.example "Exclude one-time fees from ACV"
git switch --quiet main
git merge --quiet --no-ff --no-commit acv-2025 2>/dev/null >&2
say 2025-05-02 "Ruth Okafor" ruth.okafor@kestrel.example "Merge pull request #212 from kestrel/acv-2025

Follow finance policy 2025

Reviewed-by: Tom Adler <tom.adler@kestrel.example>"
git branch --quiet --delete acv-2025

bring knowledge/customers/boltworks.toml
say 2025-10-03 "Lena Fuchs" lena.fuchs@kestrel.example "Boltworks is Acme Robotics now (#260)"

bring knowledge/corrections/acv-usage-fees.toml
say 2026-01-15 "Ines Moreau" ines.moreau@kestrel.example "Usage fees were never part of ACV (#301)"

bring knowledge/declarations/calendar.toml
say 2026-01-20 "Tom Adler" tom.adler@kestrel.example "Say what FY26 is (#305)"

# Whoever adds to the worked example adds it here, or the tour would walk through something else.
for path in $(cd "$here" && git ls-files knowledge 2>/dev/null || true); do
    cmp -s "$here/$path" "$path" || { echo "tests/tour.sh does not bring $path as it is" >&2; exit 1; }
done
