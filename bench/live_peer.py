"""The peer of listening: the least that uvicorn serves of an event stream, a beginning and then silence."""

from starlette.types import Receive, Scope, Send


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """One listener, until it goes."""
    assert scope["type"] == "http"
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b": peer\n\n", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass
