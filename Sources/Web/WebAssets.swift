import CWebAssets
package import HTTPServer

/// The files of the page, as they lie in the program.
package enum WebAssets {
  /// `index.html` is served at `/`, every other file below `/assets/` by its path.
  package static var all: [StaticFile] {
    (0..<layerberry_web_asset_count()).map { number in
      let asset = layerberry_web_asset_at(number)
      let name = String(cString: asset.name)
      return StaticFile(
        path: name == "index.html" ? "/" : "/assets/\(name)", mediaType: mediaType(of: name),
        bytes: StaticBytes(UnsafeRawBufferPointer(start: asset.bytes, count: asset.count)),
        isPacked: asset.is_packed != 0)
    }
  }

  /// By the ending of the name; what is unknown is only ever saved.
  static func mediaType(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "json": "application/json"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "woff2": "font/woff2"
    default: "application/octet-stream"
    }
  }
}
