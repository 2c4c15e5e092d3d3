// Everything in a channel that is not speech, put where an operator finds it: the log, shortened, the event journal,
// whole, and the spool, where the bridge's configuration says so. A radio has no screen; somebody reads it later.
//
// The service may send an image again at the next logon, because it is never told that one has arrived: one that came
// whole is recognized, and kept once.
//
// Thread: control; nothing here waits for a disk. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "observe/spool.hpp"
#include "zello/events.hpp"
#include "zello/image_inbox.hpp"

namespace zgw::daemon {

class ChannelMessages {
 public:
  /// `spool`: null where nothing is kept with `spool`.
  ChannelMessages(std::string bridge, const config::Messages& settings, observe::Log& log, observe::Journal& journal,
                  observe::Spool* spool)
      : bridge_(std::move(bridge)), settings_(settings), log_(log), journal_(journal), spool_(spool) {}

  void on(const zello::TextMessage& message);
  void on(const zello::LocationMessage& message);
  void on(const zello::Image& image);
  /// What was said in a stream, by whom; the over of that stream is in log and journal, too.
  void on(const zello::Transcription& transcription);

 private:
  using Seen = std::tuple<zello::ImageId, std::string, std::size_t, std::size_t>;  // id, from, bytes, their hash

  static constexpr std::size_t most_seen = 64;

  [[nodiscard]] observe::Event event_of(const char* name, const std::string& channel, const std::string& from,
                                        const std::optional<std::string>& recipient,
                                        std::optional<std::uint32_t> id) const;
  void keep(const observe::Event& event, config::Keep where);
  /// Whether this image came before, and was kept as far as is known.
  bool seen(const zello::Image& image);

  std::string bridge_;
  config::Messages settings_;
  observe::Log& log_;
  observe::Journal& journal_;
  observe::Spool* spool_;
  std::deque<std::pair<Seen, std::uint64_t>> seen_;  // … and what the spool had lost by then
};

}  // namespace zgw::daemon
