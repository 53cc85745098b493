import Camera
import Loop
import Model
import Rules
import Synchronization
import TestKit
import Testing
import Wire

/// One connection to a camera, whoever looks.
@Suite(.timeLimit(.minutes(3))) struct HubTests {
  @Test func nobodyLooksAndNobodyConnects() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      #expect(await scene.hub.status().phase == .idle)
      #expect(scene.camera.connections == 0)
    }
  }

  @Test func allViewersShareOneConnectionAndOnePicture() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      let watchers = (0..<20).map { _ in Watcher() }
      for watcher in watchers { scene.hub.add(watcher) }
      for watcher in watchers { try await watcher.sees(3) }
      #expect(scene.camera.connections == 1)
      let status = await scene.hub.status()
      #expect(status.viewers == 20)
      #expect(status.phase == .live)
      #expect(status.size == PictureSize(width: 64, height: 48))
      #expect(status.framesPerSecond ?? 0 > 1)
      #expect(scene.camera.logins.first == CameraLogin.packet(accessCode: try AccessCode(Scene.code)))
      #expect(watchers[0].newestBytes == Drawing.picture())
    }
  }

  @Test func theConnectionEndsAWhileAfterTheLastViewer() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees()
      scene.hub.remove(watcher)
      try await eventually(within: 10, "the camera is let go of") { scene.camera.present == 0 ? true : nil }
      #expect(await scene.hub.status().phase == .idle)
      #expect(scene.camera.connections == 1)
    }
  }

  @Test func whoComesBackInTimeFindsTheSameConnection() async throws {
    var timings = Scene.timings
    timings.linger = .seconds(30)
    try await Scene.play(timings: timings, serve: Scene.sends()) { scene in
      for _ in 0..<5 {
        let watcher = Watcher()
        scene.hub.add(watcher)
        try await watcher.sees()
        scene.hub.remove(watcher)
      }
      #expect(scene.camera.connections == 1)
    }
  }

  @Test func aLateViewerSeesTheLastPictureAtOnce() async throws {
    var timings = Scene.timings
    timings.stall = .seconds(60)
    try await Scene.play(timings: timings) { client in
      client.send(frame: Drawing.picture())
      client.waitForEnd()
    } _: { scene in
      let first = Watcher()
      scene.hub.add(first)
      try await first.sees()
      let second = Watcher()
      scene.hub.add(second)
      try await eventually(within: 20, "the last picture") { second.newest }
      #expect(second.newest?.number == 1)
    }
  }

  @Test func thereAreNeverTwoConnectionsAtOnce() async throws {
    try await Scene.play(serve: Scene.sends(every: 5)) { scene in
      for _ in 0..<10 {
        let watcher = Watcher()
        scene.hub.add(watcher)
        try await watcher.sees()
        await scene.hub.stopViewers()
        #expect(watcher.hasEnded)
      }
      #expect(scene.camera.connections == 10)
      #expect(scene.camera.mostAtOnce == 1)
    }
  }

  @Test func anotherTargetWaitsForTheEndOfTheFirst() async throws {
    let certificate = try Scene.certificate()
    try await Scene.play(certificate: certificate, serve: Scene.sends(every: 5)) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      let target = try Scene.target(port: scene.camera.port)
      let loop = scene.hub.loop
      for _ in 0..<5 {
        try await watcher.sees()
        await scene.hub.retarget { ChamberCameraSource(loop: loop, target: target, assembly: $0) }
      }
      try await watcher.sees()
      #expect(scene.camera.mostAtOnce == 1)
      #expect(!watcher.hasEnded)
    }
  }

  @Test func aStallIsNoticedAndTheCameraConnectedAgain() async throws {
    try await Scene.play { client in
      client.send(frame: Drawing.picture())
      client.send(frame: Drawing.picture())
      if client.number > 1 { return Scene.sends()(client) }
      client.waitForEnd()
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.stalled)
      try await watcher.sees()
      #expect(scene.camera.mostAtOnce == 1)
      #expect(scene.changes.all == [.online, .offline(.stalled), .online])
    }
  }

  @Test func aSlowCameraIsGivenFiveOfItsIntervals() async throws {
    var timings = Scene.timings
    timings.stall = .milliseconds(800)
    try await Scene.play(timings: timings) { client in
      // Two at once tell nothing of what is coming; afterwards each takes longer than the stall limit.
      while client.send(frame: Drawing.picture()) { pause(1200) }
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(8, within: 60)
      // It learns with the first connections, and then stays.
      let before = scene.camera.connections
      try await watcher.sees(4, within: 60)
      #expect(scene.camera.connections == before)
    }
  }

  @Test func aRefusalIsToldAndNotRepeatedSoon() async throws {
    try await Scene.play { _ in
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.refused)
      // Nobody who comes now makes it try again, and each is told at once.
      for _ in 0..<5 {
        let late = Watcher()
        scene.hub.add(late)
        try await late.hears(.refused)
      }
      await #expect(throws: CameraError.noPicture(.refused)) {
        try await scene.hub.picture(within: .seconds(10))
      }
      #expect(scene.camera.connections == 1)
      #expect(await scene.hub.status().phase == .down(.refused))
      #expect(scene.changes.all == [.offline(.refused)])
    }
  }

  @Test func aBrokenConnectionComesBackByItself() async throws {
    try await Scene.play { client in
      client.send(frame: Drawing.picture())
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(4)
      #expect(scene.camera.mostAtOnce == 1)
    }
  }

  @Test func afterManyFailuresItWaitsUntilSomebodyAsks() async throws {
    var timings = Scene.timings
    timings.attempts = 3
    timings.backoff = Backoff.Limits(first: .milliseconds(10), most: .milliseconds(20))
    try await Scene.play(timings: timings) { client in
      client.send(StubCamera.header(size: 0))
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await eventually(within: 20, "three attempts") { scene.camera.connections >= 3 ? true : nil }
      try await watcher.hears(.unreadable)
      try await eventually(within: 20, "another row") {
        // Who comes in the middle of the last attempt is told of its failure; who comes after it begins another row.
        let late = Watcher()
        scene.hub.add(late)
        defer { scene.hub.remove(late) }
        return scene.camera.connections >= 6 ? true : nil
      }
    }
  }

  @Test func thousandViewersThatComeAndGoLeaveNothing() async throws {
    try await Scene.play(serve: Scene.sends(every: 5)) { scene in
      let steady = Watcher()
      scene.hub.add(steady)
      try await steady.sees()
      await withTaskGroup { group in
        for _ in 0..<1000 {
          group.addTask {
            let watcher = Watcher()
            scene.hub.add(watcher)
            await Task.yield()
            scene.hub.remove(watcher)
            scene.hub.remove(watcher)
          }
        }
      }
      try await eventually(within: 20, "one viewer left") { await scene.hub.status().viewers == 1 ? true : nil }
      try await steady.sees()
      #expect(scene.camera.connections == 1)
    }
  }

  @Test func moreViewersThanAllowedAreSentAway() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      let watchers = (0...CameraHub.viewerLimit).map { _ in Watcher() }
      for watcher in watchers { scene.hub.add(watcher) }
      try await eventually(within: 20, "the last is sent away") {
        watchers[CameraHub.viewerLimit].hasEnded ? true : nil
      }
      #expect(await scene.hub.status().viewers == CameraHub.viewerLimit)
    }
  }
}
