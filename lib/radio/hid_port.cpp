#include "radio/hid_port.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.hpp"
#include "radio/device_file.hpp"

namespace zgw::radio {
namespace {

constexpr std::size_t report_size = 4;

std::string reason(int error) {
  return std::generic_category().message(error);
}

}  // namespace

HidrawPort::HidrawPort(const std::string& path)
    : node_(open_device(path, O_RDWR, "the rule 60-zello-gateway.rules gives it to the group zello-gateway")) {
  hidraw_devinfo info{};
  if (::ioctl(node_.get(), HIDIOCGRAWINFO, &info) < 0) {
    throw std::runtime_error(base::printable(path) + " is no hidraw device: " + reason(errno));
  }
}

bool HidrawPort::write(std::span<const std::uint8_t> report) noexcept {
  ssize_t written = 0;
  do written = ::write(node_.get(), report.data(), report.size());
  while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(report.size());
}

std::optional<std::size_t> HidrawPort::read(std::span<std::uint8_t> report) noexcept {
  ssize_t size = 0;
  do size = ::read(node_.get(), report.data(), report.size());
  while (size < 0 && errno == EINTR);
  if (size > 0) return static_cast<std::size_t>(size);
  if (size == 0 || errno != EAGAIN) return std::nullopt;
  // A device that is gone may say so by poll() alone.
  pollfd state{node_.get(), POLLIN, 0};
  if (::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0) return std::nullopt;
  return 0;
}

std::vector<std::uint8_t> HidrawPort::state() {
  std::array<std::uint8_t, 1 + report_size> answer{};
#ifdef HIDIOCGINPUT
  const int size = ::ioctl(node_.get(), HIDIOCGINPUT(answer.size()), answer.data());
#else
  const int size = -1;
#endif
  return size < 0 ? std::vector<std::uint8_t>{}
                  : without_report_number(std::span(answer).first(static_cast<std::size_t>(size)));
}

std::vector<std::uint8_t> without_report_number(std::span<const std::uint8_t> answer) {
  if (answer.size() > report_size) answer = answer.subspan(1);
  return {answer.begin(), answer.end()};
}

}  // namespace zgw::radio
