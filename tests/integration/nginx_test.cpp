// The nginx fixture on a real server.
#include "drydock/fixtures/nginx.h"

#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "fixtures/service_call.h"
#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/subprocess.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::HasSubstr;

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new ServiceImage{NginxOptions{}.image});

constexpr const char* kSite = R"(server {
  listen 80;
  root /usr/share/nginx/html;
  location /health { return 200 'fine'; }
  location /version { return 200 'one'; }
}
)";

/// Returns "status body", or the client's complaint.
std::string get(const Nginx& nginx, const std::string& path, std::uint16_t port = 80) {
  try {
    const Response response =
        call_http(nginx.container(), {.port = port, .target = path, .also_fine = {404, 502}},
                  Deadline::in(std::chrono::seconds{20}));
    return std::to_string(response.status) + " " + response.body;
  } catch (const Error& error) {
    return error.what();
  }
}

struct Pages : Nginx {
  using Nginx::Nginx;
  static Options options() {
    return {.site = kSite,
            .files = {{.path = "index.html", .content = "home"},
                      {.path = "deep/page.html", .content = "deep"},
                      {.path = "/etc/nginx/templates/named.conf.template",
                       .content = "server { listen 81; return 200 '${GREETING} $uri'; }"}},
            .env = {{"GREETING", "ahoy"}},
            .ready_path = "/health"};
  }
};

class NginxTest : public SuiteService<Pages> {
 protected:
  void SetUp() override { service().clean(); }

  static void run(const std::string& script) { ASSERT_THAT(service().container().sh(script), Succeeded()); }
};

TEST_F(NginxTest, ServesItsPages) {
  EXPECT_EQ(get(service(), "/"), "200 home");
  EXPECT_EQ(get(service(), "/deep/page.html"), "200 deep");
  EXPECT_EQ(get(service(), "/health"), "200 fine");
  EXPECT_EQ(service().url("/a"), "http://" + service().address() + "/a");
  EXPECT_THROW((void)service().url("a"), InvalidArgumentError);
}

TEST_F(NginxTest, LeavesTemplatesToTheImage) {
  EXPECT_THAT(service().container().exec({"cat", "/etc/nginx/conf.d/named.conf"}),
              Succeeded(StdoutIs("server { listen 81; return 200 'ahoy $uri'; }")));
}

TEST_F(NginxTest, ComesBackToCleanWhateverATestDidToItsFiles) {
  run("cd /usr/share/nginx/html && echo dirty >index.html && echo new >new.html && rm -r deep && "
      "sed -i s/one/two/ /etc/nginx/conf.d/default.conf && echo '# more' >/etc/nginx/conf.d/more.conf");
  service().reload();
  EXPECT_EQ(get(service(), "/"), "200 dirty\n");
  EXPECT_EQ(get(service(), "/new.html"), "200 new\n");
  EXPECT_EQ(get(service(), "/version"), "200 two");
  service().clean();
  EXPECT_EQ(get(service(), "/"), "200 home");
  EXPECT_EQ(get(service(), "/deep/page.html"), "200 deep");
  EXPECT_THAT(get(service(), "/new.html"), HasSubstr("404"));
  EXPECT_EQ(get(service(), "/version"), "200 one");
  EXPECT_THAT(service().container().exec({"ls", "/etc/nginx/conf.d"}),
              Succeeded(StdoutIs("default.conf\nnamed.conf\n")));
}

TEST_F(NginxTest, NewConnectionsMeetTheNewConfigurationAfterAReload) {
  for (int i = 0; i < 5; ++i) {
    run("sed -i \"s/'one[0-9]*'/'one" + std::to_string(i) + "'/\" /etc/nginx/conf.d/default.conf");
    service().reload();
    for (int j = 0; j < 10; ++j) {
      ASSERT_EQ(get(service(), "/version"), "200 one" + std::to_string(i));
    }
  }
}

TEST_F(NginxTest, PutsAFolderBackThatBecameALink) {
  run("mkdir /tmp/elsewhere && mv /usr/share/nginx/html /tmp/pages && ln -s /tmp/elsewhere "
      "/usr/share/nginx/html");
  service().clean();
  run("test ! -L /usr/share/nginx/html && diff -r /tmp/pages /usr/share/nginx/html && rmdir /tmp/elsewhere");
  run("rm -r /tmp/pages /usr/share/nginx/html && touch /usr/share/nginx/html");
  service().clean();
  EXPECT_EQ(get(service(), "/version"), "200 one");
  run("test -s /usr/share/nginx/html/50x.html");
}

TEST_F(NginxTest, ShowsTheServersWordsWhenAReloadMeetsAFault) {
  run("echo 'nonsense;' >/etc/nginx/conf.d/more.conf");
  const auto error = thrown_by<Error>([] { service().reload(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("unknown directive \"nonsense\" in /etc/nginx/conf.d/more.conf:1"));
  EXPECT_EQ(get(service(), "/version"), "200 one") << "it goes on with what it had";
  service().clean();
  EXPECT_NO_THROW(service().reload());
}

TEST(NginxStartTest, ShowsTheServersWordsWhenTheConfigurationIsWrong) {
  const auto site = thrown_by<ContainerStartError>([] { (void)Nginx{{.site = "server { listne 80; }"}}; });
  ASSERT_TRUE(site);
  EXPECT_EQ(site->code(), ErrorCode::ContainerExited);
  EXPECT_THAT(site->what(), HasSubstr("unknown directive \"listne\" in /etc/nginx/conf.d/default.conf:1"));
  const auto whole = thrown_by<ContainerStartError>([] { (void)Nginx{{.config = "events {"}}; });
  ASSERT_TRUE(whole);
  EXPECT_THAT(whole->what(), HasSubstr("unexpected end of file, expecting \"}\" in /etc/nginx/nginx.conf:1"));
}

TEST(NginxStartTest, ServesByTls) {
  const SelfSigned signed_by_itself;
  const Nginx nginx{
      {.files = {{.path = "index.html", .content = "secret"}}, .tls = signed_by_itself.files()}};
  EXPECT_EQ(nginx.url(), "https://" + nginx.address() + "/");
  const auto answer =
      run_subprocess({"curl", "-sS", "--cacert", signed_by_itself.certificate_file(), nginx.url()});
  EXPECT_EQ(answer.exit_code, 0) << answer.output;
  EXPECT_THAT(answer.output, HasSubstr("secret"));
}

TEST(NginxStartTest, SaysAtOnceThatTheServerDied) {
  Nginx nginx;
  nginx.clean();
  nginx.container().kill();
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { nginx.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

TEST(NginxStartTest, ComesBackToItsFirstFilesAfterItsContainerWasResetToo) {
  Nginx nginx{{.files = {{.path = "index.html", .content = "home"}}}};
  for (const Reset& policy : {Reset{reset::Restart{std::chrono::seconds{0}}}, Reset{reset::Recreate{}}}) {
    EXPECT_THAT(nginx.container().sh("echo dirty >/usr/share/nginx/html/index.html"), Succeeded());
    nginx.container().reset(policy);
    nginx.clean();
    EXPECT_EQ(get(nginx, "/"), "200 home");
  }
}

TEST(NginxStartTest, SaysThatItHasNoCopyWhenItWasStartedInAnotherWay) {
  ContainerSpec spec = Nginx::spec();
  spec.files.clear();
  const Nginx nginx{TestContainer{std::move(spec)}};
  const auto error = thrown_by<Error>([&] { nginx.clean(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("start it from Nginx::spec()"));
}

}  // namespace
}  // namespace drydock::fixtures
