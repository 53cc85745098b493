/// The rooms of Documentation/architecture.md. A target may import only what stands in a smaller layer.
struct Layers {
  struct Room {
    let layer: Int
    /// Modules from outside this package that the room may import.
    let outside: Set<String>
  }

  /// Rooms that stand beside the product: they may use it, and nothing in the product may use them.
  static let aside = 100

  static let system: Set<String> = ["Glibc", "Synchronization", "FoundationEssentials"]
  static let nio: Set<String> = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOConcurrencyHelpers"]

  let rooms: [String: Room]

  static let house = Layers(rooms: [
    "CSQLite": Room(layer: 0, outside: []),
    "CMosquitto": Room(layer: 0, outside: []),
    "COpenSSL": Room(layer: 0, outside: []),
    "CCurl": Room(layer: 0, outside: []),
    "CInih": Room(layer: 0, outside: []),
    "CZlib": Room(layer: 0, outside: []),
    "CZip": Room(layer: 0, outside: []),
    "CExpat": Room(layer: 0, outside: []),
    "CXlsx": Room(layer: 0, outside: []),
    "CJPEG": Room(layer: 0, outside: []),
    "CGPIO": Room(layer: 0, outside: []),
    "CShims": Room(layer: 0, outside: []),
    "CWebAssets": Room(layer: 0, outside: []),
    "CUpdateKey": Room(layer: 0, outside: []),
    "Model": Room(layer: 0, outside: []),
    "Wire": Room(layer: 1, outside: ["FoundationEssentials", "Glibc"]),
    "Rules": Room(layer: 1, outside: []),
    "INI": Room(layer: 1, outside: ["Glibc"]),
    "TLS": Room(layer: 1, outside: system),
    "Loop": Room(layer: 1, outside: system),
    "Board": Room(layer: 2, outside: ["Glibc", "Synchronization"]),
    "PrintFile": Room(layer: 2, outside: ["Glibc"]),
    "Export": Room(layer: 2, outside: ["Glibc"]),
    "Link": Room(layer: 2, outside: system.union(["Logging"])),
    "Camera": Room(layer: 2, outside: system.union(["NIOCore", "Logging"])),
    "Store": Room(layer: 2, outside: system.union(["Logging"])),
    "Reach": Room(layer: 2, outside: system),
    "HTTPServer": Room(layer: 2, outside: system.union(nio).union(["Logging"])),
    "Service": Room(layer: 3, outside: system.union(["NIOCore", "Logging"])),
    "API": Room(layer: 4, outside: system.union(["NIOCore", "NIOHTTP1", "Logging"])),
    "Web": Room(layer: 4, outside: []),
    "layerberry": Room(layer: 5, outside: system.union(nio).union(["Logging", "ArgumentParser", "Dispatch"])),
    "Simulator": Room(layer: aside, outside: system.union(["Foundation"])),
    "layerberry-simulator": Room(layer: aside + 1, outside: system.union(["Foundation", "ArgumentParser"])),
    "TestKit": Room(layer: aside + 1, outside: system.union(["Foundation"])),
  ])

  /// Says what is wrong with `from` using `to`, or nil where the arrow is allowed.
  func objection(from: String, to: String) -> String? {
    guard let user = rooms[from] else { return "\(from) stands in no layer" }
    guard let used = rooms[to] else {
      return user.outside.contains(to) ? nil : "\(from) may not import \(to) from outside"
    }
    return used.layer < user.layer ? nil : "\(from) (layer \(user.layer)) may not use \(to) (layer \(used.layer))"
  }
}
