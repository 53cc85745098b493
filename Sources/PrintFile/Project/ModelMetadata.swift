/// The `metadata` elements at the front of `3D/3dmodel.model`. The mesh behind them is not read.
final class ModelMetadata: XMLListener {
  private(set) var title: String?
  private(set) var designer: String?
  private(set) var application: String?
  private var name: String?
  private var value = ""

  func begin(_ tag: XMLTag) -> Bool {
    name = tag.name == "metadata" ? tag["name"] : nil
    value = ""
    return tag.name != "resources" && tag.name != "build"
  }

  func text(_ text: String) {
    if name != nil, value.utf8.count <= 16 * PrintFileLimits.textBytes { value += text }
  }

  func end(_ element: String) {
    guard let name else { return }
    // Prefixes of namespaces differ from slicer to slicer.
    let label = Numbers.label(Entities.unescaped(value))
    switch name.split(separator: ":").last {
    case "Title": title = label
    case "Designer": designer = label
    case "Application": application = label
    default: break
    }
    self.name = nil
  }
}
