"""Follows a reply with gql (pip install 'gql[websockets]').

python follow_gql.py URL TOKEN MESSAGE
"""

import asyncio
import sys
from collections.abc import AsyncIterator

from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

FOLLOW = """
subscription ($messageId: ID!) {
  messageEvents(messageId: $messageId) {
    __typename
    ... on StepUpdated { delta step { type } }
    ... on MessageFailed { code content }
  }
}
"""


async def deltas(url: str, token: str, message_id: str) -> AsyncIterator[str]:
    """The text of a reply, as it is written."""
    request = gql(FOLLOW)
    request.variable_values = {"messageId": message_id}
    transport = WebsocketsTransport(
        url=f"{url.replace('http', 'ws', 1)}/graphql",
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with Client(transport=transport) as session:
        async for result in session.subscribe(request):
            event = result["messageEvents"]
            if event["__typename"] == "MessageFailed":
                raise RuntimeError(f"{event['code']}: {event['content']}")
            if event.get("step", {}).get("type") == "TEXT":
                yield event["delta"]


async def main(url: str, token: str, message_id: str) -> None:
    async for delta in deltas(url, token, message_id):
        print(delta, end="", flush=True)  # noqa: T201 - what it is for


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
