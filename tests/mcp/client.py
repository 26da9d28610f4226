"""What a real client sees: every tool, a question back, a problem, resources, and a correction while it is connected.

Called by tests/suite/mcp.rs in a repository: `client.py MODE stdio` or `client.py MODE URL`.
"""

import asyncio
import json
import subprocess
import sys

from mcp import Client, MCPError, StdioServerParameters
from mcp.types import ElicitResult

TOOLS = ["ground_question", "resolve_name", "get_fact", "explain_fact", "search_knowledge"]
asked = []


async def choose(context, form):
    choices = form.requested_schema["properties"]["answer"]["enum"]
    asked.append(choices)
    return ElicitResult(action="accept", content={"answer": choices[0]})


async def call(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert json.loads(result.content[0].text) == result.structured_content, tool
    return result


async def refused(waiting):
    try:
        await waiting
    except MCPError as error:
        return str(error)
    raise AssertionError("it was not refused")


async def look(client, elicits):
    assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
    for tool in (await client.list_tools()).tools:
        hints = tool.annotations
        assert (hints.read_only_hint, hints.idempotent_hint, hints.open_world_hint) == (True, True, False)

    ground = (await call(client, "ground_question", sentence="What is the ACV of a customer?")).structured_content
    assert ground["ready"] and ground["facts"][0]["address"] == "term/acv#definition"
    fact = (await call(client, "get_fact", address="term/acv#unit")).structured_content
    assert (fact["status"], fact["value"]) == ("fact", "EUR")
    subject = (await call(client, "get_fact", address="term/acv")).structured_content
    assert len(subject["answers"]) > 3
    why = (await call(client, "explain_fact", address="term/acv#definition")).structured_content
    assert len(why["candidates"]) == 3
    found = (await call(client, "search_knowledge", text="contract value")).structured_content
    assert found["hits"][0]["subject"] == "term/acv"

    name = (await call(client, "resolve_name", name="Acme")).structured_content
    if elicits:
        assert asked == [["amer", "emea"]], asked
        assert (name["status"], name["subject"], name["where"]) == ("fact", "entity/acme-foods", {"region": "amer"})
    else:
        assert asked == [] and name["status"] == "ambiguous" and len(name["ask"]["choices"]) == 2

    problem = await call(client, "get_fact", address="term/acv", wehre={})
    assert problem.is_error and problem.structured_content["detail"] == "did you mean `where`?"
    assert "no such tool" in await refused(client.call_tool("get_facts", {}))

    uri = (await client.list_resources()).resources[0].uri
    assert uri == "dictum://snapshot/" + fact["snapshot"]
    snapshot = json.loads((await client.read_resource(uri)).contents[0].text)
    assert snapshot["snapshot"] == fact["snapshot"]
    same = json.loads((await client.read_resource(uri + "/subject/term/acv")).contents[0].text)
    assert same == subject
    assert "nothing is said" in await refused(client.read_resource(uri + "/subject/term/none"))

    line = ["dictum", "correct", "term/acv#unit", "USD", "--reason", "The books are kept in dollars", "--commit"]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        after = (await call(client, "get_fact", address="term/acv#unit")).structured_content
        if after["value"] == "USD":
            break
        await asyncio.sleep(0.05)
    assert after["value"] == "USD" and after["snapshot"] != fact["snapshot"]
    assert "another snapshot" in await refused(client.read_resource(uri + "/subject/term/acv", cache_mode="bypass"))


async def main(mode, where):
    stdio = StdioServerParameters(command="dictum", args=["serve", "--mcp", "stdio"])
    server = stdio if where == "stdio" else where
    # Without a session nobody can be asked while a call waits.
    elicits = where == "stdio" or mode == "auto"
    async with Client(server, mode=mode, elicitation_callback=choose) as client:
        assert client.protocol_version == ("2025-11-25" if mode == "legacy" else "2026-07-28")
        assert client.server_info.name == "dictum" and len(client.instructions.split()) < 120
        await look(client, elicits)


asyncio.run(main(*sys.argv[1:]))
