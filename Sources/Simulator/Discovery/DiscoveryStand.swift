import Glibc
import Model

/// Makes the simulated printers known: announcements, answers to searches, and the bind port. On the simulator's thread.
final class DiscoveryStand {
  private let settings: DiscoverySettings
  private let poller: Poller
  private let devices: () -> [PrinterDevice]
  private let sender: Int32
  private var searches: Int32 = -1
  private var doors: [BindServer] = []
  private var timer: Int?
  private(set) var ports = DiscoveryPorts()

  init(
    _ settings: DiscoverySettings, poller: Poller, context: TLSServerContext?,
    devices: @escaping () -> [PrinterDevice]
  ) throws(SimulatorError) {
    self.settings = settings
    self.poller = poller
    self.devices = devices
    sender = try Datagrams.open(port: nil).descriptor
    if settings.answersSearches {
      (searches, ports.search) = try Datagrams.open(port: settings.searchPort)
      poller.watch(searches, events: POLLIN) { [weak self] _ in self?.answerSearches() }
    }
    if let port = settings.bindPort {
      let door = try BindServer(port: port, context: nil, poller: poller) { [weak self] in self?.devices().first }
      ports.bind = door.port
      doors.append(door)
    }
    if let port = settings.secureBindPort {
      let door = try BindServer(port: port, context: context, poller: poller) { [weak self] in self?.devices().first }
      ports.secureBind = door.port
      doors.append(door)
    }
    if settings.announces { announce() }
  }

  deinit { Glibc.close(sender) }

  /// Says goodbye for every printer.
  func close() {
    if let timer { poller.cancel(timer) }
    timer = nil
    if settings.announces {
      for device in devices() where device.isOn { send(announcement(device).datagram(.byebye)) }
    }
    if searches >= 0 {
      poller.unwatch(searches)
      Glibc.close(searches)
      searches = -1
    }
    for door in doors { door.close() }
    doors = []
  }

  private func announce() {
    for device in devices() where device.isOn { send(announcement(device).datagram(.alive)) }
    timer = poller.after(settings.seconds) { [weak self] in self?.announce() }
  }

  private func announcement(_ device: PrinterDevice) -> Announcement {
    Announcement(
      serial: device.serial, model: device.model, name: device.name, address: device.front.address,
      style: settings.style)
  }

  private func send(_ datagram: [UInt8]) {
    Datagrams.send(datagram, on: sender, to: settings.destination, port: settings.port)
  }

  private func answerSearches() {
    while let (bytes, source) = Datagrams.receive(searches) {
      guard bytes.starts(with: Array("M-SEARCH * HTTP/1.1\r\n".utf8)) else { continue }
      for device in devices() where device.isOn {
        Datagrams.send(announcement(device).datagram(.answer), on: searches, to: source)
      }
    }
  }
}
