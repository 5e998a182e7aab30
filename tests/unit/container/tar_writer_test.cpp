#include "container/tar_writer.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

namespace drydock {
namespace {

std::string field(const std::string& block, std::size_t offset, std::size_t width) {
  return std::string{block.substr(offset, width).c_str()};
}

unsigned sum_with_blank_checksum(std::string block) {
  block.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : block.substr(0, 512)) {
    sum += static_cast<unsigned char>(c);
  }
  return sum;
}

TEST(TarWriterTest, WritesAUstarHeaderWithItsChecksum) {
  const std::string block = tar_header({.path = "/etc/my.conf", .mode = 0640, .uid = 10, .gid = 20}, 5);
  ASSERT_EQ(block.size(), 512U);
  EXPECT_EQ(field(block, 0, 100), "etc/my.conf");
  EXPECT_EQ(field(block, 100, 8), "0000640");
  EXPECT_EQ(field(block, 108, 8), "0000012");
  EXPECT_EQ(field(block, 116, 8), "0000024");
  EXPECT_EQ(field(block, 124, 12), "00000000005");
  EXPECT_EQ(field(block, 136, 12), "00000000000");
  EXPECT_EQ(block[156], '0');
  EXPECT_EQ(block.substr(257, 8), std::string("ustar\00000", 8));
  EXPECT_EQ(std::stoul(field(block, 148, 7), nullptr, 8), sum_with_blank_checksum(block));
  EXPECT_EQ(block[154], '\0');
  EXPECT_EQ(block[155], ' ');
}

TEST(TarWriterTest, CutsALongPathIntoPrefixAndName) {
  const std::string directory = "d" + std::string(119, 'x');
  const std::string block = tar_header({.path = "/" + directory + "/name"}, 0);
  ASSERT_EQ(block.size(), 512U);
  EXPECT_EQ(field(block, 0, 100), "name");
  EXPECT_EQ(field(block, 345, 155), directory);
}

TEST(TarWriterTest, GivesAPaxPathToWhatUstarCannotHold) {
  const std::string name(150, 'n');
  const std::string header = tar_header({.path = "/" + name}, 0);
  ASSERT_EQ(header.size(), 3 * 512U);
  EXPECT_EQ(header[156], 'x');
  const std::string record = "160 path=" + name + "\n";
  EXPECT_EQ(record.size(), 160U);
  EXPECT_EQ(std::stoul(field(header, 124, 12), nullptr, 8), record.size());
  EXPECT_EQ(field(header, 512, 512), record);
  EXPECT_EQ(header[1024 + 156], '0');
  EXPECT_EQ(std::stoul(field(header, 1024 + 148, 7), nullptr, 8),
            sum_with_blank_checksum(header.substr(1024)));
}

// 997 bytes and three digits would be 1000, which has four digits: hence 1001.
TEST(TarWriterTest, CountsAPaxRecordsOwnDigits) {
  const std::string name(990, 'n');
  const std::string header = tar_header({.path = "/" + name}, 0);
  EXPECT_EQ(header.substr(512, 10), "1001 path=");
}

TEST(TarWriterTest, GivesPaxRecordsToLargeSizesAndOwners) {
  EXPECT_EQ(tar_header({.path = "/f"}, (std::uint64_t{8} << 30) - 1).size(), 512U);
  const std::string large = tar_header({.path = "/f"}, std::uint64_t{8} << 30);
  EXPECT_EQ(field(large, 512, 512), "19 size=8589934592\n");
  EXPECT_EQ(tar_header({.path = "/f", .uid = 2097151, .gid = 2097151}, 0).size(), 512U);
  const std::string owner = tar_header({.path = "/f", .uid = 2097152, .gid = 4294967294U}, 0);
  EXPECT_EQ(field(owner, 512, 512), "15 uid=2097152\n18 gid=4294967294\n");
}

TEST(TarWriterTest, FillsContentsUpAndEndsWithTwoEmptyBlocks) {
  EXPECT_EQ(make_tar({}), std::string(1024, '\0'));
  const std::string archive =
      make_tar({{.path = "/a", .content = "hi"}, {.path = "/b", .content = std::string(512, 'b')}});
  ASSERT_EQ(archive.size(), 512U * 6);
  EXPECT_EQ(archive.substr(512, 512), "hi" + std::string(510, '\0'));
  EXPECT_EQ(archive.substr(1536, 512), std::string(512, 'b'));
  EXPECT_EQ(archive.substr(2048), std::string(1024, '\0'));
}

TEST(TarWriterTest, MakesEqualArchivesOfEqualFiles) {
  const std::vector<File> files{{.path = "/a", .content = "hi"}};
  EXPECT_EQ(make_tar(files), make_tar(files));
}

// The archives that tar(1) reads are the ones that matter.
TEST(TarWriterTest, IsReadByTar) {
  if (::access("/bin/tar", X_OK) != 0 && ::access("/usr/bin/tar", X_OK) != 0) {
    GTEST_SKIP() << "no tar here";
  }
  const std::string deep = "/" + std::string(90, 'p') + "/" + std::string(90, 'q') + "/f";
  const std::string archive =
      make_tar({{.path = "/etc/a b", .content = "12345", .mode = 0600, .uid = 7, .gid = 9},
                {.path = deep, .content = ""},
                {.path = "/" + std::string(200, 'n'), .content = "x"}});
  std::array<char, 32> name{"/tmp/drydock-tar-XXXXXX"};
  const int fd = ::mkstemp(name.data());
  ASSERT_GE(fd, 0);
  const ssize_t written = ::write(fd, archive.data(), archive.size());
  ::close(fd);
  std::string listing;
  std::FILE* const pipe =
      ::popen(("tar --numeric-owner -tvf " + std::string{name.data()} + " 2>&1").c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    listing += buffer.data();
  }
  const int status = ::pclose(pipe);
  ::unlink(name.data());
  EXPECT_EQ(written, static_cast<ssize_t>(archive.size()));
  EXPECT_EQ(status, 0) << listing;
  EXPECT_EQ(listing.rfind("-rw------- 7/9", 0), 0U) << listing;
  EXPECT_NE(listing.find("etc/a b\n"), std::string::npos) << listing;
  EXPECT_NE(listing.find(deep.substr(1) + "\n"), std::string::npos) << listing;
  EXPECT_NE(listing.find(std::string(200, 'n') + "\n"), std::string::npos) << listing;
}

}  // namespace
}  // namespace drydock
