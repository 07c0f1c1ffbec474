"""Drives a DoIP entity with doipclient and udsoncan, and prints what they made of its answers.

Usage: doipclient_udsoncan.py TCP_PORT UDP_PORT
"""

import json
import sys

import udsoncan
from doipclient import DoIPClient
from doipclient.connectors import DoIPClientUDSConnector
from udsoncan import AsciiCodec, DataFormatIdentifier, DidCodec, MemoryLocation
from udsoncan.client import Client
from udsoncan.exceptions import NegativeResponseException

ECU = 0x1001


class RawCodec(DidCodec):
    def encode(self, value):
        return bytes.fromhex(value)

    def decode(self, payload):
        return payload.hex()

    def __len__(self):
        raise DidCodec.ReadAllRemainingData


def refused(call):
    """The code with which the ECU refuses a call."""
    try:
        call()
    except NegativeResponseException as error:
        return error.response.code
    return None


def discovery(doip):
    found = doip.request_vehicle_identification()
    status = doip.request_entity_status()
    return {
        "vin": found.vin,
        "logical_address": found.logical_address,
        "eid": bytes(found.eid).hex(),
        "gid": bytes(found.gid).hex(),
        "further_action": int(found.further_action_required),
        "node_type": status.node_type,
        "max_sockets": status.max_concurrent_sockets,
        "open_sockets": status.currently_open_sockets,
        "max_data_size": status.max_data_size,
        "power_mode": int(doip.request_diagnostic_power_mode().diagnostic_power_mode),
        "alive": doip.request_alive_check().source_address,
    }


def download(uds, image):
    location = MemoryLocation(address=0x10, memorysize=len(image), address_format=32, memorysize_format=32)
    answer = uds.request_download(location, dfi=DataFormatIdentifier())
    payload = answer.service_data.max_length - 2
    for number, start in enumerate(range(0, len(image), payload), 1):
        uds.transfer_data(number & 0xFF, image[start : start + payload])
    uds.request_transfer_exit()
    uds.request_upload(location, dfi=DataFormatIdentifier())
    read = b""
    counter = 1
    while len(read) < len(image):
        read += uds.transfer_data(counter & 0xFF).service_data.parameter_records
        counter += 1
    uds.request_transfer_exit()
    return read == image


def diagnose(uds):
    result = {}
    result["refused_write"] = refused(lambda: uds.write_data_by_identifier(0xF18C, "0102"))
    result["refused_routine"] = refused(lambda: uds.start_routine(0x0203))
    session = uds.change_session(3).service_data
    result["p2"] = session.p2_server_max
    result["p2_star"] = session.p2_star_server_max
    result["vin"] = uds.read_data_by_identifier(0xF190).service_data.values[0xF190]
    result["refused_read"] = refused(lambda: uds.read_data_by_identifier(0xF18A))
    uds.tester_present()
    with uds.suppress_positive_response:
        uds.tester_present()
    result["wrong_key"] = refused(lambda: uds.send_key(2, b"\x00\x00"))
    uds.unlock_security_access(1)
    uds.write_data_by_identifier(0xF18C, "0102")
    result["serial"] = uds.read_data_by_identifier(0xF18C).service_data.values[0xF18C]
    result["routine"] = uds.start_routine(0x0203).service_data.routine_status_record.hex()
    result["dtc_count"] = uds.get_number_of_dtc_by_status_mask(0xFF).service_data.dtc_count
    dtcs = uds.get_dtc_by_status_mask(0xFF).service_data.dtcs
    result["dtcs"] = [[dtc.id, dtc.status.get_byte_as_int()] for dtc in dtcs]
    uds.clear_dtc(0xFFFFFF)
    result["dtcs_after"] = len(uds.get_dtc_by_status_mask(0xFF).service_data.dtcs)
    result["download"] = download(uds, bytes(range(256)) * 3)
    result["reset"] = uds.ecu_reset(1).service_data.reset_type_echo
    return result


def main(tcp_port, udp_port):
    doip = DoIPClient("127.0.0.1", ECU, tcp_port=tcp_port, udp_port=udp_port, client_logical_address=0x0E00)
    config = dict(udsoncan.configs.default_client_config)
    # The times of the server are for a machine with nothing else to do.
    config["use_server_timing"] = False
    config["p2_timeout"] = 5
    config["request_timeout"] = 10
    config["data_identifiers"] = {0xF190: AsciiCodec(17), 0xF18C: RawCodec, 0xF18A: RawCodec}
    config["security_algo"] = lambda level, seed, params: bytes(a ^ b for a, b in zip(seed, b"\xff\xfe"))
    result = {"discovery": discovery(doip)}
    with Client(DoIPClientUDSConnector(doip), config=config) as uds:
        result["diagnosis"] = diagnose(uds)
    doip.close()
    print(json.dumps(result))


main(int(sys.argv[1]), int(sys.argv[2]))
