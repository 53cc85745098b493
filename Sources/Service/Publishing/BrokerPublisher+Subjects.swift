import Model
import Rules
import Store

/// What the broker is to hold of each printer, plug and the board.
extension BrokerPublisher {
  func refresh(_ subject: Subject) async {
    guard line != nil else { return }
    switch subject {
    case .printer(let id): refreshPrinter(id)
    case .plug(let id): refreshPlug(id)
    case .board: await refreshBoard()
    }
  }

  private func refreshPrinter(_ id: PrinterID) {
    let subject = Subject.printer(id)
    guard let snapshot = surroundings.fleet.view[id] else { return drop(subject) }
    var before: PublishedPrinter?
    if case .printer(let known)? = records[subject]?.shape { before = known }
    let printer = PublishedPrinter(
      snapshot, before: before, takesCommands: allowsCommands, hasPictures: (plan?.pictureInterval ?? 0) > 0)
    show(subject, .printer(printer), printer.device(topics))
    let document = PrinterDocument(snapshot)
    let steady = jsonBytes(document.steady)
    // The board counts those that are connected.
    if records[subject]?.steady != steady { call(for: [.board]) }
    note(subject, steady, document.bytes, isAvailable: PrinterDocument.isAvailable(snapshot))
    if before?.serial != printer.serial {
      for plug in standings.values where plug.record.plug.printerID == id { refreshPlug(plug.id) }
    }
  }

  private func refreshPlug(_ id: PlugID) {
    let subject = Subject.plug(id)
    guard let standing = standings[id] else { return drop(subject) }
    var before: PublishedPlug?
    if case .plug(let known)? = records[subject]?.shape { before = known }
    let printer = standing.record.plug.printerID.flatMap { surroundings.fleet.view[$0]?.identity.serial }
    let plug = PublishedPlug(standing, before: before, printer: printer, takesCommands: allowsCommands)
    show(subject, .plug(plug), plug.device(topics))
    let document = PublishedPlug.document(standing)
    note(subject, jsonBytes(document.steady), document.all, isAvailable: PublishedPlug.isAvailable(standing))
  }

  private func refreshBoard() async {
    let standing = await surroundings.board.standing
    let figures = BoardFigures.read()
    guard line != nil else { return }
    let board = PublishedBoard(standing, figures, version: surroundings.version, takesCommands: allowsCommands)
    show(.board, .board(board), board.device(topics))
    let document = PublishedBoard.document(
      standing, figures, printers: surroundings.fleet.view.all.count, connected: connected)
    note(.board, jsonBytes(document.steady), document.all, isAvailable: nil)
  }

  private var connected: Int { surroundings.fleet.view.all.count { $0.isConnected } }

  /// The device as it is, where that is another than it was.
  private func show(_ subject: Subject, _ shape: Shape, _ make: @autoclosure () -> HomeDevice) {
    guard records[subject]?.shape != shape else { return }
    let device = make()
    let messages = device.messages(topics, version: surroundings.version)
    var wanted = Set(messages.keys)
    wanted.insert("\(device.base)/state")
    if device.hasAvailability { wanted.insert("\(device.base)/availability") }
    if device.entities.contains(where: { $0.component == .camera }) { wanted.insert("\(device.base)/camera") }
    for topic in (records[subject]?.topics ?? []).subtracting(wanted).sorted() { ledger.want(nil, at: topic) }
    for (topic, payload) in messages.sorted(by: { $0.key < $1.key }) { ledger.want(payload, at: topic) }
    var record = records[subject] ?? Record(shape: shape, base: device.base)
    // Under another name everything has to be said there.
    if record.base != device.base { record.steady = [] }
    record.shape = shape
    record.base = device.base
    record.topics = wanted
    records[subject] = record
  }

  private func note(_ subject: Subject, _ steady: [UInt8], _ document: [UInt8], isAvailable: Bool?) {
    guard let record = records[subject] else { return }
    ledger.want(document, at: "\(record.base)/state", isUrgent: record.steady != steady)
    records[subject]?.steady = steady
    guard let isAvailable else { return }
    ledger.want(Array((isAvailable ? "online" : "offline").utf8), at: "\(record.base)/availability")
  }

  private func drop(_ subject: Subject) {
    guard let record = records.removeValue(forKey: subject) else { return }
    for topic in record.topics.sorted() { ledger.want(nil, at: topic) }
  }
}
