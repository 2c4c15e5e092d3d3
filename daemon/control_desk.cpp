#include "daemon/control_desk.hpp"

#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "zello/error_code.hpp"

namespace zgw::daemon {
namespace {

constexpr std::size_t most_shown = 400;  // of a text, in the log

const char* name_of(const control::Request& request) {
  if (std::holds_alternative<control::Text>(request.what)) return "text";
  return std::holds_alternative<zello::Location>(request.what) ? "location" : "image";
}

}  // namespace

std::optional<std::filesystem::path> control_socket() {
  const char* directories = std::getenv("RUNTIME_DIRECTORY");
  if (directories == nullptr || *directories == '\0') return std::nullopt;
  const std::string_view all(directories);  // several are separated by colons
  return std::filesystem::path(all.substr(0, all.find(':'))) / "control.sock";
}

ControlDesk::ControlDesk(asio::io_context& io, const std::filesystem::path& path, std::vector<Place> places,
                         observe::Log& log, observe::Journal& journal)
    : places_(std::move(places)),
      log_(log),
      journal_(journal),
      server_(io, {.path = path}, [this](control::Request&& request, std::vector<std::uint8_t>&& payload, auto reply) {
        on_request(std::move(request), payload, std::move(reply));
      }) {}

base::Expected<ControlDesk::Place> ControlDesk::place_of(const control::Request& request) const {
  const Place* found = nullptr;
  for (const Place& place : places_) {
    if (request.bridge.value_or(place.bridge) != place.bridge) continue;
    if (request.channel.value_or(place.channel) != place.channel) continue;
    if (found != nullptr) {
      return base::failure("several bridges fit, " + base::quoted(found->bridge) + " and " +
                           base::quoted(place.bridge) + " among them: say which");
    }
    found = &place;
  }
  if (found == nullptr) return base::failure("no bridge of this gateway fits that bridge or channel");
  return *found;
}

void ControlDesk::on_request(control::Request request, const std::vector<std::uint8_t>& payload,
                             control::Server::Reply reply) {
  const auto place = place_of(request);
  if (!place) return reply({place.error().message});
  if (const auto* tone = std::get_if<control::Tone>(&request.what)) return test(*place, *tone, reply);
  observe::Event event("sent");
  event.with("bridge", place->bridge).with("what", name_of(request));
  if (request.recipient) event.with("for", *request.recipient);
  std::string line = place->bridge + ": " + name_of(request);
  if (const auto* text = std::get_if<control::Text>(&request.what)) {
    event.with("text", text->text);
    line += ' ' + base::quoted(text->text, most_shown);
  }
  // It may be answered after this desk was taken away, when the gateway stops.
  place->out->send(std::move(request), payload,
                   [&log = log_, &journal = journal_, event = std::move(event), line = std::move(line),
                    reply = std::move(reply)](const std::optional<std::string>& refused) mutable {
                     const std::string why = refused ? zello::explained(*refused) : "";
                     log.info(line + (refused ? " not sent: " + base::printable(why, most_shown) : " sent"));
                     if (refused) event.with("refused", *refused);
                     journal.write(event);
                     reply({refused ? std::optional(why) : std::nullopt});
                   });
}

void ControlDesk::test(const Place& place, const control::Tone& tone, const control::Server::Reply& reply) {
  const auto refused = place.test(tone);
  const std::string both = tone.with ? " and " + std::to_string(*tone.with) : "";
  const std::string what =
      "a test tone of " + std::to_string(tone.hertz) + both + " Hz, " + std::to_string(tone.seconds) + " s";
  log_.info(place.bridge + ": " + what + (refused ? " refused: " + *refused : ""));
  observe::Event event("test_tone");
  event.with("bridge", place.bridge).with("hertz", tone.hertz).with("seconds", tone.seconds).with("level", tone.level);
  if (tone.with) event.with("with", *tone.with);
  if (refused) event.with("refused", *refused);
  journal_.write(event);
  reply({refused});
}

}  // namespace zgw::daemon
