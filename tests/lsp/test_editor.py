"""An editor of its own making (pytest-lsp) writes knowledge with `dictum lsp`.

DICTUM is the program, TOUR a repository with the knowledge of the README and its history.
"""

import asyncio
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

DICTUM = os.environ["DICTUM"]


@pytest.fixture
def top(tmp_path):
    shutil.copytree(os.environ["TOUR"], tmp_path / "tour")
    return tmp_path / "tour"


def editor():
    """A client that knows which version of a file its diagnostics are of, and does what it is asked to."""
    client = pytest_lsp.make_test_lsp_client()
    client.versions = {}
    features = client.protocol.fm.features
    publish = features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

    def note(*arguments):
        client.versions[arguments[-1].uri] = arguments[-1].version
        return publish(*arguments)

    features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = note

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_):
        return None

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh(_):
        return None

    return client


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim"],
    config=ClientServerConfig(server_command=[DICTUM, "lsp", "--stdio"], client_factory=editor),
)
async def client(request, lsp_client: LanguageClient, top):
    capabilities = pytest_lsp.client_capabilities(request.param)
    params = types.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[types.WorkspaceFolder(uri=top.as_uri(), name="tour")],
        root_uri=top.as_uri(),
    )
    lsp_client.can = await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


class Editor:
    """One file, open."""

    def __init__(self, client, path, text=None):
        self.client, self.path, self.uri = client, path, path.as_uri()
        self.text = path.read_text() if text is None else text
        self.version = 1
        document = types.TextDocumentItem(self.uri, "toml", self.version, self.text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def at(self, words, behind=0):
        """The position of `words`, `behind` letters further on."""
        return self.position(self.text.index(words) + behind)

    def position(self, offset):
        before = self.text[:offset]
        line = before.count("\n")
        return types.Position(line, len(before) - (before.rfind("\n") + 1))

    def here(self, words, behind=0):
        return {"text_document": types.TextDocumentIdentifier(self.uri), "position": self.at(words, behind)}

    def change(self, words, other):
        """Types `other` in place of `words`, as a change of a range."""
        start, end = self.at(words), self.at(words, len(words))
        self.text = self.text.replace(words, other, 1)
        self.version += 1
        change = types.TextDocumentContentChangePartial(range=types.Range(start, end), text=other)
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def problems(self):
        """What is told to be wrong with the text as it stands, once all of the knowledge was looked at."""
        # Any question is answered after that.
        await self.client.workspace_symbol_async(types.WorkspaceSymbolParams("-"))
        while self.client.versions.get(self.uri) != self.version:
            await asyncio.wait_for(self.client.wait_for_notification("textDocument/publishDiagnostics"), 20)
        return list(self.client.diagnostics[self.uri])

    def made(self, edits):
        """The text with edits made."""
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        where = lambda position: starts[position.line] + position.character
        text = self.text
        for edit in sorted(edits, key=lambda edit: (where(edit.range.start), where(edit.range.end)), reverse=True):
            text = text[: where(edit.range.start)] + edit.new_text + text[where(edit.range.end) :]
        return text


def edits_of(change):
    """Edits by file, however they are told."""
    if change.document_changes:
        return {one.text_document.uri: one.edits for one in change.document_changes}
    return change.changes


def checked(top):
    return subprocess.run([DICTUM, "check", "-f", "concise"], cwd=top, capture_output=True, text=True)


@pytest.mark.asyncio
async def test_mistakes_are_told_as_they_are_typed(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    assert await acv.problems() == []
    acv.change("unit         =", "unti         =")
    (problem,) = await acv.problems()
    assert problem.code == "unknown-attribute" and problem.severity == types.DiagnosticSeverity.Error
    assert "did you mean `unit`" in problem.message
    assert problem.range.start == acv.at("unti")
    acv.change("unti         =", "unit         =")
    assert await acv.problems() == []


@pytest.mark.asyncio
async def test_the_whole_knowledge_counts_saved_or_not(client, top):
    """A subject that is gone from one buffer is missed in another file that nobody opened."""
    acme = Editor(client, top / "knowledge/customers/acme.toml")
    assert await acme.problems() == []
    teams = Editor(client, top / "knowledge/declarations/teams.toml")
    name = re.search(r"\[team\.([a-z-]+)\]", teams.text).group(1)
    teams.change(f"[team.{name}]", f"[team.{name}x]")
    await teams.problems()
    missed = [one for shown in client.diagnostics.values() for one in shown if one.code == "unknown-reference"]
    assert missed, "references to it lead nowhere now"
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(teams.uri)))
    await acme_is_well(client, acme)
    assert not [one for shown in client.diagnostics.values() for one in shown]


