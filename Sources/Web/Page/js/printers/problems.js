// Why a printer cannot be followed, and what helps, in words.

const words = {
  wrong_access_code: () => "The printer refuses the access code. Read it again from the printer's screen (Settings, Network or LAN only) and enter it here; it changes when LAN mode is switched.",
  certificate_changed: () => "The printer shows another certificate than before. That is so after some repairs and updates; it is also what somebody in between would look like.",
  wrong_serial: (printer) => `Another printer than ${printer.serial_number} answers at ${printer.ip_address}. Check the address and the serial number.`,
  unreachable: (printer) => `Nothing answers at ${printer.ip_address}. Check that the printer is switched on and in the same network; it is tried again by itself.`,
  no_data: () => "The printer is connected and says nothing. It may have too many clients; switching it off and on helps.",
  not_a_printer: (printer) => `What answers at ${printer.ip_address} is no printer. Check the address and the ports.`,
};

export function problemWords(printer, status) {
  if (!printer.enabled) return "This printer is disconnected on purpose. Connect it again to follow it.";
  if (status.error) return words[status.error]?.(printer) ?? `The printer cannot be followed: ${status.error.replaceAll("_", " ")}.`;
  if (status.state === "offline") return "The printer is silent. It is tried again by itself.";
  return null;
}

