import Model
import Service

extension ControlRoutes {
  /// Lights, heaters, fans, motors and the printer's own switches.
  var machine: [Operation] {
    [
      order("light", id: "switch_light", "Switch the light", "The light of the chamber.", takes: SwitchLight.self) {
        .light(isOn: $0.isOn)
      },
      order(
        "temperature", id: "set_temperatures", "Set temperatures",
        "What is left out stays. Each part has its range by model; one that the model lacks is refused.",
        takes: SetTemperatures.self
      ) { $0.request },
      order("fan", id: "set_fan", "Set a fan", "The A series has only the part fan.", takes: SetFan.self) {
        .fan($0.fan, percent: $0.percent)
      },
      order(
        "airduct", id: "set_airduct", "Set the way of the air", "On P2S, X2D and H2; laser on H2 only.",
        takes: SetAirduct.self
      ) { .airduct($0.mode) },
      order(
        "extruder", id: "select_extruder", "Choose the nozzle", "Not while there is a job.",
        takes: SelectExtruder.self
      ) { .extruder(index: $0.index) },
      order(
        "home", id: "home_printer", "Home all axes",
        "Always all of them: one axis alone can drive the bed into the nozzle. Not while there is a job."
      ) { _ in .home },
      order(
        "jog", id: "jog_printer", "Move an axis",
        "A relative move within the machine's own ends. Not while there is a job.",
        takes: Jog.self
      ) { .jog($0.axis, millimetres: $0.millimetres) },
      order(
        "gcode", id: "send_gcode", "Send lines of G-code",
        """
        1 to 50 lines, each one command of G0 G1 G28 G90 G91 G92 M17 M18 M82 M83 M84 M104 M106 M107 M140 M141 M220 M221 \
        M400, with the ranges of temperatures and fans. What moves or extrudes is refused while there is a job. The setting \
        gcode.allow_all lifts the list, not the form.
        """, takes: SendGcode.self
      ) { .gcode(lines: $0.lines, allowsAll: allowsAllGcode()) },
      order(
        "calibrate", id: "calibrate_printer", "Calibrate the printer", "Not while there is a job.",
        takes: Calibrate.self
      ) { .calibrate($0.options) },
      order(
        "options", id: "set_printer_options", "Set the printer's own switches", "What is left out stays.",
        takes: SetOptions.self
      ) { .options($0.commands) },
    ]
  }
}
