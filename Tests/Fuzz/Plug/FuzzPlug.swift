import Model
import Reach

/// Any bytes as the address of an MQTT broker, and as the options of a plug as they are stored. What is read is whole, and
/// reads the same when it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPlug(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  if let broker = try? BrokerAddress(text) {
    precondition((try? HostName(broker.host.text)) == broker.host && broker.port.number > 0)
    precondition(broker.pinned == nil || broker.isEncrypted)
    let host = broker.host.text.contains(":") ? "[\(broker.host.text)]" : broker.host.text
    let again = try? BrokerAddress("\(broker.isEncrypted ? "mqtts" : "mqtt")://\(host):\(broker.port)")
    precondition(again?.host == broker.host && again?.port == broker.port)
  }
  let options = PlugOptions(stored: text)
  precondition(PlugOptions(stored: options.stored) == options)
  return 0
}
