import Glibc
package import Model
import TLS
import Wire

extension StorageError {
  /// What a person is told (contract, section 2): 502 when the printer said something, 504 when it said nothing.
  package var fault: Fault {
    switch self {
    case .notFound: Fault(.notFound, "The printer's storage has no such file or folder.")
    case .full: Fault(.storageFull, "The printer's storage is full. Delete files on it, then try again.")
    case .tooManyWaiting:
      Fault(
        .serviceUnavailable, "Too many file operations wait for this printer. Try again when some are done.",
        retryAfter: 30)
    case .local(ENOSPC), .local(EDQUOT):
      Fault(.storageFull, "The service's own storage is full. Delete archives, then try again.")
    case .local: Fault(.internalError, "A file of the service could not be read or written.")
    case .noLibrary: Fault(.internalError, "Files cannot be moved: libcurl with OpenSSL is not installed.")
    case .unreachable, .timeout, .stalled: Fault(.ftpError, sentence, status: 504)
    default: Fault(.ftpError, sentence)
    }
  }

  private var sentence: String {
    switch self {
    case .wrongAccessCode: "The printer does not accept the access code. Enter the one that its screen shows."
    case .cannotCreate: "The printer cannot create the file. Check that a card is in it and not write-protected."
    case .noDataChannel, .tooManySessions:
      "The printer has too many file sessions. Close other programs that use its storage, then try again."
    case .untrusted(.wrongSerial): "The certificate at the file port is for another printer. Nothing was sent to it."
    case .untrusted: "The certificate at the file port has another key than before. Nothing was sent to it."
    case .notTLS: "What answers at the file port is not a printer."
    case .unreachable: "The printer's file port does not answer. Check that the printer is on and its address right."
    case .timeout, .stalled: "The printer stopped answering while files were moved. Try again."
    case .cut: "The transfer was cut. Try again."
    case .refused(let code): "The printer refused the file operation with code \(code)."
    case .listing(let error): "The printer's answer cannot be used: \(error.description)."
    case .tooTalkative: "What answers at the file port sends replies without end. Check the printer's address."
    case .tooLarge: "The printer's answer is larger than allowed."
    case .cancelled: "The file operation was cancelled."
    default: "The file operation failed."
    }
  }
}
