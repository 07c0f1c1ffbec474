"""A relay by the websockets library: asks the first vehicle that connects, and reports to it what it answered."""

import json

from websockets.sync.server import serve


def relay(connection):
    hello = json.loads(connection.recv(timeout=5))
    is_answered = connection.ping().wait(5)
    answers = []
    for number, path in enumerate(["/sovd/v1/components", "/sovd/v1/none", "/sovd/v1/x-bridge/status"]):
        connection.send(json.dumps({"request_id": str(number), "method": "GET", "path": path}))
        answers.append(json.loads(connection.recv(timeout=5)))
    report = {
        "hello": hello,
        "authorization": connection.request.headers.get("Authorization"),
        "pong": is_answered,
        "answers": answers,
    }
    # As a serializer writes it that writes members without a value, too.
    frame = {"request_id": "last", "method": "POST", "path": "/sovd/v1/report", "body": report, "headers": None}
    connection.send(json.dumps(frame))
    connection.recv(timeout=5)
    connection.close(4321, "enough")


with serve(relay, "127.0.0.1", 0) as server:
    print(json.dumps({"port": server.socket.getsockname()[1]}), flush=True)
    server.serve_forever()
