import Model
import PrintFile
import TestKit
import Testing

@Suite("A 3MF says what its print needs")
struct ProjectTests {
  @Test("time, weight, layers, machine and filament of a sliced plate")
  func sliced() throws {
    var project = TestProject()
    project.plates[0].name = "Lid"
    let facts = try facts(of: project)
    #expect(facts.kind == .project && facts.isPrintable)
    #expect(facts.title == "Box" && facts.designer == "Somebody")
    #expect(facts.slicer == "Bambu Studio 01.09.00.60")
    #expect(facts.printerModel == .p1s && facts.nozzleDiameters == [0.4] && facts.layerHeight == 0.2)
    #expect(facts.bedType == "textured_plate" && facts.nozzleTemperature == 220)
    #expect(facts.settings["sparse_infill_density"] == "15%")
    #expect(facts.seconds == 3600 && facts.grams == 12.5 && facts.metres == 4.2 && facts.layers == 100)
    #expect(facts.omissions.isEmpty)

    let plate = try #require(facts.plate(1))
    #expect(plate.name == "Lid" && plate.hasGcode && plate.hasPicture)
    #expect(plate.objects == [PlateObject(id: 101, name: "Cube")])
    #expect(plate.usedMappingIndices == [0])
    let filament = try #require(plate.filaments.first)
    #expect(filament.type == "PLA" && filament.color == "#FF6A13" && filament.trayInfoIndex == "GFA00")
    #expect(facts.hasPlate(1) && !facts.hasPlate(2))
  }

  @Test("a file of several plates counts them together, and each by itself")
  func plates() throws {
    var project = TestProject()
    var second = TestProject.Plate(3)
    second.seconds = 600
    second.grams = 2
    second.layers = 250
    second.filaments = [.init(id: 3, type: "PETG")]
    second.filaments[0].grams = 2
    project.plates.append(second)
    project.configured = (1...4).map { .init(id: $0) }
    let facts = try facts(of: project)
    #expect(facts.plates.map(\.index) == [1, 3])
    #expect(facts.seconds == 4200 && facts.grams == 14.5 && facts.layers == 250)
    #expect(facts.plate(3)?.usedMappingIndices == [2])
    // A mapping names a tray, or none, for each filament of the file.
    #expect(facts.filamentCount == 4)
    #expect(facts.filaments.map(\.grams) == [12.5, nil, 2, nil])
  }

  @Test("filaments without weight are not needed")
  func unusedFilaments() throws {
    var project = TestProject()
    project.plates[0].filaments = [.init(id: 1), .init(id: 2)]
    project.plates[0].filaments[0].grams = 0
    #expect(try facts(of: project).plate(1)?.usedMappingIndices == [1])
  }

  @Test("a filament's group says for which nozzle it was sliced")
  func nozzles() throws {
    var project = TestProject()
    project.modelCode = "O1D"
    project.nozzleDiameters = ["0.4", "0.6"]
    project.extruderMap = ["1", "0"]
    project.plates[0].filaments = [.init(id: 1), .init(id: 2), .init(id: 3)]
    project.plates[0].filaments[0].group = 0
    project.plates[0].filaments[1].group = 1
    let facts = try facts(of: project)
    #expect(facts.plate(1)?.filaments.map(\.nozzle) == [1, 0, nil])
    #expect(facts.printerModel == .h2d && facts.nozzleDiameters == [0.4, 0.6])
  }

  @Test("objects that the slicer left out are known and not printed")
  func objects() throws {
    var project = TestProject()
    project.plates[0].objects = [(7, "A", false), (8, "B", true), (9, "C & \"D\"", false)]
    let plate = try #require(try facts(of: project).plate(1))
    #expect(plate.objects.map(\.name) == ["A", "B", "C & \"D\""])
    #expect(plate.printedObjectIDs == [7, 9])
  }

  @Test("a project that is not sliced is shown and cannot be printed")
  func unsliced() throws {
    var project = TestProject()
    project.isSliced = false
    project.plates[0].name = "First"
    let facts = try facts(of: project)
    #expect(!facts.isPrintable && !facts.hasPlate(1))
    #expect(facts.plate(1)?.name == "First")
    #expect(facts.plate(1)?.objects == [PlateObject(id: 101, name: "Cube")])
    #expect(facts.printerModel == .p1s && facts.seconds == nil && facts.title == "Box")
  }

