#include "app/tar_stream.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/check.h"

namespace livecert::app {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kLargestOctal = 077777777777ULL;

struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kSum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kMagic{257, 8};

using Header = std::array<std::uint8_t, kBlock>;

void put(Header& header, Field field, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

void put_octal(Header& header, Field field, std::uint64_t number) {
  for (std::size_t i = field.size - 1; i-- > 0;) {
    header.at(field.offset + i) = static_cast<std::uint8_t>('0' + (number & 7U));
    number >>= 3U;
  }
}

// Writes GNU's base-256, which the first bit marks.
void put_large(Header& header, Field field, std::uint64_t number) {
  for (std::size_t i = field.size; i-- > 1;) {
    header.at(field.offset + i) = static_cast<std::uint8_t>(number);
    number >>= 8U;
  }
  header.at(field.offset) = 0x80;
}

std::optional<std::uint64_t> number_of(base::ByteView header, Field field) {
  const base::ByteView bytes = header.subspan(field.offset, field.size);
  std::uint64_t number = 0;
  if ((bytes[0] & 0x80U) != 0) {
    for (const std::uint8_t byte : bytes.last(8)) number = (number << 8U) | byte;
    return number;
  }
  for (const std::uint8_t byte : bytes) {
    if (byte == 0 || byte == ' ') break;
    if (byte < '0' || byte > '7') return std::nullopt;
    number = number * 8 + (byte - '0');
  }
  return number;
}

// Adds up the header's bytes, with spaces in place of the sum.
std::uint64_t sum_of(base::ByteView header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool is_sum = i >= kSum.offset && i < kSum.offset + kSum.size;
    sum += is_sum ? static_cast<std::uint8_t>(' ') : header[i];
  }
  return sum;
}

base::Error damaged(const char* what) {
  return {base::ErrorCode::kInvalidInput, std::string("the backup is no archive of livecert's: ") + what};
}

}  // namespace

base::Result<void> TarWriter::begin(const std::string& name, std::uint64_t size) {
  LIVECERT_CHECK(!name.empty() && name.size() < kName.size);
  TRY(pad());
  Header header{};
  put(header, kName, name);
  put_octal(header, kMode, 0600);
  if (size <= kLargestOctal) {
    put_octal(header, kSize, size);
  } else {
    put_large(header, kSize, size);
  }
  put_octal(header, kTime, 0);
  header.at(kType) = '0';
  put(header, kMagic,
      std::string_view("ustar\0"
                       "00",
                       8));
  put_octal(header, {kSum.offset, kSum.size - 1}, sum_of(header));
  header.at(kSum.offset + kSum.size - 1) = ' ';
  return sink_(header);
}

base::Result<void> TarWriter::add(base::ByteView bytes) {
  written_ += bytes.size();
  return sink_(bytes);
}

base::Result<void> TarWriter::pad() {
  const std::size_t rest = static_cast<std::size_t>(written_ % kBlock);
  written_ = 0;
  if (rest == 0) return {};
  const base::Bytes zeros(kBlock - rest);
  return sink_(zeros);
}

base::Result<void> TarWriter::finish() {
  TRY(pad());
  const base::Bytes zeros(2 * kBlock);
  return sink_(zeros);
}

base::Result<void> TarReader::take(base::ByteView bytes) {
  while (!bytes.empty() && !is_over_) {
    if (content_left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(content_left_, bytes.size()));
      TRY(visitor_.add(bytes.first(size)));
      content_left_ -= size;
      bytes = bytes.subspan(size);
    } else if (padding_left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(padding_left_, bytes.size()));
      padding_left_ -= size;
      bytes = bytes.subspan(size);
    } else {
      const std::size_t size = std::min(kBlock - header_.size(), bytes.size());
      header_.insert(header_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      bytes = bytes.subspan(size);
      if (header_.size() == kBlock) TRY(take_header());
    }
  }
  return {};
}

base::Result<void> TarReader::take_header() {
  const base::Bytes header = std::move(header_);
  header_.clear();
  if (std::ranges::all_of(header, [](std::uint8_t byte) { return byte == 0; })) {
    is_over_ = true;
    return {};
  }
  if (number_of(header, kSum) != sum_of(header)) return damaged("a header's sum is wrong");
  if (header.at(kType) != '0') return damaged("it holds something else than plain files");
  const auto size = number_of(header, kSize);
  if (!size) return damaged("a size is no number");
  const base::ByteView name_bytes = base::ByteView(header).first(kName.size);
  const auto end = std::ranges::find(name_bytes, std::uint8_t{0});
  content_left_ = *size;
  padding_left_ = (kBlock - *size % kBlock) % kBlock;
  return visitor_.begin(std::string(name_bytes.begin(), end), *size);
}

base::Result<void> TarReader::finish() const {
  if (!is_over_) return damaged("its end is missing");
  return {};
}

}  // namespace livecert::app
