#include "container/seed_hash.h"

#include <cstdint>
#include <string_view>

#include "base/sha256.h"

namespace drydock {
namespace {

// Collects fields so that no two lists of fields give the same bytes: each is preceded by its length.
class Fields {
 public:
  void add(std::string_view field) {
    add(field.size());
    bytes_ += field;
  }
  void add(std::uint64_t number) {
    bytes_ += std::to_string(number);
    bytes_ += ':';
  }
  void add(const std::vector<std::string>& list) {
    add(list.size());
    for (const std::string& item : list) {
      add(std::string_view{item});
    }
  }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_{};
};

void add_file(Fields& fields, const File& file) {
  fields.add(std::string_view{file.path});
  fields.add(std::string_view{file.content});
  fields.add(std::uint64_t{file.mode});
  fields.add(std::uint64_t{file.uid});
  fields.add(std::uint64_t{file.gid});
}

}  // namespace

std::string seed_hash(const std::string& base_id, const SeedSpec& spec) {
  Fields fields;
  fields.add(std::string_view{"drydock seed 1"});  // to be raised when what is done with the fields changes
  fields.add(std::string_view{base_id});
  fields.add(spec.files.size());
  for (const File& file : spec.files) {
    add_file(fields, file);
  }
  fields.add(spec.entrypoint);
  fields.add(spec.command);
  fields.add(spec.commands.size());
  for (const std::vector<std::string>& command : spec.commands) {
    fields.add(command);
  }
  fields.add(spec.env.size());
  for (const auto& [name, value] : spec.env) {
    fields.add(std::string_view{name});
    fields.add(std::string_view{value});
  }
  fields.add(std::string_view{spec.user});
  return sha256_hex(fields.bytes());
}

}  // namespace drydock
