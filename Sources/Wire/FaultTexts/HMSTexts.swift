import Model

/// Our own words for the HMS codes that the protocol sheet names.
enum HMSTexts {
  static func text(_ code: HMSCode) -> String? {
    switch (code.attribute, code.code) {
    case (0x0300_0100, 0x0001_0007): "The bed's temperature reading is wrong; its sensor may be disconnected."
    case (0x0500_0500, 0x0001_0007):
      "The printer refused a command because it was not signed. Switch on LAN mode and Developer mode on its screen, "
        + "then restart it."
    case (0x0700_0100, 0x0002_0010): "AMS A: the motor that feeds the filament has a problem."
    case (0x07FF_7000, 0x0002_0003): "Check whether filament comes out of the nozzle; if not, push it in and try again."
    default: nil
    }
  }
}
