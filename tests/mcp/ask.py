import asyncio
import sys

from mcp import Client, StdioServerParameters


async def main(sentence):
    server = StdioServerParameters(command="dictum", args=["serve", "--mcp", "stdio"])
    async with Client(server) as client:
        while True:
            result = await client.call_tool("ground_question", {"sentence": sentence})
            ground = result.structured_content
            for question in ground["questions"]:
                print("open:", question["ask"])
            for fact in ground["facts"]:
                for part in fact["parts"]:
                    print(part.get("pin", fact["address"]), "=", part.get("value"))
            print("ready:", ground["ready"], flush=True)
            if not sys.stdin.readline():  # Enter asks again
                return


asyncio.run(main(sys.argv[1]))
