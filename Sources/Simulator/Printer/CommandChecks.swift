import Wire

/// What a real printer would take amiss, mostly without a word (protocol sheet, section 3.8); for tests to assert on.
enum CommandChecks {
  static func complaints(about name: String, _ request: JSONValue) -> [String] {
    var found: [String] = []
    func mustBe(_ kind: String, _ keys: [String], _ fits: (JSONValue) -> Bool) {
      for key in keys {
        guard let value = request[key] else {
          found.append("\(name): \(key) is missing")
          continue
        }
        if !fits(value) { found.append("\(name): \(key) must be \(kind), is \(value.kind)") }
      }
    }
    if request["sequence_id"]?.string.flatMap({ Int($0) }) == nil {
      found.append("\(name): sequence_id must be a string that holds an integer")
    }
    switch name {
    case "print.print_speed": mustBe("a string", ["param"]) { $0.string != nil }
    case "print.gcode_line":
      mustBe("a string that ends with a line feed", ["param"]) { $0.string?.hasSuffix("\n") == true }
    case "system.ledctrl":
      mustBe("a string", ["led_node", "led_mode"]) { $0.string != nil }
      mustBe("an integer", ["led_on_time", "led_off_time", "loop_times", "interval_time"]) { isInteger($0) }
    case "print.project_file":
      mustBe("a boolean", ["bed_leveling", "flow_cali", "vibration_cali", "layer_inspect", "use_ams", "timelapse"]) {
        $0.bool != nil
      }
      mustBe("a string with 1 to 2147483647", ["task_id", "subtask_id", "project_id"]) {
        $0.string.flatMap { Int($0) }.map { (0...2_147_483_647).contains($0) } ?? false
      }
      if let mapping = request["ams_mapping"]?.array, mapping.contains(where: { $0 == 254 || $0 == 255 }) {
        found.append("\(name): ams_mapping must not hold 254 or 255")
      }
    default: break
    }
    return found
  }

  private static func isInteger(_ value: JSONValue) -> Bool {
    if case .int = value { return true }
    return false
  }
}
