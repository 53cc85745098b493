import Board
import Rules
import Testing

@Suite("A pin map is read, or refused with the place and what was expected")
struct BoardMapTests {
  private static let head = """
    [board]
    name = Test board
    chip = pinctrl-test
    pulled_up = 0-8
    pulled_down = 9-27

    """

  @Test("a map with one of each")
  func whole() throws {
    let map = try BoardMap.parse(
      Self.head + """
        [relay printer]
        line = 17
        minimum_interval = 5

        [relay fan]
        line = 4
        active = low
        safe = on

        [led status]
        line = GPIO27
        [led red]
        pwm = 0:1
        active = low
        shows = error, needs_attention

        [button main]
        line = 22
        active = low
        pull = up
        debounce = 20
        """, path: "map.ini")
    #expect(map.name == "Test board")
    #expect(map.relays.map(\.name) == ["printer", "fan"])
    #expect(map.relays[0].line == LineReference(chip: "pinctrl-test", line: .offset(17)))
    #expect(map.relays[0].minimumInterval == .seconds(5))
    #expect(!map.relays[0].isActiveLow && !map.relays[0].isSafeOn)
    #expect(map.relays[1].isActiveLow && map.relays[1].isSafeOn)
    #expect(map.relays[1].minimumInterval == .seconds(2))
    #expect(map.lights[0].shows == Set(LEDState.allCases))
    #expect(map.lights[1].output == .pwm(chip: 0, channel: 1, isActiveLow: true))
    #expect(map.lights[1].shows == [.error, .attention])
    #expect(map.buttons[0].bias == .up)
    #expect(map.buttons[0].debounce == .milliseconds(20))
  }

  @Test("a line that no chip pulls needs a resistor of the wiring's own")
  func resistor() throws {
    let map = try BoardMap.parse(
      Self.head + "[relay far]\nchip = other\nline = 3\nresistor = down\n", path: "map.ini")
    #expect(map.relays[0].line.chip == "other")
  }

  @Test(
    "bad maps",
    arguments: [
      (
        "[relay a]\nline = 17\n[led b]\nline = 17\n",
        "line 9: [led b] line: 17 is the line of [relay a] already; each can be used once"
      ),
      (
        "[relay a]\nline = 4\n",
        "line 7: [relay a] line: 4 is pulled up from power-on, which would switch the relay on; use a line that is "
          + "pulled down (9-27), or fit a resistor and say resistor = down"
      ),
      (
        "[relay a]\nline = 17\nactive = low\n",
        "line 7: [relay a] line: 17 is pulled down from power-on, which would switch the relay on; use a line that is "
          + "pulled up (0-8), or fit a resistor and say resistor = up"
      ),
      (
        "[relay a]\nline = GPIO17\n",
        "line 7: [relay a] line: GPIO17 may have any level from power-on, so that the relay could switch on; use a line "
          + "that is pulled down (9-27), or fit a resistor and say resistor = down"
      ),
      ("[relay a]\nactive = high\n", "line 7: [relay a] line: is missing"),
      ("[relay a]\nline = 17\nactive = maybe\n", "line 8: [relay a] active: must be one of high, low, not maybe"),
      ("[relay a]\nline = 17\nsafe = perhaps\n", "line 8: [relay a] safe: must be one of off, on, not perhaps"),
      (
        "[relay a]\nline = 17\nminimum_interval = -1\n",
        "line 8: [relay a] minimum_interval: must be 0 to 3600 seconds, not -1"
      ),
      ("[relay a]\nline = 17\nline = 18\n", "line 8: line is there a second time"),
      ("[relay a]\nline = 17\ncolour = red\n", "line 8: [relay a] has no key colour"),
      (
        "[relay a]\nline = 5000\n",
        "line 7: [relay a] line: must be a number from 0 to 1023 or the name of a line, not 5000"
      ),
      (
        "[relay A B]\nline = 17\n",
        "line 7: [relay A B] must be [board], or a kind and a name of 1 to 20 small letters, digits, - and _, such as "
          + "[relay printer]"
      ),
      (
        "[fan a]\nline = 17\n",
        "line 7: there is no section [fan a]; expected [board], [relay NAME], [led NAME], [button NAME]"
      ),
      (
        "[led a]\nline = 17\nshows = printing, party\n",
        "line 8: [led a] shows: there is no state party; expected all, or some of identify, update_running, pairing, "
          + "error, starting, no_network, needs_attention, plate, printing, done, ready"
      ),
      ("[led a]\npwm = 0\n", "line 7: [led a] pwm: must be a PWM chip and its channel, such as 0:1"),
      ("[led a]\npwm = 0:1\nline = 3\n", "line 7: [led a] pwm: stands beside line; one of them it must be"),
      (
        "[button a]\nline = 3\npull = sideways\n",
        "line 8: [button a] pull: must be one of as_is, up, down, none, not sideways"
      ),
      ("[button a]\nline = 3\ndebounce = 201\n", "line 8: [button a] debounce: must be 0 to 200 milliseconds, not 201"),
      ("[led a]\nline = 3\n[led b]\nline = 5\n[led a]\nactive = low\n", "line 11: [led a] is there a second time"),
      ("nonsense\n", "line 6: is neither “key = value”, “[section]” nor a comment (#)"),
    ])
  func refused(text: String, sentence: String) {
    let problem = #expect(throws: BoardMapProblem.self) { try BoardMap.parse(Self.head + text, path: "map.ini") }
    #expect(problem?.description == "map.ini, \(sentence)")
  }

  @Test(
    "a map whose head is not whole",
    arguments: [
      ("[relay a]\nline = 17\n", "map.ini: has no section [board]"),
      ("name = x\n", "map.ini, line 1: name stands before the first section; begin with [board]"),
      ("[board]\nname = x\n", "map.ini, line 2: [board] chip: is missing"),
      (
        "[board]\nname = x\nchip = y\npulled_up = 8-3\n",
        "map.ini, line 4: [board] pulled_up: must be lines such as 9-27 or 4, 6, 9-27"
      ),
      (
        "[board]\nname = x\nchip = y\npulled_up = 0-9\npulled_down = 9-27\n",
        "map.ini, line 5: [board] pulled_down: has lines of 0-9, which pulled_up has as well"
      ),
    ])
  func badHead(text: String, sentence: String) {
    let problem = #expect(throws: BoardMapProblem.self) { try BoardMap.parse(text, path: "map.ini") }
    #expect(problem?.description == sentence)
  }
}
