"""A vehicle by the websockets library: connects, answers requests until it is told to stop, prints what it was asked."""

import json
import sys

from websockets.sync.client import connect

url, token, vehicle_id = sys.argv[1:]
asked = []
with connect(url, additional_headers={"Authorization": f"Bearer {token}"}) as connection:
    connection.send(json.dumps({"vehicle_id": vehicle_id}))
    while True:
        request = json.loads(connection.recv())
        request_id = request.pop("request_id")
        asked.append(request)
        answer = json.dumps({"request_id": request_id, "status": 200, "body": {"echo": request["path"]}})
        # In two fragments, as RFC 6455 5.4 allows.
        connection.send(iter([answer[:10], answer[10:]]))
        if request["path"] == "/stop":
            break
    is_answered = connection.ping().wait(5)
    extensions = [extension.name for extension in connection.protocol.extensions]
print(json.dumps({"asked": asked, "pong": is_answered, "extensions": extensions}))
