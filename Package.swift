// swift-tools-version:6.2
import PackageDescription

// Targets stand in layers; a target imports only from layers above it in this file.
// Tests/ArchitectureTests reads the arrows and fails when one points the other way.

/// Warnings are errors wherever the environment asks for it: Scripts/test and CI do.
let strict = Context.environment["LAYERBERRY_STRICT"] != nil

let language: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// The service's own targets are built for size (Documentation/decisions/0002-lean-binary.md).
let lean: [SwiftSetting] = language + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// Foundation proper brings 45 MB of ICU. Without its autolinking any stray use of it is a link error.
let withoutFoundation: [SwiftSetting] =
  lean + [
    .unsafeFlags([
      "-Xfrontend", "-disable-autolink-library", "-Xfrontend", "Foundation",
      "-Xfrontend", "-disable-autolink-library", "-Xfrontend", "FoundationInternationalization",
      "-Xfrontend", "-disable-autolink-library", "-Xfrontend", "_FoundationICU",
    ])
  ]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// Tools that measure. They are built only where Benchmarks/run asks for them, so that no ordinary build pays for them.
let benchmarks: [Target] =
  Context.environment["LAYERBERRY_BENCHMARKS"] == nil
  ? []
  : [
    .executableTarget(
      name: "report-benchmark", dependencies: ["Model", "Wire"], path: "Benchmarks/ReportBenchmark",
      swiftSettings: lean),
    .executableTarget(
      name: "latency-benchmark", dependencies: ["Model", "Wire", "Simulator", "TestKit"],
      path: "Benchmarks/LatencyBenchmark", swiftSettings: language),
    .target(name: "AllocationCount", path: "Benchmarks/AllocationCount"),
    .executableTarget(
      name: "camera-benchmark",
      dependencies: ["AllocationCount", "Camera", "Loop", "Model", "TLS", "Simulator", nioCore],
      path: "Benchmarks/CameraBenchmark", swiftSettings: language),
    .executableTarget(
      name: "jpeg-benchmark", dependencies: ["CJPEG", "Camera", nioCore], path: "Benchmarks/JPEGBenchmark",
      swiftSettings: lean),
    .executableTarget(
      name: "export-benchmark", dependencies: ["Export", "Model", "Wire"], path: "Benchmarks/ExportBenchmark",
      swiftSettings: lean),
    .executableTarget(
      name: "nio-baseline", dependencies: [nioCore, nioPosix, nioHTTP1], path: "Benchmarks/NIOBaseline",
      swiftSettings: lean),
  ]

