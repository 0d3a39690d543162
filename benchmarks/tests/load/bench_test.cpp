#include <set>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "benchmarks/load/report.h"
#include "benchmarks/load/workload.h"
#include "client/credentials.h"
#include "support/server_process.h"
#include "support/temporary_directory.h"
#include "support/tiny_server.h"

namespace livecert::test {
namespace {

using testing::HasSubstr;

TEST(Summary, TakesPercentilesByNearestRank) {
  bench::LoadResult result;
  for (std::uint32_t i = 100; i > 0; --i) result.latencies.push_back(i * 1000);
  result.elapsed = std::chrono::seconds(4);
  result.processor = std::chrono::milliseconds(50);
  result.errors = 3;
  const bench::Summary summary = bench::summarise(result);
  EXPECT_DOUBLE_EQ(summary.requests_per_second, 25);
  EXPECT_DOUBLE_EQ(summary.p50_ms, 50);
  EXPECT_DOUBLE_EQ(summary.p90_ms, 90);
  EXPECT_DOUBLE_EQ(summary.p99_ms, 99);
  EXPECT_DOUBLE_EQ(summary.max_ms, 100);
  EXPECT_DOUBLE_EQ(summary.client_processor_ms_per_request, 0.5);
  EXPECT_EQ(summary.errors, 3U);
}

TEST(Summary, OfNothingIsZero) {
  const bench::Summary summary = bench::summarise({});
  EXPECT_EQ(summary.requests, 0U);
  EXPECT_EQ(summary.max_ms, 0);
  EXPECT_EQ(summary.requests_per_second, 0);
}

class Bench : public testing::Test {
 protected:
  [[nodiscard]] CommandResult run(const std::string& credentials, std::vector<std::string> more) const {
    std::vector<std::string> words{LIVECERT_BENCH,
                                   "--endpoint",
                                   server_.http_url(),
                                   "--credentials",
                                   credentials,
                                   "--connections",
                                   "4",
                                   "--seconds",
                                   "1",
                                   "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run_command(words);
  }
  [[nodiscard]] CommandResult run(std::vector<std::string> more) const {
    return run(server_.credentials_file(), std::move(more));
  }
  static boost::json::value last_line(const CommandResult& result) {
    const std::string text = result.output.substr(0, result.output.find_last_not_of('\n') + 1);
    return boost::json::parse(text.substr(text.rfind('\n') + 1));
  }

  TemporaryDirectory directory_;
  ServerProcess server_{directory_.path() / "data"};
};

TEST_F(Bench, UploadsDistinctCertificatesAndReadsThemAgain) {
  for (const char* key_type : {"rsa2048", "ec256"}) {
    const CommandResult created = run({"--certificates", "40", "--key-type", key_type});
    ASSERT_EQ(created.status, 0) << created.errors;
    const auto summary = last_line(created);
    EXPECT_EQ(summary.at("requests").as_int64(), 40);
    EXPECT_EQ(summary.at("errors").as_int64(), 0);
    EXPECT_GT(summary.at("requests_per_second").as_double(), 0);
    EXPECT_GE(summary.at("p99_ms").as_double(), summary.at("p50_ms").as_double());
    EXPECT_THAT(created.errors, HasSubstr("used up"));
  }
  for (const char* action : {"ListCertV2", "DescribeCertDetailSecretV2"}) {
    const CommandResult read = run({"--action", action});
    ASSERT_EQ(read.status, 0) << read.errors;
    EXPECT_GT(last_line(read).at("requests").as_int64(), 0);
  }
}

TEST_F(Bench, DescribesFromTheWholeDepthOfTheList) {
  // Ends when all are used up, however long that takes.
  const CommandResult created =
      run_command({LIVECERT_BENCH, "--endpoint", server_.http_url(), "--credentials", server_.credentials_file(),
                   "--seconds", "600", "--certificates", "250", "--key-type", "ec256"});
  ASSERT_EQ(created.status, 0) << created.errors;
  std::vector<signature::Credentials> accounts;
  auto loaded = client::load_credentials_file(server_.credentials_file());
  accounts.push_back(std::move(loaded->credentials));
  bench::WorkloadOptions options;
  options.endpoint.url = server_.http_url();
  options.action = "DescribeCertDetailSecretV2";
  const auto workload = bench::prepare(options, accounts, [](std::size_t, std::size_t) {});
  ASSERT_TRUE(workload);
  std::set<std::string> chains;
  for (const std::string& request : workload->requests) chains.insert(request.substr(request.find("\r\n\r\n")));
  EXPECT_EQ(chains.size(), 250U) << "three pages of a hundred, each looked at";
}

TEST_F(Bench, SendsTheBodiesOfSeveralAccountsInTurn) {
  ASSERT_EQ(run({"--certificates", "3", "--key-type", "ec256"}).status, 0);
  const std::string wrong = directory_.path() / "wrong.json";
  write_file(wrong, R"({"AccessKeyId":"AKLTnobody","SecretAccessKey":"wrong"})");
  const CommandResult listed = run({"--action", "ListCertV2", "--body", R"({"CertName":"bench-1"})", "--body", "{}"});
  EXPECT_EQ(listed.status, 0) << listed.errors;
  const CommandResult bad_body = run({"--action", "ListCertV2", "--body", "{}", "--body", R"({"PageNum":0})"});
  EXPECT_THAT(bad_body.errors, HasSubstr("PageNum"));
  EXPECT_GT(last_line(bad_body).at("requests").as_int64(), 0) << "the other body is sent too";
  const CommandResult one_refused = run({"--action", "ListCertV2", "--credentials", wrong});
  EXPECT_THAT(one_refused.errors, HasSubstr("InvalidAccessKey"));
  EXPECT_GT(last_line(one_refused).at("requests").as_int64(), 0) << "the other account signs too";
}

TEST_F(Bench, TellsErrorsAndEndsWithOne) {
  const std::string wrong = directory_.path() / "wrong.json";
  write_file(wrong, R"({"AccessKeyId":"AKLTnobody","SecretAccessKey":"wrong"})");
  const CommandResult refused = run(wrong, {"--certificates", "5", "--key-type", "ec256"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(last_line(refused).at("errors").as_int64(), 5);
  EXPECT_EQ(last_line(refused).at("requests").as_int64(), 0);
  EXPECT_THAT(refused.errors, HasSubstr("InvalidAccessKey"));
  const CommandResult nothing = run({"--action", "DescribeCertDetailSecretV2"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.errors, HasSubstr("lists no certificates"));
}

TEST_F(Bench, NamesTheOptionThatIsMissing) {
  EXPECT_THAT(run_command({LIVECERT_BENCH, "--endpoint", server_.http_url()}).errors, HasSubstr("--credentials"));
  EXPECT_THAT(run_command({LIVECERT_BENCH, "--peer", "etcd"}).errors, HasSubstr("endpoint"));
}

CommandResult put_into_etcd(const TinyServer& etcd) {
  return run_command({LIVECERT_BENCH, "--peer", "etcd", "--endpoint", etcd.url(), "--connections", "1",
                      "--certificates", "5", "--key-type", "ec256", "--json"});
}

TEST(Peer, PutsDistinctRecordsOfOneSizeIntoEtcd) {
  TinyServer etcd([](const http::Request&) { return make_answer("200 OK", R"({"header":{"revision":"2"}})"); });
  const CommandResult result = put_into_etcd(etcd);
  ASSERT_EQ(result.status, 0) << result.errors;
  const CommandResult size = run_command({LIVECERT_BENCH, "--record-size", "--key-type", "ec256"});
  std::set<std::string> keys;
  ASSERT_EQ(etcd.requests().size(), 5U);
  for (const http::Request& request : etcd.requests()) {
    EXPECT_EQ(request.target, "/v3/kv/put");
    const auto put = boost::json::parse(base::as_text(request.body));
    keys.emplace(put.at("key").as_string());
    const auto value = base::parse_base64(std::string_view(put.at("value").as_string()));
    ASSERT_TRUE(value.has_value());
    EXPECT_NEAR(static_cast<double>(value->size()), std::stod(size.output), 4);  // signatures vary in length
  }
  EXPECT_EQ(keys.size(), 5U);
}

TEST(Peer, CountsAnAnswerOfEtcdWithoutARevisionAsAnError) {
  TinyServer etcd([](const http::Request&) { return make_answer("200 OK", R"({"error":"no space"})"); });
  const CommandResult result = put_into_etcd(etcd);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("no space"));
}

}  // namespace
}  // namespace livecert::test
