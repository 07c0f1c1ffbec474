"""Drives the simulated engine with doipclient and udsoncan, and prints what they made of its answers.

Usage: doipclient_udsoncan.py TCP_PORT
"""

import json
import sys
import zlib

import udsoncan
from doipclient import DoIPClient
from doipclient.connectors import DoIPClientUDSConnector
from udsoncan import AsciiCodec, DataFormatIdentifier, DidCodec, MemoryLocation
from udsoncan.client import Client
from udsoncan.exceptions import NegativeResponseException

ENGINE = 0x1001
FLASH = 0x00080000


class RawCodec(DidCodec):
    def __init__(self, length):
        self.length = length

    def encode(self, value):
        return bytes.fromhex(value)

    def decode(self, payload):
        return payload.hex()

    def __len__(self):
        return self.length


def refused(call):
    """The code with which the ECU refuses a call."""
    try:
        call()
    except NegativeResponseException as error:
        return error.response.code
    return None


def key(level, seed, params):
    if level == 0x01:
        return bytes(a ^ b for a, b in zip(seed, bytes.fromhex("5a17c3e9")))
    total = int.from_bytes(seed, "big") + 0x0123456789ABCDEF
    return (total & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


def records(answer):
    """Each DTC with its status, snapshots and extended data."""
    return [
        {
            "dtc": dtc.id,
            "status": dtc.status.get_byte_as_int(),
            "snapshots": [[snapshot.record_number, snapshot.did, snapshot.data] for snapshot in dtc.snapshots],
            "extended": [[data.record_number, data.raw_data.hex()] for data in dtc.extended_data],
        }
        for dtc in answer.service_data.dtcs
    ]


def flash(uds, image):
    uds.change_session(3)
    uds.change_session(2)
    uds.unlock_security_access(0x11)
    uds.start_routine(0xFF00)
    location = MemoryLocation(address=FLASH, memorysize=len(image), address_format=32, memorysize_format=32)
    payload = uds.request_download(location, dfi=DataFormatIdentifier()).service_data.max_length - 2
    for number, start in enumerate(range(0, len(image), payload), 1):
        uds.transfer_data(number & 0xFF, image[start : start + payload])
    uds.request_transfer_exit()
    verified = uds.start_routine(0x0202, zlib.crc32(image).to_bytes(4, "big")).service_data.routine_status_record
    read = uds.read_memory_by_address(location).service_data.memory_block
    return {"payload": payload, "verified": verified.hex(), "same": read == image}


def diagnose(uds):
    result = {}
    result["vin"] = uds.read_data_by_identifier(0xF190).service_data.values[0xF190]
    result["refused_write"] = refused(lambda: uds.write_data_by_identifier(0x0110, "0010"))
    session = uds.change_session(3).service_data
    result["p2"] = [session.p2_server_max, session.p2_star_server_max]
    uds.unlock_security_access(1)
    uds.write_data_by_identifier(0x0110, "ff9c")
    result["written"] = uds.read_data_by_identifier(0x0110).service_data.values[0x0110]
    uds.io_control(0x0101, control_param=3, values=["a0"])
    result["hot"] = records(uds.get_dtc_by_status_mask(0x08))
    result["snapshot"] = records(uds.get_dtc_snapshot_by_dtc_number(0x021700, 0xFF))
    result["extended"] = records(uds.get_dtc_extended_data_by_dtc_number(0x021700, 0x01, data_size=1))
    result["supported"] = len(uds.get_supported_dtc().service_data.dtcs)
    result["count"] = uds.get_number_of_dtc_by_status_mask(0x08).service_data.dtc_count
    uds.io_control(0x0101, control_param=0)
    uds.clear_dtc(0xFFFFFF)
    result["cleared"] = uds.get_number_of_dtc_by_status_mask(0x08).service_data.dtc_count
    started = uds.start_routine(0x0201, b"\x01").service_data
    result["started"] = started.routine_status_record.hex()
    result["running"] = uds.get_routine_result(0x0201).service_data.routine_status_record.hex()
    uds.stop_routine(0x0201)
    uds.control_dtc_setting(2)
    uds.communication_control(1, udsoncan.CommunicationType(subnet=0, normal_msg=True))
    result["flash"] = flash(uds, bytes(range(256)) * 9)
    result["reset"] = uds.ecu_reset(3).service_data.reset_type_echo
    return result


def main(tcp_port):
    doip = DoIPClient("127.0.0.1", ENGINE, tcp_port=tcp_port, client_logical_address=0x0E00)
    config = dict(udsoncan.configs.default_client_config)
    # The times of the server are for a machine with nothing else to do.
    config["use_server_timing"] = False
    config["p2_timeout"] = 5
    config["request_timeout"] = 10
    config["data_identifiers"] = {
        0xF190: AsciiCodec(17),
        0x0100: RawCodec(2),
        0x0101: RawCodec(1),
        0x0102: RawCodec(1),
        0x0110: RawCodec(2),
    }
    config["input_output"] = {0x0101: RawCodec(1)}
    config["security_algo"] = key
    with Client(DoIPClientUDSConnector(doip), config=config) as uds:
        result = diagnose(uds)
    doip.close()
    print(json.dumps(result))


main(int(sys.argv[1]))
