// How much of what was sent over TLS the other machine has acknowledged.
//
// Theory of operation: TCP acknowledges bytes of encrypted records, and the other end reads all of a record or nothing
// of it. So each record is noted with how much of ours, and how much of the encrypted stream, there is up to its end.
// Units: bytes, counted from the beginning of the connection. Bounds: `most` records; beyond, the oldest is taken for a
// part of the next. No I/O. Thread: control. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace zgw::net {

class TlsRecords {
 public:
  static constexpr std::size_t most = 16384;

  [[nodiscard]] bool full() const { return records_.size() >= most; }

  /// A record ends here.
  void add(std::uint64_t plain, std::uint64_t encrypted) {
    if (full()) records_.pop_front();
    records_.push_back({plain, encrypted});
  }

  /// So much of the encrypted stream is acknowledged. Returns how much of ours is with it.
  std::uint64_t on_acknowledged(std::uint64_t encrypted) {
    while (!records_.empty() && records_.front().encrypted <= encrypted) {
      acknowledged_ = records_.front().plain;
      records_.pop_front();
    }
    return acknowledged_;
  }

  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  struct Record {
    std::uint64_t plain;
    std::uint64_t encrypted;
  };

  std::deque<Record> records_;  // not acknowledged
  std::uint64_t acknowledged_ = 0;
};

}  // namespace zgw::net