async def acme_is_well(client, acme):
    # Any question is answered after what was typed before it.
    await client.text_document_hover_async(types.HoverParams(**acme.here("[", 1)))


@pytest.mark.asyncio
async def test_a_text_that_is_no_toml_yet_keeps_its_help(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    acv.change('unit         = "EUR"', "unit         = ")
    problems = await acv.problems()
    assert [one.code for one in problems] == ["bad-toml"]
    told = await client.text_document_hover_async(types.HoverParams(**acv.here("[term.acv]", 7)))
    assert "term/acv" in told.contents.value


@pytest.mark.asyncio
async def test_a_fix_mends_what_is_wrong(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    acv.change("synonyms     =", "synonims     =")
    (problem,) = await acv.problems()
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(acv.uri), problem.range, types.CodeActionContext([problem])
    )
    (action,) = await client.text_document_code_action_async(params)
    assert action.title == "write `synonyms`" and action.is_preferred
    acv.change("synonims", re.search("synonyms", acv.made(edits_of(action.edit)[acv.uri])).group())
    assert await acv.problems() == []


@pytest.mark.asyncio
async def test_every_fix_of_a_conflict_settles_it(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    acv.change('unit         = "EUR"', 'unit         = "EUR"\n[term.zeta]\nunit = "GBP"\nowner = "finance"\nsource = "finance-policy-2024"')
    other = Editor(client, top / "knowledge/terms/other.toml", '[term.zeta]\nunit = "USD"\nsource = "finance-policy-2024"\n')
    await other.problems()
    found = [one for uri in (acv.uri, other.uri) for one in client.diagnostics[uri] if one.code == "conflict"]
    assert len(found) == 1, client.diagnostics
    at = acv if found[0] in client.diagnostics[acv.uri] else other
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(at.uri), found[0].range, types.CodeActionContext(found)
    )
    actions = await client.text_document_code_action_async(params)
    assert actions
    for action in actions:
        kept = {one: one.text for one in (acv, other)}
        for editor in (acv, other):
            if editor.uri in edits_of(action.edit):
                editor.change(editor.text, editor.made(edits_of(action.edit)[editor.uri]))
        await acme_is_well(client, acv)
        left = [one for shown in client.diagnostics.values() for one in shown if one.code == "conflict"]
        assert not left, (action.title, acv.text, other.text)
        for editor, text in kept.items():
            editor.change(editor.text, text)


@pytest.mark.asyncio
async def test_hovering_tells_what_holds_why_and_who_said_it(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    for _ in range(100):
        told = await client.text_document_hover_async(types.HoverParams(**acv.here("definition = ", 2)))
        if "said by" in told.contents.value:
            break
        await asyncio.sleep(0.1)
    text = told.contents.value
    assert "`term/acv#definition`" in text and "because it corrects" in text and "reviewed:" in text, text
    assert "what stands here gives way" in text, text
    said = subprocess.run(
        [DICTUM, "why", "term/acv#definition", "-f", "json"], cwd=top, capture_output=True, text=True
    ).stdout
    commits = re.findall(r'"commit": "sha1:([0-9a-f]{7})', said)
    assert all(commit in text for commit in commits[:1]), (text, commits)
    # What is typed and not committed was said by nobody yet.
    acv.change("one-time fees excluded", "one-time fees left out")
    told = await client.text_document_hover_async(types.HoverParams(**acv.here("definition = ", 2)))
    assert "not committed yet" in told.contents.value


@pytest.mark.asyncio
async def test_declarations_and_references_are_found(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    (found,) = await client.text_document_definition_async(
        types.DefinitionParams(**acv.here('"finance-policy-2025"', 4))
    )
    assert found.uri.endswith("knowledge/sources/2025.toml")
    line = (top / "knowledge/sources/2025.toml").read_text().splitlines()[found.range.start.line]
    assert line.startswith("[source.finance-policy-2025]")
    params = types.ReferenceParams(types.ReferenceContext(True), **acv.here("[term.acv]", 7))
    found = await client.text_document_references_async(params)
    files = {one.uri.rsplit("/", 1)[1] for one in found}
    assert {"acv.toml", "acv-usage-fees.toml"} <= files
    marked = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(**acv.here("[term.acv]", 7))
    )
    assert len(marked) == len([one for one in found if one.uri == acv.uri])


@pytest.mark.asyncio
async def test_a_rename_reaches_every_place_and_remembers(client, top):
    for _ in range(100):
        acv = Editor(client, top / "knowledge/terms/acv.toml")
        lenses = await client.text_document_code_lens_async(
            types.CodeLensParams(types.TextDocumentIdentifier(acv.uri))
        )
        if lenses:
            break
        await asyncio.sleep(0.1)
    here = acv.here("[term.acv]", 7)
    ready = await client.text_document_prepare_rename_async(types.PrepareRenameParams(**here))
    assert ready.placeholder == "acv"
    change = await client.text_document_rename_async(types.RenameParams(new_name="annual-value", **here))
    for uri, edits in edits_of(change).items():
        path = Path(uri.removeprefix("file://"))
        text = Editor(client, path).made(edits)
        path.write_text(text)
    text = acv.path.read_text()
    assert "[term.annual-value]" in text and 'was = ["acv"]' in text and "[term.acv" not in text
    ran = checked(top)
    assert ran.returncode == 0, ran.stdout
    for name in ("Annual Value", "active-customer"):
        with pytest.raises(Exception) as refused:
            await client.text_document_rename_async(types.RenameParams(new_name=name, **here))
        assert "id" in str(refused.value)


@pytest.mark.asyncio
async def test_what_may_be_typed_next(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")

    async def offered(words, other):
        before, start = acv.text, acv.text.index(words)
        acv.change(words, other.replace("|", ""))
        here = {**acv.here("[term"), "position": acv.position(start + other.index("|"))}
        found = await client.text_document_completion_async(types.CompletionParams(**here))
        items = found if isinstance(found, list) else found.items
        texts = {item.label: acv.made([item.text_edit]) for item in items}
        acv.change(acv.text, before)
        return texts

    kinds = await offered('unit         = "EUR"', "[|")
    assert {"term", "entity", "source", "question"} <= set(kinds)
    keys = await offered('unit         = "EUR"', "|")
    assert "unit" in keys and "source" not in keys and "label" not in keys and "when" in keys
    sources = await offered('source     = "finance-policy-2025"', "source     = |")
    assert set(sources) == {"finance-policy-2024", "finance-policy-2025", *sources}
    assert 'source     = "finance-policy-2025"' in sources["finance-policy-2025"]
    within = await offered('source     = "finance-policy-2025"', 'source     = "fin|"')
    assert 'source     = "finance-policy-2025"' in within["finance-policy-2025"]
    owners = await offered('owner        = "finance"', 'owner        = "|"')
    assert "finance" in owners
    dimensions = await offered('unit         = "EUR"', "when.|")
    assert dimensions
    assert {"region", "department"} <= set(dimensions)
    for typed in ("when = { department = |", 'when = { region = "uk", department = "su|', "when.department = |"):
        values = await offered('unit         = "EUR"', typed)
        assert {"support", "sales"} <= set(values), typed
        assert "department = \"support\"" in values["support"], values["support"]
    named = await offered('unit         = "EUR"', "when = { re|")
    assert "when = { region" in named["region"]
    of_tree = await offered('unit         = "EUR"', 'when = { region = ["uk", "|')
    assert {"emea", "de", "eurozone"} <= set(of_tree)
    assert not await offered('unit         = "EUR"', "# when.|")


@pytest.mark.asyncio
async def test_symbols(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    symbols = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(acv.uri))
    )
    assert [one.name for one in symbols] == ["term/acv"]
    assert {"label", "owner", "also"} <= {one.name for one in symbols[0].children}
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("annual contract"))
    assert [one.name for one in found] == ["term/acv"]
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams("no such thing")) in ([], None)


