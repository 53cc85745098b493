import Model
import Wire

/// Any bytes as the cloud's answer, at any status: a problem that fits its map, or values within their bounds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCloud(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let statuses = [200, 400, 401, 404, 429, 500, 503]
  let status = statuses[Int(bytes.first ?? 0) % statuses.count]
  if let event = CloudEvent(heard: bytes, of: "SERIAL") { precondition(event.deviceID?.isEmpty == false) }
  let reply: CloudReply
  do throws(CloudProblem) {
    reply = try CloudReply.read(status: status, headers: [], body: Array(bytes.dropFirst()), isCut: false)
  } catch {
    precondition(
      [404, 409, 429, 502, 504].contains(error.status) && (error.status == 429) == (error.retryAfter != nil))
    precondition(error.message.unicodeScalars.count <= 400 && (error.details?.utf8.count ?? 0) <= 2048)
    return 0
  }
  _ = try? CloudSignIn(reply)
  _ = CloudUser(reply)
  if let ticket = try? CloudUploadTicket(reply) { precondition(!ticket.fileID.isEmpty) }
  let page = CloudPage(reply, named: "devices")
  precondition(page.elements.count <= CloudPage.limit && page.total ?? 0 >= 0)
  for device in page.elements.compactMap(CloudDevice.init) { precondition(CloudID.fits(device.id)) }
  for element in CloudPage(reply, named: "hits").elements {
    if let task = CloudTask(element) { precondition(CloudID.fits(task.id) && task.duration ?? 0 >= 0) }
    if let event = CloudEvent(element) { precondition(CloudEvent.Kind(cloudName: event.kind.cloudName) == event.kind) }
  }
  let profiles = CloudProfile.list(reply)
  precondition(Set(profiles.map(\.id)).count == profiles.count)
  for profile in profiles { precondition(CloudID.fits(profile.id) && !profile.name.isEmpty) }
  return 0
}
