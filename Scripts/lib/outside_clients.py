"""Two clients that others wrote connect to a simulated printer, read its state and upload a sliced file.

Arguments: client (bambulabs-api or bambu-printer-manager), address, serial number, access code, the port of the
printer's files, and the folder that is its card. The clients know only port 990 for files, so that port is passed on
to the printer's own. What they read is held against what can be, and what they uploaded against the card, byte by
byte. Prints one line for each thing that went well; any other end is a failure.
"""

import io
import json
import logging
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time
import zipfile

BUSY = ("PREPARE", "RUNNING", "FINISH")
SLICE_INFO = """<?xml version="1.0" encoding="UTF-8"?>
<config>
  <header>
    <header_item key="X-BBL-Client-Type" value="slicer"/>
    <header_item key="X-BBL-Client-Version" value="02.00.00.00"/>
  </header>
  <plate>
    <metadata key="index" value="1"/>
    <metadata key="printer_model_id" value="C12"/>
    <metadata key="nozzle_diameters" value="0.4"/>
    <metadata key="prediction" value="1260"/>
    <metadata key="weight" value="4.20"/>
    <object identify_id="101" name="box.stl" skipped="false"/>
    <filament id="1" tray_info_idx="GFA00" type="PLA" color="#00AE42" used_m="1.40" used_g="4.20"/>
  </plate>
</config>
"""
MODEL_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<config>
  <plate>
    <metadata key="plater_id" value="1"/>
    <metadata key="plater_name" value=""/>
    <metadata key="gcode_file" value="Metadata/plate_1.gcode"/>
    <metadata key="thumbnail_file" value="Metadata/plate_1.png"/>
  </plate>
</config>
"""
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
  <metadata name="Title">Box</metadata><resources/><build/>
</model>
"""
GCODE = "; HEADER_BLOCK_START\n; total layer number: 40\n; HEADER_BLOCK_END\nG28\n"
PLATE = {
    "bbox_all": [0, 0, 10, 10],
    "bbox_objects": [{"id": 101, "name": "box.stl", "bbox": [0, 0, 10, 10], "area": 100, "layer_height": 0.2}],
    "bed_type": "textured_plate",
    "filament_colors": ["#00AE42"],
    "filament_ids": [0],
    "first_extruder": 0,
    "is_seq_print": False,
    "nozzle_diameter": 0.4,
}
PROJECT = {"layer_height": "0.2", "nozzle_diameter": ["0.4"], "filament_type": ["PLA"], "filament_colour": ["#00AE42"]}


def sliced_file():
    """A job of one plate, as a slicer writes it."""
    members = {
        "3D/3dmodel.model": MODEL,
        "Metadata/slice_info.config": SLICE_INFO,
        "Metadata/model_settings.config": MODEL_SETTINGS,
        "Metadata/project_settings.config": json.dumps(PROJECT),
        "Metadata/plate_1.json": json.dumps(PLATE),
        "Metadata/plate_1.gcode": GCODE,
        # No picture worth looking at.
        "Metadata/plate_1.png": b"\x89PNG\r\n\x1a\n" + os.urandom(200_000),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return archive.getvalue()


def require(what, condition):
    if not condition:
        sys.exit(f"not so: {what}")


def require_on_card(card, name, content):
    """What lies on the card is what was sent, once the client says that it is there."""
    path = pathlib.Path(card, name)
    require(f"{name} lies on the card", path.is_file())
    require(f"{name} holds what was sent", path.read_bytes() == content)
    print(f"uploaded {name}: {len(content)} bytes lie on the card as they were sent")


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


def bambulabs_api(address, serial, code, card):
    import bambulabs_api

    printer = bambulabs_api.Printer(address, code, serial)
    printer.mqtt_start()
    until("connected", printer.mqtt_client_connected)
    until("ready", printer.mqtt_client_ready)
    print("connected")
    state = until("a state", lambda: str(printer.get_state()).split(".")[-1] in BUSY and printer.get_state())
    bed = until("a bed temperature", printer.get_bed_temperature)
    layers = until("the layers", printer.total_layer_num)
    job = until("the job", printer.subtask_name)
    require("the bed is neither frozen nor on fire", 10 < bed < 130)
    require("the job has layers and a name", layers >= 60 and job.strip())
    print(f"read: state {state}, bed {bed:.1f}, {layers} layers, job {job}")
    content, name = sliced_file(), "outside api.gcode.3mf"
    answer = printer.upload_file(io.BytesIO(content), name)
    require(f"the upload is answered with 226, not {answer}", "226" in str(answer))
    require_on_card(card, name, content)
    printer.mqtt_stop()


def bambu_printer_manager(address, serial, code, card):
    from bpm.bambuconfig import BambuConfig
    from bpm.bambuprinter import BambuPrinter
    from bpm.bambutools import ServiceState

    printer = BambuPrinter(config=BambuConfig(hostname=address, access_code=code, serial_number=serial))
    printer.start_session()
    # It reads the whole card before it says so.
    until("connected", lambda: printer.service_state == ServiceState.CONNECTED)
    print("connected")
    state = until("a state", lambda: printer.printer_state.gcode_state in BUSY and printer.printer_state)
    version = until("a version", lambda: printer.config.firmware_version)
    require("the nozzle is neither frozen nor on fire", 10 < state.active_nozzle_temp < 320)
    print(f"read: state {state.gcode_state}, nozzle {state.active_nozzle_temp:.1f}, firmware {version}")
    content, name = sliced_file(), "outside manager.gcode.3mf"
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, name)
        source.write_bytes(content)
        printer.upload_sdcard_file(str(source), "/" + name)
    require("it finds its file on the card", printer.sdcard_file_exists("/" + name))
    require_on_card(card, name, content)
    printer.quit()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    client, address, serial, code, port, card = sys.argv[1:]
    pass_on(address, int(port))
    run = {"bambulabs-api": bambulabs_api, "bambu-printer-manager": bambu_printer_manager}[client]
    run(address, serial, code, card)
    sys.stdout.flush()
    # Their threads do not all end by themselves.
    os._exit(0)