@pytest.mark.asyncio
async def test_between_the_lines(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    whole = types.Range(types.Position(0, 0), types.Position(999, 0))
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(types.TextDocumentIdentifier(acv.uri), whole)
    )
    assert hints and all("answers" in one.label or "gives way" in one.label for one in hints)
    for _ in range(100):
        lenses = await client.text_document_code_lens_async(
            types.CodeLensParams(types.TextDocumentIdentifier(acv.uri))
        )
        if lenses:
            break
        await asyncio.sleep(0.1)
    assert re.search(r"said by [0-9a-f]{7} .*of \d+ reviewed", lenses[0].command.title), lenses


@pytest.mark.asyncio
async def test_a_text_is_laid_out(client, top):
    messy = '[term.zeta]\nunit="EUR"\nlabel   =   "Zeta"\n\n\n\n[term.eta]\nlabel="Eta"\n'
    zeta = Editor(client, top / "knowledge/terms/zeta.toml", messy)
    options = types.FormattingOptions(4, True)
    file = types.TextDocumentIdentifier(zeta.uri)
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(file, options))
    laid = zeta.made(edits)
    ran = subprocess.run([DICTUM, "fmt", "-"], input=messy, cwd=top, capture_output=True, text=True)
    assert laid == ran.stdout
    last = types.Range(zeta.at("[term.eta]"), zeta.at("[term.eta]", 3))
    edits = await client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(file, last, options)
    )
    part = zeta.made(edits)
    assert 'unit="EUR"' in part and 'label = "Eta"' in part


