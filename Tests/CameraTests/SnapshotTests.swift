import Camera
import Model
import TestKit
import Testing

/// One picture for those who ask for one.
@Suite(.timeLimit(.minutes(3))) struct SnapshotTests {
  @Test func aRequestWakesTheCameraAndLetsGoOfIt() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      let picture = try await scene.hub.picture(within: .seconds(20))
      #expect(picture.bytes == Drawing.picture())
      try await eventually(within: 10, "the camera is let go of") { scene.camera.present == 0 ? true : nil }
    }
  }

  @Test func aCameraThatWasWokenForTheLastTimeIsLetGoOfAtOnce() async throws {
    var timings = Scene.timings
    timings.linger = .seconds(60)
    try await Scene.play(timings: timings, serve: Scene.sends()) { scene in
      _ = try await scene.hub.picture(within: .seconds(20), isLast: true)
      try await eventually(within: 10, "the camera is let go of") { scene.camera.present == 0 ? true : nil }
      // Somebody else has looked meanwhile, who may be back.
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(1)
      _ = try await scene.hub.picture(within: .seconds(20), isLast: true)
      scene.hub.remove(watcher)
      _ = try await scene.hub.picture(within: .seconds(20), isLast: true)
      #expect(scene.camera.present == 1 && scene.camera.connections == 2)
    }
  }

  @Test func requestsAtOnceShareOnePicture() async throws {
    try await Scene.play { client in
      client.send(frame: Drawing.picture())
      client.waitForEnd()
    } _: { scene in
      let hub = scene.hub
      let numbers = try await withThrowingTaskGroup(of: UInt64.self) { group in
        for _ in 0..<40 {
          group.addTask { try await hub.picture(noOlderThan: .seconds(30), within: .seconds(20)).number }
        }
        var all: [UInt64] = []
        for try await number in group { all.append(number) }
        return all
      }
      #expect(numbers == [UInt64](repeating: 1, count: 40))
      #expect(scene.camera.connections == 1)
    }
  }

  @Test func moreRequestsThanAllowedAreRefused() async throws {
    try await Scene.play { client in
      client.waitForEnd()
    } _: { scene in
      let hub = scene.hub
      let busy = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<CameraHub.requestLimit + 5 {
          group.addTask {
            do throws(CameraError) { _ = try await hub.picture(within: .seconds(2)) } catch { return error == .busy }
            return false
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(busy == 5)
    }
  }

  @Test func aLivePictureIsAnsweredAtOnce() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(2)
      for _ in 0..<10 { _ = try await scene.hub.picture(within: .seconds(20)) }
      #expect(scene.camera.connections == 1)
    }
  }

  @Test func badPicturesAreLeftOutUntilAGoodOneComes() async throws {
    let good = Drawing.picture()
    let damaged = Array(good.prefix(good.count / 2) + [0xFF, 0xD9])
    let garbage: [UInt8] = [0xFF, 0xD8] + [UInt8](repeating: 0x11, count: 300) + [0xFF, 0xD9]
    try await Scene.play { client in
      for bad in [damaged, garbage, Drawing.picture(brightest: 3)] {
        client.send(frame: bad)
        pause(100)
      }
      while client.send(frame: good) { pause(30) }
    } _: { scene in
      let picture = try await scene.hub.picture(within: .seconds(30))
      #expect(picture.bytes == good)
    }
  }

  @Test func aBlackPictureIsNotGivenOut() async throws {
    try await Scene.play(serve: Scene.sends(every: 30, Drawing.picture(brightest: 3))) { scene in
      await #expect(throws: CameraError.noPicture(.dark)) { try await scene.hub.picture(within: .seconds(2)) }
    }
  }

  @Test func aSilentCameraIsGivenUpInTime() async throws {
    try await Scene.play { client in
      client.waitForEnd()
    } _: { scene in
      await #expect(throws: CameraError.noPicture(.stalled)) { try await scene.hub.picture(within: .milliseconds(300)) }
      #expect(CameraError.noPicture(.stalled).fault.status == 504)
    }
  }

  @Test func aDeadCameraIsToldBeforeTheTimeIsOver() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      scene.camera.stop()
      await #expect(throws: CameraError.noPicture(.unreachable)) { try await scene.hub.picture(within: .seconds(100)) }
      #expect(CameraError.noPicture(.unreachable).fault.code == .cameraUnavailable)
    }
  }

  @Test func aRequestThatIsGivenUpDisturbsNobody() async throws {
    try await Scene.play { client in
      client.waitForEnd()
    } _: { scene in
      let hub = scene.hub
      let tasks = (0..<20).map { _ in Task { try await hub.picture(within: .seconds(100)) } }
      try await eventually(within: 20, "a connection") { scene.camera.present == 1 ? true : nil }
      for task in tasks { task.cancel() }
      for task in tasks { await #expect(throws: CameraError.cancelled) { try await task.value } }
      try await eventually(within: 20, "the camera is let go of") { scene.camera.present == 0 ? true : nil }
    }
  }
}