let package = Package(
  name: "layerberry",
  products: [
    .executable(name: "layerberry", targets: ["layerberry"]),
    .executable(name: "layerberry-simulator", targets: ["layerberry-simulator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // Layer 0: system libraries, and values without Foundation.
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CInih", pkgConfig: "inih", providers: [.apt(["libinih-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CXlsx", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CGPIO", linkerSettings: [.linkedLibrary("gpiod")]),
    .target(name: "CShims"),
    .target(name: "CWebAssets", cSettings: [.headerSearchPath("../Web/Page"), .headerSearchPath("../../Vendor/web")]),
    .target(name: "Model", swiftSettings: lean),

    // Layer 1: bytes in, values out; rules without effects; the one trust check.
    .target(name: "Wire", dependencies: ["Model"], swiftSettings: lean),
    .target(name: "Rules", dependencies: ["Model"], swiftSettings: lean),
    .target(name: "INI", dependencies: ["CInih"], swiftSettings: lean),
    .target(name: "TLS", dependencies: ["Model", "COpenSSL", "CShims"], swiftSettings: lean),
    .target(name: "Loop", dependencies: ["Model", "COpenSSL", "CShims"], swiftSettings: lean),

    // Layer 2: the world outside.
    .target(name: "Board", dependencies: ["Model", "Rules", "Loop", "INI", "CGPIO"], swiftSettings: lean),
    .target(name: "PrintFile", dependencies: ["Model", "Wire", "CZip", "CExpat"], swiftSettings: lean),
    .target(name: "Export", dependencies: ["Model", "CXlsx"], swiftSettings: lean),
    .target(
      name: "Link",
      dependencies: ["Model", "Wire", "Rules", "TLS", "Loop", "CCurl", "CMosquitto", "COpenSSL", "CShims", logging],
      swiftSettings: lean),
    .target(
      name: "Camera",
      dependencies: ["Model", "Wire", "Rules", "TLS", "Loop", "CJPEG", "COpenSSL", "CShims", nioCore, logging],
      swiftSettings: lean),
    .target(name: "Store", dependencies: ["Model", "Wire", "Rules", "CSQLite", "COpenSSL"], swiftSettings: lean),
    .target(
      name: "Reach", dependencies: ["Model", "Wire", "TLS", "Loop", "CCurl", "CMosquitto", "CShims"],
      swiftSettings: lean),
    .target(
      name: "HTTPServer", dependencies: ["Model", nioCore, nioPosix, nioHTTP1, nioWebSocket, logging],
      swiftSettings: lean),

    // Layer 3 and 4: the application, and how it is presented.
    .target(
      name: "Service",
      dependencies: [
        "Model", "Wire", "Rules", "TLS", "Loop", "PrintFile", "Export", "Link", "Camera", "Store", "Reach", "Board",
        "CShims", nioCore, logging,
      ],
      swiftSettings: lean),
    .target(
      name: "API",
      dependencies: [
        "Model", "Wire", "Rules", "Board", "Camera", "PrintFile", "Store", "Service", "HTTPServer", "CZlib", nioCore,
        nioHTTP1,
        logging,
      ],
      swiftSettings: lean),

    .target(
      name: "Web", dependencies: ["HTTPServer", "CWebAssets"], exclude: ["Page"], swiftSettings: lean),

    // Layer 5: the composition root.
    .executableTarget(
      name: "layerberry",
      dependencies: [
        "Model", "Wire", "Rules", "TLS", "Loop", "PrintFile", "Link", "Camera", "Store", "HTTPServer", "Service",
        "API", "INI", "Board", "Reach", "Web", "CMosquitto",
        "COpenSSL", "CSQLite", "CShims", nioCore, logging, arguments,
      ],
      swiftSettings: withoutFoundation,
      linkerSettings: [.unsafeFlags(["-Xlinker", "--no-export-dynamic"], .when(configuration: .release))]),

    // Aside: a stand-in for printers, and what tests share.
    .target(
      name: "Simulator", dependencies: ["Model", "Wire", "TLS", "CJPEG", "CMosquitto", "COpenSSL", "CShims"],
      swiftSettings: language),
    .executableTarget(
      name: "layerberry-simulator", dependencies: ["Simulator", "Model", arguments], swiftSettings: language),
    .target(
      name: "TestKit", dependencies: ["Model", "Wire", "Loop", "COpenSSL", "CZlib", "Simulator"],
      swiftSettings: language),

    // Tests, beside the module that they test.
    .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: language),
    .testTarget(name: "WireTests", dependencies: ["Model", "Wire", "TestKit"], swiftSettings: language),
    .testTarget(name: "RulesTests", dependencies: ["Model", "Wire", "Rules", "TestKit"], swiftSettings: language),
    .testTarget(
      name: "TLSTests", dependencies: ["Model", "TLS", "TestKit", "COpenSSL", "CShims"], swiftSettings: language),
    .testTarget(
      name: "CameraTests",
      dependencies: [
        "Model", "Wire", "Rules", "TLS", "Loop", "Camera", "CJPEG", "COpenSSL", "Simulator", "TestKit", nioCore,
      ],
      swiftSettings: language),
    .testTarget(name: "INITests", dependencies: ["INI"], swiftSettings: language),
    .testTarget(
      name: "BoardTests", dependencies: ["Model", "Rules", "Loop", "INI", "Board", "TestKit"], swiftSettings: language),
    .testTarget(name: "PrintFileTests", dependencies: ["Model", "PrintFile", "TestKit"], swiftSettings: language),
    .testTarget(name: "ExportTests", dependencies: ["Model", "Export", "TestKit"], swiftSettings: language),
    .testTarget(name: "LoopTests", dependencies: ["Loop", "TestKit"], swiftSettings: language),
    .testTarget(
      name: "LinkTests",
      dependencies: [
        "Model", "Wire", "Rules", "TLS", "Loop", "Link", "Simulator", "TestKit", "COpenSSL", "CMosquitto", "CShims",
        logging,
      ],
      swiftSettings: language),
    .testTarget(
      name: "ReachTests",
      dependencies: ["Model", "Wire", "Loop", "Reach", "Simulator", "TestKit"], swiftSettings: language),
    .testTarget(name: "StoreTests", dependencies: ["Model", "Store", "TestKit", logging], swiftSettings: language),
    .testTarget(
      name: "HTTPServerTests", dependencies: ["Model", "HTTPServer", "TestKit", nioCore, nioPosix, nioHTTP1, logging],
      swiftSettings: language),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "Model", "Wire", "Rules", "TLS", "Loop", "Store", "Link", "Reach", "Board", "Service", "Simulator", "TestKit",
        logging,
      ],
      swiftSettings: language),
    .testTarget(
      name: "APITests",
      dependencies: ["Model", "Wire", "Store", "Service", "HTTPServer", "API", "TestKit", nioCore, nioHTTP1],
      swiftSettings: language),
    .testTarget(name: "WebTests", dependencies: ["HTTPServer", "Web"], swiftSettings: language),
    .testTarget(
      name: "SimulatorTests", dependencies: ["Model", "Wire", "Simulator", "TestKit"], swiftSettings: language),

    // The rules of the house, held against the repository itself.
    .testTarget(name: "ArchitectureTests", swiftSettings: language),

    // A process with an outbox, to be killed by the tests.
    .executableTarget(
      name: "outbox-trial", dependencies: ["Model", "Loop", "Reach", "Rules", "Store", "Service", logging],
      path: "Tests/OutboxTrial", swiftSettings: language),

    // The whole service as its users meet it, with the simulator for printers.
    .testTarget(
      name: "Contract", dependencies: ["Model", "Wire", "Simulator", "TestKit"], swiftSettings: language),
    .testTarget(
      name: "Faults",
      dependencies: [
        "Model", "Wire", "Rules", "TLS", "Loop", "Link", "Store", "Service", "Simulator", "TestKit", "CSQLite", logging,
      ],
      swiftSettings: language),
    .testTarget(
      name: "PageTests", dependencies: ["Model", "Wire", "Simulator", "TestKit"], path: "Tests/Page",
      swiftSettings: language),
    .executableTarget(name: "guest-tool", path: "Tests/GuestTool"),
    .testTarget(
      name: "GuestTests", dependencies: ["Model", "Wire", "Rules", "Simulator", "TestKit", "guest-tool"],
      path: "Tests/Guest",
      swiftSettings: language),
    .testTarget(name: "Limits", dependencies: ["Model", "Wire", "Simulator", "TestKit"], swiftSettings: language),
  ] + benchmarks,
  swiftLanguageModes: [.v6])

