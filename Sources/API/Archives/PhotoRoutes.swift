import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Rules
package import Service
import Store

/// The photos of archives (contract, section 5).
package struct PhotoRoutes: Sendable {
  private static let piece = 64 << 10

  private let archives: ArchiveRoutes
  private let photos: ArchivePhotos

  package init(archives: ArchiveRoutes, photos: ArchivePhotos) {
    self.archives = archives
    self.photos = photos
  }

  private static let photo = Parameter<PhotoID>.id(
    "photo", "The photo's number.", missing: .notFound, noun: "photo"
  ) { PhotoID(rawValue: $0) }
  private static let both = [ArchiveRoutes.id.declared, photo.declared]

  package var operations: [Operation] {
    [
      .list(
        "/archives/{id}/photos", id: "list_archive_photos", topic: .archives, summary: "List the photos of an archive",
        access: .permission(.read), parameters: [ArchiveRoutes.id.declared], errors: [.archiveNotFound]
      ) { call in try await photos.all(of: try await archives.record(call).id).map(PhotoView.init) },
      Operation(
        .post, "/archives/{id}/photos", id: "add_archive_photo", topic: .archives, summary: "Add a photo to an archive",
        details: "A JPEG or PNG of at most 16 MiB, or `upload.max_bytes` where that is less.",
        access: .permission(.manage), rate: .write,
        parameters: [ArchiveRoutes.id.declared], body: .file, answer: .value(PhotoView.self, status: 201),
        errors: [.archiveNotFound, .conflict, .payloadTooLarge, .unsupportedMediaType, .storageFull]
      ) { call in
        let id = try await archives.record(call).id
        let limit = archives.settings.uploadLimit
        let own = ArchivePhotos.maximumBytes
        let body = try FileBody(call, limit: min(own, limit), what: limit < own ? nil : "photo")
        let file = try photos.makeRoom(expecting: body.expectedBytes ?? 0)
        _ = try await body.receive { (bytes) throws(Fault) in try file.append(bytes) }
        let photo = try await photos.add(file, to: id)
        return .value(
          PhotoView(photo: photo), status: 201, location: "\(apiBase)/archives/\(id)/photos/\(photo.id)")
      },
      Operation(
        .get, "/archives/{id}/photos/{photo}", id: "get_archive_photo", topic: .archives,
        summary: "Get a photo of an archive", access: .permission(.read), rate: .read, parameters: Self.both,
        answer: .document("image/*"), errors: [.archiveNotFound, .notFound]
      ) { call in
        let photo = try await record(call)
        let file = try await photos.open(photo)
        let headers = HTTPHeaders([
          ("Content-Type", photo.mediaType), ("Cache-Control", "private, max-age=86400"),
          ("ETag", "\"photo-\(photo.id)-\(photo.createdAt.milliseconds)\""),
        ])
        return .reply(HTTPReply(status: 200, headers: headers, body: Self.body(file)))
      },
      .action(
        .delete, "/archives/{id}/photos/{photo}", id: "delete_archive_photo", topic: .archives,
        summary: "Delete a photo of an archive", access: .permission(.manage), rate: .write, parameters: Self.both,
        errors: [.archiveNotFound, .notFound]
      ) { call in
        let photo = try await record(call)
        try await photos.delete(photo)
        return DeletedView(id: photo.id.rawValue)
      },
    ]
  }

  private func record(_ call: Call) async throws -> PhotoRecord {
    let id = try await archives.record(call).id
    return try await photos.get(try call.path(Self.photo), of: id)
  }

  private static func body(_ file: KeptFile) -> HTTPReply.Body {
    .stream(length: Int(file.size)) { writer in
      var offset: Int64 = 0
      while offset < file.size {
        let bytes = try file.read(at: offset, count: piece)
        guard !bytes.isEmpty else { return }
        try await writer.write(ByteBuffer(bytes: bytes))
        offset += Int64(bytes.count)
      }
    }
  }
}
