// Where the log's lines end: a spdlog sink that marks a line and writes it to a descriptor.
//
// Thread: the log thread, but for wait(). Errors: a line that cannot be written is counted, and the count is told in a
// line of its own before the next one that can. Private to this room.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include <spdlog/sinks/sink.h>

namespace zgw::observe {

class LineSink final : public spdlog::sinks::sink {
 public:
  /// Duplicates `descriptor`; where that is closed, nothing is written ever. `patience` is for a reader that does not
  /// read. `overrun` says how many lines the queue has dropped so far.
  LineSink(int descriptor, bool journal, std::chrono::milliseconds patience, std::function<std::uint64_t()> overrun);
  ~LineSink() override;
  LineSink(const LineSink&) = delete;
  LineSink& operator=(const LineSink&) = delete;

  void log(const spdlog::details::log_msg& message) override;
  void flush() override {}
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}

  /// Waits until `lines` lines have come here or were dropped by the queue. Thread: any.
  void wait(std::uint64_t lines, std::chrono::milliseconds patience);

 private:
  [[nodiscard]] std::string marked(spdlog::level::level_enum level, spdlog::log_clock::time_point time,
                                   std::string_view text) const;
  bool put(std::string_view line) noexcept;
  void report_losses(spdlog::log_clock::time_point time);

  int descriptor_;
  bool journal_;
  std::chrono::milliseconds patience_;
  std::function<std::uint64_t()> overrun_;
  bool stuck_ = false;
  std::uint64_t unwritten_ = 0;  // lines given up here
  std::uint64_t reported_ = 0;   // lost lines that a reader was told of

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::uint64_t lines_ = 0;
};

}  // namespace zgw::observe