// libFuzzer targets need a driver of their own (Tests/Fuzz/README.md), so they are here only when asked for.
if Context.environment["LAYERBERRY_FUZZ"] != nil {
  let fuzzers: [(name: String, dependencies: [Target.Dependency])] = [
    ("Reports", ["Model", "Wire", "TestKit"]),
    ("Listing", ["Model", "Wire"]),
    ("Ssdp", ["Model", "Wire"]),
    ("Bind", ["Model", "Wire"]),
    ("Plug", ["Model", "Reach"]),
    ("Frames", ["Wire"]),
    ("Jpeg", ["CJPEG"]),
    ("Multipart", ["Wire"]),
    ("PrintFile", ["Model", "PrintFile", "TestKit"]),
    ("GcodeHeader", ["PrintFile"]),
    ("CsvImport", ["Model", "Export"]),
    ("BoardMap", ["Board"]),
    ("RTSP", ["Model", "Wire"]),
    ("Target", ["HTTPServer"]),
    ("WebSocket", ["HTTPServer", nioCore]),
    ("Zone", ["Model", "Wire"]),
  ]
  for fuzzer in fuzzers {
    package.targets.append(
      .executableTarget(
        name: "Fuzz\(fuzzer.name)", dependencies: fuzzer.dependencies, path: "Tests/Fuzz/\(fuzzer.name)",
        swiftSettings: language + [.unsafeFlags(["-parse-as-library"])]))
  }
}

// A bare server for conformance suites and measurements; no part of the product.
if Context.environment["LAYERBERRY_ECHO"] != nil {
  package.targets.append(
    .executableTarget(
      name: "websocket-echo", dependencies: ["HTTPServer", nioCore, nioHTTP1, logging], path: "Tests/WebSocketEcho",
      swiftSettings: lean))
}

// Only these test targets, with commas between: building all of them for one test takes minutes on a small machine.
if let wanted = Context.environment["LAYERBERRY_TESTS"] {
  let names = wanted.split(separator: ",").map(String.init)
  package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}
