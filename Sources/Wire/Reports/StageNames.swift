/// Names for the numbers of `stg_cur` (protocol sheet, section 3.4).
package enum StageNames {
  /// The name, or `unknown (n)`: a newer firmware's stage is shown, not dropped.
  package static func name(of stage: Int) -> String {
    switch stage {
    case -1, 255: "idle"
    case names.indices: names[stage]
    default: "unknown (\(stage))"
    }
  }

  private static let names = [
    "printing", "bed leveling", "preheating the bed", "vibration compensation", "changing filament",
    "pause by M400", "paused: filament ran out", "heating the nozzle", "calibrating extrusion", "scanning the bed",
    // 10
    "inspecting the first layer", "identifying the build plate", "calibrating the micro lidar", "homing the toolhead",
    "cleaning the nozzle", "checking the nozzle temperature", "paused by the user", "paused: front cover fell off",
    "calibrating the micro lidar (2)", "calibrating the flow ratio",
    // 20
    "paused: nozzle temperature fault", "paused: bed temperature fault", "unloading filament", "paused: skipped step",
    "loading filament", "calibrating motor noise", "paused: AMS lost", "paused: heatbreak fan too slow",
    "paused: chamber temperature fault", "cooling the chamber",
    // 30
    "paused by the file", "motor noise demonstration", "paused: nozzle covered by filament", "paused: cutter fault",
    "paused: first layer fault", "paused: nozzle clogged", "checking motion accuracy before calibration",
    "calibrating motion accuracy", "checking motion accuracy after calibration", "calibrating the nozzle offset",
    // 40
    "bed leveling at high temperature", "checking the quick-release lever", "checking door and cover",
    "calibrating the laser", "checking the platform", "checking the bird's-eye camera",
    "calibrating the bird's-eye camera", "bed leveling, phase 1", "bed leveling, phase 2", "heating the chamber",
    // 50
    "cooling the bed", "printing calibration lines", "checking the material", "calibrating the live-view camera",
    "waiting for the bed temperature", "checking the material's position", "calibrating the cutter offset",
    "measuring the surface", "thermal preconditioning", "homing the blade holder",
    // 60
    "calibrating the camera offset", "calibrating the blade holder", "testing hotend pick-up",
    "waiting for an even chamber temperature", "preparing the hotend", "calibrating clump detection",
    "purifying the chamber air", "measuring the rotary attachment", "moving above the purge chute",
    "cooling the nozzle",
    // 70
    "moving to the bed's centre", "fitting arcs", "detecting the hotend", "checking the plate's alignment",
    "looking for objects on the bed", "looking for objects under the bed", "pre-extruding", "preparing the AMS",
  ]
}
