import CCurl

/// libcurl's callbacks; each finds its exchange behind the context pointer. They run inside `ccurl_perform`.
enum FTPCallbacks {
  private static func exchange(_ context: UnsafeMutableRawPointer?) -> FTPExchange? {
    context.map { Unmanaged<FTPExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  static let read: ccurl_data = { bytes, size, count, context in
    let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return FTPCallbacks.exchange(context)?.read(into: room) ?? Int(CURL_READFUNC_ABORT)
  }

  static let write: ccurl_data = { bytes, size, count, context in
    let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
    guard FTPCallbacks.exchange(context)?.write(chunk) == true else { return chunk.isEmpty ? 1 : 0 }
    return chunk.count
  }

  static let header: ccurl_data = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    guard FTPCallbacks.exchange(context)?.header(line) == true else { return line.isEmpty ? 1 : 0 }
    return line.count
  }

  static let seek: ccurl_seek = { context, offset, origin in
    // SEEK_SET is all that libcurl asks for.
    guard origin == 0, FTPCallbacks.exchange(context)?.seek(to: Int64(offset)) == true else {
      return Int32(CURL_SEEKFUNC_FAIL)
    }
    return Int32(CURL_SEEKFUNC_OK)
  }

  static let progress: ccurl_progress = { context, _, _, _, _ in
    FTPCallbacks.exchange(context)?.shouldEnd() == false ? 0 : 1
  }

  static let tls: ccurl_tls = { _, tlsContext, context in
    guard let tlsContext, FTPCallbacks.exchange(context)?.install(on: tlsContext) == true else {
      return CURLE_OUT_OF_MEMORY
    }
    return CURLE_OK
  }
}
