"""Holds one file to an outside reader of its form: `checks.py KIND FILE`.

Exits 0 where the reader takes it, 1 where it does not, 3 where the reader is not here.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def absent(what):
    print(f"{what} is not here")
    sys.exit(3)


def wrong(why):
    print(why)
    sys.exit(1)


def multitool():
    program = os.environ.get("SARIF_MULTITOOL")
    if not program or not Path(program).exists():
        absent("the SARIF multitool (SARIF_MULTITOOL)")
    return program


def schema_of_sarif():
    """The standard's schema, which the multitool brings along."""
    return Path(multitool()).parent / "sarif-2.1.0.json"


def json_schema(schema, path):
    try:
        import jsonschema
    except ImportError:
        absent("Python's `jsonschema`")
    validator = jsonschema.validators.validator_for(schema)(schema)
    for error in validator.iter_errors(json.loads(Path(path).read_text())):
        wrong(f"{error.json_path}: {error.message[:200]}")


def sarif(path):
    schema = json.loads(schema_of_sarif().read_text())
    json_schema(schema, path)


def sarif_multitool(path):
    """Its exit code says nothing: what it found is in a log of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copy, out = Path(folder) / "in.sarif", Path(folder) / "out.sarif"
        copy.write_bytes(Path(path).read_bytes())
        ran = subprocess.run(
            [multitool(), "validate", str(copy), "--output", str(out), "--log", "ForceOverwrite"],
            capture_output=True,
            text=True,
            env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        )
        if not out.exists():
            if "icu" in (ran.stdout + ran.stderr).lower():
                absent("libicu, which the multitool needs")
            wrong(ran.stdout[-500:] + ran.stderr[-500:])
        log = json.loads(out.read_text(encoding="utf-8-sig"))
        for run in log["runs"]:
            for result in run.get("results", []):
                if result.get("level") == "error":
                    wrong(f"{result['ruleId']}: {result['message']}")


# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: what has to be there, and of what sort.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": "^(/|\\./)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def gitlab(path):
    json_schema(GITLAB, path)
    prints = [issue["fingerprint"] for issue in json.loads(Path(path).read_text())]
    if len(prints) != len(set(prints)):
        wrong("two issues with one fingerprint: GitLab shows one of them")


POSITION = {
    "type": "object",
    "required": ["line"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
RANGE = {
    "type": "object",
    "required": ["start"],
    "properties": {"start": POSITION, "end": POSITION},
    "additionalProperties": False,
}
# https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto, by the names of its fields.
RDJSON = {
    "type": "object",
    "required": ["diagnostics"],
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location"],
                "properties": {
                    "message": {"type": "string"},
                    "location": {
                        "type": "object",
                        "required": ["path"],
                        "properties": {"path": {"type": "string"}, "range": RANGE},
                        "additionalProperties": False,
                    },
                    "severity": {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "required": ["value"]},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def rdjson(path):
    json_schema(RDJSON, path)


# The part of Jenkins' `junit-10.xsd` that is used, written anew: elements in their order, attributes of their types.
JUNIT = """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="told" mixed="true">
    <xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/>
  </xs:complexType>
  <xs:attributeGroup name="counts">
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger"/>
  </xs:attributeGroup>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
      <xs:sequence><xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:choice minOccurs="0" maxOccurs="unbounded">
          <xs:element name="skipped" type="told"/><xs:element name="error" type="told"/>
          <xs:element name="failure" type="told"/>
          <xs:element name="system-out" type="xs:string"/><xs:element name="system-err" type="xs:string"/>
        </xs:choice>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="classname" type="xs:string"/>
        <xs:attribute name="file" type="xs:string"/><xs:attribute name="line" type="xs:positiveInteger"/>
      </xs:complexType></xs:element></xs:sequence>
      <xs:attribute name="name" type="xs:string" use="required"/><xs:attributeGroup ref="counts"/>
    </xs:complexType></xs:element></xs:sequence>
    <xs:attributeGroup ref="counts"/>
  </xs:complexType></xs:element>
