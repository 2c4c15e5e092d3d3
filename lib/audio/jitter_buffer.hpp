// Puts the packets of one incoming stream in order and says when to play, when to conceal and when to wait.
//
// Theory of operation: packets come numbered (packet_id), in bursts, out of order, twice or not at all. Nothing is
// given out until `target` of audio has arrived or the stream has ended; from then on pop() gives the packet that is
// next in number. Where that one is missing but later ones are here, it is lost once the caller has run dry, later
// packets of at least `target` wait, or the stream has ended: until then it may still come. Where nothing waits, the
// answer is `empty`: the caller conceals for a moment, then plays silence and begins again with refill(). A server that
// does not number (every id zero) is played in order of arrival. Where the second packet is the first's like, the third
// tells: with id zero again it says that nobody numbers, with another that the first had come twice (an over of two
// packets that are alike is taken for one). More than 50 packets that are missing at once are not waited for; they are
// lost where an over can pause for so long, and else the numbering has begun anew.
//
// Time is counted in packet durations; no clock is read. Thread: any one at a time. Real-time safe: no (keeps packets).
// Bounds: holds at most `capacity` of audio and 1 MiB, of which each packet takes its length and 128 bytes; beyond it
// the oldest packet is dropped and counted. A first packet with id zero is kept twice for a moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace zgw::audio {

struct JitterSettings {
  std::chrono::milliseconds target{120};
  std::chrono::milliseconds capacity{30000};
};

class JitterBuffer {
 public:
  struct Counters {
    std::uint64_t received = 0;
    std::uint64_t lost = 0;  ///< never came, or too late
    std::uint64_t late = 0;  ///< of them, came after its turn
    std::uint64_t duplicate = 0;
    std::uint64_t reordered = 0;
    std::uint64_t overflowed = 0;  ///< dropped because more than `capacity` waited
    std::uint64_t no_room = 0;     ///< dropped because of the memory they took
  };

  struct Packet {
    std::vector<std::uint8_t> opus;
    std::chrono::microseconds duration;
  };
  /// The next packet never came. `next` is the one after it when that is here (for forward error correction); it stays
  /// in the buffer.
  struct Lost {
    std::span<const std::uint8_t> next;
  };
  struct Empty {};  ///< nothing to play now; more may come
  struct Ended {};  ///< everything was given out and the stream has ended
  using Item = std::variant<Packet, Lost, Empty, Ended>;

  explicit JitterBuffer(const JitterSettings& settings);

  /// Where in the stream the packet belongs, in packets from the first that came; nothing if it was here before.
  std::optional<std::int64_t> push(std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                                   std::chrono::microseconds duration);
  /// From now on.
  void set_target(std::chrono::milliseconds target) { settings_.target = target; }
  [[nodiscard]] std::chrono::milliseconds target() const { return settings_.target; }
  /// No more packets will come.
  void end();

  /// Whether playing can begin: `target` has arrived, or the stream has ended with something to play.
  [[nodiscard]] bool ready() const;
  /// `dry`: the caller has nothing else to play.
  Item pop(bool dry = false);
  /// Nothing is given out until `target` waits again.
  void refill() { giving_ = false; }
  /// Drops the oldest packet, if there is one, because somebody else needs the memory.
  void make_room();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }                    ///< memory taken, as it is bounded
  [[nodiscard]] std::chrono::microseconds waiting() const { return waiting_; }  ///< audio held
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  using Packets = std::map<std::int64_t, Packet>;

  void keep(std::int64_t place, Packet packet);
  Packets::iterator insert(std::int64_t place, Packet packet);
  // Whether the packet is left out as the first once more; if not, it is settled whether ids are numbers.
  bool set_aside(std::uint32_t packet_id, std::span<const std::uint8_t> opus);
  // Where in the stream the packet belongs: packet ids without wrap and restarts.
  std::int64_t place(std::uint32_t packet_id, std::chrono::microseconds duration);
  void drop_oldest();
  // The packet at the place has been given out, the ones before it were not.
  void pass(std::int64_t place);
  [[nodiscard]] bool was_here(std::int64_t place) const;

  JitterSettings settings_;
  Packets packets_;
  Packets::node_type spare_;  // of the packet that was given out last: the next one needs no memory
  std::chrono::microseconds waiting_{0};
  std::size_t bytes_ = 0;
  Counters counters_;
  std::uint32_t newest_id_ = 0;
  std::int64_t newest_ = 0;   // its place
  std::int64_t next_ = 0;     // the place whose turn it is, once started_
  std::uint64_t passed_ = 0;  // of the places before it, the last in bit 0: whether the packet was here
  bool started_ = false;      // next_ is fixed: what comes before it is late
  bool giving_ = false;       // the first packet was given out
  bool ended_ = false;
  std::optional<Packet> first_;  // while its id is zero and it is not known whether ids are numbers
  bool repeated_ = false;        // … and another has come that is like it
  bool unnumbered_ = false;
};

}  // namespace zgw::audio
