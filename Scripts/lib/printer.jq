# From a line of layerberry-simulator --json to the body of POST /api/v1/printers.
{name, ip_address: .host, access_code, serial_number, model, mqtt_port, ftps_port, camera_port}
| with_entries(select(.value != null))
