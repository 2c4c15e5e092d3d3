// Everything in a channel that is not speech, put where an operator finds it: the log, shortened, and the event
// journal, whole. A radio has no screen; somebody reads it later. Thread: control. Errors: none.
#pragma once

#include <string>
#include <utility>

#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "zello/events.hpp"

namespace zgw::daemon {

class ChannelMessages {
 public:
  ChannelMessages(std::string bridge, observe::Log& log, observe::Journal& journal)
      : bridge_(std::move(bridge)), log_(log), journal_(journal) {}

  void on(const zello::TextMessage& message);
  void on(const zello::LocationMessage& message);
  /// What was said in a stream, by whom; the over of that stream is in log and journal, too.
  void on(const zello::Transcription& transcription);

 private:
  std::string bridge_;
  observe::Log& log_;
  observe::Journal& journal_;
};

}  // namespace zgw::daemon
