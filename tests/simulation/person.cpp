#include "simulation/person.hpp"

#include "simulation/codec.hpp"

namespace zgw::simulation {

using namespace std::chrono_literals;

void Person::log_on() {
  node_ = network_.make(name_, {}, 40ms);
  node_->on_notice = [this](const zello::Effect& notice) { on_notice(notice); };
  node_->on_audio = [this](const zello::AudioPacket& packet) {
    const auto number = number_of(packet.opus);
    if (number && hooks_.heard && packet.stream_id == of_gateway_) hooks_.heard(*number);
  };
  network_.open(node_);
}

void Person::on_notice(const zello::Effect& notice) {
  if (const auto* opened = std::get_if<zello::StreamOpened>(&notice)) {
    stream_ = opened->stream_id;
    said_ = 0;
    ++over_;
    say_next();
  } else if (std::holds_alternative<zello::StreamRefused>(notice)) {
    if (--tries_ > 0) {
      agenda_.at(1s, [this] { ask(); });
    } else {
      left_ = 0;
    }
  } else if (std::holds_alternative<zello::StreamEnded>(notice)) {
    left_ = 0;
  } else if (const auto* started = std::get_if<zello::IncomingStarted>(&notice)) {
    if (started->stream.from == "gateway") of_gateway_ = started->stream.stream_id;
  } else if (std::holds_alternative<zello::SessionClosed>(notice)) {
    left_ = 0;
    agenda_.at(5s, [this] { log_on(); });
  }
}

void Person::talk(int packets, int pause_at, base::Duration pause, int broken_at) {
  if (left_ > 0) return;
  left_ = packets;
  pause_at_ = pause_at;
  pause_ = pause;
  broken_at_ = broken_at;
  tries_ = 20;
  ask();
}

void Person::ask() {
  if (left_ == 0) return;
  zello::StartStream command;
  command.channel = "Rescue";
  command.codec_header = {base::SampleRate{8000}, 1, 60};
  command.packet_duration = command.codec_header.packet_duration();
  network_.perform(node_, node_->session.start_stream(command, now_));
}

void Person::say_next() {
  if (node_->closed) return;
  if (left_ == 0 || --left_ == 0) {
    network_.perform(node_, node_->session.stop_stream("Rescue", now_));
    return;
  }
  const auto packet = packet_of(hooks_.number(stream_), said_ == broken_at_);
  if (node_->session.encode_audio("Rescue", packet, message_)) network_.send_audio(node_, message_);
  const bool pauses = ++said_ == pause_at_;
  agenda_.at(pauses ? pause_ + 60ms : 60ms, [this, over = over_] {
    if (over == over_) say_next();
  });
}

void Person::lose_link() {
  network_.cut(node_);
}

}  // namespace zgw::simulation
