// A certificate that signs itself, with its key, as files and as text; made by the program openssl.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "drydock/fixtures/service.h"

#include "support/scratch_directory.h"
#include "support/subprocess.h"

namespace drydock {

class SelfSigned {
 public:
  /// `names` is what it is for, as openssl says it: "DNS:localhost", "IP:127.0.0.1". Throws
  /// std::runtime_error.
  explicit SelfSigned(const std::string& names = "DNS:localhost,IP:127.0.0.1") {
    const SubprocessResult made = run_subprocess(
        {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=" + names, "-keyout", key_file(), "-out", certificate_file()});
    if (made.exit_code != 0) {
      throw std::runtime_error("openssl made no certificate: " + made.output);
    }
  }

  [[nodiscard]] std::string certificate_file() const { return folder_.path() / "crt"; }
  [[nodiscard]] std::string key_file() const { return folder_.path() / "key"; }
  [[nodiscard]] fixtures::TlsFiles files() const {
    return {.certificate = read(certificate_file()), .key = read(key_file())};
  }

 private:
  static std::string read(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  ScratchDirectory folder_;
};

}  // namespace drydock
