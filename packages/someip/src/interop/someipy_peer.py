"""Uses or offers a service with someipy.

The argument is JSON: {"role", "host", "port", "sd_address", "sd_port", "protocol", "service", "instance", "method",
"eventgroup", "event"}; the role is "client" or "server", the protocol "UDP" or "TCP".

A client finds the service, waits for a value of its field, calls its method and waits for another value; it prints JSON:
{"response": hex, "returnCode": number, "events": [[id, hex]]}. A server answers a call with the bytes in reverse, and with
the next service id and port it offers another service that notifies of an event twice a second: someipy 2.1.2 fails to
acknowledge subscriptions to a service with methods. It prints nothing, and ends when its standard input ends.
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
PROTOCOL = someipy.TransportLayerProtocol[ASKED["protocol"]]
WAIT_S = 0.05
EVENT_CYCLE_S = 0.5
LIMIT_S = 30


def group_of_events():
    return someipy.EventGroup(id=ASKED["eventgroup"], events=[someipy.Event(id=ASKED["event"], protocol=PROTOCOL)])


def builder_of(service_id):
    return someipy.ServiceBuilder().with_service_id(service_id).with_major_version(1)


async def use_service(daemon):
    group = group_of_events()
    method = someipy.Method(id=ASKED["method"], protocol=PROTOCOL)
    service = builder_of(ASKED["service"]).with_method(method).with_eventgroup(group).build()
    place = (ASKED["instance"], ASKED["host"], ASKED["port"])
    client = someipy.ClientServiceInstance(daemon, service, *place, client_id=0x0301)
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


def answer(payload, _source):
    result = someipy.MethodResult()
    result.payload = bytes(reversed(payload))
    return result


async def offer(daemon, service, port):
    offer_options = {"ttl": 3, "cyclic_offer_delay_ms": 500}
    server = someipy.ServerServiceInstance(daemon, service, ASKED["instance"], ASKED["host"], port, **offer_options)
    await server.start_offer()
    return server


async def offer_services(daemon):
    method = someipy.Method(id=ASKED["method"], protocol=PROTOCOL, method_handler=answer)
    methods = await offer(daemon, builder_of(ASKED["service"]).with_method(method).build(), ASKED["port"])
    with_events = builder_of(ASKED["service"] + 1).with_eventgroup(group_of_events()).build()
    events = await offer(daemon, with_events, ASKED["port"] + 1)
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
    while not ended.done():
        events.send_event(ASKED["eventgroup"], ASKED["event"], bytes.fromhex("cafe"))
        await asyncio.wait([ended], timeout=EVENT_CYCLE_S)
    await methods.stop_offer()
    await events.stop_offer()
    await asyncio.sleep(4 * WAIT_S)


async def connect_and_run(path):
    while not os.path.exists(path):
        await asyncio.sleep(WAIT_S)
    daemon = await someipy.connect_to_someipy_daemon({"socket_path": path})
    result = await (use_service if ASKED["role"] == "client" else offer_services)(daemon)
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
        return await asyncio.wait_for(connect_and_run(path), LIMIT_S)
    finally:
        server.kill()
        server.wait()


# It logs to standard output.
set_someipy_log_level(logging.CRITICAL)
with tempfile.TemporaryDirectory() as folder:
    result = asyncio.run(main(folder))
    if result is not None:
        print(json.dumps(result))
