import Model
import Testing
import Wire

/// What the cloud lists: printers, prints, profiles, and its own events.
struct CloudListTests {
  private static func reply(_ text: String) throws -> CloudReply {
    try CloudReply.read(status: 200, headers: [], body: Array(text.utf8), isCut: false)
  }

  @Test("A printer's access code loses its line break; what is none is left out")
  func devices() throws {
    let device = try #require(
      CloudDevice([
        "dev_id": "01P00A000000001", "name": "Workshop", "online": true, "print_status": "RUNNING",
        "dev_model_name": "C12", "dev_product_name": "P1S", "dev_access_code": "12345678\n", "nozzle_diameter": 0.4,
      ]))
    #expect(device.id == "01P00A000000001" && device.accessCode == Secret("12345678") && device.model == "P1S")
    #expect(device.isOnline == true && device.nozzle == 0.4)
    #expect(CloudDevice(["dev_id": "a", "dev_access_code": "two words"])?.accessCode == nil)
    for bad: JSONValue in [[:], ["dev_id": "a/b"], ["dev_id": ""], 5, ["dev_id": ".."]] {
      #expect(CloudDevice(bad) == nil)
    }
  }

  @Test("A print's times are UTC, and its real duration is from start to end")
  func tasks() throws {
    let task = try #require(
      CloudTask([
        "id": 77, "title": "Benchy", "status": 2, "startTime": "2025-01-02T03:00:00Z", "endTime": "2025-01-02 04:30:00",
        "costTime": 5000, "weight": 12.5, "plateIndex": 1, "deviceId": "01P00A000000001",
        "amsDetailMapping": [["ams": 3, "filamentType": "PLA", "targetColor": "FF0000FF", "weight": 12.5]],
      ]))
    #expect(task.id == "77" && task.status == .finished && task.duration == 5400 && task.estimatedTime == 5000)
    #expect(task.filaments.first?.tray == 3 && task.filaments.first?.color == "FF0000FF")
    let others: [(JSONValue, CloudTask.Status)] = [(1, .created), (3, .failed), (4, .running), (9, .unknown)]
    for (number, status) in others { #expect(CloudTask(["id": 1, "status": number])?.status == status) }
    #expect(CloudTask(["id": 1, "costTime": -5, "weight": -1])?.estimatedTime == nil)
  }

  @Test("Profiles come in both forms; a filament's printer is cut off its name")
  func profiles() throws {
    let observed = CloudProfile.list(
      try Self.reply(
        """
        {"message":"success","code":null,"print":{"public":[{"setting_id":"GP1","name":"0.20mm @X"}],"private":[]},
         "filament":{"private":[{"setting_id":"PF1","name":"My PLA @P1S","base_id":"GFA00","version":"1.2.3.4",
         "update_time":"2025-03-04 05:06:07"}],"public":[{"setting_id":"PF1","name":"again"}]},"printer":{}}
        """))
    #expect(observed.map(\.id) == ["GP1", "PF1"])
    #expect(observed.map(\.name) == ["0.20mm @X", "My PLA"])
    #expect(observed.map(\.isOwn) == [false, true])
    #expect(observed.last?.updatedAt == Timestamp(iso8601: "2025-03-04T05:06:07Z"))
    let reference = try Self.reply(
      """
      {"code":0,"message":"Success","data":[{"id":"A","name":"a","type":"print"},{"id":"B","name":"b"},{"name":"c"}],
       "pagination":{"page":1,"limit":20,"total":150,"has_more":true}}
      """)
    #expect(CloudProfile.list(reference).map(\.id) == ["A"])
    let page = CloudPage(reference, named: "")
    #expect(page.isNumbered && page.hasMore == true && page.total == 150 && page.elements.count == 3)
  }

  @Test("An upload's file is the named one, else the last part of the address")
  func tickets() throws {
    let named = try CloudUploadTicket(
      try Self.reply(#"{"code":0,"data":{"upload_url":"https://cdn.example.com/a/b?x=1","file_id":"f-9"}}"#))
    #expect(named.fileID == "f-9")
    let bare = try CloudUploadTicket(try Self.reply(#"{"upload_url":"https://cdn.example.com/a/b.3mf?x=1"}"#))
    #expect(bare.fileID == "b.3mf" && bare.address.place.target.exposed == "/a/b.3mf?x=1")
    for text in ["{}", #"{"upload_url":"ftp://x/y"}"#, #"{"upload_url":"https://x/"}"#, #"{"upload_url":7}"#] {
      #expect(throws: CloudProblem.self, "\(text)") { try CloudUploadTicket(try Self.reply(text)) }
    }
  }

  @Test("S2's six names are ours, wherever they stand")
  func events() {
    let names = [
      "print.started": "print_started", "print.completed": "print_complete", "print.failed": "print_failed",
      "device.online": "printer_online", "device.offline": "printer_offline", "notification.created": "notification",
    ]
    #expect(names.count == CloudEvent.Kind.allCases.count)
    for (theirs, ours) in names {
      #expect(CloudEvent(["event": .string(theirs)])?.kind.rawValue == ours)
      #expect(CloudEvent(["type": .string(theirs), "data": ["dev_id": "S1", "title": "t"]])?.deviceID == "S1")
    }
    #expect(CloudEvent(["event": ["event": "client.disconnected"]])?.kind == .printerOffline)
    #expect(CloudEvent(["event": "print.unknown"]) == nil && CloudEvent([:]) == nil)
  }

  @Test("A base is https, or this machine; everything else is told what was expected")
  func bases() throws {
    for text in [
      "https://cloud.example.com", "https://cloud.example.com:8443/api", "http://127.0.0.1:9", "http://localhost",
      "http://[::1]:80", "",
    ] {
      #expect(CloudBase.fits(text), "\(text)")
    }
    for text in [
      "http://cloud.example.com", "http://192.168.1.5", "ftp://x", "https://user:word@cloud.example.com",
      "https://cloud.example.com/?a=b", "cloud.example.com", "https://", "http://127.0.0.1.evil.example",
    ] {
      #expect(!CloudBase.fits(text), "\(text)")
    }
    #expect(throws: InvalidValue.self) { try CloudBase(region: .custom, custom: "") }
    let hosts = CloudRegion.allCases.compactMap { try? CloudBase(region: $0, custom: "").text }
    #expect(
      hosts == [
        "https://api.bambulab.com", "https://api.bambulab.cn", "https://api-dev.bambulab.net",
        "https://api-qa.bambulab.net", "https://api-pre.bambulab.net", "https://api-pre-us.bambulab.net",
      ])
  }
}
