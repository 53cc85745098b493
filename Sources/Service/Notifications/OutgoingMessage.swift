import Model
import Store

/// A message on its way to one provider.
struct OutgoingMessage: Sendable {
  /// The number in the outbox: the same for every attempt, so that a receiver can tell a repetition.
  var id: String
  var event: String
  var level: NotificationLevel
  var title: String
  var message: String
  /// S1's `data`, a JSON object.
  var data: String
  var createdAt: Timestamp
  /// The file of the photo that goes along; nil where there is none.
  var photo: Photo?

  struct Photo: Sendable {
    var path: String
    var bytes: Int64
  }

  init(_ record: NotificationRecord, photo: Photo?) {
    id = record.id.description
    event = record.event
    level = record.level
    title = record.title
    message = record.message
    data = record.data
    createdAt = record.createdAt
    self.photo = photo
  }

  /// One that says only that it works.
  init(test id: String, provider: String, now: Timestamp) {
    self.id = id
    event = "test"
    level = .info
    title = "Layerberry test"
    message = "If you read this, the provider \(provider) works."
    data = "{}"
    createdAt = now
  }

  /// The beginning of the text, whole characters, at most so many.
  static func shortened(_ text: String, to count: Int) -> String {
    text.unicodeScalars.count <= count ? text : String(String(text).prefix(count - 1)) + "…"
  }
}
