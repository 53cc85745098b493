// The fields of a printer, for adding and for editing.

import { field } from "../parts/field.js";

export function printerFields(printer) {
  const isNew = !printer;
  return {
    name: field("Name", { value: printer?.name ?? "", maxlength: 100, autocomplete: "off" }, { note: isNew ? "What you call it, such as Workshop X1C." : undefined, must: true }),
    ip_address: field("Address", { value: printer?.ip_address ?? "", autocomplete: "off", autocapitalize: "none", spellcheck: "false" }, { note: "IP address or host name, as the printer's screen shows it.", must: true }),
    serial_number: field("Serial number", { value: printer?.serial_number ?? "", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" }, { note: isNew ? "On the screen under Settings, Device." : undefined, must: true }),
    access_code: field("Access code", { autocomplete: "off", autocapitalize: "none", spellcheck: "false" }, {
      note: isNew ? "On the screen under Settings, Network or LAN only. It stays on this board and is never shown." : "Leave this empty to keep the one that is stored.", must: isNew,
    }),
  };
}

/** What was entered; only what is there. */
export function entered(fields) {
  const values = Object.entries(fields).map(([name, one]) => [name, one.input.value.trim()]);
  return Object.fromEntries(values.filter(([, value]) => value !== ""));
}
