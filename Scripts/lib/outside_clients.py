"""Two clients that others wrote connect to a simulated printer, read its state and, where it serves files, upload one.

Arguments: client (bambulabs-api or bambu-printer-manager), address, serial number, access code, FTPS or "-".
Prints one line for each thing that went well; any other end is a failure.
"""

import io
import logging
import os
import sys
import tempfile
import time

BUSY = ("PREPARE", "RUNNING", "FINISH")
NAME = "outside.gcode.3mf"
CONTENT = b"PK\x05\x06" + bytes(18)


def until(what, look, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = look()
        if value:
            return value
        time.sleep(0.1)
    sys.exit(f"not within {seconds} s: {what}")


def bambulabs_api(address, serial, code, files):
    import bambulabs_api

    printer = bambulabs_api.Printer(address, code, serial)
    printer.mqtt_start()
    until("connected", printer.mqtt_client_connected)
    until("ready", printer.mqtt_client_ready)
    print("connected")
    state = until("a state", lambda: str(printer.get_state()).split(".")[-1] in BUSY and printer.get_state())
    bed = until("a bed temperature", printer.get_bed_temperature)
    print(f"state {state}, bed {bed}, layers {printer.total_layer_num()}, job {printer.subtask_name()}")
    if files:
        answer = printer.upload_file(io.BytesIO(CONTENT), NAME)
        if "226" not in str(answer):
            sys.exit(f"upload: {answer}")
        print(f"uploaded: {answer}")
    printer.mqtt_stop()


def bambu_printer_manager(address, serial, code, files):
    from bpm.bambuconfig import BambuConfig
    from bpm.bambuprinter import BambuPrinter
    from bpm.bambutools import ServiceState

    printer = BambuPrinter(config=BambuConfig(hostname=address, access_code=code, serial_number=serial))
    printer.start_session()
    until("connected", lambda: printer.service_state == ServiceState.CONNECTED)
    print("connected")
    state = until("a state", lambda: printer.printer_state.gcode_state in BUSY and printer.printer_state)
    print(f"state {state.gcode_state}, nozzle {state.active_nozzle_temp}")
    if files:
        with tempfile.NamedTemporaryFile(suffix=".3mf") as file:
            file.write(CONTENT)
            file.flush()
            printer.upload_sdcard_file(file.name, "/" + NAME)
        if not printer.sdcard_file_exists("/" + NAME):
            sys.exit("upload: the file is not there")
        print("uploaded")
    printer.quit()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    client, address, serial, code, ftps = sys.argv[1:]
    run = {"bambulabs-api": bambulabs_api, "bambu-printer-manager": bambu_printer_manager}[client]
    run(address, serial, code, ftps != "-")
    sys.stdout.flush()
    # Their threads do not all end by themselves.
    os._exit(0)
