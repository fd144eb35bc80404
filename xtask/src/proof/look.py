"""Reads a SQLite database from outside, beside the program that works on it.

look.py DATABASE SQL          prints the row once
look.py --watch DATABASE SQL  prints the row whenever it changes, until standard input ends, and then once more
"""

import select
import sqlite3
import sys

POLL_SECONDS = 0.002


def main() -> None:
    database, sql = sys.argv[-2:]
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    shown = None
    while sys.argv[1] == "--watch":
        row = read(connection, sql)
        if row != shown:
            print(row, flush=True)
            shown = row
        if select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            break
    print(read(connection, sql), flush=True)


def read(connection: sqlite3.Connection, sql: str) -> str:
    [row] = connection.execute(sql).fetchall()
    return "|".join(str(value) for value in row)


try:
    main()
except BrokenPipeError:
    sys.exit("nobody reads any more")
