import Model
import PrintFile
import TestKit

func facts(of bytes: [UInt8], _ limits: PrintFileLimits = PrintFileLimits()) throws -> PrintFileFacts {
  let folder = try TemporaryFolder()
  return try PrintFile.read(path: try folder.write(bytes, as: "content"), limits: limits)
}

func facts(of project: TestProject) throws -> PrintFileFacts { try facts(of: project.bytes) }

func facts(of text: String) throws -> PrintFileFacts { try facts(of: Array(text.utf8)) }

/// The reason for which a file is refused; nil where it is read.
func refusal(of bytes: [UInt8], _ limits: PrintFileLimits = PrintFileLimits()) throws -> PrintFileError? {
  do {
    _ = try facts(of: bytes, limits)
    return nil
  } catch let error as PrintFileError {
    return error
  }
}
