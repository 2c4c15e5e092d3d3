// A CM108 that writes down the reports it is sent, and says what the test scripted.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "radio/event.hpp"
#include "radio/hid_port.hpp"

namespace zgw::radio {

/// The device, which outlives the ports that are opened to it.
struct FakeHid {
  using Report = std::vector<std::uint8_t>;

  bool there = true;
  std::vector<Report> sent;
  std::deque<Report> waiting;   ///< input reports
  std::optional<Report> state;  ///< nothing: nobody is expected to ask
  Event announced;

  void say(Report report) {
    waiting.push_back(std::move(report));
    announced.notify();
  }

  class Port final : public HidPort {
   public:
    explicit Port(FakeHid& device) : device_(device) {}
    bool write(std::span<const std::uint8_t> report) noexcept override {
      if (!device_.there) return false;
      device_.sent.emplace_back(report.begin(), report.end());
      return true;
    }
    std::optional<std::size_t> read(std::span<std::uint8_t> report) noexcept override {
      if (!device_.there) return std::nullopt;
      device_.announced.clear();
      if (device_.waiting.empty()) return 0;
      const Report next = device_.waiting.front();
      device_.waiting.pop_front();
      const std::size_t size = std::min(next.size(), report.size());
      std::copy_n(next.begin(), size, report.begin());
      return size;
    }
    Report state() override {
      REQUIRE(device_.state);
      return *device_.state;
    }
    [[nodiscard]] int descriptor() const noexcept override { return device_.announced.descriptor(); }

   private:
    FakeHid& device_;
  };

  std::unique_ptr<HidPort> open() { return std::make_unique<Port>(*this); }
};

}  // namespace zgw::radio
