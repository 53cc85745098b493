import Model
import Store
import TestKit
import Testing
import Wire

@testable import Service

/// Each provider's interface as its vendor documents it, held against a request as strictly as it is written there.
struct Vendor: Sendable, CustomTestStringConvertible {
  let type: ProviderType
  /// `config` for a stand-in at this address.
  let config: @Sendable (String) -> [ProviderField: JSONValue]
  /// The answer of a server that has taken the message.
  let success: StandInReply
  /// What is wrong with the request; nil when nothing is.
  let objection: @Sendable (StandInRequest, _ hasPhoto: Bool) -> String?
  /// It carries the picture itself.
  let takesPhotos: Bool

  var testDescription: String { type.rawValue }

  static let photo = [0xFF, 0xD8, 0xFF, 0xE0] + Array("a picture".utf8) + [0xFF, 0xD9]
  static let title = "Print finished"
  static let message = "Workshop X1C: Größe “M” is done.\nAfter 2 h."

  static func json(_ request: StandInRequest) -> JSONValue? {
    guard request["content-type"] == "application/json" else { return nil }
    return try? JSONParser.parse(request.body, limits: .init(bytes: 1 << 20))
  }

  /// The parts of a form by name; nil for what is no form.
  static func form(_ request: StandInRequest) -> [String: (header: MultipartPart, bytes: [UInt8])]? {
    guard let boundary = MultipartBoundary(contentType: request["content-type"] ?? "") else { return nil }
    var parser = MultipartParser(boundary: boundary)
    guard let events = try? parser.feed(request.body), (try? parser.finish()) != nil else { return nil }
    var parts: [String: (header: MultipartPart, bytes: [UInt8])] = [:]
    var current: (header: MultipartPart, bytes: [UInt8])?
    for event in events {
      switch event {
      case .part(let header): current = (header, [])
      case .bytes(let bytes): current?.bytes += bytes
      case .partEnd: if let part = current { parts[part.header.name] = part }
      }
    }
    return parts
  }

  static func isPhoto(_ part: (header: MultipartPart, bytes: [UInt8])?) -> Bool {
    part?.bytes == photo && part?.header.contentType == "image/jpeg" && part?.header.fileName == "photo.jpg"
  }

