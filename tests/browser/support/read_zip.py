"""What is in a backup in Odoo's format, read by another program than ours.

read_zip.py ZIP: prints its members' names, the files that its attachments name
and it doesn't have, and how many rows it has of each table, as JSON. Fails
where a member is not what its checksum says.
"""

import json
import sys
import zipfile


def read_tables(lines):
    """The tables of a plain dump: columns and rows, pieces put together."""
    tables = {}
    rows = None
    for line in lines:
        line = line.rstrip(b"\n")
        if rows is not None:
            if line == b"\\.":
                rows = None
            else:
                rows.append(line.split(b"\t"))
        elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;"):
            name, _, columns = line[5:-12].partition(b" (")
            columns = columns.rstrip(b")").split(b", ")
            rows = tables.setdefault(name.decode(), (columns, []))[1]
    return tables


archive = zipfile.ZipFile(sys.argv[1])
damaged = archive.testzip()
if damaged:
    sys.exit(f"{damaged} is damaged")
names = archive.namelist()
with archive.open("dump.sql") as dump:
    tables = read_tables(dump)
columns, attachments = tables["public.ir_attachment"]
named = {x[columns.index(b"store_fname")].decode() for x in attachments}
named.discard("\\N")
there = set(names)
print(json.dumps({
    "names": names,
    "missing": sorted(x for x in named if "filestore/" + x not in there),
    "rows": {name: len(rows) for name, (_, rows) in tables.items()},
}))
