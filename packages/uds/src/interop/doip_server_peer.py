"""Serves two ECUs with doip-server until it is killed; prints the port of both TCP and UDP first."""

import json
import logging
import os
import socket
import tempfile
import threading
import time

import yaml
from doip_server.doip_server import DoIPServer

TESTER = 0x0E80
GROUP = 0xE400

SERVICES = {
    "vin": {"request": "0x22F190", "responses": ["0x62F19057304C3030303034334D42353431333236"]},
    "session": {"request": "0x1003", "responses": ["0x5003003201F4"]},
    "present": {"request": "0x3E00", "responses": ["0x7E00"], "supports_functional": True},
    "refused": {"request": "0x22F18A", "responses": ["0x7F2231"]},
    "busy": {"request": "0x22F18B", "responses": ["0x7F2221", "0x62F18B20260101"]},
    "silent": {"request": "0x22F18C", "no_response": True},
    "seed": {"request": "0x2701", "responses": ["0x67013657"]},
    "key": {"request": "0x2702C9A9", "responses": ["0x6702"]},
    "dtcs": {"request": "0x1902FF", "responses": ["0x59027F0A9B17240805112F"]},
}


def ecu(address):
    return {
        "ecu": {
            "name": f"ecu{address}",
            "target_address": address,
            "functional_address": GROUP,
            "tester_addresses": [TESTER],
            "uds_services": {"service_files": ["services.yaml"]},
        }
    }


def free_port():
    """A port that is free for both TCP and UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def main():
    logging.disable(logging.CRITICAL)
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        gateway = {
            "gateway": {
                "name": "peer",
                "logical_address": 0x1000,
                "network": {"host": "127.0.0.1", "port": port, "max_connections": 5, "timeout": 30},
                "protocol": {"version": 0x02, "inverse_version": 0xFD},
                "vehicle": {"vin": "W0L000043MB541326", "eid": "0A0000000001", "gid": "0A0000000002"},
                "ecus": ["ecu1.yaml", "ecu2.yaml"],
            },
            "logging": {"level": "CRITICAL"},
        }
        files = {
            "gateway.yaml": gateway,
            "ecu1.yaml": ecu(0x1001),
            "ecu2.yaml": ecu(0x1002),
            "services.yaml": {"common_services": SERVICES},
        }
        for name, content in files.items():
            with open(name, "w", encoding="utf-8") as file:
                yaml.safe_dump(content, file)
        server = DoIPServer(gateway_config_path=os.path.join(directory, "gateway.yaml"))
        threading.Thread(target=server.start, daemon=True).start()
        while not server.is_ready():
            time.sleep(0.01)
        print(json.dumps({"port": port}), flush=True)
        threading.Event().wait()


main()
