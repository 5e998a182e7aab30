#include "base/rfc3339.h"

#include <charconv>

namespace drydock {
namespace {

// Takes text apart from its front. Once something did not fit, nothing fits any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  void expect(std::string_view one_of) {
    ok_ = ok_ && !rest_.empty() && one_of.find(rest_.front()) != std::string_view::npos;
    if (ok_) {
      rest_.remove_prefix(1);
    }
  }

  int digits(std::size_t count) {
    int value = 0;
    const std::string_view field = rest_.substr(0, count);
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    ok_ = ok_ && field.size() == count && error == std::errc{} && end == field.data() + count && value >= 0;
    rest_.remove_prefix(field.size());
    return ok_ ? value : 0;
  }

  std::chrono::nanoseconds fraction() {
    std::chrono::nanoseconds value{0};
    std::chrono::nanoseconds unit = std::chrono::milliseconds{100};
    while (peek() >= '0' && peek() <= '9') {
      value += unit * (peek() - '0');
      unit /= 10;
      rest_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_{true};
};

std::chrono::minutes zone_offset(Scanner& scanner) {
  const char sign = scanner.peek();
  scanner.expect("Zz+-");
  if (sign != '+' && sign != '-') {
    return std::chrono::minutes{0};
  }
  const std::chrono::hours hours{scanner.digits(2)};
  scanner.expect(":");
  const std::chrono::minutes offset = hours + std::chrono::minutes{scanner.digits(2)};
  return sign == '+' ? offset : -offset;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Scanner scanner{text};
  const int year_number = scanner.digits(4);
  scanner.expect("-");
  const int month_number = scanner.digits(2);
  scanner.expect("-");
  const int day_number = scanner.digits(2);
  scanner.expect("Tt ");
  const hours hour{scanner.digits(2)};
  scanner.expect(":");
  const minutes minute{scanner.digits(2)};
  scanner.expect(":");
  const seconds second{scanner.digits(2)};
  nanoseconds fraction{0};
  if (scanner.peek() == '.') {
    scanner.expect(".");
    fraction = scanner.fraction();
  }
  const minutes offset = zone_offset(scanner);
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)},
                            day{static_cast<unsigned>(day_number)}};
  if (!scanner.ok() || !date.ok()) {
    return std::nullopt;
  }
  return sys_days{date}.time_since_epoch() + hour + minute + second + fraction - offset;
}

}  // namespace drydock
