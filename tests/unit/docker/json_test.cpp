#include "docker/json.h"

#include <limits>

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

Json parse(std::string_view text) {
  return parse_json(text, "a test document");
}

ErrorCode refusal_of(std::string_view text) {
  try {
    static_cast<void>(parse(text));
  } catch (const ProtocolError& error) {
    return error.code();
  }
  ADD_FAILURE() << "accepted: " << text.substr(0, 80);
  return ErrorCode::UnexpectedStatus;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonTest, RoundTripsEveryKindOfValue) {
  const std::string text =
      R"({"a":[],"b":{},"d":1.5,"f":false,"i":-9223372036854775808,"n":null,"s":"x","t":true,)"
      R"("u":18446744073709551615})";
  EXPECT_EQ(parse(text).dump(), text);
}

TEST(JsonTest, KeepsTheKindOfANumber) {
  for (const Json& value : {Json{1}, Json{1.0}, Json{-0.0}, Json{1e300}, Json{5e-324},
                            Json{std::numeric_limits<std::uint64_t>::max()}}) {
    EXPECT_EQ(parse(value.dump()), value) << value.dump();
  }
  EXPECT_EQ(Json{1.0}.dump(), "1.0");
}

TEST(JsonTest, WritesInfinitiesAsNull) {
  EXPECT_EQ(Json{std::numeric_limits<double>::infinity()}.dump(), "null");
  EXPECT_EQ(Json{std::numeric_limits<double>::quiet_NaN()}.dump(), "null");
}

TEST(JsonTest, EscapesWhatMustBeEscaped) {
  const std::string text{"\"\\/\b\f\n\r\t\x01\x1f\x7f\0", 12};
  EXPECT_EQ(Json{text}.dump(), "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\\u001f\x7f\\u0000\"");
  EXPECT_EQ(parse(Json{text}.dump()).string(), text);
}

TEST(JsonTest, ReadsEscapesAndSurrogatePairs) {
  EXPECT_EQ(parse(R"("\u00e9\ud83d\ude00\/")").string(), "\xC3\xA9\xF0\x9F\x98\x80/");
}

TEST(JsonTest, KeepsUtf8AndRepairsWhatIsNot) {
  const std::string good = "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  EXPECT_EQ(Json{good}.dump(), '"' + good + '"');
  constexpr const char* kReplaced = "\"\xEF\xBF\xBD\"";
  EXPECT_EQ(Json{"\xff"}.dump(), kReplaced);
  EXPECT_EQ(Json{"\x80"}.dump(), kReplaced);
  EXPECT_EQ(Json{"\xC3"}.dump(), kReplaced);                                           // cut short
  EXPECT_EQ(Json{"\xC0\x80"}.dump(), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // overlong
  EXPECT_EQ(Json{"\xED\xA0\x80"}.dump(), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a surrogate
  EXPECT_EQ(Json{"\xF4\x90\x80\x80"}.dump().size(), 2 + 4 * 3U);                       // past U+10FFFF
  EXPECT_EQ(Json{"\xE2\x82(x"}.dump(), "\"\xEF\xBF\xBD\xEF\xBF\xBD(x\"");              // resumes at once
}

TEST(JsonTest, RepairsKeysToo) {
  Json json;
  json.set("\xff") = 1;
  EXPECT_EQ(json.dump(), "{\"\xEF\xBF\xBD\":1}");
}

TEST(JsonTest, RefusesWhatIsNoWholeDocument) {
  for (const char* text :
       {"",    " ",   "{",   "[1,]",  "[1 2]", "{\"a\" 1}", "nul",      "truee",    "01",    "1.",
        "\"a", "'a'", "{}x", "{} {}", "[1]]",  "\"\\x\"",   "\"a\nb\"", "\"\xff\"", "{a:1}", "NaN"}) {
    EXPECT_EQ(refusal_of(text), ErrorCode::Protocol) << text;
  }
  EXPECT_EQ(refusal_of(std::string_view{"{}\0", 3}), ErrorCode::Protocol);
}

TEST(JsonTest, BoundsDepth) {
  EXPECT_EQ(parse(nested(128)).dump(), nested(128));
  EXPECT_EQ(refusal_of(nested(129)), ErrorCode::Protocol);
  EXPECT_EQ(refusal_of(nested(100'000)), ErrorCode::Protocol);
}

TEST(JsonTest, BoundsLength) {
  EXPECT_EQ(parse_json("[1]", "a document", 3).array().size(), 1U);
  try {
    static_cast<void>(parse_json("[10]", "a document", 3));
    FAIL() << "accepted four bytes";
  } catch (const ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::ResponseTooLarge);
  }
}

TEST(JsonTest, AnswersWithFallbacksForOtherKinds) {
  const Json json = parse(R"({"text":"x","number":7,"big":18446744073709551615,"list":["a",1,null]})");
  EXPECT_EQ(json["absent"]["deeper"].string("none"), "none");
  EXPECT_EQ(json["text"].integer(3), 3);
  EXPECT_EQ(json["number"].string("none"), "none");
  EXPECT_EQ(json["big"].integer(3), 3);
  EXPECT_EQ(json["big"].unsigned_integer(), 18446744073709551615U);
  EXPECT_EQ(Json{-1}.unsigned_integer(3), 3U);
  EXPECT_TRUE(json["number"].boolean(true));
  EXPECT_TRUE(json["text"].array().empty());
  EXPECT_TRUE(json["text"].object().empty());
  EXPECT_EQ(json["list"].string_list(), (std::vector<std::string>{"a", "", ""}));
}

TEST(JsonTest, ReadsWholeDoublesAsIntegers) {
  EXPECT_EQ(parse("3e3").integer(), 3000);
  EXPECT_EQ(parse("3.5").integer(1), 1);
  EXPECT_EQ(parse("1e300").integer(1), 1);
  EXPECT_EQ(parse("-1.0").unsigned_integer(1), 1U);
}

TEST(JsonTest, KeepsTheLastOfTwoMembersOfOneName) {
  EXPECT_EQ(parse(R"({"a":1,"a":2})")["a"].integer(), 2);
}

TEST(JsonTest, SetsMembersDeepDown) {
  Json json{"replaced"};
  json.set("a").set("b") = true;
  json.set("a").set("c") = Json::strings(std::vector<std::string>{"x"});
  EXPECT_EQ(json.dump(), R"({"a":{"b":true,"c":["x"]}})");
}

struct MergeCase {
  const char* original;
  const char* patch;
  const char* result;
};

class JsonMergePatchTest : public testing::TestWithParam<MergeCase> {};

TEST_P(JsonMergePatchTest, MergesAsRfc7396Says) {
  Json json = parse(GetParam().original);
  json.merge_patch(parse(GetParam().patch));
  EXPECT_EQ(json, parse(GetParam().result)) << GetParam().original << " + " << GetParam().patch;
}

INSTANTIATE_TEST_SUITE_P(
    Rfc7396AppendixA, JsonMergePatchTest,
    testing::Values(MergeCase{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
                    MergeCase{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
                    MergeCase{R"({"a":"b"})", R"({"a":null})", R"({})"},
                    MergeCase{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
                    MergeCase{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
                    MergeCase{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
                    MergeCase{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
                    MergeCase{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
                    MergeCase{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
                    MergeCase{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
                    MergeCase{R"({"a":"foo"})", R"(null)", R"(null)"},
                    MergeCase{R"({"a":"foo"})", R"("bar")", R"("bar")"},
                    MergeCase{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
                    MergeCase{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
                    MergeCase{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}));

}  // namespace
}  // namespace drydock
