"""What `batch.rs` measures: each side is a program of its own, and the system says what it took (wait4)."""

import os
import subprocess
import sys

FOLDER, DICTUM, PARQUET = sys.argv[1], sys.argv[2], sys.argv[3] == "parquet"

# Names are ready in a table by their keys; of the rows nothing is. What stays of a name are letters, digits and signs.
KEY = "trim(regexp_replace(lower({}), '[^\\pL\\pN$+<=>^`|~]+', ' ', 'g'))"

READY = f"""
import duckdb, resource
db = duckdb.connect()
db.execute("set enable_progress_bar = false")
db.execute("create table names as select {KEY.format('name')} as key, subject from read_csv('names.csv', header = true)")
"""

# Importing the package and reading the names is no part of what is measured.
TIMED = """
def took():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
start = took()
print(*db.execute(QUERY).fetchone(), took() - start)
"""


def child(arguments, told=subprocess.DEVNULL):
    """Runs a program; its CPU seconds, its peak memory in MB, what it printed."""
    process = subprocess.Popen(arguments, cwd=FOLDER, stdout=subprocess.PIPE, stderr=told, text=True)
    printed = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed


def duckdb(query, ready=READY):
    """The two numbers that a query gives, its CPU seconds alone, the memory of its program in MB."""
    _, memory, printed = child([sys.executable, "-c", ready + f"QUERY = {query!r}" + TIMED])
    rows, found, seconds = printed.split()
    return int(rows), int(found), float(seconds), memory


def best(work, by, runs=3):
    return min((work() for _ in range(runs)), key=by)


def measure(table, form):
    source = f"read_csv('{table}.csv', header = true)" if form == "csv" else f"'{table}.parquet'"
    joined = (
        f"select count(*), count(names.subject) from {source} as rows "
        f"left join names on {KEY.format('rows.customer')} = names.key"
    )
    rows, found, theirs, memory = best(lambda: duckdb(joined), lambda run: run[2])
    command = [DICTUM, "resolve", "--snapshot", "names.dictum", "--input", f"{table}.{form}", "--column", "customer"]
    command += ["--output", f"map.{form}", "--on", "2026-06-30"]
    ours, own, _ = best(lambda: child(command), lambda run: run[0])
    mapped = f"read_csv('map.csv', header = true)" if form == "csv" else "'map.parquet'"
    raw = (
        f"select count(*), count(map.subject) from {source} as rows "
        f"left join {mapped} as map on rows.customer = map.customer"
    )
    ready = "import duckdb, resource\ndb = duckdb.connect()\n"
    rows_again, resolved, join, _ = best(lambda: duckdb(raw, ready), lambda run: run[2])
    assert rows_again == rows and abs(resolved - found) <= rows // 100, (rows, rows_again, found, resolved)
    ratio = theirs / ours
    print(f"{table:<6} {form:<8} DuckDB  {rows / theirs / 1e6:6.2f}M rows per CPU-second  {memory:6.0f} MB  {found} found")
    print(
        f"{'':<15} dictum  {rows / ours / 1e6:6.2f}M rows per CPU-second  {own:6.0f} MB  {resolved} found, "
        f"{ratio:.2f} x; bound 2: {'kept' if ratio >= 2 else 'MISSED'}"
    )
    print(f"{'':<15} and the join of its map on the raw column: {theirs / (ours + join):.2f} x with both", flush=True)


for table in ["usual", "hard"]:
    measure(table, "csv")
if PARQUET:
    for table in ["usual", "hard"]:
        copy = f"copy (from read_csv('{table}.csv', header = true)) to '{table}.parquet'"
        child([sys.executable, "-c", f"import duckdb; duckdb.execute({copy!r})"])
        measure(table, "parquet")
