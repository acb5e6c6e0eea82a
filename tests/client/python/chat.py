"""A client of KingBus in Python, written from docs/chat-protocol.md and docs/api.md alone.

It logs in, connects, keeps the last sequence of each room, sends again what was not acknowledged, and comes back by
itself. Each thing that happens is one JSON line on standard output; commands are lines on standard input:

    {"do": "send", "room": "...", "id": "...", "body": "..."}
    {"do": "send files", "room": "...", "id": "...", "paths": ["..."], "body": "..."}
    {"do": "quit"}

    python3 chat.py HTTP_ORIGIN CHAT_ORIGIN USERNAME PASSWORD
"""

import asyncio
import json
import os
import random
import sys
import urllib.request
import uuid

import websockets

http_origin, chat_origin, username, password = sys.argv[1:5]

cursors = {}  # room -> last seq that was shown
epoch = None  # the past of the logs that the cursors belong to
outbox = {}  # id -> {room, body, files}, not yet acknowledged, in order
connection = None
leaving = False


def tell(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def log_in():
    request = urllib.request.Request(
        http_origin + "/v1/sessions",
        data=json.dumps({"username": username, "password": password}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["accessToken"]


def send_file(room, path):
    """Sends a file for a room: gives its id, by which a message names it."""
    edge = "kingbus-" + uuid.uuid4().hex
    name = os.path.basename(path)
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (("purpose", "chat"), ("roomId", room))
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    with open(path, "rb") as file:
        data = head.encode() + file.read() + f"\r\n--{edge}--\r\n".encode()
    request = urllib.request.Request(
        http_origin + "/v1/files",
        data=data,
        headers={"Authorization": "Bearer " + log_in(), "Content-Type": "multipart/form-data; boundary=" + edge},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["id"]


async def say(**frame):
    if connection is not None:
        try:
            await connection.send(json.dumps(frame))
        except websockets.ConnectionClosed:
            pass


async def send_all():
    for id, message in list(outbox.items()):
        await say(type="send", id=id, **message)


async def hear(frame):
    """Handles one frame; gives milliseconds to wait where the server says goodbye."""
    global epoch
    kind = frame["type"]
    if kind == "ready":
        tell(happened="ready", account=frame["account"])
        is_first = epoch is None
        if epoch not in (None, frame["epoch"]) or any(cursors.get(r["id"], 0) > r["head"] for r in frame["rooms"]):
            cursors.clear()
            is_first = True
        epoch = frame["epoch"]
        for room in frame["rooms"]:
            cursors.setdefault(room["id"], room["head"] if is_first else 0)
        await say(type="sync", rooms={room["id"]: cursors[room["id"]] for room in frame["rooms"]})
        await send_all()
    elif kind == "message":
        room, seq = frame["room"], frame["seq"]
        if seq == cursors.get(room, seq - 1) + 1:
            cursors[room] = seq
            tell(happened="message", room=room, seq=seq, id=frame["id"], kind=frame["kind"], body=frame["body"])
        else:
            tell(happened="out of place", room=room, seq=seq, cursor=cursors[room])
    elif kind == "ack":
        if outbox.pop(frame["id"], None) is not None:
            tell(happened="ack", id=frame["id"], seq=frame["seq"])
    elif kind == "joined":
        cursors.setdefault(frame["room"], 0)
    elif kind == "error":
        if frame["code"] in ("unavailable", "rate_limited"):
            await asyncio.sleep(frame.get("retryAfter", 1))
            await send_all()
        else:
            if frame["code"] == "not_found" and "id" not in frame:
                cursors.pop(frame.get("room"), None)
            if frame["code"] == "beyond_head":
                cursors[frame["room"]] = frame["seq"]
            outbox.pop(frame.get("id"), None)
            tell(happened="error", code=frame["code"])
    elif kind == "bye":
        return frame["reconnectAfter"]
    return None


async def live():
    global connection
    token, pause = log_in(), 0.5
    url = chat_origin.replace("http", "ws", 1) + "/ws"
    while True:
        told = None
        try:
            async with websockets.connect(url, subprotocols=["kingbus.v1"], compression=None) as connection:
                await say(type="auth", token=token)
                async for text in connection:
                    wait = await hear(json.loads(text))
                    told = told if wait is None else wait
                    pause = 0.5
                code = connection.close_code
        except websockets.ConnectionClosed as closed:
            code = 1006 if closed.rcvd is None else closed.rcvd.code
        except (OSError, websockets.WebSocketException):
            code = 1006
        connection = None
        if leaving:
            return
        tell(happened="disconnected", code=code)
        if code == 4403:
            return
        if code == 4401:
            token = log_in()
        await asyncio.sleep(pause * random.uniform(0.5, 1) if told is None else told / 1000)
        pause = min(30, pause * 2)


async def leave():
    global leaving
    leaving = True
    # Left open, it would be cancelled while it waits for an answer to its close frame, and wait ten seconds for that.
    if connection is not None:
        await connection.close()


async def obey():
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        command = json.loads(line)
        if command["do"] == "quit":
            return await leave()
        message = {name: command[name] for name in ("room", "body") if name in command}
        if command["do"] == "send files":
            message["files"] = [await asyncio.to_thread(send_file, command["room"], path) for path in command["paths"]]
        outbox[command["id"]] = message
        await say(type="send", id=command["id"], **outbox[command["id"]])


async def main():
    living, obeying = asyncio.ensure_future(live()), asyncio.ensure_future(obey())
    done, _ = await asyncio.wait([living, obeying], return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()
    living.cancel()


asyncio.run(main())