</xs:schema>
"""


def junit(path):
    try:
        import junitparser
        import xmlschema
    except ImportError:
        absent("Python's `xmlschema` and `junitparser`")
    try:
        xmlschema.XMLSchema(JUNIT).validate(str(path))
        xml = junitparser.JUnitXml.fromfile(str(path))
    except Exception as error:
        wrong(str(error)[:500])
    cases = [case for suite in xml for case in suite]
    if xml.tests != len(cases) or xml.failures != sum(case.is_failure for case in cases):
        wrong("the counts are not those of the cases")


def github(path):
    """As the runner of GitHub reads commands: a line that begins with `::`."""
    known = {"error", "warning", "notice"}
    for line in Path(path).read_bytes().decode().split("\n"):
        found = re.match(r"\s*::([^\s:]+)(?: (.*?))?::", line)
        if line and (not found or found[1] not in known):
            wrong(f"not one of ours: {line[:200]}")
        for pair in (found[2] or "").split(",") if line else []:
            if pair.split("=")[0] not in {"file", "line", "endLine", "col", "endColumn", "title"}:
                wrong(f"no property of ours: {pair}")


def markdown(path):
    """Rendered by GitHub's own parser, nothing in it is a link or HTML of others, and no text calls anybody."""
    try:
        import cmarkgfm
        from cmarkgfm.cmark import Options
        from lxml import html
    except ImportError:
        absent("Python's `cmarkgfm` and `lxml`")
    text = Path(path).read_text()
    rendered = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    tree = html.fromstring(f"<div>{rendered}</div>")
    ours = {"div", "p", "strong", "em", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "code",
            "pre", "ul", "li", "h1", "h2", "h3", "br"}
    for node in tree.iter():
        if not isinstance(node.tag, str):
            if "dictum" not in (node.text or ""):
                wrong(f"a comment that is not ours: {node.text}")
            continue
        if node.tag not in ours or (node.attrib and set(node.attrib) - {"align", "open"}):
            wrong(f"not ours: <{node.tag} {dict(node.attrib)}>")
        inside_code = node.tag in ("code", "pre")
        for said in ([] if inside_code else [node.text]) + [node.tail]:
            # What forges look for in the text that was rendered.
            called = re.search(r"(?<![\w`])[@#!~$%&^][\w\"]|\bGH-\d|\w@\w|://|\bwww\.", said or "")
            if called:
                wrong(f"calls somebody: {said[max(0, called.start() - 20):][:60]!r}")


def program(name):
    """A program beside this Python."""
    found = Path(sys.executable).parent / name
    if not found.exists():
        absent(f"`{name}` beside this Python")
    return str(found)


def ran(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        wrong((done.stdout + done.stderr)[-1500:])


def as_yaml(path, name, *checks):
    """`path` where its readers look for it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(Path(path).read_bytes())
        for check in checks:
            check(str(copy))


def schema(name):
    return lambda path: ran(program("check-jsonschema"), "--builtin-schema", name, path)


def zizmor(path):
    ran(program("zizmor"), "--offline", "--no-progress", "--min-severity", "medium", path)


def action(path):
    as_yaml(path, "action.yml", schema("vendor.github-actions"), zizmor)


def workflow(path):
    # What `uses: ./…` leads to is not beside the copy.
    lint = lambda copy: ran(program("actionlint"), "-shellcheck=", "-ignore", "does not exist", copy)
    as_yaml(path, ".github/workflows/knowledge.yml", schema("vendor.github-workflows"), lint, zizmor)


def gitlab_ci(path):
    as_yaml(path, ".gitlab-ci.yml", schema("vendor.gitlab-ci"))


def pre_commit(path):
    """https://pre-commit.com/#creating-new-hooks: what has to be there."""
    try:
        from ruamel.yaml import YAML
    except ImportError:
        absent("Python's `ruamel.yaml`")
    for hook in YAML(typ="safe").load(Path(path)):
        for key in ("id", "name", "entry", "language"):
            if not isinstance(hook.get(key), str):
                wrong(f"no `{key}`")


def main():
    kind, path = sys.argv[1:]
    checks = {
        "sarif": sarif,
        "sarif-multitool": sarif_multitool,
        "gitlab": gitlab,
        "rdjson": rdjson,
        "junit": junit,
        "github": github,
        "markdown": markdown,
        "action": action,
        "workflow": workflow,
        "gitlab-ci": gitlab_ci,
        "pre-commit": pre_commit,
    }
    checks[kind](path)


main()