  static func text(_ part: (header: MultipartPart, bytes: [UInt8])?) -> String? {
    part.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  static let all: [Vendor] = [webhook, ntfy, pushover, telegram, discord, homeAssistant, bark, gotify]

  static let webhook = Vendor(
    type: .webhook, config: { ["url": $0, "secret": "key"].asConfig }, success: .answer(200),
    objection: { request, _ in
      guard request.method == "POST", let json = json(request) else { return "is no POST of JSON" }
      guard Set(json.object?.keys.map { $0 } ?? []) == ["event", "timestamp", "data"] else {
        return "has other members"
      }
      let signature = "sha256=\(Digest.hmacSHA256(request.body, key: Secret("key")))"
      guard request["x-layerberry-signature"] == signature else { return "is not signed" }
      return json["data"]?["filename"] == "benchy.3mf" ? nil : "has no data"
    }, takesPhotos: false)

  /// https://docs.ntfy.sh/publish/
  static let ntfy = Vendor(
    type: .ntfy, config: { ["url": $0, "topic": "my-prints", "token": "tk_1"].asConfig },
    success: .json(200, #"{"id":"x","event":"message"}"#),
    objection: { request, hasPhoto in
      guard request["authorization"] == "Bearer tk_1" else { return "has no token" }
      if hasPhoto {
        guard request.method == "PUT", request.path == "/my-prints", request.body == photo else {
          return "is no PUT of the file"
        }
        let query = request.target.drop { $0 != "?" }
        return query.contains("title=Print%20finished") && query.contains("filename=photo.jpg")
          && query.contains("message=Workshop%20X1C%3A%20Gr%C3%B6%C3%9Fe") ? nil : "has not its parameters"
      }
      guard request.method == "POST", request.path == "/", let json = json(request) else {
        return "is no POST of JSON to /"
      }
      guard case .int(1...5)? = json["priority"] else { return "has no priority of 1 to 5" }
      return json["topic"] == "my-prints" && json["title"]?.string == title && json["message"]?.string == message
        ? nil : "has not its members"
    }, takesPhotos: true)

  /// https://pushover.net/api
  static let pushover = Vendor(
    type: .pushover, config: { ["url": $0, "token": "app", "user_key": "user"].asConfig },
    success: .json(200, #"{"status":1,"request":"x"}"#),
    objection: { request, hasPhoto in
      guard request.method == "POST", request.path == "/1/messages.json", let form = form(request) else {
        return "is no form"
      }
      guard text(form["token"]) == "app", text(form["user"]) == "user" else { return "has no token and user" }
      guard text(form["title"]) == title, text(form["message"]) == message else { return "has no message" }
      guard let priority = text(form["priority"]).flatMap(Int.init), (-2...1).contains(priority) else {
        return "priority"
      }
      return hasPhoto == isPhoto(form["attachment"]) ? nil : "attachment"
    }, takesPhotos: true)

  /// https://core.telegram.org/bots/api#sendphoto
  static let telegram = Vendor(
    type: .telegram, config: { ["url": $0, "token": "123:abc", "chat_id": "-100"].asConfig },
    success: .json(200, #"{"ok":true,"result":{}}"#),
    objection: { request, hasPhoto in
      guard request.method == "POST" else { return "is no POST" }
      if hasPhoto {
        guard request.path == "/bot123:abc/sendPhoto", let form = form(request) else { return "is no sendPhoto" }
        return text(form["chat_id"]) == "-100" && text(form["caption"]) == "\(title)\n\(message)"
          && isPhoto(form["photo"])
          ? nil : "has not its parts"
      }
      guard request.path == "/bot123:abc/sendMessage", let json = json(request) else { return "is no sendMessage" }
      return json["chat_id"] == "-100" && json["text"]?.string == "\(title)\n\(message)" ? nil : "has no text"
    }, takesPhotos: true)

  /// https://discord.com/developers/docs/resources/webhook#execute-webhook
  static let discord = Vendor(
    type: .discord, config: { ["webhook_url": "\($0)/api/webhooks/1/token"].asConfig }, success: .answer(204),
    objection: { request, hasPhoto in
      guard request.method == "POST", request.path == "/api/webhooks/1/token" else { return "goes elsewhere" }
      var payload = json(request)
      if hasPhoto {
        guard let form = form(request), isPhoto(form["files[0]"]) else { return "has no file" }
        payload = try? JSONParser.parse(form["payload_json"]?.bytes ?? [], limits: .init(bytes: 1 << 20))
        guard payload?["embeds"]?.array?.first?["image"]?["url"] == "attachment://photo.jpg" else {
          return "shows no file"
        }
      }
      guard payload?["allowed_mentions"]?["parse"] == [] else { return "may mention people" }
      let embed = payload?["embeds"]?.array?.first
      return embed?["title"]?.string == title && embed?["description"]?.string == message ? nil : "has no embed"
    }, takesPhotos: true)

  /// https://developers.home-assistant.io/docs/api/rest/
  static let homeAssistant = Vendor(
    type: .homeAssistant, config: { ["url": $0, "token": "long", "service": "mobile_app_phone"].asConfig },
    success: .json(200, "[]"),
    objection: { request, _ in
      guard request.method == "POST", request.path == "/api/services/notify/mobile_app_phone" else {
        return "goes elsewhere"
      }
      guard request["authorization"] == "Bearer long", let json = json(request) else { return "has no token" }
      return json == ["title": .string(title), "message": .string(message)] ? nil : "has other members"
    }, takesPhotos: false)

  /// https://github.com/Finb/bark-server/blob/master/docs/API_V2.md
  static let bark = Vendor(
    type: .bark, config: { ["url": $0, "device_key": "device"].asConfig },
    success: .json(200, #"{"code":200,"message":"success","timestamp":1}"#),
    objection: { request, _ in
      guard request.method == "POST", request.path == "/push", let json = json(request) else { return "is no push" }
      return json["device_key"] == "device" && json["title"]?.string == title && json["body"]?.string == message
        ? nil : "has not its members"
    }, takesPhotos: false)

  /// https://gotify.net/api-docs
  static let gotify = Vendor(
    type: .gotify, config: { ["url": "\($0)/folder/", "token": "Ap.p"].asConfig }, success: .json(200, #"{"id":1}"#),
    objection: { request, _ in
      guard request.method == "POST", request.path == "/folder/message", let json = json(request) else {
        return "is no message"
      }
      guard request["x-gotify-key"] == "Ap.p" else { return "has no token" }
      return json["title"]?.string == title && json["message"]?.string == message ? nil : "has not its members"
    }, takesPhotos: false)
}

extension [String: String] {
  var asConfig: [ProviderField: JSONValue] {
    var config: [ProviderField: JSONValue] = [:]
    for (name, value) in self { config[ProviderField(rawValue: name) ?? .url] = .string(value) }
    return config
  }
}
