"""Two clients that others wrote connect to a simulated printer, read its state and, where it serves files, upload one.

Arguments: client (bambulabs-api or bambu-printer-manager), address, serial number, access code, and the port of the
printer's files or 0. The clients know only port 990 for files, so that port is passed on to the printer's own.
Prints one line for each thing that went well; any other end is a failure.
"""

import io
import logging
import os
import socket
import sys
import tempfile
import threading
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


def carry(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def pass_on(address, port):
    """From port 990 to this one; data connections go straight to the ports that the printer names."""
    listener = socket.create_server((address, 990))

    def serve():
        while True:
            client, _ = listener.accept()
            printer = socket.create_connection((address, port))
            for ends in ((client, printer), (printer, client)):
                threading.Thread(target=carry, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


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
    if not files:
        # It reads the card as soon as it is connected, and ends its session where it cannot.
        version = until("a version", lambda: printer.config.firmware_version)
        print(f"connected, firmware {version}; it goes no further without files")
        return
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
    client, address, serial, code, port = sys.argv[1:]
    if port != "0":
        pass_on(address, int(port))
    run = {"bambulabs-api": bambulabs_api, "bambu-printer-manager": bambu_printer_manager}[client]
    run(address, serial, code, port != "0")
    sys.stdout.flush()
    # Their threads do not all end by themselves.
    os._exit(0)