  @Test("a plate without G-code cannot be printed, its neighbour can")
  func plateWithoutGcode() throws {
    var project = TestProject()
    project.plates.append(TestProject.Plate(2))
    project.plates[0].hasGcode = false
    let facts = try facts(of: project)
    #expect(!facts.hasPlate(1) && facts.hasPlate(2))
  }

  @Test(
    "titles are unescaped until nothing is left to unescape",
    arguments: [
      ("Tom &amp; Jerry", "Tom & Jerry"), ("a &amp;amp;lt; b", "a < b"), ("&#x1F600; &#65;", "😀 A"),
      ("100 & more; &unknown;", "100 & more; &unknown;"), ("  padded  ", "padded"),
    ])
  func titles(written: String, read: String) throws {
    var project = TestProject()
    project.title = written
    #expect(try facts(of: project).title == read)
  }

  @Test("old files have their filaments right below the root")
  func oldForm() throws {
    var zip = TestProject().zip
    zip.members.removeAll { $0.name == "Metadata/slice_info.config" }
    zip.add(
      "Metadata/slice_info.config",
      """
      <config><plate><metadata key="index" value="1"/><metadata key="prediction" value="60"/></plate>
      <filament id="1" type="PLA" color="#FFFFFF" used_m="2" used_g="6"/>
      <filament id="2" type="PETG" color="#000000" used_m="1" used_g="3"/></config>
      """)
    let plate = try #require(try facts(of: zip.bytes).plate(1))
    #expect(plate.filaments.map(\.type) == ["PLA", "PETG"])
    #expect(plate.grams == 9 && plate.metres == 3 && plate.seconds == 60)
  }

  @Test(
    "what is missing is left out",
    arguments: [
      "3D/3dmodel.model", "Metadata/project_settings.config", "Metadata/model_settings.config",
      "Metadata/slice_info.config", "Metadata/plate_1.json", "Metadata/plate_1.png",
    ])
  func missing(member: String) throws {
    var zip = TestProject().zip
    zip.members.removeAll { $0.name == member }
    let facts = try facts(of: zip.bytes)
    #expect(facts.hasPlate(1) && facts.omissions.isEmpty)
    #expect(facts.plate(1)?.seconds == 3600 && facts.plate(1)?.layers == 100)
  }

  @Test(
    "what only describes the print may be broken, and is told",
    arguments: [
      ("Metadata/model_settings.config", "<config><plate><metadata"), ("3D/3dmodel.model", "not XML"),
      ("Metadata/project_settings.config", "{\"layer_height\":"), ("Metadata/plate_1.json", "[1,2"),
    ])
  func broken(member: String, content: String) throws {
    var zip = TestProject().zip
    zip.members.removeAll { $0.name == member }
    zip.add(member, content)
    let facts = try facts(of: zip.bytes)
    #expect(facts.hasPlate(1) && facts.seconds == 3600)
    #expect(facts.omissions == ["\(member) is broken and was left out."])
  }

  @Test("names of members do not differ by case")
  func letterCase() throws {
    var zip = TestProject().zip
    for place in zip.members.indices { zip.members[place].name = zip.members[place].name.uppercased() }
    #expect(try facts(of: zip.bytes).hasPlate(1))
  }

  @Test("pictures: a plate's own, else none; for the file the first plate's")
  func pictures() throws {
    let folder = try TemporaryFolder()
    var project = TestProject()
    project.plates.append(TestProject.Plate(2))
    let path = try folder.write(project.bytes, as: "content")
    for plate in [nil, 1, 2] {
      let picture = try PrintFile.picture(path: path, plate: plate)
      #expect(picture?.kind == .png && picture?.bytes == TestProject.picture)
    }
    #expect(try PrintFile.picture(path: path, plate: 3) == nil)

    project.hasPictures = false
    var zip = project.zip
    zip.add("Metadata/plate_1.png", "no picture")
    zip.add("Auxiliaries/.thumbnails/thumbnail_middle.png", TestProject.picture)
    try folder.write(zip.bytes, as: "content")
    #expect(try PrintFile.picture(path: path, plate: 1) == nil)
    #expect(try PrintFile.picture(path: path)?.bytes == TestProject.picture)
    var limits = PrintFileLimits()
    limits.pictureBytes = 8
    #expect(try PrintFile.picture(path: path, limits: limits) == nil)
  }
}
