"""Holds one exported file to outside readers of its format: `checks.py KIND FILE`.

Exits 0 where they take it, 1 where they do not, 3 where they are not here.
"""

import logging
import sys
from pathlib import Path


def absent(what):
    print(f"{what} is not here")
    sys.exit(3)


def wrong(why):
    print(why)
    sys.exit(1)


def graph(path, form):
    try:
        import rdflib
    except ImportError:
        absent("Python's `rdflib`")
    try:
        return rdflib.Graph().parse(path, format=form)
    except Exception as why:  # every reader has mistakes of its own
        wrong(f"rdflib: {why}")


def shapes(path, form):
    """rdflib reads it, and pyshacl finds the shapes of this folder in it."""
    data = graph(path, form)
    try:
        import pyshacl
    except ImportError:
        absent("Python's `pyshacl`")
    shape = Path(__file__).parent / "skos.shacl.ttl"
    conforms, _, text = pyshacl.validate(data, shacl_graph=str(shape), shacl_graph_format="turtle")
    if not conforms:
        wrong(text[:2000])
    if not len(data):
        wrong("nothing in it")


def skosify(path, form):
    """skosify mends what is not as SKOS has it, and logs what it mended."""
    data = graph(path, form)
    try:
        import skosify as program
    except ImportError:
        absent("Python's `skosify`")
    said = []

    class Ear(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    logging.getLogger().addHandler(Ear(logging.WARNING))
    before = {t for t in data if str(t[1]).startswith("http://www.w3.org/2004/02/skos/core#")}
    # What it adds by itself (inverses, `hasTopConcept`) is no mistake.
    mended = program.skosify(path, from_format=form, mark_top_concepts=False, eliminate_redundancy=True)
    lost = before - set(mended)
    if said or lost:
        wrong("\n".join(said + [f"took away: {one}" for one in sorted(map(str, lost))])[:2000])


def table(path):
    """Python's own reader, strict: one width, a name a column, a row a subject."""
    import csv

    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (csv.Error, UnicodeDecodeError) as why:
        wrong(f"csv: {why}")
    header = rows[0]
    if header[0] != "subject" or len(set(header)) != len(header):
        wrong(f"header: {header}")
    for row in rows[1:]:
        if len(row) != len(header) or "/" not in row[0]:
            wrong(f"row: {row}")
    if len({row[0] for row in rows}) != len(rows):
        wrong("a subject stands twice")


def ossie(path):
    """The specification's JSON Schema, which the package `azem` brings along."""
    import importlib.util
    import json

    package = importlib.util.find_spec("azem")
    schema = package and Path(package.origin).parent / "spec" / "ossie-schema.json"
    if not schema or not schema.exists():
        absent("Ossie's JSON Schema (Python's `azem`)")
    try:
        import jsonschema
        import yaml
    except ImportError:
        absent("Python's `jsonschema` or `pyyaml`")
    schema = json.loads(schema.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(data):
        wrong(f"{error.json_path}: {error.message[:300]}")


def datahub(path):
    """DataHub's own reader of the file."""
    try:
        import yaml
        from datahub.ingestion.source.metadata import business_glossary as reader
    except ImportError as why:
        absent(f"DataHub's reader (Python's `acryl-datahub`): {why}")
    try:
        glossary = reader.BusinessGlossaryConfig.parse_obj(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
        reader.materialize_all_node_urns(glossary, False)
        urns = {term._urn for term in glossary.terms or []}
        for term in glossary.terms or []:
            for other in (term.inherits or []) + (term.related_terms or []):
                if f"urn:li:glossaryTerm:{other}" not in urns:
                    wrong(f"{term.name} leads to {other}")
    except Exception as why:  # every reader has mistakes of its own
        wrong(f"datahub: {why}")


# https://docs.open-metadata.org/latest/how-to-guides/data-governance/glossary/import: columns, in their order.
OPENMETADATA = (
    "parent name* displayName description synonyms relatedTerms references tags reviewers owner glossaryStatus color iconURL "
    "extension"
).split()


def openmetadata(path):
    """What its import asks for: the columns, a name and a parent above, links that lead to terms of the file."""
    import csv

    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    if rows[0] != OPENMETADATA:
        wrong(f"header: {rows[0]}")
    known = set()
    for row in rows[1:]:
        row = dict(zip(OPENMETADATA, row, strict=True))
        if row["parent"] and row["parent"] not in known:
            wrong(f"no parent {row['parent']} above {row['name*']}")
        glossary = row["parent"] or "metrics"
        name = f"{glossary}.{row['name*']}"
        if not row["name*"] or "." in row["name*"] or name in known:
            wrong(f"name: {name}")
        known.add(name)
        if row["glossaryStatus"] not in ("Draft", "Approved", "Deprecated", "Rejected", "In Review"):
            wrong(f"status: {row['glossaryStatus']}")
    for row in rows[1:]:
        for other in filter(None, row[5].split(";")):
            if other not in known:
                wrong(f"{row[1]} leads to {other}")


KINDS = {
    "ossie": ossie,
    "datahub": datahub,
    "openmetadata": openmetadata,
    "csv": table,
    "skos": lambda path: (shapes(path, "turtle"), skosify(path, "turtle")),
    "skos-jsonld": lambda path: (shapes(path, "json-ld"), skosify(path, "json-ld")),
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](sys.argv[2])
