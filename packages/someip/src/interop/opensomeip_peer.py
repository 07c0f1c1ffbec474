"""Uses or offers a service with opensomeip, through its native module: the Python wrappers leave out where others are.

The argument is JSON: {"role", "host", "sd_address", "sd_port", "port", "service", "instance", "method", "eventgroup"}; the
role is "client" or "server". Either prints JSON.

A client finds the service, calls its method with 010203 and subscribes to the eventgroup: {"found": [[address, port,
instance, major version]], "result": number, "response": hex, "subscription": name}. A server is called, and ends when its
standard input ends: {"calls": [hex]}. Its answers are empty, since the binding takes no payload from a handler.
"""

import datetime
import json
import sys
import time

from opensomeip._bridge import get_ext

ASKED = json.loads(sys.argv[1])
NATIVE = get_ext()
LIMIT_S = 15


def discovery_config():
    config = NATIVE.sd.SdConfig()
    config.unicast_address, config.unicast_port = ASKED["host"], ASKED["sd_port"]
    config.multicast_address, config.multicast_port = ASKED["sd_address"], ASKED["sd_port"]
    config.initial_delay = datetime.timedelta(milliseconds=10)
    config.cyclic_offer = datetime.timedelta(milliseconds=500)
    config.ttl = datetime.timedelta(seconds=3)
    return config


def wait_until(condition):
    end = time.monotonic() + LIMIT_S
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def use_service():
    discovery = NATIVE.sd.SdClient(discovery_config())
    discovery.initialize()
    found = []
    discovery.find_service(ASKED["service"], found.extend, datetime.timedelta(seconds=LIMIT_S))
    wait_until(lambda: found)
    caller = NATIVE.rpc.RpcClient(0x0301, 1, NATIVE.Endpoint(ASKED["host"], 0))
    caller.initialize()
    caller.set_remote_endpoint(NATIVE.Endpoint(found[0].ip_address, found[0].port))
    answer = caller.call_method_sync(ASKED["service"], ASKED["method"], [1, 2, 3])
    group = (ASKED["service"], ASKED["instance"], ASKED["eventgroup"])
    discovery.subscribe_eventgroup(*group)
    wait_until(lambda: discovery.get_eventgroup_subscription_state(*group).name != "PENDING_ACK")
    result = {
        "found": [[one.ip_address, one.port, one.instance_id, one.major_version] for one in found[:1]],
        "result": answer.result.value,
        "response": bytes(answer.return_values).hex(),
        "subscription": discovery.get_eventgroup_subscription_state(*group).name,
    }
    caller.shutdown()
    discovery.shutdown()
    return result


def offer_service():
    calls = []
    success = NATIVE.rpc.RpcSyncResult().result

    def take(_client, _session, parameters, _answer):
        calls.append(bytes(parameters).hex())
        return success

    server = NATIVE.rpc.RpcServer(ASKED["service"], 1, NATIVE.Endpoint(ASKED["host"], ASKED["port"]))
    server.register_method(ASKED["method"], take)
    server.initialize()
    discovery = NATIVE.sd.SdServer(discovery_config())
    discovery.initialize()
    instance = NATIVE.sd.ServiceInstance(ASKED["service"], ASKED["instance"], 1, 0)
    instance.ip_address, instance.port, instance.ttl_seconds = ASKED["host"], ASKED["port"], 3
    discovery.offer_service(instance, f"{ASKED['host']}:{ASKED['port']}", "", [ASKED["eventgroup"]])
    sys.stdin.read()
    discovery.stop_offer_service(ASKED["service"], ASKED["instance"])
    time.sleep(0.2)
    discovery.shutdown()
    server.shutdown()
    return {"calls": calls}


print(json.dumps(use_service() if ASKED["role"] == "client" else offer_service()))
