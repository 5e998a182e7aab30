#include "docker/engine_error.h"

#include <gtest/gtest.h>

#include "docker/json.h"
#include "support/thrown.h"

namespace drydock {
namespace {

/// Returns the engine's error answer with this text.
std::string message(const std::string& text) {
  Json json;
  json.set("message") = text;
  return json.dump();
}

struct RefusalCase {
  const char* name;
  int status;
  const char* text;
  ErrorCode code;
  bool retryable;
};

void PrintTo(const RefusalCase& refusal, std::ostream* out) {
  *out << refusal.name;
}

class RefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusalTest, BecomesTheErrorThatItsTextCallsFor) {
  const RefusalCase& given = GetParam();
  const Call call = Call(Method::Post, "container start", "web");
  const EngineError error = make_engine_error(call, {.status = given.status, .body = message(given.text)});
  EXPECT_EQ(error.code(), given.code);
  EXPECT_EQ(error.retryable(), given.retryable);
  EXPECT_EQ(error.http_status(), given.status);
}

std::string name_of(const testing::TestParamInfo<RefusalCase>& given) {
  return given.param.name;
}

// The texts are those of Docker 20.10, where nothing else is said.
INSTANTIATE_TEST_SUITE_P(
    Engine, RefusalTest,
    testing::Values(
        RefusalCase{"PortAllocated", 500,
                    "driver failed programming external connectivity on endpoint web (aa37): Bind for "
                    "127.0.0.1:28766 failed: port is already allocated",
                    ErrorCode::PortInUse, true},
        RefusalCase{"PortTakenByAnotherProcess", 500,
                    "driver failed programming external connectivity on endpoint web (aa37): Error starting "
                    "userland proxy: listen tcp4 127.0.0.1:28765: bind: address already in use",
                    ErrorCode::PortInUse, true},
        RefusalCase{
            "PortTakenDocker28", 500,
            "failed to set up container networking: driver failed programming external connectivity on "
            "endpoint web (aa37): failed to bind host port for 127.0.0.1:28765:172.17.0.2:80/tcp: "
            "address already in use",
            ErrorCode::PortInUse, true},
        RefusalCase{"PortTakenPodman", 500,
                    "cannot listen on the TCP port: listen tcp4 :28765: bind: address already in use",
                    ErrorCode::PortInUse, true},
        RefusalCase{"AddressTaken", 403, "Address already in use", ErrorCode::Conflict, false},
        RefusalCase{
            "CommandNotInPath", 400,
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start "
            "container process: exec: \"nosuch\": executable file not found in $PATH: unknown",
            ErrorCode::CommandNotStarted, false},
        RefusalCase{
            "CommandNoSuchFile", 400,
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start "
            "container process: exec: \"/nosuch/x\": stat /nosuch/x: no such file or directory: unknown",
            ErrorCode::CommandNotStarted, false},
        RefusalCase{
            "CommandPermissionDenied", 400,
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start "
            "container process: exec: \"/etc\": permission denied: unknown",
            ErrorCode::CommandNotStarted, false},
        RefusalCase{
            "CommandNotFoundByCrun", 500,
            "crun: executable file `nosuch` not found in $PATH: No such file or directory: OCI runtime "
            "attempted to invoke a command that was not found",
            ErrorCode::CommandNotStarted, false},
        RefusalCase{"UserUnknown", 500, "unable to find user nosuch: no matching entries in passwd file",
                    ErrorCode::CommandNotStarted, false},
        RefusalCase{
            "MountFailedIsNoCommand", 400,
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start "
            "container process: error during container init: error mounting \"/x\" to rootfs at \"/bin\": "
            "mount /x:/bin (via /proc/self/fd/6), flags: 0x5000: no such file or directory: unknown",
            ErrorCode::BadRequest, false},
        RefusalCase{"BindSourceMissing", 400,
                    "invalid mount config for type \"bind\": bind source path does not exist: /nosuch",
                    ErrorCode::BadRequest, false},
        RefusalCase{"NoSuchContainer", 404, "No such container: web", ErrorCode::NotFound, false},
        RefusalCase{"NoSuchImage", 404, "No such image: nosuch:1", ErrorCode::NotFound, false},
        RefusalCase{
            "NameInUse", 409,
            "Conflict. The container name \"/web\" is already in use by container \"53499f20\". You have "
            "to remove (or rename) that container to be able to reuse that name.",
            ErrorCode::Conflict, false},
        RefusalCase{
            "NameInUsePodman", 500,
            "creating container storage: the container name \"web\" is already in use by 53499f20. You "
            "have to remove that container to be able to reuse that name: that name is already in use",
            ErrorCode::Conflict, false},
        RefusalCase{"NotRunningPodman", 500,
                    "can only create exec sessions on running containers: container state improper",
                    ErrorCode::Conflict, false},
        RefusalCase{"SignalUnknownPodman", 500, "invalid signal: SIGNOPE", ErrorCode::BadRequest, false},
        RefusalCase{"NotRunning", 409, "Container 0ef0e484 is not running", ErrorCode::Conflict, false},
        RefusalCase{"Paused", 409, "Container web is paused, unpause the container before exec",
                    ErrorCode::Conflict, false},
        RefusalCase{"RemovalInProgress", 409, "removal of container web is already in progress",
                    ErrorCode::Conflict, true},
        RefusalCase{"NetworkNameInUse", 409, "network with name n already exists", ErrorCode::Conflict,
                    false},
        RefusalCase{"NetworkInUse", 403,
                    "error while removing network: network n id 8f4b81b8 has active endpoints",
                    ErrorCode::Conflict, false},
        RefusalCase{"NetworkOverlap", 403, "Pool overlaps with other one on this address space",
                    ErrorCode::Conflict, false},
        RefusalCase{"NetworkJoinedTwice", 403, "endpoint with name web already exists in network n",
                    ErrorCode::Conflict, false},
        RefusalCase{"NetworkNotJoined", 500, "container 9a91cb7c is not connected to network n",
                    ErrorCode::Conflict, false},
        RefusalCase{"NetworkPredefined", 403, "bridge is a pre-defined network and cannot be removed",
                    ErrorCode::BadRequest, false},
        RefusalCase{"VolumeInUse", 409, "remove v: volume is in use - [82220592]", ErrorCode::Conflict,
                    false},
        RefusalCase{"BodyIsNoJson", 500, "invalid character 'b' looking for beginning of object key string",
                    ErrorCode::BadRequest, false},
        RefusalCase{"SignalUnknown", 400, "Invalid signal: SIGNOPE", ErrorCode::BadRequest, false},
        RefusalCase{"Forbidden", 403, "authorization denied by plugin x", ErrorCode::Unauthorized, false},
        RefusalCase{"NeedsLogin", 401, "unauthorized", ErrorCode::Unauthorized, false},
        RefusalCase{"TooManyRequests", 429, "slow down", ErrorCode::RateLimited, true},
        RefusalCase{"ServerError", 500, "something broke", ErrorCode::ServerError, false},
        RefusalCase{"ServerErrorThatPasses", 500, "context deadline exceeded", ErrorCode::ServerError, true},
        RefusalCase{
            "DeviceBusy", 500,
            "driver \"overlay2\" failed to remove root filesystem: unlinkat /x: device or resource busy",
            ErrorCode::ServerError, true},
        RefusalCase{"BadGateway", 502, "bad gateway", ErrorCode::ServerError, true},
        RefusalCase{"Unavailable", 503, "starting up", ErrorCode::ServerError, true},
        RefusalCase{"NotImplemented", 501, "no", ErrorCode::ServerError, false},
        RefusalCase{"Teapot", 418, "short and stout", ErrorCode::UnexpectedStatus, false},
        RefusalCase{"ApiTooNew", 400, "client version 1.99 is too new. Maximum supported API version is 1.41",
                    ErrorCode::Unsupported, false}),
    name_of);

class PullRefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(PullRefusalTest, BecomesTheErrorThatItsTextCallsFor) {
  const RefusalCase& given = GetParam();
  const Call call = Call(Method::Post, "image pull", "redis:7");
  const EngineError error =
      given.status == 200 ? make_pull_error(call, given.text)
                          : make_engine_error(call, {.status = given.status, .body = message(given.text)});
  EXPECT_EQ(error.code(), given.code);
  EXPECT_EQ(error.retryable(), given.retryable);
  EXPECT_EQ(error.resource(), "redis:7");
}

INSTANTIATE_TEST_SUITE_P(
    Registry, PullRefusalTest,
    testing::Values(
        RefusalCase{"RateLimit", 500,
                    "toomanyrequests: You have reached your pull rate limit. You may increase the limit by "
                    "authenticating and upgrading: https://www.docker.com/increase-rate-limit",
                    ErrorCode::RateLimited, true},
        RefusalCase{"RateLimitInStream", 200, "toomanyrequests: slow down", ErrorCode::RateLimited, true},
        RefusalCase{"Unauthorized", 500, "unauthorized: authentication required", ErrorCode::Unauthorized,
                    false},
        RefusalCase{"Denied", 404,
                    "pull access denied for nosuch, repository does not exist or may require 'docker login': "
                    "denied: requested access to the resource is denied",
                    ErrorCode::Unauthorized, false},
        RefusalCase{"NoCredentials", 500, "Get \"https://r/v2/x/manifests/1\": no basic auth credentials",
                    ErrorCode::Unauthorized, false},
        RefusalCase{"ManifestUnknown", 404,
                    "manifest for 127.0.0.1:5000/a:1 not found: manifest unknown: manifest unknown",
                    ErrorCode::NotFound, false},
        RefusalCase{"ManifestUnknownAs500", 500, "manifest unknown: manifest unknown", ErrorCode::NotFound,
                    false},
        RefusalCase{"NoPlatform", 200, "no matching manifest for linux/s390x in the manifest list entries",
                    ErrorCode::NotFound, false},
        RefusalCase{"NoSuchHost", 500,
                    "Get \"https://nosuch.invalid/v2/\": dial tcp: lookup nosuch.invalid on 10.0.0.53:53: no "
                    "such host",
                    ErrorCode::PullFailed, true},
        RefusalCase{"Refused", 500,
                    "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
                    ErrorCode::PullFailed, true},
        RefusalCase{"CutLayer", 200, "unexpected EOF", ErrorCode::PullFailed, true},
        RefusalCase{"DiskFull", 200, "failed to register layer: write /x: no space left on device",
                    ErrorCode::PullFailed, false},
        RefusalCase{"BadGateway", 502, "bad gateway", ErrorCode::PullFailed, true},
        RefusalCase{"NotFound", 404, "repository not found", ErrorCode::NotFound, false},
        RefusalCase{"BadReference", 400, "invalid reference format", ErrorCode::BadRequest, false}),
    name_of);

TEST(EngineErrorTest, NamesOperationResourceStatusTextAndWhatToDo) {
  const Call call = Call(Method::Post, "container start", std::string(64, 'a'));
  const EngineError error = make_engine_error(
      call, {.status = 500, .body = message("Bind for :80 failed: port is already allocated")});
  const std::string text = error.what();
  for (const char* part :
       {"container start", "'aaaaaaaaaaaa'", "500", "port is already allocated", "port 0"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
  }
  EXPECT_EQ(error.operation(), "container start");
  EXPECT_EQ(error.resource(), "aaaaaaaaaaaa");
}

TEST(EngineErrorTest, ReadsAPlainTextRefusalOfTheVersion) {
  const EngineError error = make_engine_error(
      Call(Method::Get, "info"),
      {.status = 400, .body = "client version 1.10 is too old. Minimum supported API version is 1.12\n"});
  EXPECT_EQ(error.code(), ErrorCode::Unsupported);
}

TEST(RefusalTextTest, QuotesWhatIsNotTheEnginesJson) {
  EXPECT_EQ(refusal_text(R"({"message":" no such thing\n"})"), "no such thing");
  EXPECT_EQ(refusal_text(R"({"cause":"x","message":"podman says","response":404})"), "podman says");
  EXPECT_EQ(refusal_text("<html>\r\n502</html>"), "it answered '<html>\\x0D\\x0A502</html>'");
  EXPECT_EQ(refusal_text(R"({"message":)"), R"(it answered '{"message":')");
  EXPECT_EQ(refusal_text("[]"), "it answered '[]'");
  EXPECT_EQ(refusal_text(" \n"), "it gave no reason");
  EXPECT_LT(refusal_text(std::string(1 << 20, 'x')).size(), 300U);
  EXPECT_LT(refusal_text(message(std::string(1 << 20, 'x'))).size(), 1100U);
}

}  // namespace
}  // namespace drydock
