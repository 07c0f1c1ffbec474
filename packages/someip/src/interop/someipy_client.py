"""Uses a service with someipy: finds it, calls its method and waits for two values of its field.

The argument is JSON: {"host", "port", "sd_address", "sd_port", "service", "instance", "method", "eventgroup", "event"}.
Prints JSON: {"response": hex, "returnCode": number, "events": [[id, hex]]}.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile

import someipy
from someipy.someipy_logging import set_someipy_log_level

ASKED = json.loads(sys.argv[1])
WAIT_S = 0.05
LIMIT_S = 30


async def use_service(daemon):
    udp = someipy.TransportLayerProtocol.UDP
    group = someipy.EventGroup(id=ASKED["eventgroup"], events=[someipy.Event(id=ASKED["event"], protocol=udp)])
    service = (
        someipy.ServiceBuilder()
        .with_service_id(ASKED["service"])
        .with_major_version(1)
        .with_method(someipy.Method(id=ASKED["method"], protocol=udp))
        .with_eventgroup(group)
        .build()
    )
    client = someipy.ClientServiceInstance(
        daemon, service, ASKED["instance"], ASKED["host"], ASKED["port"], client_id=0x0301
    )
    events = []
    client.register_callback(lambda event_id, payload: events.append([event_id, payload.hex()]))
    client.subscribe_eventgroup(group, 3)
    while not await client.is_available():
        await asyncio.sleep(WAIT_S)
    while not events:
        await asyncio.sleep(WAIT_S)
    result = await client.call_method(ASKED["method"], bytes.fromhex("010203"))
    while len(events) < 2:
        await asyncio.sleep(WAIT_S)
    client.unsubscribe_eventgroup(group)
    await asyncio.sleep(4 * WAIT_S)
    return {"response": result.payload.hex(), "returnCode": result.return_code.value, "events": events}


async def connect_and_use_service(path):
    while not os.path.exists(path):
        await asyncio.sleep(WAIT_S)
    daemon = await someipy.connect_to_someipy_daemon({"socket_path": path})
    result = await use_service(daemon)
    await daemon.disconnect_from_daemon()
    return result


async def main(folder):
    path = os.path.join(folder, "daemon.sock")
    config = {"interface": ASKED["host"], "sd_address": ASKED["sd_address"], "sd_port": ASKED["sd_port"]}
    file = os.path.join(folder, "daemon.json")
    with open(file, "w") as to:
        json.dump({"socket_path": path, **config}, to)
    server = subprocess.Popen([sys.executable, "-m", "someipy.someipyd", "--config", file], stdout=sys.stderr)
    try:
        return await asyncio.wait_for(connect_and_use_service(path), LIMIT_S)
    finally:
        server.kill()
        server.wait()


# It logs to standard output.
set_someipy_log_level(logging.CRITICAL)
with tempfile.TemporaryDirectory() as folder:
    print(json.dumps(asyncio.run(main(folder))))
