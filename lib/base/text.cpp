#include "base/text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace zgw::base {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: not valid UTF-8
};

CodePoint decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least.at(length) || value > 0x10FFFF || surrogate) return {};
  return {value, length};
}

// Invisible or direction-changing code points with which a name can pretend to be another, or break a line.
bool is_deceptive(std::uint32_t c) {
  return (c >= 0x80 && c <= 0x9F) || c == 0x00AD || c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

std::string escape(const char* format, unsigned value) {
  std::array<char, 16> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, value);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string shown(CodePoint point, unsigned char first, std::string_view bytes) {
  if (point.bytes == 0) return escape("\\x%02x", first);
  switch (point.value) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    default:
      break;
  }
  if (point.value < 0x20 || point.value == 0x7F) return escape("\\x%02x", point.value);
  if (is_deceptive(point.value)) return escape("\\u%04x", point.value);
  return std::string(bytes.substr(0, point.bytes));
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = decode(text);
    const std::string piece = shown(point, static_cast<unsigned char>(text.front()), text);
    if (out.size() + piece.size() > limit) return out + "…";
    out += piece;
    text.remove_prefix(point.bytes == 0 ? 1 : point.bytes);
  }
  return out;
}

std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "\"";
  for (const char c : printable(text, limit)) {
    if (c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace zgw::base