@pytest.mark.asyncio
async def test_words_are_told_apart(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    told = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(types.TextDocumentIdentifier(acv.uri))
    )
    kinds = client.can.capabilities.semantic_tokens_provider.legend.token_types
    line = start = 0
    lines, words = acv.text.splitlines(), set()
    for at in range(0, len(told.data), 5):
        down, right, length, kind, _ = told.data[at : at + 5]
        line, start = line + down, right if down else start + right
        words.add((kinds[kind], lines[line][start : start + length]))
    assert {("namespace", "term"), ("class", "acv"), ("property", "unit"), ("keyword", "source")} <= words
    assert ("variable", "finance-policy-2025") in words


@pytest.mark.asyncio
async def test_letters_are_counted_as_the_editor_counts(client, top):
    crab = Editor(client, top / "knowledge/terms/crab.toml", '[term.crab]\nlabel = "🦀🦀"\nlabl = "x"\n')
    assert "unknown-attribute" in [one.code for one in await crab.problems()]
    # Behind two crabs, of two units each in UTF-16 and four in UTF-8.
    unit = 2 if client.can.capabilities.position_encoding == "utf-16" else 4
    at = types.Position(1, len('label = "') + 2 * unit)
    crab.version += 1
    change = types.TextDocumentContentChangePartial(range=types.Range(at, at), text=" crabs")
    identifier = types.VersionedTextDocumentIdentifier(crab.version, crab.uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))
    crab.text = crab.text.replace("🦀🦀", "🦀🦀 crabs")
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("crabs"))
    assert [one.container_name for one in found] == ["🦀🦀 crabs"]


@pytest.mark.asyncio
async def test_what_is_odd_is_refused_and_nothing_ends(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    with pytest.raises(Exception):
        await client.protocol.send_request_async("textDocument/nothing", {})
    elsewhere = {"text_document": types.TextDocumentIdentifier("untitled:one"), "position": types.Position(0, 0)}
    assert await client.text_document_hover_async(types.HoverParams(**elsewhere)) is None
    far = {"text_document": types.TextDocumentIdentifier(acv.uri), "position": types.Position(10**6, 10**6)}
    await client.text_document_hover_async(types.HoverParams(**far))
    await client.text_document_completion_async(types.CompletionParams(**far))
    acv.change(acv.text, "[" * 5000)
    assert await acv.problems()
    acv.change(acv.text, "\x00\x01[[[ = = \u202e")
    assert await acv.problems()
    await client.text_document_completion_async(types.CompletionParams(**far))


@pytest.mark.asyncio
async def test_what_lands_meanwhile_is_known(client, top):
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    acv.change('unit         = "EUR"', 'unit         = "USD"')
    acv.path.write_text(acv.text)
    subprocess.run(["git", "commit", "-qam", "Count in dollars"], cwd=top, check=True)
    client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(acv.uri)))
    for _ in range(100):
        told = await client.text_document_hover_async(types.HoverParams(**acv.here("unit  ", 1)))
        if "Count in dollars" in told.contents.value:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(told.contents.value)


@pytest.mark.asyncio
async def test_much_knowledge_keeps_nobody_waiting(client, top):
    """What a glance tells comes first, and then what all of the knowledge together shows."""
    many = [
        f'[term.metric-{at}]\nlabel = "Metric {at}"\nunit = "EUR"\nowner = "finance"\nsource = "finance-policy-2024"\n'
        for at in range(2000)
    ]
    (top / "knowledge/terms/many.toml").write_text("\n".join(many))
    client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent("file:///many.toml", types.FileChangeType.Created)])
    )
    acv = Editor(client, top / "knowledge/terms/acv.toml")
    assert await acv.problems() == []
    # A slip that reading finds, and one that only the whole shows, while letters keep coming.
    acv.change("unit         =", "unti         =")
    while acv.version not in (client.versions.get(acv.uri),):
        await asyncio.sleep(0.01)
    assert "unknown-attribute" in [one.code for one in client.diagnostics[acv.uri]]
    acv.change('owner        = "finance"', 'owner        = "finanze"')
    for letters in ("a", "ab", "abc", "abcd"):
        acv.change('abbreviation = "', f'abbreviation = "{letters}')
    found = {one.code for one in await acv.problems()}
    assert {"unknown-attribute", "unknown-reference"} <= found
    # What only the whole shows stays where it is while something else is typed.
    acv.change('label        = "ACV"', 'label        = "ACVs"')
    while client.versions.get(acv.uri) != acv.version:
        await asyncio.sleep(0.01)
    assert "unknown-reference" in [one.code for one in client.diagnostics[acv.uri]]
    acv.change("unti ", "unit ")
    acv.change('"finanze"', '"finance"')
    assert await acv.problems() == []
