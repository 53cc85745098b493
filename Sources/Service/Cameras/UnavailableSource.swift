import Camera
import Loop

/// A camera of which it is known beforehand that it gives no picture, and why: nothing is connected.
final class UnavailableSource: CameraSource {
  private let loop: PollLoop
  private let problem: CameraProblem
  private var timer: LoopTimer?
  private var receiver: (any CameraReceiver)?

  init(loop: PollLoop, problem: CameraProblem) {
    self.loop = loop
    self.problem = problem
  }

  func start(_ receiver: any CameraReceiver) {
    self.receiver = receiver
    timer = loop.schedule(after: .zero) { [weak self] in self?.tell() }
  }

  func stop() {
    timer?.cancel()
    receiver = nil
  }

  private func tell() {
    let receiver = self.receiver.take()
    receiver?.ended(problem)
  }
}
