#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/spec.h"

#include "spec_faults.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using Spec = ContainerSpec;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A directory of its own, and an engine socket in it that DOCKER_HOST names.
class MountValidationTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "drydock-mount-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    fs::create_directory(directory_ / "run");
    socket_ = directory_ / "run" / "engine.sock";
    make_socket();
    const char* before = std::getenv("DOCKER_HOST");
    host_before_ = before != nullptr ? before : "";
    ::setenv("DOCKER_HOST", ("unix://" + socket_.string()).c_str(), 1);
  }

  void TearDown() override {
    if (host_before_.empty()) {
      ::unsetenv("DOCKER_HOST");
    } else {
      ::setenv("DOCKER_HOST", host_before_.c_str(), 1);
    }
    fs::remove_all(directory_);
  }

  static std::vector<std::string> faults_of(Mount mount) {
    return validate({.image = "busybox", .mounts = {std::move(mount)}});
  }

  fs::path directory_, socket_;

 private:
  void make_socket() {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_GE(fd, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(socket_.string().size(), sizeof(address.sun_path));
    socket_.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(fd);
  }

  std::string host_before_;
};

TEST_F(MountValidationTest, WantsBindSourcesToExistHere) {
  fs::create_directory(directory_ / "data");
  EXPECT_THAT(faults_of(Mount::bind(directory_ / "data", "/t")), IsEmpty());
  const std::string missing = directory_ / "missing";
  EXPECT_THAT(faults_of(Mount::bind(missing, "/t")),
              ElementsAre(HasSubstr("'" + missing + "' does not exist")));
  EXPECT_THAT(faults_of(Mount::bind("relative", "/t")), ElementsAre(HasSubstr("'relative'")));
  EXPECT_THAT(faults_of(Mount::bind("", "/t")), ElementsAre(HasSubstr("mount source ''")));
}

TEST_F(MountValidationTest, LooksNotAtSourcesOnAnotherMachine) {
  Mount mount = Mount::bind("/not/on/this/machine", "/t");
  mount.unchecked = true;
  EXPECT_THAT(faults_of(mount), IsEmpty());
  mount.source = "relative";
  EXPECT_THAT(faults_of(mount), ElementsAre(HasSubstr("'relative'")));
  mount.source = "/var/run/docker.sock";
  EXPECT_THAT(faults_of(mount), ElementsAre(HasSubstr("allow_engine_socket")));
}

TEST_F(MountValidationTest, RefusesTheEnginesSocketUnderAnyName) {
  const fs::path link = directory_ / "innocent";
  fs::create_symlink(socket_, link);
  const fs::path chain = directory_ / "chain";
  fs::create_symlink("innocent", chain);
  const fs::path hard = directory_ / "hard";
  fs::create_hard_link(socket_, hard);
  const fs::path dotted = directory_ / "run" / ".." / "run" / "engine.sock";
  for (const fs::path& source : {socket_, link, chain, hard, dotted}) {
    SCOPED_TRACE(source);
    EXPECT_THAT(faults_of(Mount::bind(source, "/t")), ElementsAre(HasSubstr("allow_engine_socket")));
    Mount allowed = Mount::bind(source, "/t");
    allowed.allow_engine_socket = true;
    EXPECT_THAT(faults_of(allowed), IsEmpty());
  }
}

TEST_F(MountValidationTest, RefusesDirectoriesThatHoldTheEnginesSocket) {
  const fs::path link = directory_ / "link";
  fs::create_directory_symlink(directory_ / "run", link);
  for (const fs::path& source : {directory_ / "run", directory_, link, fs::path{"/"}}) {
    SCOPED_TRACE(source);
    EXPECT_THAT(faults_of(Mount::bind(source, "/t")), ElementsAre(HasSubstr("allow_engine_socket")));
  }
  fs::create_directory(directory_ / "running");
  EXPECT_THAT(faults_of(Mount::bind(directory_ / "running", "/t")), IsEmpty());
}

TEST_F(MountValidationTest, ChecksTargetsVolumesAndTmpfs) {
  expect_no_fault({
      [](Spec& s) {
        s.mounts = {Mount::volume("data", "/a"), Mount::volume("", "/b"), Mount::tmpfs("/c", 1 << 20)};
      },
  });
  expect_one_fault_each({
      {[](Spec& s) { s.mounts = {Mount::tmpfs("rel")}; }, "mount target 'rel'"},
      {[](Spec& s) { s.mounts = {Mount::tmpfs("")}; }, "mount target ''"},
      {[](Spec& s) { s.mounts = {Mount::tmpfs("/")}; }, "mount target '/'"},
      {[](Spec& s) { s.mounts = {Mount::tmpfs("//a/../")}; }, "mount target '//a/../'"},
      {[](Spec& s) { s.mounts = {Mount::tmpfs("/a\n")}; }, "mount target '/a\\x0A'"},
      {[](Spec& s) {
         s.mounts = {Mount::tmpfs("/a"), Mount::volume("vol", "//a/")};
       },
       "'/a' is used twice"},
      {[](Spec& s) { s.mounts = {Mount::volume("/data", "/a")}; }, "volume name '/data'"},
      {[](Spec& s) { s.mounts = {Mount::volume("v", "/a")}; }, "volume name 'v'"},
      {[](Spec& s) { s.mounts = {Mount::tmpfs("/a", -1)}; }, "tmpfs_bytes '-1'"},
      {[](Spec& s) {
         s.mounts = {Mount::tmpfs("/a")};
         s.mounts[0].source = "/x";
       },
       "'/x'"},
      {[](Spec& s) {
         s.mounts = {Mount::tmpfs("/a")};
         s.mounts[0].tmpfs_mode = 010000;
       },
       "tmpfs_mode '10000'"},
  });
}

TEST_F(MountValidationTest, ChecksFiles) {
  expect_no_fault({
      [](Spec& s) { s.files = {{.path = "/etc/a", .content = std::string("\0\xff", 2), .mode = 04755}}; },
      [](Spec& s) {
        s.mounts = {Mount::volume("vol", "/v")};
        s.files = {{.path = "/v/a"}};
      },
      [](Spec& s) {
        s.mounts = {Mount::tmpfs("/run")};
        s.files = {{.path = "/runner"}};
      },
  });
  expect_one_fault_each({
      {[](Spec& s) { s.files = {{.path = "etc/a"}}; }, "file path 'etc/a'"},
      {[](Spec& s) { s.files = {{.path = ""}}; }, "file path ''"},
      {[](Spec& s) { s.files = {{.path = "/etc/"}}; }, "file path '/etc/'"},
      {[](Spec& s) { s.files = {{.path = "/etc/../a"}}; }, "write '/a'"},
      {[](Spec& s) {
         s.files = {{.path = "/a"}, {.path = "/a"}};
       },
       "'/a' is used twice"},
      {[](Spec& s) { s.files = {{.path = "/a\n"}}; }, "file path '/a\\x0A'"},
      {[](Spec& s) { s.files = {{.path = "/a", .mode = 010644}}; }, "mode '10644'"},
      {[](Spec& s) {
         s.mounts = {Mount::tmpfs("/run")};
         s.files = {{.path = "/run/a"}};
       },
       "under the tmpfs mount '/run'"},
      {[](Spec& s) {
         s.mounts = {Mount::bind("/etc", "/conf")};
         s.files = {{.path = "/conf/a"}};
       },
       "under the bind mount '/conf'"},
      {[](Spec& s) {
         s.security.read_only_root = true;
         s.files = {{.path = "/a"}};
       },
       "read_only_root"},
  });
}

}  // namespace
}  // namespace drydock
