import Model

/// Our own words for the `print_error` codes that the protocol sheet names.
enum PrintErrorTexts {
  static func text(_ code: PrintErrorCode) -> String? {
    machine(code.rawValue) ?? job(code.rawValue) ?? filament(code.rawValue)
  }

  /// 0300: what happens at the machine.
  private static func machine(_ code: UInt32) -> String? {
    switch code {
    case 0x0300_4006: "The nozzle is clogged."
    case 0x0300_4008: "The AMS could not change the filament."
    case 0x0300_400C: "The print was cancelled by a person."
    case 0x0300_8001: "The print was paused by a person."
    case 0x0300_8003: "The camera sees spaghetti; look whether the print has come off."
    case 0x0300_8004: "The filament ran out; load new filament and resume."
    case 0x0300_8007: "The power failed during the print; it can be resumed at the printer."
    case 0x0300_8008: "The nozzle's temperature is not right."
    case 0x0300_8009: "The bed's temperature is not right."
    case 0x0300_800A: "Filament is piling up at the nozzle or in the chute."
    case 0x0300_800F: "The door is open; the print waits."
    case 0x0300_8013: "The file asked for a pause."
    default: nil
    }
  }

  /// 0500 to 0502: files, starts and commands.
  private static func job(_ code: UInt32) -> String? {
    switch code {
    case 0x0500_4001: "The printer cannot reach the maker's cloud."
    case 0x0500_4003: "The printer cannot read the print file; slice it again or send it again."
    case 0x0500_4004: "The printer is busy and cannot start another print."
    case 0x0500_400E: "The print was cancelled."
    case 0x0500_4037: "The file was sliced for another printer model."
    case 0x0500_4038: "The file was sliced for another nozzle diameter."
    case 0x0500_8051: "Another build plate lies on the bed than the file was sliced for."
    case 0x0500_C010: "The memory card cannot be read or written; check it."
    case 0x0502_4007:
      "The printer refused a command because it was not signed. Switch on LAN mode and Developer mode on its screen, "
        + "then restart it."
    case 0x0502_4009: "The printer refused a command because its signature is malformed."
    default: nil
    }
  }

  /// 0700 and 07FF: AMS and spools.
  private static func filament(_ code: UInt32) -> String? {
    switch code {
    case 0x0700_8006: "The AMS cannot feed the filament; check the spool and the tube."
    case 0x0700_8011: "The slot of the AMS is empty; put in the same filament and resume."
    case 0x0700_8012, 0x07FF_8012:
      "The printer does not know which spool to take; start the print with another mapping."
    default: nil
    }
  }
}
