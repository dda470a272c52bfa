"""Workbooks by openpyxl: `write` makes one of the JSON on the standard input, a list of sheets that are lists of rows;
`read` prints one as such JSON."""

import io
import json
import sys

from openpyxl import Workbook, load_workbook

if sys.argv[1] == "write":
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(json.load(sys.stdin), 1):
        sheet = workbook.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    workbook.save(file)
    sys.stdout.buffer.write(file.getvalue())
else:
    workbook = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    sheets = [[[cell.value for cell in row] for row in sheet] for sheet in workbook]
    # Columns alike stand in one entry.
    columns = {}
    for dimension in workbook.worksheets[0].column_dimensions.values():
        columns.update(dict.fromkeys(range(dimension.min, dimension.max + 1), dimension.number_format))
    json.dump({"sheets": sheets, "columns": [columns[number] for number in sorted(columns)]}, sys.stdout)
