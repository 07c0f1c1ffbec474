"""Drives a DoIP entity with scapy, and prints what scapy reads in its answers.

Usage: scapy_tester.py TCP_PORT UDP_PORT
"""

import json
import socket
import sys

from scapy.config import conf

conf.contribs["UDS"] = {"treat-response-pending-as-answer": False, "single_layer_mode": False, "compatibility_mode": True}

from scapy.contrib.automotive.doip import DoIP, UDS_DoIPSocket
from scapy.contrib.automotive.uds import (
    UDS,
    UDS_DSC,
    UDS_DSCPR,
    UDS_NR,
    UDS_RDBI,
    UDS_RDBIPR,
    UDS_RDTCI,
    UDS_RDTCIPR,
    UDS_SA,
    UDS_SAPR,
    UDS_TP,
    UDS_TPPR,
)

ECU = 0x1001
TESTER = 0x0E80


def frames(connection, count):
    """Reads `count` DoIP messages from a plain socket."""
    data = b""
    found = []
    while len(found) < count:
        data += connection.recv(65536)
        while len(data) >= 8 and len(data) >= 8 + int.from_bytes(data[4:8], "big"):
            length = 8 + int.from_bytes(data[4:8], "big")
            found.append(DoIP(data[:length]))
            data = data[length:]
    return found


def discovery(udp_port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)

        def ask(packet):
            udp.sendto(bytes(packet), ("127.0.0.1", udp_port))
            return DoIP(udp.recv(1500))

        found = ask(DoIP(protocol_version=0xFF, inverse_version=0x00, payload_type=0x0001))
        status = ask(DoIP(payload_type=0x4001))
        power = ask(DoIP(payload_type=0x4003))
        unknown = ask(DoIP(payload_type=0x4444))
    return {
        "version": found.protocol_version,
        "payload_type": found.payload_type,
        "vin": found.vin.decode(),
        "logical_address": found.logical_address,
        "eid": found.eid.hex(),
        "gid": found.gid.hex(),
        "max_sockets": status.max_open_sockets,
        "open_sockets": status.cur_open_sockets,
        "power_mode": power.diagnostic_power_mode,
        "nack": unknown.nack,
    }


def diagnosis(tcp_port):
    tester = UDS_DoIPSocket("127.0.0.1", port=tcp_port, source_address=TESTER, target_address=ECU)

    def ask(packet):
        # The acknowledge comes first; sr1 takes the answer that belongs to the request.
        return tester.sr1(packet, timeout=5, verbose=False)

    session = ask(UDS() / UDS_DSC(diagnosticSessionType=3))
    vin = ask(UDS() / UDS_RDBI(identifiers=[0xF190]))
    refusal = ask(UDS() / UDS_RDBI(identifiers=[0xF18A]))
    seed = ask(UDS() / UDS_SA(securityAccessType=1))
    key = ask(UDS() / UDS_SA(securityAccessType=2, securityKey=b"\xc9\xa9"))
    present = ask(UDS() / UDS_TP())
    dtcs = ask(UDS() / UDS_RDTCI(reportType=2, DTCStatusMask=0xFF))
    routine = ask(UDS(bytes.fromhex("3101ff00")))
    result = {
        "session": [session[UDS_DSCPR].diagnosticSessionType, session[UDS_DSCPR].sessionParameterRecord.hex()],
        "vin": bytes(vin[UDS_RDBIPR].payload).decode(),
        "refusal": [refusal[UDS_NR].requestServiceId, refusal[UDS_NR].negativeResponseCode],
        "seed": seed[UDS_SAPR].securitySeed.hex(),
        "key": key[UDS_SAPR].securityAccessType,
        "present": UDS_TPPR in present,
        "dtcs": [[int.from_bytes(bytes(d.dtc), "big"), int(d.status)] for d in dtcs[UDS_RDTCIPR].DTCAndStatusRecord],
        "routine": bytes(routine).hex(),
    }
    tester.close()
    return result


def fragments(tcp_port):
    """Several messages in one segment, then one message byte by byte."""
    message = bytes(
        DoIP(payload_type=0x8001, source_address=TESTER, target_address=ECU) / UDS() / UDS_RDBI(identifiers=[0xF190])
    )
    with socket.create_connection(("127.0.0.1", tcp_port)) as connection:
        connection.settimeout(5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        activation = bytes(DoIP(payload_type=0x0005, source_address=TESTER, activation_type=0))
        connection.sendall(activation + message)
        together = frames(connection, 3)
        for byte in message:
            connection.sendall(bytes([byte]))
        apart = frames(connection, 2)
        connection.sendall(bytes.fromhex("02fd8001ffffffff"))
        too_large = frames(connection, 1)[0].nack
    return {
        "together": [frame.payload_type for frame in together],
        "activation": together[0].routing_activation_response,
        "apart": [frame.payload_type for frame in apart],
        "too_large": too_large,
    }


def main(tcp_port, udp_port):
    result = {
        "discovery": discovery(udp_port),
        "diagnosis": diagnosis(tcp_port),
        "fragments": fragments(tcp_port),
    }
    print(json.dumps(result))


main(int(sys.argv[1]), int(sys.argv[2]))
