"""A real client proposes a correction: what it would change first, then the branch.

Called by tests/suite/mcp.rs in a repository: `propose.py MODE`.
"""

import asyncio
import subprocess
import sys

from mcp import Client, StdioServerParameters
from mcp.types import Implementation


async def main(mode):
    server = StdioServerParameters(command="dictum", args=["serve", "--mcp", "stdio", "--proposals"])
    me = Implementation(name="desk-helper", version="1")
    async with Client(server, mode=mode, client_info=me) as client:
        tool = (await client.list_tools()).tools[-1]
        assert tool.name == "propose_correction" and not tool.annotations.read_only_hint
        fact = (await client.call_tool("get_fact", {"address": "term/acv#unit"})).structured_content
        wish = {"address": fact["address"], "pin": fact["pin"], "value": "USD", "reason": "The books say so"}
        preview = (await client.call_tool("propose_correction", wish)).structured_content
        assert preview["status"] == "preview" and len(preview["changes"]) == 1, preview
        assert preview["changes"][0]["differences"][0]["after"]["value"] == "USD"
        told = (await client.call_tool("propose_correction", wish | {"commit": True})).structured_content
        assert told["status"] == "proposed", told
        line = ["git", "log", "-1", "--format=%an", told["branch"]]
        ran = subprocess.run(line, check=True, capture_output=True, text=True)
        assert ran.stdout == "desk-helper [bot]\n", ran.stdout
        after = (await client.call_tool("get_fact", {"address": "term/acv#unit"})).structured_content
        assert after["value"] == "EUR", "nothing is answered otherwise until somebody merges it"


asyncio.run(main(*sys.argv[1:]))
