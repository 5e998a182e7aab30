#include "support/open_metrics_parser.h"

#include <cctype>
#include <limits>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"

namespace drydock {
namespace {

struct SampleLine {
  std::string name{};
  std::vector<std::pair<std::string, std::string>> labels{};
  double value{0};
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::map<std::string, MetricFamily> parse() {
    if (!text::is_utf8(text_)) {
      fail("it is not UTF-8");
    }
    while (!text_.empty()) {
      ++number_;
      const std::size_t end = text_.find('\n');
      if (end == std::string_view::npos) {
        fail("the last line has no end");
      }
      line_ = text_.substr(0, end);
      text_.remove_prefix(end + 1);
      if (line_ == "# EOF") {
        if (!text_.empty()) {
          fail("something follows the end");
        }
        check_families();
        return families_;
      }
      line_.starts_with("# ") ? take_metadata() : take_sample();
    }
    fail("there is no '# EOF'");
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error(fmt::format("line {} '{}': {}", number_, line_, why));
  }

  static bool is_name(std::string_view name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) {
      return false;
    }
    for (const char c : name) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != ':') {
        return false;
      }
    }
    return true;
  }

  /// Makes the family the one that lines belong to; each has one place.
  MetricFamily& enter(const std::string& name) {
    if (!is_name(name)) {
      fail("'" + name + "' is no name");
    }
    if (name != current_) {
      if (families_.contains(name)) {
        fail("the family '" + name + "' was there before");
      }
      current_ = name;
    }
    return families_[name];
  }

  void take_metadata() {
    const std::string_view rest = line_.substr(2);
    const std::size_t space = rest.find(' ');
    const std::size_t next = space == std::string_view::npos ? space : rest.find(' ', space + 1);
    if (next == std::string_view::npos) {
      fail("a comment that is no metadata");
    }
    const std::string_view kind = rest.substr(0, space);
    MetricFamily& family = enter(std::string{rest.substr(space + 1, next - space - 1)});
    const std::string value{rest.substr(next + 1)};
    if (!family.samples.empty()) {
      fail("metadata after samples");
    }
    if (kind == "HELP") {
      family.help = value;
    } else if (kind == "TYPE") {
      static const std::set<std::string> types{"counter", "gauge", "histogram", "unknown", "info", "summary"};
      if (!types.contains(value)) {
        fail("no such type");
      }
      family.type = value;
    } else if (kind == "UNIT") {
      if (!current_.ends_with("_" + value)) {
        fail("the name does not end in its unit");
      }
      family.unit = value;
    } else {
      fail("a comment that is no metadata");
    }
  }

  void take_sample() {
    const SampleLine sample = read_sample();
    MetricFamily& family = enter(family_of(sample.name));
    std::string key = sample.name + "{";
    std::set<std::string> names;
    for (const auto& [name, value] : sample.labels) {
      if (!names.insert(name).second) {
        fail("the label '" + name + "' is there twice");
      }
      key += (key.ends_with('{') ? "" : ",") + name + "=\"" + value + "\"";
    }
    if (!family.samples.emplace(key + "}", sample.value).second) {
      fail("the series is there twice");
    }
  }

  [[nodiscard]] std::string family_of(const std::string& sample) const {
    static const std::map<std::string, std::vector<std::string>> suffixes{
        {"counter", {"_total", "_created"}},
        {"gauge", {""}},
        {"unknown", {""}},
        {"histogram", {"_bucket", "_count", "_sum", "_created"}}};
    const auto family = families_.find(current_);
    if (family != families_.end()) {
      for (const std::string& suffix : suffixes.at(family->second.type)) {
        if (sample == current_ + suffix) {
          return current_;
        }
      }
      if (sample == current_) {
        fail("a " + family->second.type + " has no such sample");
      }
    }
    return sample;
  }

  SampleLine read_sample() const {
    SampleLine sample;
    std::string_view rest = line_;
    const std::size_t end = rest.find_first_of("{ ");
    if (end == std::string_view::npos) {
      fail("no value");
    }
    sample.name = rest.substr(0, end);
    rest.remove_prefix(end);
    if (rest.front() == '{') {
      rest.remove_prefix(1);
      while (!rest.starts_with('}')) {
        sample.labels.push_back(read_label(rest));
        if (rest.starts_with(',')) {
          rest.remove_prefix(1);
        } else if (!rest.starts_with('}')) {
          fail("a label does not end");
        }
      }
      rest.remove_prefix(1);
    }
    if (!rest.starts_with(' ')) {
      fail("one space goes before the value");
    }
    const std::string number{rest.substr(1)};
    std::size_t used = 0;
    try {
      sample.value = std::stod(number, &used);
    } catch (const std::exception&) {
      fail("no number");
    }
    if (used != number.size() || number.front() == ' ') {
      fail("something follows the value");
    }
    return sample;
  }

  std::pair<std::string, std::string> read_label(std::string_view& rest) const {
    const std::size_t equals = rest.find("=\"");
    if (equals == std::string_view::npos || !is_name(rest.substr(0, equals))) {
      fail("no label");
    }
    std::pair<std::string, std::string> label{rest.substr(0, equals), ""};
    rest.remove_prefix(equals + 2);
    while (!rest.empty() && rest.front() != '"') {
      if (rest.front() == '\\') {
        rest.remove_prefix(1);
        if (rest.empty() || std::string_view{"n\\\""}.find(rest.front()) == std::string_view::npos) {
          fail("a bad escape");
        }
        label.second += rest.front() == 'n' ? '\n' : rest.front();
      } else {
        label.second += rest.front();
      }
      rest.remove_prefix(1);
    }
    if (rest.empty()) {
      fail("a label's value does not end");
    }
    rest.remove_prefix(1);
    return label;
  }

  void check_families() const {
    for (const auto& [name, family] : families_) {
      if (family.help.empty()) {
        fail("the family '" + name + "' has no help");
      }
      if (family.type == "histogram") {
        check_histogram(name, family);
      }
    }
  }

  /// In each series: bounds rise, counts do not fall, and the last bucket is the count. The map's order is
  /// not that of the bounds.
  void check_histogram(const std::string& name, const MetricFamily& family) const {
    std::map<std::string, std::map<double, double>> buckets;
    for (const auto& [key, value] : family.samples) {
      const std::size_t le = key.find("le=\"");
      if (key.starts_with(name + "_bucket") && le != std::string::npos) {
        const std::string bound = key.substr(le + 4, key.find('"', le + 4) - le - 4);
        std::string labels = key.substr(name.size() + 7, le - name.size() - 7);
        if (labels.ends_with(',')) {
          labels.pop_back();
        }
        buckets[labels + "}"][bound == "+Inf" ? std::numeric_limits<double>::infinity() : std::stod(bound)] =
            value;
      }
    }
    if (buckets.empty()) {
      fail("the histogram '" + name + "' has no buckets");
    }
    for (const auto& [labels, bounds] : buckets) {
      double before = 0;
      for (const auto& [bound, count] : bounds) {
        if (count < before) {
          fail("the buckets of '" + name + labels + "' fall");
        }
        before = count;
      }
      const auto count = family.samples.find(name + "_count" + labels);
      if (bounds.rbegin()->first != std::numeric_limits<double>::infinity() ||
          count == family.samples.end() || count->second != before ||
          !family.samples.contains(name + "_sum" + labels)) {
        fail("the histogram '" + name + labels + "' has no last bucket that is its count, or no sum");
      }
    }
  }

  std::string_view text_;
  std::string_view line_{};
  int number_{0};
  std::string current_{};
  std::map<std::string, MetricFamily> families_{};
};

}  // namespace

std::map<std::string, MetricFamily> parse_open_metrics(std::string_view text) {
  return Parser{text}.parse();
}

}  // namespace drydock
