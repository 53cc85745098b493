"""office.py EXPECTED CSV XLSX: opens both exports with LibreOffice and compares every cell with what was exported.

LibreOffice turns each into a flat OpenDocument sheet, which says of each cell what it is: a text, a number, a date, a
duration. EXPECTED has a JSON array for each row, as export-benchmark writes it.
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# What csv marks, so that no spreadsheet runs it.
DANGEROUS = set("=+-@\t\r\n＝＋－＠")


def opened(path, folder, csv_columns=None):
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"]
    if csv_columns:
        # Commas, double quotes, UTF-8, from the first line, the format of each column, English.
        formats = "/".join(f"{number}/{kind}" for number, kind in enumerate(csv_columns, 1))
        command.append(f"--infilter=CSV:44,34,76,1,{formats},1033")
    command += ["--convert-to", "fods", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
    return folder / (path.stem + ".fods")


def text_of(element):
    """The text of a cell's paragraph: runs of spaces, tabs and line breaks are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == TEXT + "s":
            parts.append(" " * int(child.get(TEXT + "c", "1")))
        elif child.tag == TEXT + "tab":
            parts.append("\t")
        elif child.tag == TEXT + "line-break":
            parts.append("\n")
        else:
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


def cell(element):
    kind = element.get(OFFICE + "value-type")
    if element.get(TABLE + "formula"):
        return ("formula", element.get(TABLE + "formula"))
    if kind is None:
        return None
    if kind == "string":
        return ("text", "\n".join(text_of(part) for part in element.findall(TEXT + "p")))
    if kind == "date":
        return ("date", element.get(OFFICE + "date-value"))
    if kind == "time":
        return ("duration", element.get(OFFICE + "time-value"))
    return ("number", float(element.get(OFFICE + "value")))


def rows(path, width):
    for _, element in tree.iterparse(path):
        if element.tag != TABLE + "table-row":
            continue
        cells = []
        for part in element.findall(TABLE + "table-cell"):
            repeated = int(part.get(TABLE + "number-columns-repeated", "1"))
            cells += [cell(part)] * min(repeated, width - len(cells))
        if any(value is not None for value in cells):
            yield cells + [None] * (width - len(cells))
        element.clear()


def seconds(text):
    found = re.fullmatch(r"PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S", text)
    if not found:
        return None
    hours, minutes, rest = (int(part) for part in found.groups()[:3])
    return round(hours * 3600 + minutes * 60 + rest + float("0." + (found.group(4) or "0")))


def moment(text):
    text = text.replace("Z", "")
    whole, _, fraction = text.partition(".")
    value = datetime.datetime.fromisoformat(whole)
    return value + datetime.timedelta(seconds=round(float("0." + (fraction or "0"))))


def guarded(text):
    risky = text[:1] in DANGEROUS or (text[:1] == "'" and text[1:2] and text[1:2] in DANGEROUS | {"'"})
    return "'" + text if text and risky else text


def agrees(expected, found, is_csv):
    if expected is None or expected == {"text": ""}:
        return found is None or found == ("text", "")
    ((kind, value),) = expected.items()
    if found is None:
        return False
    if is_csv:
        # csv has no kinds: what was not asked to be text is a number.
        if kind == "text":
            return found == ("text", guarded(value))
        if kind == "date":
            return found == ("text", value)
        return found[0] == "number" and abs(found[1] - value) < 1e-6
    if kind != found[0]:
        return False
    if kind == "number":
        return abs(found[1] - value) < 1e-6
    if kind == "date":
        return moment(found[1]) == moment(value)
    return seconds(found[1]) == value if kind == "duration" else found[1] == value


def compare(name, path, expected, is_csv):
    width = len(expected[0])
    cells = wrong = count = 0
    for place, found in enumerate(rows(path, width)):
        count += 1
        if place >= len(expected):
            break
        for want, have in zip(expected[place], found):
            cells += 1
            if not agrees(want, have, is_csv):
                wrong += 1
                if wrong <= 10:
                    print(f"{name}, row {place + 1}: expected {want}, LibreOffice has {have}", file=sys.stderr)
    if count != len(expected):
        print(f"{name}: {count} rows instead of {len(expected)}", file=sys.stderr)
        wrong += 1
    print(f"{name}: {count} rows, {cells} cells compared, {wrong} differ")
    return wrong


def main():
    expected_path, csv, xlsx = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    expected = [json.loads(line) for line in expected_path.read_text().splitlines()]
    kinds = {"text": 2, "date": 2, "number": 1, "duration": 1}
    columns = []
    for place in range(len(expected[0])):
        sample = next((row[place] for row in expected[1:] if row[place]), {"text": ""})
        columns.append(kinds[next(iter(sample))])
    wrong = 0
    for path, is_csv in ((csv, True), (xlsx, False)):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            sheet = opened(path, folder, columns if is_csv else None)
            wrong += compare("csv" if is_csv else "xlsx", sheet, expected, is_csv)
    sys.exit(1 if wrong else 0)


main()
