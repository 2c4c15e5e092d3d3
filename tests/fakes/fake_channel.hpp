// A Zello channel that holds its user to the port's contract: a stream only when online and without one, a packet only
// in an open stream. What does not fit fails the test. The test plays the server: it answers, refuses and cuts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/ports.hpp"

namespace zgw::fakes {

class FakeChannel final : public gateway::Channel {
 public:
  enum class State { offline, free, asked, open };
  using Bytes = std::vector<std::uint8_t>;

  struct Stream {
    gateway::StreamFormat format;
    std::vector<Bytes> packets;
    bool stopped = false;  ///< by stop_stream, so its end is in the channel
  };

  void start_stream(const gateway::StreamFormat& format) override {
    if (state_ != State::free) FAIL("start_stream while offline or with a stream asked for or open");
    state_ = State::asked;
    format_ = format;
    ++asked_;
  }

  bool send_packet(std::span<const std::uint8_t> opus) override {
    if (state_ != State::open) FAIL("send_packet without an open stream");
    if (full_) {
      ++refused_packets_;
      return false;
    }
    streams_.back().packets.emplace_back(opus.begin(), opus.end());
    ++sent_;
    return true;
  }

  void stop_stream() override {
    if (state_ != State::open) FAIL("stop_stream without an open stream");
    streams_.back().stopped = true;
    state_ = State::free;
  }

  [[nodiscard]] std::size_t unconfirmed() const override { return unconfirmed_; }

  // The server's side. Each is to be followed by the matching on_… call of the unit under test.
  void go_online() { state_ = State::free; }
  void go_offline() { state_ = State::offline; }
  void accept() {
    if (state_ != State::asked) FAIL("the test accepts a stream that nobody asked for");
    streams_.push_back({format_, {}, false});
    state_ = State::open;
  }
  void refuse() {
    if (state_ != State::asked) FAIL("the test refuses a stream that nobody asked for");
    state_ = State::free;
  }
  void end() {
    if (state_ != State::open) FAIL("the test ends a stream that is not open");
    state_ = State::free;
  }
  /// Whether the send queue is full, so that send_packet() says no.
  void set_full(bool full) { full_ = full; }
  /// Of the packets sent last.
  void set_unconfirmed(std::size_t packets) { unconfirmed_ = packets; }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const std::vector<Stream>& streams() const { return streams_; }
  /// Not to remember the ended streams, in tests that run for hours.
  void forget_streams() {
    if (state_ != State::open) streams_.clear();
  }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] int refused_packets() const { return refused_packets_; }

  [[nodiscard]] std::vector<Bytes> all_packets() const {
    std::vector<Bytes> all;
    for (const Stream& stream : streams_) all.insert(all.end(), stream.packets.begin(), stream.packets.end());
    return all;
  }

 private:
  State state_ = State::offline;
  gateway::StreamFormat format_;
  std::vector<Stream> streams_;
  std::uint64_t sent_ = 0;
  int asked_ = 0;
  int refused_packets_ = 0;
  bool full_ = false;
  std::size_t unconfirmed_ = 0;
};

}  // namespace zgw::fakes
